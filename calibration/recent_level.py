"""The recent level: how recent weeks sold against what was fitted, from wide groups of series down to each.

Category and area first, then item and area, then cell (outlet and category), then the series itself. Each step is a
ratio of weighted sums, units over fitted units, shrunk towards 1 by as many units on both sides as the average series
sells in ``trust`` weeks, and later steps start from the fitted units at the level found so far. A week counts half for
every ``half_life`` weeks that it lies before the last one before the forecast; weeks over a year back do not count.
Half-life and trust are chosen on windows inside the training weeks (`choose.py`).

Weeks of large sales do not count more for being large: units are weighted by their mean over their variance, as in a
negative binomial likelihood. A week that is off by more than `OFF` standard deviations counts as if it were off by so
many (Huber 1964; Cantoni and Ronchetti 2001): a display that sold five times what was fitted says little of the weeks
to come. Off from what, is found in `ROUNDS`: a level that has moved for good is followed, step by step. What the cut
takes from the units of a category is given back to all of its series, so that sums keep their size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from channellab.calibration.fit import Fitted
from channellab.calibration.structure import Structure
from channellab.scenarios.arrays import Flags, Floats, Ints

WINDOW = 52
STEPS = (1.0, 0.5, 0.5, 0.25)
"""Trust of each step against that of the first: the smaller the group, the fewer units it has."""
OFF = 2.0
ROUNDS = 3
LEAST = 0.02
"""Dispersion of the steadiest weeks that are believed in: else a level that moves for good would never be found."""
MEDIAN_SQUARE = 0.4549
"""Median of the square of a standard normal."""


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
    year = LastYear.of(structure, mean)
    return year.level(year.faded(half_life), trust)


@dataclass(frozen=True, eq=False)
class LastYear:
    """What the recent level is found from: the V weeks that any series' last year has.

    Attributes:
        weeks: (W,) which they are. units, mean: (S, V), 0 where nothing was learnt; units of a week that sold out are
            at least the mean.
        dispersion: (S, 1) scatter of weeks around their level, as of a negative binomial, by category.
        usual: mean units of a week and series, weighted as all are here.
    """

    structure: Structure
    weeks: Flags
    units: Floats
    mean: Floats
    dispersion: Floats
    usual: float

    @staticmethod
    def of(structure: Structure, mean: Floats) -> "LastYear":
        """The last year of a structure; mean: (S, W) fitted units."""
        learnt, weeks = structure.learnt, np.asarray(recency(structure.learnt, structure.end, WINDOW).any(axis=0))
        known = np.where(learnt, mean, 0.0)
        sold = np.where(structure.units >= structure.stock, np.maximum(structure.units, known), structure.units)
        units = np.where(learnt, sold, 0.0)
        units, known, learnt = units[:, weeks], known[:, weeks], learnt[:, weeks]
        dispersion = scatter(units, known, structure.category)[:, None]
        usual = float((units * precision(known, dispersion))[learnt].mean()) if learnt.any() else 0.0
        return LastYear(structure, weeks, units, known, dispersion, usual)

    def faded(self, half_life: float) -> Floats:
        """Weight of each week (S, V) by how recent it is."""
        return recency(self.structure.learnt, self.structure.end, half_life)[:, self.weeks]

    def level(self, faded: Floats, trust: float) -> Floats:
        """Log of the recent level of each series, (S,)."""
        level = np.zeros(len(self.mean))
        for _ in range(ROUNDS):
            mean = self.mean * np.exp(level)[:, None]
            weight = faded * precision(mean, self.dispersion)
            actual = (believed(self.units, mean, self.dispersion) * weight).sum(axis=1)
            expected = (self.mean * weight).sum(axis=1) * self.left
            level = shrunk(self.structure, actual, expected, trust * self.usual)
        return level

    @cached_property
    def left(self) -> Floats:
        """Share of the units of its category that is left of them after the cut, (S,)."""
        weight, of = precision(self.mean, self.dispersion), self.structure.category
        kept, whole = (
            np.bincount(of, (each * weight).sum(axis=1))
            for each in (believed(self.units, self.mean, self.dispersion), self.units)
        )
        return np.divide(kept, whole, out=np.ones(len(whole)), where=whole > 0)[of]


def scatter(units: Floats, mean: Floats, category: Ints) -> Floats:
    """Dispersion of weeks around the level of their series, (S,), the same for all series of a category.

    Found from the median of squared deviations, which weeks far off do not move: half of the weeks of a normal law are
    within .67 standard deviations. The level of a series is looked for twice, the second time without what was far off.
    The dispersion of the fit is not taken: the search moves it to shrink coefficients more or less.

    Args:
        units, mean: (S, V). category: (S,).
    """
    found, seen, whole = np.zeros(len(mean)), units, mean.sum(axis=1)
    for _ in range(2):
        ratio = np.divide(seen.sum(axis=1), whole, out=np.ones(len(whole)), where=whole > 0)
        around = mean * ratio[:, None]
        for kind in np.unique(category):
            of = (category == kind)[:, None] & (around > 0)
            found[category == kind] = _dispersion((units - around)[of] ** 2, around[of])
        seen = believed(units, around, found[:, None])
    return found


def _dispersion(square: Floats, mean: Floats) -> float:
    """Dispersion at which squared deviations have the median of a normal law, by halving; `LEAST` at least."""
    low, high = LEAST, 10.0
    for _ in range(30):
        middle = (low + high) / 2
        if mean.size and np.median(square / (mean + middle * mean**2)) > MEDIAN_SQUARE:
            low = middle
        else:
            high = middle
    return low


def precision(mean: Floats, dispersion: Floats) -> Floats:
    """Mean over variance of units with these means."""
    return np.asarray(1 / (1 + dispersion * mean))


def believed(units: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Units, cut where they are further off the mean than is believed."""
    most = OFF * np.sqrt(mean + dispersion * mean**2)
    return np.clip(units, mean - most, mean + most)


def shrunk(structure: Structure, actual: Floats, expected: Floats, belief: float) -> Floats:
    """Log of the level of each series, (S,), step by step from wide groups down.

    Args:
        actual, expected: (S,) weighted sums of units. belief: units that weigh as much as the belief in the fit.
    """
    level = np.zeros(len(actual))
    for share, group in zip(STEPS, _groups(structure), strict=True):
        of = np.bincount(group, actual), np.bincount(group, np.exp(level) * expected)
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
