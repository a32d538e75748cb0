"""Books must stop balancing as soon as one posting is missing; that they balance is tested in any market."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.agents.kernels.books import add_rows, move
from channellab.scenarios.files import load
from channellab.sim import logistics
from channellab.sim.ledger import Account, Group, Ledger
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
STREET = ("online.shops=[]", "policy.online.routing=false", "policy.online.pickup=false")
DIRECT = ("distributors.per_region=0", "subdistributors.per_district=0", *STREET)
NO_SUBDISTRIBUTORS = ("subdistributors.per_district=0",)
NO_DISTRIBUTORS = ("distributors.per_region=0",)
OWN_SHOP = 'online.shops=[{name="Own", owner="brand"}]'
RETURNING = ("policy.returns.share=1.0", "policy.returns.credit=0.99", "distributors.stock.holding_cost=0.3")
WEEKS = 6
CLEAN = 1e-9
BROKEN = 1e-6
Mutation = Callable[[pytest.MonkeyPatch, Account], None]


def market_of(*overrides: str) -> Market:
    return Market(load(LIVELY, (*RETURNING, *overrides)).scenario)


def played(*overrides: str, weeks: int = WEEKS) -> Market:
    market = market_of(*overrides)
    market.play(weeks)
    market.close()
    return market


def paid(market: Market) -> set[Account]:
    """Accounts that money flowed through in a market's first weeks, its opening included."""
    used = {account for account in Account if market.ledger.flow[account] > 0}
    for _ in range(WEEKS):
        market.step()
        used |= {account for account in Account if market.ledger.flow[account] > 0}
    market.close()
    return used


PLATFORM = {Account.PLATFORM, Account.RIVAL_PLATFORM}
LOOKS = {Account.ONLINE_SERVICE, Account.LEAD_COMMISSION}
ORDERS = {Account.PICKUP_FEES, Account.ROUTED_ORDERS}
TERRITORIES = {Account.GREY_SALES, Account.DISPUTES, Account.DEPOSITS}


@pytest.mark.parametrize(
    ("overrides", "unused"),
    [
        ((), set()),
        (NO_SUBDISTRIBUTORS, set()),
        (NO_DISTRIBUTORS, set()),
        (STREET, {Account.KOL_COMMISSION, *PLATFORM, *LOOKS, *ORDERS}),
        ((OWN_SHOP,), {Account.KOL_COMMISSION, Account.RIVAL_PLATFORM}),
        (DIRECT, {Account.WHOLESALE, Account.KOL_COMMISSION, *PLATFORM, *TERRITORIES, *LOOKS, *ORDERS}),
    ],
    ids=["lively", "distributors", "subdistributors", "street", "own-shop", "direct"],
)
def test_every_account_is_used(overrides: tuple[str, ...], unused: set[Account]) -> None:
    assert set(Account) - paid(market_of(*overrides)) == unused


def drop_legs(monkeypatch: pytest.MonkeyPatch, account: Account, *, payer: bool, payee: bool) -> None:
    """Takes legs of every payment under an account out of the books again; the money has changed hands."""

    def lossy(cash: Any, entries: Any, paid: Any, flow: Any, group: Any, kind: int, *sides: Any) -> float:
        turned: float = move(cash, entries, paid, flow, group, kind, *sides)
        *parties, amount = sides
        for party, sign, lost in zip(parties, (-1.0, 1.0), (payer, payee), strict=True):
            if kind == account and lost:
                np.subtract.at(entries[kind], np.broadcast_to(party, amount.shape), sign * amount)
                flow[kind] -= np.maximum(sign * amount, 0.0).sum()
        return turned

    monkeypatch.setattr("channellab.sim.ledger.move", lossy)


def drop_payer(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    drop_legs(monkeypatch, account, payer=True, payee=False)


def drop_payee(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    drop_legs(monkeypatch, account, payer=False, payee=True)


def drop_both_legs(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    drop_legs(monkeypatch, account, payer=True, payee=True)


def _change_payment(monkeypatch: pytest.MonkeyPatch, account: Account, factor: float) -> None:
    pay = Ledger.pay

    def changed(self: Ledger, kind: Account, payer: Any, payee: Any, amount: Any) -> None:
        pay(self, kind, payer, payee, np.asarray(amount, np.float64) * factor if kind == account else amount)

    monkeypatch.setattr(Ledger, "pay", changed)


def drop_payment(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    _change_payment(monkeypatch, account, 0.0)


def pay_too_much(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    _change_payment(monkeypatch, account, 1.5)


MUTATIONS = (drop_payer, drop_payee, drop_both_legs, drop_payment, pay_too_much)


@pytest.mark.parametrize("account", list(Account), ids=lambda account: account.name.lower())
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_missing_posting_breaks_the_books(
    mutation: Mutation, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation(monkeypatch, account)
    assert played().record.money_imbalance > BROKEN


OTHER_CHAINS = {
    "direct": (DIRECT, Account.EX_FACTORY),
    "distributors alone": (NO_SUBDISTRIBUTORS, Account.WHOLESALE),
    "sub-distributors alone": (NO_DISTRIBUTORS, Account.WHOLESALE),
    "from plants to sub-distributors": (NO_DISTRIBUTORS, Account.EX_FACTORY),
    "the brand's own online shop": ((OWN_SHOP,), Account.PLATFORM),
    "commissions from online shops": (('policy.online.commission_from="seller"',), Account.LEAD_COMMISSION),
}


@pytest.mark.parametrize(("overrides", "account"), OTHER_CHAINS.values(), ids=OTHER_CHAINS)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_other_chains_are_audited_too(
    mutation: Mutation, overrides: tuple[str, ...], account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation(monkeypatch, account)
    assert played(*overrides).record.money_imbalance > BROKEN


def drop_flow(monkeypatch: pytest.MonkeyPatch, account: Account, payer: Group, payee: Group) -> None:
    """Leaves out what one kind of firm pays another under an account."""
    pay = Ledger.pay

    def without(self: Ledger, kind: Account, who: Any, whom: Any, amount: Any) -> None:
        one, other, money = np.broadcast_arrays(who, whom, np.asarray(amount, np.float64))
        left_out = (kind == account) & (self.group[one] == payer) & (self.group[other] == payee)
        pay(self, kind, one, other, np.where(left_out, 0.0, money))

    monkeypatch.setattr(Ledger, "pay", without)


NEW_FLOWS = [
    (Account.RETAIL_SALES, Group.HOUSEHOLDS, Group.ONLINE),
    (Account.RETAIL_SALES, Group.HOUSEHOLDS, Group.MANUFACTURER),
    (Account.RIVAL_SALES, Group.HOUSEHOLDS, Group.ONLINE),
    (Account.WHOLESALE, Group.SUBDISTRIBUTORS, Group.DISTRIBUTORS),
    (Account.WHOLESALE, Group.RETAILERS, Group.SUBDISTRIBUTORS),
    (Account.EX_FACTORY, Group.DISTRIBUTORS, Group.MANUFACTURER),
    (Account.EX_FACTORY, Group.ONLINE, Group.MANUFACTURER),
    (Account.EX_FACTORY, Group.MANUFACTURER, Group.MANUFACTURER),
    (Account.RETURNS, Group.MANUFACTURER, Group.DISTRIBUTORS),
    (Account.RIVAL_WHOLESALE, Group.ONLINE, Group.RIVALS),
    (Account.FREIGHT, Group.SUBDISTRIBUTORS, Group.CARRIERS),
    (Account.HOLDING, Group.SUBDISTRIBUTORS, Group.WAREHOUSES),
    (Account.HOLDING, Group.ONLINE, Group.WAREHOUSES),
    (Account.RIVAL_HOLDING, Group.ONLINE, Group.WAREHOUSES),
    (Account.OVERHEADS, Group.SUBDISTRIBUTORS, Group.LANDLORDS),
    (Account.OVERHEADS, Group.ONLINE, Group.LANDLORDS),
    (Account.PLATFORM, Group.ONLINE, Group.PLATFORMS),
    (Account.PLATFORM, Group.MANUFACTURER, Group.PLATFORMS),
    (Account.RIVAL_PLATFORM, Group.ONLINE, Group.PLATFORMS),
    (Account.LEADS, Group.RETAILERS, Group.LANDLORDS),
    (Account.LEADS, Group.ONLINE, Group.LANDLORDS),
    (Account.LEADS, Group.MANUFACTURER, Group.LANDLORDS),
    (Account.LEADS, Group.MANUFACTURER, Group.MEDIA),
    (Account.ONLINE_SERVICE, Group.RETAILERS, Group.LANDLORDS),
    (Account.LEAD_COMMISSION, Group.MANUFACTURER, Group.RETAILERS),
    (Account.PICKUP_FEES, Group.MANUFACTURER, Group.RETAILERS),
    (Account.ROUTED_ORDERS, Group.MANUFACTURER, Group.RETAILERS),
    (Account.KOL_FEES, Group.MANUFACTURER, Group.KOLS),
    (Account.KOL_COMMISSION, Group.MANUFACTURER, Group.KOLS),
    (Account.REFERRAL, Group.MANUFACTURER, Group.HOUSEHOLDS),
    (Account.GREY_SALES, Group.RETAILERS, Group.SUBDISTRIBUTORS),
    (Account.GREY_SALES, Group.SUBDISTRIBUTORS, Group.DISTRIBUTORS),
    (Account.PENALTIES, Group.DISTRIBUTORS, Group.MANUFACTURER),
    (Account.PENALTIES, Group.MANUFACTURER, Group.DISTRIBUTORS),
    (Account.PENALTIES, Group.RETAILERS, Group.MANUFACTURER),
    (Account.POLICING, Group.MANUFACTURER, Group.INSPECTORS),
    (Account.DISPUTES, Group.MANUFACTURER, Group.INSPECTORS),
    (Account.DEPOSITS, Group.SUBDISTRIBUTORS, Group.MANUFACTURER),
    (Account.DEPOSITS, Group.DISTRIBUTORS, Group.MANUFACTURER),
    (Account.DEPOSITS, Group.MANUFACTURER, Group.DISTRIBUTORS),
    (Account.CAPITAL, Group.OWNERS, Group.SUBDISTRIBUTORS),
    (Account.CAPITAL, Group.OWNERS, Group.ONLINE),
    (Account.TRADE_CREDIT, Group.DISTRIBUTORS, Group.SUBDISTRIBUTORS),
    (Account.TRADE_CREDIT, Group.SUBDISTRIBUTORS, Group.RETAILERS),
    (Account.TRADE_CREDIT, Group.MANUFACTURER, Group.ONLINE),
    (Account.PROMOTION, Group.MANUFACTURER, Group.RETAILERS),
    (Account.PROMOTION, Group.MANUFACTURER, Group.ONLINE),
    (Account.FUND, Group.MANUFACTURER, Group.DISTRIBUTORS),
    (Account.MARKETING, Group.DISTRIBUTORS, Group.MEDIA),
    (Account.SUBSIDIES, Group.MANUFACTURER, Group.RETAILERS),
    (Account.SUBSIDIES, Group.MANUFACTURER, Group.SUBDISTRIBUTORS),
    (Account.SERVICE, Group.RETAILERS, Group.LANDLORDS),
    (Account.REBATES, Group.MANUFACTURER, Group.DISTRIBUTORS),
    (Account.REBATES, Group.MANUFACTURER, Group.ONLINE),
    (Account.ACCRUED_REBATES, Group.DISTRIBUTORS, Group.MANUFACTURER),
    (Account.ACCRUED_REBATES, Group.ONLINE, Group.MANUFACTURER),
    (Account.REBATE_PAYMENT, Group.MANUFACTURER, Group.DISTRIBUTORS),
    (Account.REBATE_PAYMENT, Group.MANUFACTURER, Group.ONLINE),
    (Account.REPAYMENT, Group.SUBDISTRIBUTORS, Group.DISTRIBUTORS),
    (Account.REPAYMENT, Group.RETAILERS, Group.SUBDISTRIBUTORS),
    (Account.REPAYMENT, Group.ONLINE, Group.MANUFACTURER),
]


@pytest.mark.parametrize(("account", "payer", "payee"), NEW_FLOWS)
def test_every_flow_of_the_new_tiers_is_missed(
    account: Account, payer: Group, payee: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_flow(monkeypatch, account, payer, payee)
    assert played().record.money_imbalance > BROKEN


def test_money_between_groups_is_as_in_the_entries() -> None:
    market = market_of()
    for _ in range(WEEKS):
        market.step()
        ledger = market.ledger
        net = ledger.paid.sum(axis=1) - ledger.paid.sum(axis=2)
        entries = np.stack([np.bincount(ledger.group, row, len(Group)) for row in ledger.entries])
        assert np.allclose(net, entries, rtol=CLEAN, atol=CLEAN * ledger.turnover)
        assert np.allclose(ledger.paid.sum(axis=(1, 2)), ledger.flow, rtol=CLEAN)


def test_money_outside_the_books_is_found() -> None:
    market = market_of()
    market.step()
    settle = market.invoices.collect
    market.invoices.collect = lambda *of: (settle(*of), np.add.at(market.ledger.cash, [Group.OWNERS], 1.0))  # type: ignore[method-assign,func-returns-value,assignment]  # the theft
    market.step()
    market.close()
    assert market.record.money_imbalance > BROKEN


class Deaf(np.ndarray[Any, Any]):
    """A column that takes no postings."""

    def __iadd__(self, other: Any) -> "Deaf":  # type: ignore[override,misc]  # numpy's in-place sum has other types
        return self


def add_to_others(column: Any, *posting: Any) -> None:
    """What the compiled `add_rows` does, but not to a deaf column."""
    if not isinstance(column, Deaf):
        add_rows(column, *posting)


POSTINGS = [
    *[("retailers", column) for column in ("bought", "sold", "scrapped")],
    *[("online", column) for column in ("bought", "sold", "scrapped")],
    *[("subdistributors", column) for column in ("bought", "sold", "scrapped")],
    *[("distributors", column) for column in ("bought", "sold", "scrapped")],
    *[("plants", column) for column in ("made", "sold", "scrapped")],
    ("distributors", "returned"),
    ("plants", "taken_back"),
]


def shrinking_market() -> Market:
    """A market in which one firm of each tier leaves after the first week, the last so that others go on."""
    market = market_of()
    market.step()
    for table in dict.fromkeys(table for table, _ in POSTINGS):
        firms = [
            firm
            for firm in market.agents
            if getattr(firm, "table", "") == table and firm.stock[: market.goods.own].any()
        ]
        assert len(firms) > 1
        firms[-1].remove()
    return market


@pytest.mark.parametrize(("tier", "column"), POSTINGS)
def test_every_goods_posting_is_used_and_missed(tier: str, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logistics, "add_rows", add_to_others)
    whole, mutant = shrinking_market(), shrinking_market()
    before = getattr(whole.books[tier], column).copy()
    setattr(mutant.books[tier], column, getattr(mutant.books[tier], column).view(Deaf))
    for market in (whole, mutant):
        market.play(WEEKS)
        market.close()
    assert (getattr(whole.books[tier], column) > before)[:, : whole.goods.own].any(), "none of the brand's own goods"
    assert whole.record.goods_imbalance == 0
    assert mutant.record.goods_imbalance > 0


@pytest.mark.parametrize("tier", ["retailers", "online", "subdistributors", "distributors", "plants"])
@pytest.mark.parametrize("column", ["stock", "in_transit"])
def test_one_lost_unit_is_found(tier: str, column: str) -> None:
    market = market_of()
    market.play(2)
    getattr(market.tiers[tier], column)[0, 0] += 1
    market.step()
    market.close()
    assert market.record.goods_imbalance == 1


@pytest.mark.parametrize(
    ("payers", "payees", "amounts"),
    [
        (1, 0, [4.0]),
        (0, [1, 2, 1], [1.0, 2.0, 4.0]),
        ([1, 2, 1], 3, [1.0, 2.0, 4.0]),
        ([1, 2, 1], [2, 3, 3], [1.0, 2.0, 4.0]),
        ([1, 2, 1], 3, [1.0, -2.0, 4.0]),
        ([1, 2], 3, [4.0]),
    ],
    ids=["one to one", "one to many", "many to one", "many to many", "forth and back", "each the same"],
)
def test_money_is_moved_and_entered_for_each_party(payers: Any, payees: Any, amounts: list[float]) -> None:
    ledger = Ledger(np.array([0, 1, 1, 2], np.int8))
    one, other = (np.array(p, np.int32) if isinstance(p, list) else p for p in (payers, payees))
    ledger.pay(Account.FREIGHT, one, other, np.array(amounts))
    cash, between, received = [0.0] * 4, np.zeros((3, 3)), 0.0
    for payer, payee, money in np.broadcast(payers, payees, amounts):
        cash[payer] -= money
        cash[payee] += money
        between[ledger.group[payer], ledger.group[payee]] += money
        received += abs(money)
    assert ledger.cash.tolist() == ledger.entries[Account.FREIGHT].tolist() == cash
    assert ledger.paid[Account.FREIGHT, :3, :3].tolist() == between.tolist()
    assert ledger.flow[Account.FREIGHT] == ledger.turnover == received
