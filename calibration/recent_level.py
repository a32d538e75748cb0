"""The recent level: how recent weeks sold against what was fitted, from wide groups of series down to each.

Category and area first, then item and area, then cell (outlet and category), then the series itself. Each step is a
ratio of weighted sums, units over fitted units, shrunk towards 1 by as many units on both sides as the average series
sells in ``trust`` weeks, and later steps start from the fitted units at the level found so far. A week counts half for
every ``half_life`` weeks that it lies before the last one before the forecast; weeks over a year back do not count.
Half-life and trust are chosen on windows inside the training weeks (`choose.py`).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from channellab.calibration.fit import Fitted
from channellab.calibration.structure import Structure
from channellab.scenarios.arrays import Flags, Floats, Ints

WINDOW = 52
STEPS = (1.0, 0.5, 0.5, 0.25)
"""Trust of each step against that of the first: the smaller the group, the fewer units it has."""


def levelled(fitted: Fitted, mean: Floats | None = None) -> Fitted:
    """The same with its recent level.

    Args:
        mean: (S, W) fitted units without a level, where they are known already.
    """
    plain = fitted.with_level(np.zeros_like(fitted.level))
    known = plain.mean(fitted.structure.learnt) if mean is None else mean
    s = fitted.structural
    return fitted.with_level(recent_level(fitted.structure, known, s.half_life, s.trust))


def recent_level(structure: Structure, mean: Floats, half_life: float, trust: float) -> Floats:
    """Log of the recent level of each series, (S,).

    Args:
        mean: (S, W) fitted units.
    """
    return shrunk(structure, recent_sums(structure, mean, half_life), trust)


class RecentSums(NamedTuple):
    """Actual and fitted units (S,), weeks weighted by how recent they are. usual: mean units of a week."""

    actual: Floats
    expected: Floats
    usual: float


def recent_sums(structure: Structure, mean: Floats, half_life: float) -> RecentSums:
    """What the recent level is a ratio of.

    Args:
        mean: (S, W) fitted units.
    """
    weight = recency(structure.learnt, structure.end, half_life)
    sold = np.where(structure.units >= structure.stock, np.maximum(structure.units, mean), structure.units)
    usual = float(structure.units[structure.learnt].mean()) if structure.learnt.any() else 0.0
    return RecentSums((sold * weight).sum(axis=1), (mean * weight).sum(axis=1), usual)


def shrunk(structure: Structure, sums: RecentSums, trust: float) -> Floats:
    """Log of the recent level of each series, (S,), step by step from wide groups down."""
    belief, level = trust * sums.usual, np.zeros(len(sums.actual))
    for share, group in zip(STEPS, _groups(structure), strict=True):
        here = np.exp(level) * sums.expected
        of = np.bincount(group, sums.actual), np.bincount(group, here)
        level += np.log((of[0] + share * belief) / (of[1] + share * belief))[group]
    return level


def recency(learnt: Flags, end: Ints, half_life: float) -> Floats:
    """Weight of each week that is learnt from (S, W): halved every ``half_life`` weeks back from ``end`` (S,)."""
    age = np.abs(end[:, None] - np.arange(learnt.shape[1])).astype(np.float64)
    return np.where(learnt & (age < WINDOW), 0.5 ** (age / half_life), 0.0)


def _groups(structure: Structure) -> Iterator[Ints]:
    areas = len(structure.names["area"])
    yield structure.category * areas + structure.area
    yield structure.item * areas + structure.area
    yield structure.cell
    yield np.arange(len(structure.item))
