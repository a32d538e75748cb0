"""Findings: intervals over seeds, and what counts as agreement with a published figure."""

import numpy as np
import pytest

from channellab.calibration.evidence.finding import (
    Finding,
    found,
    last,
    replicate,
    scenario,
    seeds_of,
    summary_of,
)


def finding(low: float, high: float, published_low: float | None, published_high: float | None) -> Finding:
    return Finding("X", "A figure.", "1", 1.0, low, high, 3, "", published_low, published_high, "", "")


@pytest.mark.parametrize(
    ("low", "high", "published", "verdict"),
    [
        (1.0, 2.0, (2.0, 3.0), "agrees"),
        (1.0, 1.9, (2.0, 3.0), "differs"),
        (3.1, 4.0, (2.0, 3.0), "differs"),
        (0.1, 4.0, (0.0, None), "agrees"),
        (-0.1, 4.0, (0.0, None), "differs"),
        (-4.0, -0.1, (None, 0.0), "agrees"),
        (-4.0, 0.1, (None, 0.0), "differs"),
        (1.0, 2.0, (None, None), "no figure to compare"),
    ],
)
def test_verdict(low: float, high: float, published: tuple[float | None, float | None], verdict: str) -> None:
    assert finding(low, high, *published).verdict == verdict


def test_the_interval_is_students() -> None:
    result = found("X", "A figure.", np.array([1.0, 2.0, 3.0]), published="", inputs="", scenario="")
    half = 4.302652729911275 / 3**0.5  # t of 2 degrees of freedom, sd 1
    assert (result.value, result.low, result.high) == pytest.approx((2.0, 2 - half, 2 + half))
    assert result.seeds == 3


def test_a_market_is_measured_under_every_seed() -> None:
    loaded = scenario("logit-shares", run__weeks=3, run__warmup=1, consumers__count=200)
    seeds = seeds_of(loaded, 2)
    shares = replicate(loaded, summary_of("market_share", "units_sold"), seeds)
    weeks = replicate(loaded, lambda weeks: last(weeks).week, seeds)
    assert shares.shape == (2, 2)
    assert weeks.tolist() == [4.0, 4.0]
