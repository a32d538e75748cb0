"""Discounts on single orders: when buyers order more for them, what they pay, and what goods pushed down cost."""

from typing import Any

import numpy as np
import pytest

from channellab.agents.kernels.batching import order_up
from channellab.agents.stuffing import push_offers
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies.quantity import Ladder, ladder_of, order_rate
from channellab.scenarios.settings.quantity import BreakSettings, QuantityDiscountSettings
from channellab.sim import metrics
from channellab.sim.market import Market

TINY = ("consumers.count=1000", "run.warmup=4", "run.weeks=10")
LADDER = "policy.price.quantity.breaks=[{from_units=10, rate=0.05}, {from_units=40, rate=0.1}]"


def more(
    wanted: list[int],
    holding: float,
    *,
    excess: list[float] | None = None,
    steps: tuple[tuple[int, float], ...] = ((30, 0.05),),
    increment: bool = False,
    room: float = np.inf,
) -> list[int]:
    """What a firm that needs ten units of each SKU a week, at 6, orders beyond need."""
    skus = len(wanted)
    units, rates = zip(*steps, strict=True)
    found: list[int] = order_up(
        np.array([wanted]),
        np.array([excess or [0.0] * skus]),
        np.full((1, skus), 10.0),
        np.full((1, skus), 6.0),
        np.array([room]),
        holding,
        np.array(units),
        np.array(rates),
        increment,
    )[0].tolist()
    return found


def test_an_order_is_rounded_up_exactly_where_the_saving_beats_the_holding_cost() -> None:
    # Thirty units instead of ten save 0.05 x 6 x 30 = 9; twenty lie for one week on average, 20 x 20 / (2 x 10).
    saving, lying = 0.05 * 6.0 * 30, 20.0 * 20.0 / (2.0 * 10.0)
    assert more([10], 0.999 * saving / lying) == [20]
    assert more([10], 1.001 * saving / lying) == [0]


def test_who_needs_nothing_orders_nothing_and_who_is_there_already_stays() -> None:
    assert more([0], 0.0001) == [0]
    assert more([30], 0.0001) == [0]


def test_goods_bought_ahead_already_make_more_of_them_dearer() -> None:
    # With ten units too many the twenty lie for two weeks on average: 0.2 x (30^2 - 10^2) / 20 = 8; at 0.25 it is 10.
    assert more([10], 0.2, excess=[10.0]) == [20]
    assert more([10], 0.25, excess=[10.0]) == [0]


def test_the_goods_that_last_shortest_come_first() -> None:
    assert more([10, 0], 0.05, excess=[0.0, 8.0]) == [14, 6]


def test_more_is_not_ordered_on_credit_that_is_not_there() -> None:
    assert more([10], 0.1, room=120.0) == [20]
    assert more([10], 0.1, room=119.0) == [0]


def test_the_larger_of_two_steps_must_be_worth_more_a_week() -> None:
    steps = ((30, 0.05), (60, 0.06))
    assert more([10], 0.001, steps=steps) == [50]
    assert more([10], 0.1, steps=steps) == [20]


def test_increments_are_ordered_in_economic_lots() -> None:
    # The discount is 0.3 off above 30 units: as good as a lower price and a fixed cost of 0.3 x 30 an order.
    lot = np.sqrt(10.0**2 + 2.0 * 10.0 * 0.3 * 30 / 0.02)
    assert more([10], 0.02, increment=True) == [int(np.ceil(lot)) - 10]
    gains = []
    for size in range(11, 200):
        gain = 0.3 * max(size - 30, 0) - 0.02 * (size - 10) ** 2 / 20.0
        gains.append(gain / size)
    assert abs(11 + int(np.argmax(gains)) - lot) <= 1.0


def test_rates_of_orders_by_hand() -> None:
    settings = QuantityDiscountSettings(
        kind="increment", breaks=(BreakSettings(from_units=100, rate=0.02), BreakSettings(from_units=200, rate=0.05))
    )
    sizes = np.array([0, 100, 150, 300])
    assert order_rate(sizes, ladder_of(settings)) * sizes == pytest.approx([0.0, 0.0, 1.0, 7.0])
    assert order_rate(sizes, Ladder(*ladder_of(settings)[:2], False)).tolist() == [0.0, 0.02, 0.02, 0.05]


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        (
            "[{from_units=50, rate=0.1}, {from_units=50, rate=0.2}]",
            "breaks.1.from_units is 50, allowed are values above",
        ),
        ("[{from_units=50, rate=0.1}, {from_units=60, rate=0.1}]", "breaks.1.rate is 0.1, allowed are values above"),
        ("[{from_units=0, rate=0.1}]", "from_units is 0, allowed are"),
        ("[{from_units=5, rate=0.95}]", "rate is 0.95, allowed are"),
        ("[{from_units=5, rate=0.0}]", "rate is 0"),
        ("[]", "breaks"),
    ],
)
@pytest.mark.parametrize("table", ["policy.price.quantity", "distributors.quantity"])
def test_ladders_without_sense_are_refused(table: str, breaks: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        load("one-tier", (f"{table}.breaks={breaks}",))
    assert sentence in str(refused.value)
    assert table in str(refused.value)


def played(*overrides: str) -> Market:
    market = Market(load("quarterly-rebate", (*TINY, *overrides)).scenario)
    market.play(14)
    market.close()
    return market


def test_distributors_batch_for_a_discount_that_is_part_of_trade_spend() -> None:
    plain = played("policy.rebate.kind=none")
    market = played("policy.rebate.kind=none", LADDER, "policy.price.quantity.kind=all_units")
    found, without = metrics.summary(market), metrics.summary(plain)
    assert found["order_size"] > without["order_size"]
    assert found["bullwhip_distributors"] > without["bullwhip_distributors"]
    assert 0.03 < found["quantity_discount_rate"] <= 0.1
    spent, given = (sum(market.record.numbers[name]) for name in ("trade_spend", "quantity_discounts"))
    # What is under way at the end has been given, and is not invoiced yet.
    assert spent - sum(plain.record.numbers["trade_spend"]) == pytest.approx(given, rel=0.3)
    assert market.record.money_imbalance < 1e-9
    assert market.record.goods_imbalance == 0


TARGET = tuple(
    f"policy.rebate.target.{setting}" for setting in ("kind=fixed", "goal=300.0", "rate=0.1", "period_weeks=5")
)


def test_distributors_push_what_they_have_too_much_of() -> None:
    ahead = ("policy.rebate.tiers=[{from_purchases=300.0, rate=0.1}]", "policy.rebate.period_weeks=5")
    kept, pushed = (metrics.summary(played(*ahead, f"stuffing.margin_given={given}")) for given in (0.0, 0.5))
    assert kept["pushed_share"] == 0.0
    assert pushed["pushed_share"] > 0.01
    assert pushed["weeks_of_cover"] > kept["weeks_of_cover"]


def test_so_they_do_under_a_target() -> None:
    free, bound = (
        metrics.summary(played("policy.rebate.kind=none", "stuffing.margin_given=0.5", *target))
        for target in ((), TARGET)
    )
    assert bound["pushed_share"] > 2 * free["pushed_share"] >= 0.0


def test_pushing_spares_more_than_it_costs_and_no_other_discount_spares_more() -> None:
    def spared(weeks: float) -> float:
        moved = 10.0 * weeks
        return float(0.06 * (40.0**2 - (40.0 - moved) ** 2) / 20.0 - 0.03 * weeks * moved)

    forty, ten = np.array([[40.0]]), np.array([[10.0]])
    weeks = push_offers(forty, ten, ten, 0.06, 0.03, 1.0, 9.0).weeks.item()
    assert weeks == pytest.approx(2.0)
    assert spared(weeks) > 0.0
    assert spared(weeks) == pytest.approx(max(spared(w) for w in np.linspace(0.0, 4.0, 401)))


def test_nobody_gives_away_more_than_the_margin_or_pushes_beyond_room() -> None:
    forty, ten = np.array([[40.0]]), np.array([[10.0]])
    assert push_offers(forty, ten, 0.003 * ten, 0.06, 0.03, 1.0, 9.0).off.item() == pytest.approx(0.03)
    assert push_offers(forty, ten, -ten, 0.06, 0.03, 1.0, 9.0).weeks.item() == 0.0
    assert push_offers(forty, ten, ten, 0.06, 0.03, 1.0, 0.5).weeks.item() == 0.5
    assert push_offers(0 * forty, ten, ten, 0.06, 0.03, 1.0, 9.0).weeks.item() == 0.0
    free: Any = push_offers(forty, ten, ten, 0.0, 0.0, 1.0, 9.0)
    assert (free.off.item(), free.weeks.item()) == (0.0, 0.0)


def test_a_saved_market_keeps_what_was_agreed(tmp_path: Any) -> None:
    overrides = (*TINY, LADDER, "policy.price.quantity.kind=all_units", "stuffing.margin_given=0.5")
    market = Market(load("quarterly-rebate", overrides).scenario)
    market.play(7)
    market.save(tmp_path / "saved.npz")
    again = Market.load(tmp_path / "saved.npz")
    for one in (market, again):
        one.play(4)
        one.close()
    assert metrics.summary(market) == metrics.summary(again)
