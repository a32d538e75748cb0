"""VMI1: orders swing less the longer the mean that forecasts demand, and not at all where they equal demand."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, found, replicate, summary_of
from channellab.calibration.gates.inventory import bullwhip_moving_average
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import load

LEAD, SHORT, LONG = 2, 5, 52
"""Weeks that an order-up-to level covers, and those of the moving averages compared."""
WEEKS = 104
CHEN = "Chen, Drezner, Ryan & Simchi-Levi 2000, exact"
INPUTS = (
    "retailers.stock: rule, forecast_weeks. Nothing else is written in; base_stock orders what was sold, as a supplier "
    "does who sees sales at the till, and its level does not follow a forecast."
)


def experiment(seeds: Sequence[int]) -> list[Finding]:
    """Variance of orders over that of demand under a short and a long mean, and where orders equal demand."""
    short, long = (_ratio(seeds, f"retailers.stock.forecast_weeks={weeks}") for weeks in (SHORT, LONG))
    equal = _ratio(seeds, 'retailers.stock.rule="base_stock"', "retailers.stock.level=8000")
    exact = bullwhip_moving_average(LEAD, LONG)
    few = (exact - 1.0 / WEEKS) / (1.0 - 1.0 / WEEKS)
    return [
        _finding(
            f"Log of the ratio of variances, orders over demand, at a mean of {LONG} weeks less that of {SHORT}.",
            np.log(long / short),
            "smoother forecasts, smoother orders (< 0)",
            (None, 0.0),
        ),
        _finding(
            f"Variance of orders over that of demand at a mean of {LONG} weeks.",
            long,
            f"{exact:.4g}, and {few:.4g} where both variances are estimated over {WEEKS} weeks",
            (exact, few),
        ),
        _finding(
            "Variance of orders over that of demand where orders equal demand.",
            equal,
            "1, the limit of ever longer means",
            (1.0, 1.0),
        ),
    ]


def _ratio(seeds: Sequence[int], *overrides: str) -> Floats:
    loaded = load("bullwhip", (*overrides, f"run.warmup={LONG}", f"run.weeks={WEEKS}"))
    return replicate(loaded, summary_of("bullwhip_ratio"), seeds)[:, 0]


def _finding(words: str, values: Floats, published: str, ends: tuple[float | None, float | None]) -> Finding:
    return found(
        "VMI1",
        words,
        values,
        published=f"{published}; {CHEN}",
        low=ends[0],
        high=ends[1],
        inputs=INPUTS,
        scenario=f"bullwhip, 64 shops with normal demand, {LONG} weeks of warm-up and {WEEKS} measured",
    )


FINDINGS: dict[str, Experiment] = {"VMI1": experiment}
