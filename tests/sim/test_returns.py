"""Returns: worked out with pencil and paper what may go back, what it brings, and what it costs of rebates."""

from pathlib import Path

import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.ledger import Account
from channellab.sim.market import Market

from .on_paper import ONE_DISTRIBUTOR

NET = 6.0 * 0.95
CREDIT, HANDLING = 0.8 * NET, 0.1
SMALL = (
    ONE_DISTRIBUTOR
    + """
[run]
warmup = 1
weeks = 6
[policy.rebate]
kind = "increment"
period_weeks = 2
tiers = [{from_purchases = 0.0, rate = 0.1}]
[policy.returns]
share = 0.5
credit = 0.8
handling = 0.1
window_weeks = 3
"""
)
"""Plant, distributor and shop; the distributor buys in each week what the shop sold in it, at 6 less 5 %: 2 units in
the warm-up week, then 4, 6, 3, 8 and 2. Stock is so dear that whatever is too much goes back, as far as it may."""


def overstocked(folder: Path, window: int = 3) -> Market:
    """After three measured weeks twenty units more are found at the distributor's."""
    path = folder / "market.toml"
    path.write_text(SMALL)
    market = Market(load(str(path), (f"policy.returns.window_weeks={window}",)).scenario)
    market.play(4)
    put(market, 20)
    return market


def put(market: Market, units: int) -> None:
    """Units that have always been there, as far as the books know."""
    market.distributors.stock[0, 0] += units
    market.books["distributors"].opening[0, 0] += units


@pytest.fixture
def market(tmp_path: Path) -> Market:
    return overstocked(tmp_path)


def test_half_of_what_came_in_three_weeks_goes_back(market: Market) -> None:
    held = market.plants.stock[0, 0]
    market.step()
    party, maker = market.distributors.party[0], market.manufacturers.party[0]
    # Rights to half of 4, 6 and 3 units: six of them, and half a one is left.
    assert market.books["distributors"].returned[0, 0] == 6
    assert market.books["plants"].taken_back[0, 0] == 6
    assert market.returns.right.sum() == pytest.approx(0.5 * 2 + 0.5)
    assert market.plants.stock[0, 0] == held + 6
    entries = market.ledger.entries
    assert entries[Account.RETURNS, party] == pytest.approx(6 * CREDIT)
    assert entries[Account.RETURNS, maker] == pytest.approx(-6 * CREDIT)
    freight = market.scenario.logistics.drop_cost
    assert entries[Account.FREIGHT, party] <= -6 * HANDLING
    assert entries[Account.FREIGHT, party] >= -6 * HANDLING - freight - 1.0
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance < 1e-9


def test_what_is_returned_earns_no_rebate_now_or_later(market: Market) -> None:
    book, party = market.rebates, market.distributors.party[0]
    assert book.purchases[0, party] == pytest.approx(3 * NET)
    assert book.accrued[0, party] == pytest.approx(0.1 * 3 * NET)
    market.step()
    # With too much in stock it bought nothing in the fourth week, so that the period ends with three units less.
    assert book.booked[0, party] == pytest.approx(-0.1 * 3 * NET)
    assert book.purchases[0, party] == pytest.approx(-3 * NET)
    assert not (book.claim[book.payee == party] < 0.0).any()
    put(market, -6)
    market.step()
    # Back to need, it buys the two units of the fifth week; none of them earns anything yet.
    assert book.purchases[0, party] == pytest.approx(-1 * NET)
    assert book.accrued[0, party] == 0.0


def test_rights_lapse_with_their_window(market: Market, tmp_path: Path) -> None:
    longer = overstocked(tmp_path, window=4)
    for one in (market, longer):
        one.play(2)
    # Half of the two units of the warm-up week may still go back in the fourth week after it.
    assert [one.books["distributors"].returned[0, 0] for one in (market, longer)] == [6, 7]


def test_credit_is_reported_beside_sell_in(market: Market) -> None:
    market.play(2)
    found = metrics.summary(market)["return_credit_rate"]
    assert found == pytest.approx(6 * CREDIT / (6.0 * (4 + 6 + 3)))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("share", "1.2", "policy.returns.share"),
        ("credit", "0.0", "policy.returns.credit"),
        ("window_weeks", "0", "policy.returns.window_weeks"),
        ("handling", "9.5", "policy.returns.handling is 9.5, so that no return pays; allowed are values below 9"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(key: str, value: str, said: str) -> None:
    overrides = ("policy.returns.share=0.5", "policy.returns.credit=0.9", f"policy.returns.{key}={value}")
    with pytest.raises(BadInput) as refused:
        load("newsvendor-channel", overrides)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value).strip()


def test_nonsense_by_the_timetable_is_refused_too() -> None:
    entry = '{weeks=[2, 3], set={"policy.returns.share"=0.5, "policy.returns.handling"=9.0}}'
    with pytest.raises(BadInput, match=r"timetable\.0\.set\.policy\.returns\.handling is 9"):
        load("newsvendor-channel", (f"timetable=[{entry}]",))
