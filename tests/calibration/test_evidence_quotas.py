"""HS1, HS3, VMI1, PRI4 and PRI5 are measured as they say; whether they agree with what was published is not tested."""

import numpy as np
import pytest

from channellab.calibration.evidence import lifts, quotas, smoothing
from channellab.calibration.evidence.finding import measured_weeks, opened
from channellab.experiments.replicate import replication_seeds

SEEDS = replication_seeds(1, 4)
EVEN = np.ones((1, 3, 52))


def test_a_smooth_quarter_has_no_edge() -> None:
    assert quotas.part(EVEN[:, 0], last=True).tolist() == pytest.approx([3 / 13])
    assert quotas.part(EVEN[:, 0], last=False).tolist() == pytest.approx([3 / 13])


def test_what_swings_is_told_by_flow() -> None:
    flows = EVEN.copy()
    flows[0, quotas.IN, ::13], flows[0, quotas.OUT, ::13] = 3.0, 2.0
    assert quotas.swings(flows).tolist() == pytest.approx([4.0])


def test_a_linear_rebate_has_no_threshold_ahead() -> None:
    policy = quotas.market("linear").scenario.policy.rebate
    assert [tier.from_purchases for tier in policy.tiers] == [0.0]
    assert quotas.market("tiered").scenario.policy.rebate.period_weeks == quotas.QUARTER


def test_no_festival_is_counted_without_the_weeks_after_it() -> None:
    windows = lifts._festivals()
    assert windows
    assert all(first > lifts.SPAN and end + lifts.SPAN <= 52 for first, end in windows)


def test_units_are_those_of_shops_alone() -> None:
    with opened(lifts.market("none"), 1) as market:
        weeks = measured_weeks(market)
        next(weeks)
        sold = lifts.units(iter([market]))
        assert market.online.sold.sum() > 0
        assert sold == [market.retailers.sold[:, :4].sum()]


def test_few_weeks_make_the_exact_ratio_look_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "_ratio", lambda seeds, *_: np.array([1.08, 1.0802]))
    _, long, _ = smoothing.experiment([1, 2])
    assert long.published_low is not None
    assert long.published_high is not None
    assert 1.0 < long.published_low < long.published_high < 1.09


@pytest.mark.slow
def test_thresholds_make_swings_that_shoppers_do_not() -> None:
    tiered, linear, more, none = quotas.variance(SEEDS)
    assert tiered.value > 3 * linear.value
    assert more.low > 0.0
    assert none.low < 0.0 < none.high
    late, early, *_ = quotas.hockey_stick(SEEDS)
    assert late.low > 0.0 > early.high


@pytest.mark.slow
def test_orders_that_equal_demand_vary_with_it() -> None:
    smoother, _, equal = smoothing.experiment(SEEDS[:2])
    assert smoother.value < 0.0
    assert equal.value == pytest.approx(1.0)


@pytest.mark.slow
def test_lower_prices_sell_more() -> None:
    with opened(lifts.market("cuts"), 1) as market:
        sold = lifts.units(measured_weeks(market))
    with opened(lifts.market("none"), 1) as market:
        plain = [float(market.retailers.sold[:, :4].sum()) for _ in measured_weeks(market)]
    first = lifts.STARTS[0] - 1
    assert sold[: first - 5] == plain[: first - 5], "until it is announced, nothing differs"
    weeks = np.array(lifts.STARTS) - 1
    assert np.array(sold)[weeks].sum() > 1.05 * np.array(plain)[weeks].sum()
