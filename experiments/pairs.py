"""Paired differences: what one scenario changes against another on the same luck, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from channellab.experiments.replicate import LEVEL
from channellab.scenarios.arrays import Floats

NOISE = 1e-12
"""Differences below this share of the values are rounding."""


@dataclass(frozen=True)
class Difference:
    """Scenario less baseline, over paired replications.

    Attributes:
        mean, low, high: mean difference and its two-sided 95 % Student interval.
        p: two-sided p value of no difference; p_holm: the same after Holm's correction over its family.
        effect_size: mean over standard deviation of the differences (Cohen's d for pairs), None where they do not vary.
        correlation: of the two scenarios over seeds, None where one of them does not vary.
        better: share of replications in which the scenario is the better one, by the metric's direction: the
            probability that it beats the baseline under the same luck.
        surely_better: probability, after these replications and with nothing known before, that its mean is the better
            one (Student).
    """

    mean: float
    low: float
    high: float
    p: float
    p_holm: float
    effect_size: float | None
    correlation: float | None
    better: float | None
    surely_better: float | None


def paired(values: Floats, base: Floats, direction: str) -> Difference:
    """The difference of two (N,) arrays of paired replications, before any correction for multiple comparisons.

    >>> paired(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.5, 2.5]), "up").mean
    1.0
    """
    gaps = values - base
    # Sums in another order may differ in the last digits; that is no difference.
    gaps[np.abs(gaps) <= NOISE * np.maximum(np.abs(values), np.abs(base))] = 0.0
    count, mean, spread = gaps.size, float(gaps.mean()), float(gaps.std(ddof=1))
    error = spread / np.sqrt(count)
    half = float(error * stdtrit(count - 1, 0.5 + LEVEL / 2))
    p = 2.0 * float(stdtr(count - 1, -abs(mean) / error)) if error > 0 else float(mean == 0)
    gains = {"up": gaps > 0, "down": gaps < 0}.get(direction)
    return Difference(
        mean=mean,
        low=mean - half,
        high=mean + half,
        p=p,
        p_holm=p,
        effect_size=mean / spread if spread > 0 else None,
        correlation=_correlation(values, base),
        better=None if gains is None else float(gains.mean()),
        surely_better=_surely(mean, float(error), count, direction),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment.

    >>> [round(p, 10) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    adjusted, running = [0.0] * len(order), 0.0
    for rank, place in enumerate(order.tolist()):
        running = max(running, min((len(order) - rank) * p_values[place], 1.0))
        adjusted[place] = running
    return adjusted


def _surely(mean: float, error: float, count: int, direction: str) -> float | None:
    """Share of the posterior of the mean difference that lies on the better side."""
    sign = {"up": 1.0, "down": -1.0}.get(direction)
    if sign is None:
        return None
    if error == 0:
        return 0.5 + 0.5 * float(np.sign(sign * mean))
    return float(stdtr(count - 1, sign * mean / error))


def _correlation(values: Floats, base: Floats) -> float | None:
    if values.std() == 0 or base.std() == 0:
        return None
    return float(np.corrcoef(values, base)[0, 1])
