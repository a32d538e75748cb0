"""Rebates in a market: accounts worked out with pencil and paper, and what a threshold makes partners do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.ledger import Account
from channellab.sim.market import Market
from channellab.sim.rebate_outlook import cost_to_price, expected_rate

from .on_paper import ONE_DISTRIBUTOR

Write = Callable[..., Market]
ASKED = [4, 6, 3, 8, 2]
NET = 6.0 * 0.95
TIERS = "[{from_purchases = 30.0, rate = 0.05}, {from_purchases = 60.0, rate = 0.1}]"

SMALL = (
    ONE_DISTRIBUTOR
    + """
[run]
warmup = 1
weeks = 5
[policy.rebate]
kind = "KIND"
period_weeks = 2
pay_delay_weeks = 1
tiers = [{from_purchases = 30.0, rate = 0.05}, {from_purchases = 60.0, rate = 0.1}]
"""
)
"""Plant, distributor and shop; the distributor buys in each week what the shop sold in it, at 6 less 5 %.

In the warm-up week that is 2 units or 11.4, measured weeks 1 to 5 bring 22.8, 34.2, 17.1, 45.6 and 11.4. Stock is so
dear that nobody buys ahead.
"""


@pytest.fixture
def market_of(tmp_path: Path) -> Write:
    def write(text: str, *overrides: str) -> Market:
        (tmp_path / "market.toml").write_text(text)
        return Market(load(str(tmp_path / "market.toml"), overrides).scenario)

    return write


def played(market: Market) -> dict[str, list[float]]:
    """Rebates booked and paid in each measured week, by the books of the distributor."""
    rows: dict[str, list[float]] = {"booked": [], "paid": [], "owed": []}
    party = market.distributors.party[0]
    while market.measured_week < market.scenario.run.weeks:
        market.step()
        if market.measured_week > 0:
            rows["booked"].append(float(market.ledger.entries[Account.REBATES, party]))
            rows["paid"].append(float(market.ledger.entries[Account.REBATE_PAYMENT, party]))
            rows["owed"].append(float(market.rebates.owed()[party]))
    market.close()
    assert market.record.money_imbalance < 1e-9
    return rows


EXPECTED = {
    # 57.0 in weeks 1 and 2 reach 30, 62.7 in weeks 3 and 4 reach 60.
    "all_units": ([0, 0.05 * 57.0, 0, 0.1 * 62.7, 0], [0, 0, 0.05 * 57.0, 0, 0.1 * 62.7]),
    "increment": ([0, 0.05 * 27.0, 0, 0.05 * 30 + 0.1 * 2.7, 0], [0, 0, 0.05 * 27.0, 0, 0.05 * 30 + 0.1 * 2.7]),
    "none": ([0] * 5, [0] * 5),
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_rebates_are_earned_week_by_week_and_paid_after_the_period(kind: str, market_of: Write) -> None:
    market = market_of(SMALL.replace("KIND", kind))
    rows, (booked, paid) = played(market), EXPECTED[kind]
    assert rows["booked"] == pytest.approx(booked)
    assert rows["paid"] == pytest.approx(paid)
    assert rows["owed"] == pytest.approx(np.cumsum(booked) - np.cumsum(paid), abs=1e-9)


@pytest.mark.parametrize("kind", EXPECTED)
def test_rebates_enter_profits_and_metrics_as_they_are_earned(kind: str, market_of: Write) -> None:
    with_it, without = (market_of(SMALL.replace("KIND", name)) for name in (kind, "none"))
    for market in (with_it, without):
        played(market)
    earned, sell_in = sum(EXPECTED[kind][0]), 6.0 * sum(ASKED)
    found, before = metrics.summary(with_it), metrics.summary(without)
    assert found["rebate_cost_rate"] == pytest.approx(earned / sell_in)
    assert found["trade_spend_rate"] - before["trade_spend_rate"] == pytest.approx(earned / sell_in)
    year = 52 / 5
    assert found["manufacturer_profit"] - before["manufacturer_profit"] == pytest.approx(-earned * year)
    assert found["partner_profit"] - before["partner_profit"] == pytest.approx(earned * year)
    assert found["channel_profit"] == pytest.approx(before["channel_profit"])


def test_a_plan_that_ends_within_a_period_is_settled_in_proportion_to_its_weeks(market_of: Write) -> None:
    change = 'timetable=[{weeks=[3, 9], set={"policy.rebate.kind"="all_units"}}]'
    rows = played(market_of(SMALL.replace("KIND", "increment"), "policy.rebate.period_weeks=4", change))
    # Weeks 1 and 2 are half a period: thresholds of 15 and 30 for 57.0. Until then they were held against 30 and 60.
    closed = 0.05 * 15 + 0.1 * 27.0
    # So are weeks 3 and 4 under the new plan: 17.1 reach 15, 62.7 reach 30; week 5 begins a whole period.
    booked = [0, 0.05 * 27.0, closed - 0.05 * 27.0 + 0.05 * 17.1, 0.1 * 62.7 - 0.05 * 17.1, 0]
    assert rows["booked"] == pytest.approx(booked)
    # The warm-up week was a quarter of a period: thresholds of 7.5 and 15 for 11.4.
    assert rows["paid"] == pytest.approx([0.05 * 3.9, 0, closed, 0, 0.1 * 62.7])


def test_a_plan_that_is_taken_away_leaves_what_was_earned(market_of: Write) -> None:
    change = 'timetable=[{weeks=[4, 9], set={"policy.rebate.kind"="none"}}]'
    rows = played(market_of(SMALL.replace("KIND", "all_units"), change))
    # Week 3 is half a period: 17.1 reach 15.
    assert rows["booked"] == pytest.approx([0, 0.05 * 57.0, 0, 0.05 * 17.1, 0])
    assert rows["paid"] == pytest.approx([0, 0, 0.05 * 57.0, 0.05 * 17.1, 0])


@pytest.mark.parametrize("leaver", ["distributors", "manufacturers"])
def test_who_leaves_forfeits_the_running_period_but_is_paid_for_past_ones(leaver: str, market_of: Write) -> None:
    market = market_of(SMALL.replace("KIND", "increment"), "policy.rebate.tiers=[{rate=0.1}]")
    market.play(4)
    party = market.distributors.party[0]
    assert market.rebates.accrued[0, party] == pytest.approx(0.1 * 17.1)
    # The rebate of weeks 1 and 2 was paid in week 3; let it be due later.
    market.rebates.payee, market.rebates.claim = market.distributors.party, np.array([7.0])
    market.rebates.due, market.rebates.name = np.array([6], np.int32), np.zeros(1, np.int32)
    next(firm for firm in market.agents if getattr(firm, "table", "") == leaver).remove()
    market.step()
    assert market.ledger.entries[Account.REBATES, party] == pytest.approx(-0.1 * 17.1)
    assert market.rebates.owed()[party] == 7.0
    market.step()
    assert market.ledger.entries[Account.REBATE_PAYMENT, party] == 7.0
    assert market.rebates.owed()[party] == 0.0
    market.close()


def test_a_fork_settles_the_plan_of_its_past(market_of: Write, tmp_path: Path) -> None:
    market = market_of(SMALL.replace("KIND", "increment"), "policy.rebate.period_weeks=4")
    market.play(3)
    (tmp_path / "other.toml").write_text(SMALL.replace("KIND", "none"))
    other = load(str(tmp_path / "other.toml"), ("policy.rebate.period_weeks=4",)).scenario
    fork, party = market.fork(other), market.distributors.party[0]
    fork.step()
    # Two weeks of four: thresholds of 15 and 30 for the 57.0 bought so far; paid a week after they ended.
    assert fork.ledger.entries[Account.REBATE_PAYMENT, party] == pytest.approx(0.05 * 15 + 0.1 * 27.0)
    assert fork.rebates.owed().sum() == 0.0
    assert fork.record.money_imbalance < 1e-9
    market.close()
    fork.close()


def test_the_brand_owes_itself_nothing(market_of: Write) -> None:
    shops = 'online.shops=[{name="Own", owner="brand"}, {name="Mall"}]'
    market = market_of(SMALL.replace("KIND", "all_units"), shops)
    assert market.rebates.plan[0, market.online.party].tolist() == [-1, 0]
    assert market.rebates.plan[0, market.distributors.party].tolist() == [0]
    assert market.rebates.plan[0, market.retailers.party].tolist() == [-1]


def test_partners_expect_to_go_on_buying_what_they_need_and_pass_part_of_it_on(market_of: Write) -> None:
    market = market_of(SMALL.replace("KIND", "all_units"), "distributors.pass_through=0.4")
    market.play(2)
    party = market.distributors.party[0]
    assert market.rebates.purchases[0, party] == pytest.approx(22.8)
    # In the second week of the period 1 or 7 units more are expected: 28.5 or 62.7 in all.
    for need, rate in ((1.0, 0.0), (7.0, 0.1)):
        market.week, market.distributors.mean[:] = 3, need
        assert expected_rate(market, "distributors").tolist() == pytest.approx([rate])
        assert cost_to_price(market, "distributors").item() == pytest.approx(NET * (1 - 0.4 * rate))
        market.week = 2
    market.close()


QUARTERS = """
[run]
warmup = 13
weeks = 52
[network]
regions = "single"
sites_per_district = 8
sites_per_area = 8
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "constant", mean = 20.0}
[[products]]
name = "Tea"
list_price = 10.0
[manufacturer]
stock = {rule = "base_stock", level = 2000}
[distributors]
trunk_lead_days = LEAD
stock = {rule = "order_up_to", safety_factor = 0.0}
[retailers]
local_lead_days = 3.5
stock = {rule = "order_up_to", safety_factor = 0.0}
[policy.rebate]
kind = "all_units"
tiers = [{from_purchases = 6000.0, rate = LOW}, {from_purchases = 13000.0, rate = HIGH}]
"""
"""A distributor who sells 160 units a week buys for 960 a week, 12,480 a quarter: 520 less than 13,000."""


def orders(market: Market) -> list[int]:
    """The distributor's weekly orders over the measured weeks."""
    found = []
    for _ in range(65):
        market.step()
        found.append(int(market.distributors.ordered.sum()))
    market.close()
    return found[13:]


def quarters(lead: float, low: float, high: float) -> str:
    return QUARTERS.replace("LEAD", str(lead)).replace("LOW", str(low)).replace("HIGH", str(high))


@pytest.mark.parametrize(("lead", "weeks_early"), [(3.5, 0), (10.0, 1), (24.0, 3)])
def test_a_threshold_makes_the_spike_before_the_end_of_a_quarter_and_the_hole_after_it(
    lead: float, weeks_early: int, market_of: Write
) -> None:
    flat = orders(market_of(quarters(lead, 0.0, 0.0)))
    found = orders(market_of(quarters(lead, 0.03, 0.06)))
    assert set(flat) == {160}
    # The last orders of the quarters that still arrive in them. 87 units more than need reach the threshold, and as
    # many again in every quarter after it, which begins with what the last one took from it.
    spikes = [13 * quarter - 1 - weeks_early for quarter in (1, 2, 3, 4)]
    assert [week for week, units in enumerate(found) if units > 160] == spikes
    assert np.diff([found[week] for week in spikes]).tolist() == [87, 87, 87]
    for spike in spikes:
        assert set(found[spike - 5 : spike]) == {160}
        assert all(units < 80 for units in found[spike + 1 : spike + 2])


@pytest.mark.parametrize("kind", ["all_units", "increment", "none"])
def test_where_reaching_a_threshold_pays_nothing_at_once_orders_stay_level(kind: str, market_of: Write) -> None:
    low, high = (0.06, 0.06) if kind == "all_units" else (0.03, 0.06)
    text = quarters(3.5, low, high)
    if kind == "all_units":
        text = text.replace("from_purchases = 6000.0", "from_purchases = 0.0")
    assert set(orders(market_of(text.replace('"all_units"', f'"{kind}"')))) == {160}


def test_stock_bought_ahead_piles_up_until_holding_it_costs_more_than_the_threshold(market_of: Write) -> None:
    text = quarters(3.5, 0.03, 0.06).replace("safety_factor = 0.0}", "safety_factor = 0.0, holding_cost = 2.0}", 2)
    dear = orders(market_of(text))
    # 260 units in the third quarter would lie 0.8 weeks on average: 2 x 260 x 0.8 > 0.03 x 13,000.
    spikes = [units for units in dear if units > 160]
    assert 1 <= len(spikes) < 4


def test_purchases_of_the_period_reach_the_threshold(market_of: Write) -> None:
    market = market_of(quarters(3.5, 0.03, 0.06))
    market.play(26)
    claims: Any = market.rebates.claim
    assert claims.tolist() == pytest.approx([0.06 * 13_000], rel=1e-3)
    market.close()


def test_the_spike_moves_with_the_fiscal_calendar(market_of: Write) -> None:
    found = orders(market_of(quarters(3.5, 0.03, 0.06), "policy.rebate.first_week=5"))
    # The first account ends with measured week 4; it began with the warm-up.
    assert [week for week, units in enumerate(found) if units > 160] == [3, 16, 29, 42]


def test_a_threshold_out_of_reach_moves_nothing(market_of: Write) -> None:
    text = quarters(3.5, 0.03, 0.06).replace("from_purchases = 13000.0", "from_purchases = 40000.0")
    assert set(orders(market_of(text))) == {160}


def test_sell_in_jumps_while_what_consumers_buy_stays_smooth(market_of: Write) -> None:
    sold, spread = {}, {}
    for kind in ("all_units", "increment"):
        market = market_of(quarters(3.5, 0.03, 0.06).replace('"all_units"', f'"{kind}"'))
        weeks = []
        for _ in range(65):
            market.step()
            weeks.append((market.distributors.ordered.sum(), market.retailers.sold.sum()))
        market.close()
        ordered, sold[kind] = np.array(weeks[13:]).T
        spread[kind] = ordered.var()
    assert (sold["all_units"] == sold["increment"]).all()
    assert set(sold["all_units"].tolist()) == {160}
    assert spread["increment"] == 0.0 < 100.0 < spread["all_units"]


@pytest.mark.parametrize("holding", [0.02, 0.2, 0.5, 1.0])
def test_no_more_is_pulled_forward_than_the_threshold_is_worth(holding: float, market_of: Write) -> None:
    """With sell-out l, rebate share rho on threshold T and holding h, at most sqrt(2 l rho T / h) come forward."""
    cost = f"safety_factor = 0.0, holding_cost = {holding}}}"
    text = quarters(3.5, 0.03, 0.06).replace("safety_factor = 0.0}", cost, 2)
    units = max(orders(market_of(text))) - 160
    bound = np.sqrt(2 * 160 * (0.06 - 0.03) * 13_000 / holding)
    assert 0 < units <= bound + 1


def test_two_plans_run_side_by_side_each_with_its_own_periods(market_of: Write) -> None:
    yearly = (
        *("policy.rebate.yearly.kind=increment", "policy.rebate.yearly.period_weeks=4"),
        *("policy.rebate.yearly.pay_delay_weeks=0", "policy.rebate.yearly.tiers=[{from_purchases=100.0, rate=0.2}]"),
    )
    rows = played(market_of(SMALL.replace("KIND", "all_units"), *yearly))
    # Beside 5 % of 57.0 and 10 % of 62.7: 22.8 + 34.2 + 17.1 + 45.6 = 119.7 exceed 100 in week 4; the warm-up week was
    # a quarter of the longer period, and 11.4 do not exceed 25. Week 5 begins a new one.
    assert rows["booked"] == pytest.approx([0, 0.05 * 57.0, 0, 0.1 * 62.7 + 0.2 * 19.7, 0])
    assert rows["paid"] == pytest.approx([0, 0, 0.05 * 57.0, 0.2 * 19.7, 0.1 * 62.7])


def test_thresholds_that_end_together_are_bought_for_together(market_of: Write) -> None:
    """Neither of two jumps alone is worth the stock; both are, as the same goods reach them."""
    plan = "policy.rebate.tiers=[{from_purchases=13000.0, rate=0.03}]"
    second = ("policy.rebate.yearly.kind=all_units", "policy.rebate.yearly.period_weeks=13")
    second = (*second, plan.replace("rebate", "rebate.yearly", 1))
    text, dear = quarters(3.5, 0.0, 0.06), "distributors.stock.holding_cost=17.0"
    # 87 units lie 87 / 160 / 2 = 0.27 weeks on average, at 17: 400.5 is more than 3 % of 13,000 = 390. Bought in
    # the last week of the warm-up, they are missing in the first measured one.
    assert orders(market_of(text, plan, dear))[0] == 160
    assert orders(market_of(text, plan, dear, *second))[0] == 160 - 87
