"""Rebate and credit arithmetic against sums done by hand, and plans that are refused."""

import numpy as np
import pytest

from channellab.agents.kernels.ahead import buying_ahead
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies.credit import within_credit
from channellab.scenarios.policies.rebates import next_threshold, rebate
from channellab.scenarios.settings.rebate_plans import RebateTierSettings
from channellab.scenarios.settings.rebates import RebatePolicySettings

PLAN = RebatePolicySettings(kind="all_units").tiers
"""5 % from 1 M, 8 % from 3 M."""


@pytest.mark.parametrize(
    ("purchases", "all_units", "increment"),
    [
        (0.0, 0.0, 0.0),
        (999_999.0, 0.0, 0.0),
        (1_000_000.0, 50_000.0, 0.0),
        (2_999_999.0, 149_999.95, 99_999.95),
        (3_000_000.0, 240_000.0, 100_000.0),
        (3_200_000.0, 0.08 * 3_200_000, 0.05 * 2_000_000 + 0.08 * 200_000),
        (10_000_000.0, 800_000.0, 660_000.0),
    ],
)
def test_a_rebate_is_what_the_plan_says(purchases: float, all_units: float, increment: float) -> None:
    bought = np.array([purchases])
    assert rebate(bought, PLAN, "all_units").item() == pytest.approx(all_units, rel=1e-12)
    assert rebate(bought, PLAN, "increment").item() == pytest.approx(increment, rel=1e-12)
    assert rebate(bought, PLAN, "none").item() == 0.0


def test_the_worked_example_of_both_kinds() -> None:
    bought = np.array([3.2e6])
    assert rebate(bought, PLAN, "all_units").item() == 256_000
    assert rebate(bought, PLAN, "increment").item() == 116_000


def test_a_threshold_that_sums_of_invoices_miss_by_rounding_is_reached() -> None:
    tiers = (RebateTierSettings(from_purchases=0.3, rate=0.5),)
    assert 0.1 + 0.1 + 0.1 - 0.3 != 0
    assert rebate(np.array([0.3 * (1 - 1e-12)]), tiers, "all_units").item() == pytest.approx(0.15)


def test_a_rebate_never_falls_with_purchases_and_jumps_only_on_all_units() -> None:
    bought = np.linspace(0.0, 5e6, 5001)
    for kind in ("all_units", "increment"):
        assert (np.diff(rebate(bought, PLAN, kind)) >= 0).all()
    assert np.diff(rebate(bought, PLAN, "increment")).max() <= 0.08 * 1000 + 1e-6
    assert np.diff(rebate(bought, PLAN, "all_units")).max() > 80_000


def test_the_next_threshold_is_worth_the_rise_of_the_rate_on_all_units() -> None:
    threshold, jump = next_threshold(np.array([0.0, 1e6, 3e6]), PLAN, "all_units")
    assert threshold.tolist() == [1e6, 3e6, np.inf]
    assert jump == pytest.approx([0.05 * 1e6, 0.03 * 3e6, 0.0])
    threshold, jump = next_threshold(np.array([0.0, 1e6, 3e6]), PLAN, "increment")
    assert threshold.tolist() == [1e6, 3e6, np.inf]
    assert jump.tolist() == [0.0, 0.0, 0.0]


def ahead(gap: float, jump: float, weeks: float, holding: float = 0.1) -> list[int]:
    """What a firm that needs 30 and 10 units a week, at 5 each, buys ahead: 200 is a week's need."""
    need, price, one = np.array([[30.0, 10.0]]), np.full((1, 2), 5.0), np.ones((1, 1))
    units = buying_ahead(gap * one, jump * one, weeks * one, need, price, holding)
    return [int(n) for n in units[0]]


def test_firms_buy_what_is_missing_where_the_threshold_is_worth_more_than_holding_it() -> None:
    # 100 missing is half a week: 15 + 5 units for a quarter of a week on average, 20 x 0.1 x 0.25 = 0.5.
    assert ahead(100.0, 0.51, 0.0) == [15, 5]
    assert ahead(100.0, 0.5, 0.0) == [0, 0]
    assert ahead(101.0, 9.0, 0.0) == [16, 6]


def test_they_wait_while_waiting_saves_holding_and_do_not_wait_where_it_is_free() -> None:
    assert [ahead(100.0, 50.0, weeks) for weeks in (2.0, 1.0, 0.0, -1.0)] == [[0, 0], [0, 0], [15, 5], [0, 0]]
    assert [ahead(100.0, 50.0, weeks, holding=0.0) for weeks in (2.0, -1.0)] == [[15, 5], [0, 0]]


@pytest.mark.parametrize(("gap", "jump"), [(100.0, 0.0), (0.0, 50.0), (-10.0, 50.0), (np.inf, 0.0)])
def test_nobody_buys_ahead_for_nothing(gap: float, jump: float) -> None:
    assert ahead(gap, jump, 0.0) == [0, 0]
    assert ahead(gap, jump, 0.0, holding=0.0) == [0, 0]


def test_nobody_buys_ahead_what_nobody_needs() -> None:
    one, two = np.ones((1, 1)), np.ones((1, 2))
    nothing = buying_ahead(one, one, 0 * one, 0 * two, two, 0.0)
    assert nothing.tolist() == [[0, 0]]


def test_orders_stay_within_the_room() -> None:
    wanted, price = np.array([[10, 5]] * 4), np.array([[6.0, 8.0]] * 4)
    granted = within_credit(wanted, price, np.array([np.inf, 100.0, 99.9, -1.0]))
    # 99.9 of 100: 9.99 and 4.995 units, rounded down.
    assert granted.tolist() == [[10, 5], [10, 5], [9, 4], [0, 0]]


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (
            "policy.rebate.tiers=[{from_purchases=300.0, rate=0.05}, {from_purchases=300.0, rate=0.08}]",
            "policy.rebate.tiers.1.from_purchases is 300, allowed are values above that of the tier before (300)",
        ),
        (
            "policy.rebate.tiers=[{from_purchases=100.0, rate=0.05}, {from_purchases=300.0, rate=0.04}]",
            "policy.rebate.tiers.1.rate is 0.04, allowed are values from that of the tier before (0.05)",
        ),
        ("policy.rebate.tiers=[]", "policy.rebate.tiers has 0 entries, allowed are at least 1"),
        ("policy.rebate.tiers=[{rate=5.5}]", "policy.rebate.tiers.0.rate is 5.5, allowed are values up to 5"),
        ("policy.rebate.kind=volume", "policy.rebate.kind is 'volume', allowed are 'none', 'all_units' or 'increment'"),
        ("policy.rebate.period_weeks=0", "policy.rebate.period_weeks is 0, allowed are values from 1"),
        ("distributors.credit_line=-1.0", "distributors.credit_line is -1.0, allowed are values from 0"),
        ("distributors.pass_through=1.5", "distributors.pass_through is 1.5, allowed are values up to 1"),
        ('retailers.cash_limit="yes"', "retailers.cash_limit is 'yes', allowed is true or false"),
    ],
)
def test_a_wrong_plan_is_refused_in_one_sentence(override: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        load("base", (override,))
    assert str(refused.value) == f"--set: {problem}"


def test_a_timetable_may_change_tiers_and_is_held_to_the_same_rule() -> None:
    entry = 'timetable=[{{weeks=[1, 9], who=["{}"], set={{"policy.rebate.tiers"=[{}]}}}}]'
    right = "{from_purchases=10.0, rate=0.1}, {from_purchases=20.0, rate=0.2}"
    assert load("base", (entry.format("distributors", right),))
    with pytest.raises(
        BadInput,
        match=r"policy\.rebate\.tiers\"\.1\.from_purchases is 5, allowed are values above .* \(10\)",
    ):
        load("base", (entry.format("distributors", right.replace("20.0", "5.0")),))
    with pytest.raises(BadInput, match=r"has nobody whom policy\.rebate\.tiers concerns"):
        load("base", (entry.format("chain", right),))
