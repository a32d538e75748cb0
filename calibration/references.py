"""Reference forecasts that know nothing of prices: the last value, the last year, a recent mean, smoothing.

Each is fitted anew to the sums of every level. All series are worked on at once, week by week.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from channellab.calibration.holdout import Forecast, Task
from channellab.calibration.past_weeks import drawn
from channellab.scenarios.arrays import Flags, Floats

YEAR = 52
ALPHAS = tuple(np.round(np.arange(0.02, 1.0, 0.02), 2).tolist())
"""Weights of the newest week that smoothing tries."""
Expect = Callable[[Floats, Flags], Floats]
"""From units and where they are known, both [S, W], to what is expected in every week from the known ones before it."""


@dataclass(frozen=True)
class Plain:
    """A method that looks at past units only.

    Attributes:
        expect: see ``Expect``; where nothing is known before, it says NaN.
    """

    name: str
    expect: Expect
    own_level: bool = True

    def fit(self, task: Task) -> "PlainFitted":
        """Runs through the weeks."""
        return PlainFitted(np.nan_to_num(self.expect(task.history.matrix("units").astype(np.float64), task.learn)))


@dataclass(frozen=True, eq=False)
class PlainFitted:
    """expected: float64[S, W]."""

    expected: Floats

    def predict(self, task: Task, draws: int, seed: int) -> Forecast:
        """What is expected of the cells."""
        mean = self.expected.ravel()[task.cells]
        return Forecast(mean, drawn(task, mean, self.expected, draws, seed) if draws else None)


def last_value(units: Floats, known: Flags) -> Floats:
    """The newest known week.

    >>> last_value(np.array([[3.0, 5.0, 0.0, 0.0]]), np.array([[True, True, False, False]])).tolist()
    [[nan, 3.0, 5.0, 5.0]]
    """
    return mean_of_last(1)(units, known)


def mean_of_last(weeks: int) -> Expect:
    """The mean of so many newest known weeks."""

    def expect(units: Floats, known: Flags) -> Floats:
        number = np.cumsum(known, axis=1, dtype=np.int64)
        before = np.pad(np.cumsum(np.where(known, units, 0.0), axis=1), ((0, 0), (1, 0)))
        # Sum of the first n known weeks of each series, so that a window of known weeks is a difference.
        total = np.zeros_like(before)
        rows = np.broadcast_to(np.arange(len(units))[:, None], known.shape)
        total[rows[known], number[known]] = before[:, 1:][known]
        seen = np.pad(number, ((0, 0), (1, 0)))[:, :-1]
        used = np.minimum(seen, weeks)
        gain = np.take_along_axis(total, seen, 1) - np.take_along_axis(total, seen - used, 1)
        mean: Floats = np.divide(gain, used, out=np.full(units.shape, np.nan), where=used > 0)
        return mean

    return expect


def last_year(units: Floats, known: Flags) -> Floats:
    """The same week a year before; where that is not known, the newest known week."""
    found = last_value(units, known)
    if units.shape[1] > YEAR:
        found[:, YEAR:] = np.where(known[:, :-YEAR], units[:, :-YEAR], found[:, YEAR:])
    return found


def smoothed(units: Floats, known: Flags) -> Floats:
    """Simple exponential smoothing, ETS(A, N, N), with the weight that would have erred least in each series.

    It starts from the mean of the first ten known weeks. With the same weight and start it is what statsmodels'
    ``SimpleExpSmoothing`` gives (tested), for thousands of series at once.
    """
    best, least = np.full(units.shape, np.nan), np.full(len(units), np.inf)
    start = mean_of_first(units, known, 10)
    for alpha in ALPHAS:
        found = smoothing(units, known, alpha, start)
        error = (np.where(known, units - found, 0.0) ** 2).sum(axis=1)
        better = error < least
        best[better], least[better] = found[better], error[better]
    return best


def smoothing(units: Floats, known: Flags, alpha: float, start: Floats) -> Floats:
    """Levels before each week, float64[S, W], of simple exponential smoothing from ``start`` (float64[S])."""
    level, found = start.copy(), np.empty_like(units)
    for week in range(units.shape[1]):
        found[:, week] = level
        level += np.where(known[:, week], alpha * (units[:, week] - level), 0.0)
    return found


def mean_of_first(units: Floats, known: Flags, weeks: int) -> Floats:
    """Mean of the first so many known weeks, float64[S]; 0 where there is none."""
    early = known & (np.cumsum(known, axis=1) <= weeks)
    mean: Floats = np.where(early, units, 0.0).sum(axis=1) / np.maximum(early.sum(axis=1), 1)
    return mean


def plain(mean_weeks: int = 13) -> tuple[Plain, ...]:
    """All of them."""
    return (
        Plain("naive", last_value),
        Plain("seasonal naive", last_year),
        Plain(f"mean of {mean_weeks} weeks", mean_of_last(mean_weeks)),
        Plain("exponential smoothing", smoothed),
    )
