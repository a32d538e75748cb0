"""What the data say of a fit's quantities: estimates with intervals, profiles, and which pairs trade off."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from channellab.calibration.curvature import Bowl
from channellab.calibration.fit import Fitted
from channellab.calibration.one_thread import one_thread
from channellab.calibration.profiles import Profile, profile
from channellab.calibration.quantities import Quantity, quantities
from channellab.calibration.score_variance import Scores
from channellab.calibration.shared_shocks import Shocks
from channellab.calibration.standard_errors import Uncertain, correlations, uncertain_of
from channellab.experiments.executors import Place, common, opened
from channellab.experiments.flow import ordered

STRONG = 0.8
"""Pairs whose correlation is at least so strong trade off against each other: the data tell one given the other."""
EDGE = 1e-3


@dataclass(frozen=True)
class Estimate:
    """A quantity.

    Attributes:
        value: as the fitted market plays it. error: standard error. low, high: 95 % interval, by its profile.
        identified: whether the data narrowed what was believed. at_bound: whether it lies on the end of its range.
    """

    name: str
    category: str
    value: float
    error: float
    low: float
    high: float
    prior_mean: float
    prior_sd: float
    identified: bool
    at_bound: bool


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """Of every quantity of a fit."""

    fitted: Fitted
    uncertain: list[Uncertain]
    profiles: list[Profile]

    @property
    def estimates(self) -> list[Estimate]:
        """With their intervals and verdicts."""
        vector = self.fitted.layout.packed(self.fitted.values)
        told = []
        for each, found in zip(self.uncertain, self.profiles, strict=True):
            q = each.quantity
            value = float(q.weights @ vector)
            bound = not q.fixed and bool(value < q.low + EDGE or value > q.high - EDGE)
            low, high = min(found.low, value), max(found.high, value)
            row = (value, each.error, low, high, q.centre, q.prior_sd, found.identified, bound)
            told.append(Estimate(q.name, q.category, *row))
        return told

    def estimate_table(self) -> pd.DataFrame:
        """The estimates as a table."""
        return pd.DataFrame([asdict(each) for each in self.estimates])

    def profile_table(self) -> pd.DataFrame:
        """The points of every profile, and beside each rise the square that curvature expects."""
        rows = []
        for each, found in zip(self.uncertain, self.profiles, strict=True):
            q, here = each.quantity, min(found.points, key=lambda point: point.rise).value
            for point in found.points:
                away = point.value - here
                square = 0.5 * away**2 / each.curvature if each.curvature > 0 else 0.0
                names = {"name": q.name, "category": q.category, "value": point.value}
                rows.append({**names, "rise": point.rise, "by_curvature": square, "needed": found.needed})
        return pd.DataFrame(rows)

    def trade_offs(self) -> pd.DataFrame:
        """Pairs that trade off, the strongest first: by curvature, and how one moved along the profile of the other."""
        columns = ["name", "category", "with", "with_category", "correlation", "along_profile"]
        rows = sorted(self._pairs(), key=lambda row: -abs(row["correlation"]))
        return pd.DataFrame(rows, columns=columns)

    def _pairs(self) -> Iterator[dict[str, Any]]:
        both = correlations(self.uncertain)
        for a, b in combinations(range(len(self.uncertain)), 2):
            one, other = self.uncertain[a].quantity, self.uncertain[b].quantity
            if abs(both[a, b]) < STRONG or one.fixed or other.fixed:
                continue
            names = {"name": one.name, "category": one.category, "with": other.name, "with_category": other.category}
            yield {**names, "correlation": float(both[a, b]), "along_profile": self._moved(a, b)}

    def _moved(self, a: int, b: int) -> float:
        """Standard deviations by which b moves when a does by one, from end to end of the profile of a."""
        first, last = self.profiles[a].points[0], self.profiles[a].points[-1]
        one, other = self.uncertain[a], self.uncertain[b]
        if last.value <= first.value:
            return float(np.nan)
        moved = float(other.quantity.weights @ (last.at - first.at)) / (last.value - first.value)
        return moved * float(np.sqrt(one.curvature / other.curvature))


@dataclass(frozen=True, eq=False)
class Questions:
    """What all quantities are told from; each worker is sent it once."""

    bowl: Bowl
    scores: Scores
    shocks: Shocks | None
    quantities: tuple[Quantity, ...]


@one_thread
def answered(number: int) -> tuple[Uncertain, Profile]:
    """What a worker does: the error and the profile of a quantity."""
    asked: Questions = common()
    found = uncertain_of(asked.bowl, asked.scores, asked.shocks, asked.quantities[number])
    return found, profile(asked.bowl, found)


@one_thread
def diagnostics(fitted: Fitted, shocks: Shocks | None = None, workers: int = 1) -> Diagnostics:
    """Of a fit.

    Args:
        shocks: measured on weeks that were not learnt from, which errors are to allow for.
    """
    bowl = Bowl(fitted)
    asked = Questions(bowl, Scores.of(bowl), shocks, tuple(quantities(fitted)))
    with opened(Place(workers), asked) as crew:
        found = list(ordered(answered, range(len(asked.quantities)), crew))
    return Diagnostics(fitted, [each for each, _ in found], [each for _, each in found])


def estimates(fitted: Fitted, shocks: Shocks | None = None, workers: int = 1) -> list[Estimate]:
    """Coefficients, memory and expansion of every category, with their uncertainty."""
    return diagnostics(fitted, shocks, workers).estimates
