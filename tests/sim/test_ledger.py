"""Books must balance in every market, and must stop balancing as soon as one posting is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channellab.scenarios.files import load
from channellab.sim.ledger import Account, Group, Ledger
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
DIRECT = ("distributors.per_region=0",)
WEEKS = 6
CLEAN = 1e-9
BROKEN = 1e-6
Mutation = Callable[[pytest.MonkeyPatch, Account], None]


def market_of(*overrides: str) -> Market:
    return Market(load(LIVELY, overrides).scenario)


def played(*overrides: str, weeks: int = WEEKS) -> Market:
    market = market_of(*overrides)
    market.play(weeks)
    market.close()
    return market


def check_on_the_move(market: Market) -> None:
    """What firms wait for is owed to them, on the road or being made; what is in transit is on the road."""
    own = market.goods.own
    coming = {name: np.zeros_like(tier.on_order) for name, tier in market.stock_tiers()}
    going = {name: np.zeros_like(tier.in_transit) for name, tier in market.stock_tiers()}
    for shipment in market.logistics.shipments.values():
        lane = shipment.lane
        coming[lane.buyer][lane.rows, lane.skus] += shipment.units
        if lane.seller in going:
            going[lane.seller][lane.row] += shipment.units.sum(axis=0)
    for batch in market.logistics.batches.values():
        coming["plants"][batch.plant] += batch.units
    for name, tier in market.stock_tiers():
        owed = np.zeros_like(tier.on_order)
        if name != "plants":
            owed[:, :own] = tier.owed
        assert np.array_equal(tier.on_order, coming[name] + owed), name
        assert np.array_equal(tier.in_transit, going[name]), name
        for column in (tier.stock, tier.on_order, tier.in_transit, owed):
            assert (column >= 0).all(), name


def check_money(market: Market) -> None:
    """Per firm, the change of cash is the sum of its entries; no money appears or vanishes; debts add up."""
    ledger, invoices = market.ledger, market.invoices
    turnover = max(ledger.turnover, 1.0)
    assert np.abs(ledger.cash - ledger.opening - ledger.entries.sum(axis=0)).max() <= CLEAN * turnover
    assert abs(ledger.cash.sum()) <= CLEAN * max(np.abs(ledger.cash).sum(), 1.0)
    assert (invoices.due > market.week).all()
    assert (invoices.amount > 0).all()


def check_goods(market: Market, sold: Any) -> None:
    """What plants made and what was there at the start is sold to shoppers, still somewhere, or written off."""
    own = market.goods.own
    books = market.books
    came = sum(book.opening[:, :own].sum(axis=0) for book in books.values()) + books["plants"].made.sum(axis=0)
    here = sum((tier.stock + tier.in_transit)[:, :own].sum(axis=0) for _, tier in market.stock_tiers())
    lost = sum(book.scrapped[:, :own].sum(axis=0) for book in books.values())
    assert np.array_equal(came, here + lost + sold[:own])


class Prices:
    """The lowest and highest price each firm has paid for each SKU so far."""

    def __init__(self, market: Market) -> None:
        self.range = [(tier.purchase_price.copy(), tier.purchase_price.copy()) for tier in self.buyers(market)]

    @staticmethod
    def buyers(market: Market) -> tuple[Any, Any]:
        return market.retailers, market.distributors

    def check(self, market: Market) -> None:
        """Stock is worth what was paid for it: a mean of prices lies between them."""
        for tier, (low, high) in zip(self.buyers(market), self.range, strict=True):
            np.minimum(low, tier.purchase_price, out=low)
            np.maximum(high, tier.purchase_price, out=high)
            assert (tier.unit_cost >= low * (1 - CLEAN)).all()
            assert (tier.unit_cost <= high * (1 + CLEAN)).all()


LEADS = st.sampled_from(["0.0", "2.5", "7.0", "19.0"])
RULES = st.sampled_from(["order_up_to", "base_stock", "s_S"])
SHARES = st.floats(0, 0.5).map(lambda share: f"{share:.3f}")
ANY: dict[str, st.SearchStrategy[str]] = {
    "run.seed": st.integers(0, 10**9).map(str),
    "consumers.count": st.integers(1, 500).map(str),
    "consumers.demand.source": st.sampled_from(["choice", "declared"]),
    "consumers.demand.law": st.sampled_from(["poisson", "normal", "uniform", "constant"]),
    "consumers.stock_out.wait": SHARES,
    "consumers.stock_out.leave": SHARES,
    "consumers.stock_out.rounds": st.integers(0, 2).map(str),
    "consumers.stock_out.patience": st.integers(1, 4).map(str),
    "consumers.rest_weeks": st.integers(0, 3).map(str),
    "distributors.per_region": st.integers(0, 3).map(str),
    "distributors.trunk_lead_days": LEADS,
    "distributors.payment_weeks": st.integers(0, 5).map(str),
    "distributors.price.rule": st.sampled_from(["list", "markup", "linear_demand"]),
    "distributors.stock.rule": RULES,
    "distributors.stock.level": st.integers(21, 60).map(str),
    "distributors.stock.reorder_point": st.integers(0, 20).map(str),
    "manufacturer.payment_weeks": st.integers(0, 5).map(str),
    "manufacturer.production_days": LEADS,
    "manufacturer.plants.0.capacity": st.integers(1, 300).map(str),
    "manufacturer.stock.rule": RULES,
    "manufacturer.stock.level": st.integers(21, 60).map(str),
    "manufacturer.stock.reorder_point": st.integers(0, 20).map(str),
    "retailers.local_lead_days": LEADS,
    "retailers.stock.rule": RULES,
    "retailers.stock.level": st.integers(21, 60).map(str),
    "retailers.stock.reorder_point": st.integers(0, 20).map(str),
    "retailers.stock.forecast": st.sampled_from(["exponential", "moving_average"]),
    "retailers.unmet_seen": SHARES,
    "layout.core": st.sampled_from(["intensive", "selective", "exclusive"]),
    "policy.price.ex_factory_discount": SHARES,
    "policy.funds.district_support": st.sampled_from(["0", "24", "100"]),
    "timetable": st.sampled_from(
        [
            "[]",
            '[{weeks=[2, 5], where=["core"], set={"layout.core"="exclusive"}}]',
            '[{weeks=[2, 3], set={"policy.price.ex_factory_discount"=0.5}}]',
        ]
    ),
}
SCENARIOS = st.fixed_dictionaries(ANY).map(lambda drawn: tuple(f"{key}={value}" for key, value in drawn.items()))
KINDS = st.sampled_from(["retailers", "distributors", "plants", "rivals", "manufacturers"])
LEAVERS = st.lists(st.tuples(KINDS, st.integers(0, 99)), max_size=3)


@example((), [], 1)
@example(("distributors.trunk_lead_days=7.0", "retailers.local_lead_days=7.0"), [], 1)
@given(SCENARIOS, LEAVERS, st.integers(1, 8))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_books_balance_in_any_market(overrides: tuple[str, ...], leavers: list[tuple[str, int]], leave: int) -> None:
    market = market_of(*overrides)
    sold, prices = np.zeros(len(market.goods.names), np.int64), Prices(market)
    for week in range(1, 11):
        if week == leave:
            remove(market, leavers)
        market.step()
        sold += market.retailers.sold.sum(axis=0)
        check_on_the_move(market)
        check_money(market)
        check_goods(market, sold)
        prices.check(market)
    market.close()
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= CLEAN


def remove(market: Market, leavers: list[tuple[str, int]]) -> None:
    for table, number in leavers:
        firms = [firm for firm in market.agents if getattr(firm, "table", "") == table]
        if firms:
            firms[number % len(firms)].remove()


def paid(market: Market) -> set[Account]:
    """Accounts that money flowed through in a market's first weeks, its opening included."""
    used = {account for account in Account if market.ledger.flow[account] > 0}
    for _ in range(WEEKS):
        market.step()
        used |= {account for account in Account if market.ledger.flow[account] > 0}
    market.close()
    return used


def test_every_account_is_used() -> None:
    assert paid(market_of()) == set(Account)
    assert set(Account) - paid(market_of(*DIRECT)) == {Account.WHOLESALE}


def drop_leg(monkeypatch: pytest.MonkeyPatch, account: Account, *, payer: bool) -> None:
    post = Ledger.post

    def lossy(self: Ledger, kind: Account, party: Any, amount: Any) -> None:
        # The payer's leg is negative, also where nothing is paid: then it is minus zero.
        if kind != account or bool(np.signbit(amount).any()) != payer:
            post(self, kind, party, amount)

    monkeypatch.setattr(Ledger, "post", lossy)


def drop_payer(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    drop_leg(monkeypatch, account, payer=True)


def drop_payee(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    drop_leg(monkeypatch, account, payer=False)


def drop_both_legs(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    post = Ledger.post
    monkeypatch.setattr(
        Ledger, "post", lambda self, kind, *entry: None if kind == account else post(self, kind, *entry)
    )


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


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_direct_deliveries_are_audited_too(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation(monkeypatch, Account.EX_FACTORY)
    assert played(*DIRECT).record.money_imbalance > BROKEN


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


POSTINGS = [
    *[("retailers", column) for column in ("bought", "sold", "scrapped")],
    *[("distributors", column) for column in ("bought", "sold", "scrapped")],
    *[("plants", column) for column in ("made", "sold", "scrapped")],
]


def shrinking_market() -> Market:
    """A market in which one firm of each tier leaves after the first week."""
    market = market_of()
    market.step()
    for table, _ in POSTINGS[::3]:
        firms = [firm for firm in market.agents if getattr(firm, "table", "") == table and firm.stock.any()]
        firms[0].remove()
    return market


@pytest.mark.parametrize(("tier", "column"), POSTINGS)
def test_every_goods_posting_is_used_and_missed(tier: str, column: str) -> None:
    whole, mutant = shrinking_market(), shrinking_market()
    before = getattr(whole.books[tier], column).copy()
    setattr(mutant.books[tier], column, getattr(mutant.books[tier], column).view(Deaf))
    for market in (whole, mutant):
        market.play(WEEKS)
        market.close()
    assert (getattr(whole.books[tier], column) > before).any()
    assert whole.record.goods_imbalance == 0
    assert mutant.record.goods_imbalance > 0


@pytest.mark.parametrize("tier", ["retailers", "distributors", "plants"])
@pytest.mark.parametrize("column", ["stock", "in_transit"])
def test_one_lost_unit_is_found(tier: str, column: str) -> None:
    market = market_of()
    market.play(2)
    getattr(market.tiers[tier], column)[0, 0] += 1
    market.step()
    market.close()
    assert market.record.goods_imbalance == 1
