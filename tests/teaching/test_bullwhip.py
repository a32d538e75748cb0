"""Order-up-to with a moving average: how much more orders vary than demand."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from channellab.calibration.gates.inventory import bullwhip_moving_average

SHOPS, WEEKS = 64, 200


def sampling_error(lead_time: int, window: int, weeks: int) -> float:
    """Standard error of the ratio of two variances over the same weeks of independent shops.

    Orders are ``(1 + r) D_t - r D_(t-n)`` with ``r = L/n``. From the fourth moments of such a filter (those of demand
    drop out) the error is ``2 r (1 + r) / sqrt(shops x weeks)``.
    """
    r = lead_time / window
    return 2 * r * (1 + r) / sqrt(SHOPS * weeks)


def short_run(lead_time: int, window: int, weeks: int) -> float:
    """The ratio to expect over few weeks: the mean of both series is estimated and takes 1/weeks off both variances."""
    return (bullwhip_moving_average(lead_time, window) - 1 / weeks) / (1 - 1 / weeks)


def shops(lead_time: int, window: int, law: str, mean: float, sd: float, seed: int) -> str:
    return f"""
        extends = "bullwhip"
        [run]
        weeks = {WEEKS}
        seed = {seed}
        [consumers.demand]
        law = "{law}"
        mean = {mean}
        sd = {sd}
        [manufacturer]
        stock = {{level = 100_000_000}}
        [retailers]
        local_lead_days = {7.0 * (lead_time - 1)}
        stock = {{forecast_weeks = {window}}}
        """


def test_moving_average(lab: Any, judge: Any, sets: range) -> None:
    found, exact, error = [], [], []
    for number in sets:
        draw = np.random.default_rng([number, 9])
        lead_time, window = int(draw.integers(1, 6)), int(draw.integers(3, 15))
        mean = round(float(draw.uniform(2_000, 20_000)), 1)
        sd, law = round(mean * float(draw.uniform(0.02, 0.05)), 1), ("normal", "uniform")[number % 2]
        result = lab(shops(lead_time, window, law, mean, sd, number))
        found.append(result.mean("bullwhip_ratio"))
        exact.append(short_run(lead_time, window, WEEKS))
        error.append(sampling_error(lead_time, window, WEEKS))
    judge("bullwhip", found, exact, error)


def test_the_library_shows_two_weeks_and_five(lab: Any) -> None:
    result = lab('extends = "bullwhip"')
    assert bullwhip_moving_average(2, 5) == 2.12
    assert result.mean("bullwhip_ratio") == pytest.approx(short_run(2, 5, 520), abs=4 * sampling_error(2, 5, 520))
