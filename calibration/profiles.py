"""Profiles: by how much the loss rises at its smallest while a quantity is held away from its estimate.

The ends of a 95 % interval are where it has risen as a normal likelihood's would have: half the square of the quantile,
times the quantity's variance over that by curvature alone where errors are shared by many series (the adjustment of
Chandler and Bate 2007, Biometrika 94:167). All other parameters start where curvature expects them and are fitted
again from there; two or three points a side suffice, as rises of a fit are nearly square.

A quantity is **not identified** where the interval is nearly as wide as what was believed before: the data say little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from channellab.calibration.curvature import Bowl, Place
from channellab.calibration.one_thread import one_thread
from channellab.calibration.quantities import Quantity
from channellab.calibration.standard_errors import Uncertain
from channellab.scenarios.arrays import Floats

LEVEL = 0.95
WEAK = 0.9
"""An interval above this share of the prior's is that of a quantity that is not identified."""
STEPS = 6
"""With which all others are fitted again at a point of a profile."""
CLOSE = 0.1
"""A point counts as the end of the interval if the rise there implies one so near it, as a share of the distance."""
ROUNDS, FARTHEST = 3, 2.0
"""Points a side at most, and how many times as far as the one before a point may lie."""


@dataclass(frozen=True, eq=False)
class Point:
    """A point of a profile: value of the quantity, rise of the loss, and all parameters there."""

    value: float
    rise: float
    at: Floats


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile of a quantity.

    Attributes:
        points: by value. low, high: the interval. needed: rise of the loss at its ends.
    """

    quantity: Quantity
    points: tuple[Point, ...]
    low: float
    high: float
    needed: float

    @property
    def identified(self) -> bool:
        """Whether the data narrowed what was believed."""
        q = self.quantity
        reach = float(norm.ppf((1 + LEVEL) / 2)) * q.prior_sd
        believed = min(q.centre + reach, q.high) - max(q.centre - reach, q.low)
        return q.shows and not q.fixed and self.high - self.low < WEAK * believed


@one_thread
def profile(bowl: Bowl, uncertain: Uncertain) -> Profile:
    """Of one quantity."""
    q = uncertain.quantity
    here = Point(float(q.weights @ bowl.mode.at), 0.0, bowl.mode.at)
    if q.fixed or uncertain.curvature <= 0:
        return Profile(q, (here,), here.value, here.value, 0.0)
    needed = 0.5 * uncertain.quantile**2 * uncertain.error**2 / uncertain.curvature
    below, low = _side(bowl, uncertain, here, needed, -1)
    above, high = _side(bowl, uncertain, here, needed, 1)
    return Profile(q, (*reversed(below), here, *above), low, high, needed)


def _side(bowl: Bowl, uncertain: Uncertain, here: Point, needed: float, sign: int) -> tuple[list[Point], float]:
    """Points on one side, the nearest first, and where the loss has risen as needed."""
    q = uncertain.quantity
    room = (q.high - here.value) if sign > 0 else (here.value - q.low)
    far, found = uncertain.quantile * uncertain.error, list[Point]()
    for _ in range(ROUNDS):
        step = min(far, room)
        if step <= 0:
            return found, here.value
        found.append(_point(bowl, uncertain, here, sign * step, found[-1] if found else here))
        far = _implied([(abs(each.value - here.value), each.rise) for each in found], needed)
        if step == room and found[-1].rise < needed:
            return _sorted(found, here), here.value + sign * room
        if abs(far / step - 1) < CLOSE:
            break
        far = min(far, FARTHEST * step)
    return _sorted(found, here), here.value + sign * min(far, room)


def _sorted(found: list[Point], here: Point) -> list[Point]:
    return sorted(found, key=lambda each: abs(each.value - here.value))


def _point(bowl: Bowl, uncertain: Uncertain, here: Point, away: float, last: Point) -> Point:
    """The profile at some distance, sought from where curvature and the point before expect the others."""
    along = uncertain.direction / uncertain.curvature
    was = last.value - here.value
    share = away / was if was else 0.0
    bent = last.at - here.at - along * was  # grows with the square of the distance
    start = here.at + along * away + bent * share**2
    found: Place = bowl.lowest(start, uncertain.quantity.weights, STEPS)
    return Point(here.value + away, max(found.loss - bowl.mode.loss, 0.0), found.at)


def _implied(points: Sequence[tuple[float, float]], needed: float) -> float:
    """How far away the rise is as needed, by a square and a cube through the last two points."""
    (x, rise), *before = reversed(points)
    if rise <= 0:
        return FARTHEST * x
    if not before or before[0][1] <= 0:
        return x * float(np.sqrt(needed / rise))
    y, other = before[0]
    square, cube = np.linalg.solve([[x**2, x**3], [y**2, y**3]], [rise, other])

    def missing(far: float) -> float:
        return float(square * far**2 + cube * far**3 - needed)

    ends = 0.5 * min(x, y), FARTHEST * max(x, y)
    if missing(ends[0]) * missing(ends[1]) >= 0:
        return x * float(np.sqrt(needed / rise))
    return float(brentq(missing, *ends))
