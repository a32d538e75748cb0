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
DISPERSION, OFF = 0.05, 2.0
"""Weekly scatter around a level: variance of a negative binomial, and how many standard deviations of it are believed.

The dispersion of the fit is not taken: the search moves it to shrink coefficients more or less."""
ROUNDS = 3


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
            at least the mean. usual: mean units of a week and series, weighted as all are here.
    """

    structure: Structure
    weeks: Flags
    units: Floats
    mean: Floats
    usual: float

    @staticmethod
    def of(structure: Structure, mean: Floats) -> "LastYear":
        """The last year of a structure; mean: (S, W) fitted units."""
        learnt, weeks = structure.learnt, np.asarray(recency(structure.learnt, structure.end, WINDOW).any(axis=0))
        known = np.where(learnt, mean, 0.0)
        sold = np.where(structure.units >= structure.stock, np.maximum(structure.units, known), structure.units)
        units = np.where(learnt, sold, 0.0)
        usual = float((units * precision(known))[learnt].mean()) if learnt.any() else 0.0
        return LastYear(structure, weeks, units[:, weeks], known[:, weeks], usual)

    def faded(self, half_life: float) -> Floats:
        """Weight of each week (S, V) by how recent it is."""
        return recency(self.structure.learnt, self.structure.end, half_life)[:, self.weeks]

    def level(self, faded: Floats, trust: float) -> Floats:
        """Log of the recent level of each series, (S,)."""
        level = np.zeros(len(self.mean))
        for _ in range(ROUNDS):
            mean = self.mean * np.exp(level)[:, None]
            weight = faded * precision(mean)
            actual = (believed(self.units, mean) * weight).sum(axis=1)
            expected = (self.mean * weight).sum(axis=1) * self.left
            level = shrunk(self.structure, actual, expected, trust * self.usual)
        return level

    @cached_property
    def left(self) -> Floats:
        """Share of the units of its category that is left of them after the cut, (S,)."""
        weight, of = precision(self.mean), self.structure.category
        kept, whole = (
            np.bincount(of, (each * weight).sum(axis=1)) for each in (believed(self.units, self.mean), self.units)
        )
        return np.divide(kept, whole, out=np.ones(len(whole)), where=whole > 0)[of]


def precision(mean: Floats) -> Floats:
    """Mean over variance of units with these means."""
    return np.asarray(1 / (1 + DISPERSION * mean))


def believed(units: Floats, mean: Floats) -> Floats:
    """Units, cut where they are further off the mean than is believed."""
    most = OFF * np.sqrt(mean + DISPERSION * mean**2)
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
