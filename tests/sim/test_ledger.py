"""Books must stop balancing as soon as one posting is missing; that they balance is tested in any market."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim.ledger import Account, Group, Ledger
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
DIRECT = ("distributors.per_region=0",)
WEEKS = 6
BROKEN = 1e-6
Mutation = Callable[[pytest.MonkeyPatch, Account], None]


def market_of(*overrides: str) -> Market:
    return Market(load(LIVELY, overrides).scenario)


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
