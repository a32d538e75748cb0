"""Standard errors and intervals of a fit's structural parameters.

Two variances, of which the larger is taken. Curvature: the parameter's entry in the inverse of the Hessian of the loss
with priors, all other parameters moving along (solved by conjugate gradients with differences of the gradient). Robust:
scores summed by week are taken as independent, so that shocks that many series share in a week count once and not as
many observations (sandwich with weekly clusters; Liang and Zeger 1986).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from channellab.calibration.fit import Fitted, Problem, evaluated
from channellab.calibration.likelihood import Rows
from channellab.calibration.structure import Structure
from channellab.scenarios.fitted import COEFFICIENTS

Floats = NDArray[np.float64]

STEPS = 40
TOLERANCE = 1e-3
NUDGE = 1e-4
LEVEL = 0.95
EDGE = 1e-3
WEAK = 0.9
"""A parameter whose standard error is above this share of its prior's is called unidentified: the data hardly speak."""


@dataclass(frozen=True)
class Estimate:
    """A structural parameter.

    Attributes:
        prior_sd: what was believed. low, high: 95 % interval. identified: whether the data narrowed the prior.
        at_bound: whether it lies on the end of its range.
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


def estimates(fitted: Fitted) -> list[Estimate]:
    """Coefficients, memory and expansion of every category, with their uncertainty."""
    rows = fitted.structure.rows(fitted.structure.learnt)
    problem = Problem(fitted.layout, rows, fitted.structural)
    mode = fitted.layout.packed(fitted.values)
    slope = problem.gradient(mode)[1]
    clusters = max(int(fitted.structure.learnt.any(axis=0).sum()), 2)
    quantile = float(student.ppf((1 + LEVEL) / 2, clusters - 1))
    found = []
    for place, name, category in _places(fitted.structure, fitted):
        direction = _solved(problem, mode, slope, place)
        curvature = float(direction[place])
        error = float(np.sqrt(max(curvature, _robust(fitted, rows, mode, direction, clusters), 0.0)))
        prior_sd = float(1 / np.sqrt(problem.precision[place]))
        value, centre = float(mode[place]), float(problem.centre[place])
        bound = name == "expansion" and (value < EDGE or value > 1 - EDGE)
        low, high = value - quantile * error, value + quantile * error
        if name == "expansion":
            low, high = max(low, 0.0), min(high, 1.0)
        known = error < WEAK * prior_sd and prior_sd > 1e-6
        found.append(Estimate(name, category, value, error, low, high, centre, prior_sd, known, bound))
    return found


def _places(structure: Structure, fitted: Fitted) -> list[tuple[int, str, str]]:
    """Position in the vector, name and category of every structural parameter."""
    numbers = fitted.layout.unpacked(np.arange(fitted.layout.size, dtype=np.float64))
    found = []
    for code, category in enumerate(structure.names["category"]):
        found += [(int(numbers["beta_category"][code, k]), name, category) for k, name in enumerate(COEFFICIENTS)]
        found += [(int(numbers[name][code]), name, category) for name in ("memory", "expansion")]
    return found


def _solved(problem: Problem, mode: Floats, slope: Floats, place: int) -> Floats:
    """The column of the inverse Hessian of one parameter, by conjugate gradients in scaled parameters."""
    scale = problem.scale

    def bent(vector: Floats) -> Floats:
        size = NUDGE / max(float(np.abs(vector).max()), 1e-12)
        return np.asarray((problem.gradient(mode + size * scale * vector)[1] - slope) * scale / size)

    target = np.zeros(len(mode))
    target[place] = 1.0
    found, left = np.zeros(len(mode)), target.copy()
    way, rest = left.copy(), 1.0
    for _ in range(STEPS):
        image = bent(way)
        bend = float(way @ image)
        if bend <= 0:
            break
        step = rest / bend
        found += step * way
        left -= step * image
        new = float(left @ left)
        if new < TOLERANCE**2:
            break
        way = left + new / rest * way
        rest = new
    return np.asarray(found * scale * scale[place])


def _robust(fitted: Fitted, rows: Rows, mode: Floats, direction: Floats, clusters: int) -> float:
    """Variance of the parameter from weekly sums of its scores."""
    size = NUDGE / max(float(np.abs(direction).max()), 1e-12)
    ends = [
        evaluated(fitted.layout, fitted.layout.unpacked(mode + sign * size * direction), rows, fitted.structural)
        for sign in (-1.0, 1.0)
    ]
    here = evaluated(fitted.layout, fitted.values, rows, fitted.structural)
    change = (np.log(ends[1].mean) - np.log(ends[0].mean)) / (2 * size)
    week = np.repeat(rows.week, np.diff(rows.first))
    weekly = np.bincount(week, here.residual * change)
    return float((weekly**2).sum()) * clusters / (clusters - 1)
