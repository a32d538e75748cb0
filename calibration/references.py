"""Reference forecasts that know nothing of prices: the last value, the last year, a recent mean, smoothing.

Each is fitted anew to the sums of every level.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.holdout import Forecast, Task
from channellab.calibration.listing import counted
from channellab.calibration.past_weeks import drawn
from channellab.scenarios.arrays import Flags, Floats

YEAR = 52
FIRST = 10
"""Known weeks whose mean smoothing starts from."""
Expect = Callable[[Floats, Flags], Floats]
"""From units and where they are known, both [S, W], to what is expected in every week from the known ones before it."""


@dataclass(frozen=True)
class Plain:
    """A method that looks at past units only.

    Attributes:
        expect: see ``Expect``; where nothing is known before, it says NaN.
        slow: whether that takes so long that workers should share the series out.
    """

    name: str
    expect: Expect
    own_level: bool = True
    slow: bool = False

    def fit(self, task: Task) -> "PlainFitted":
        """Runs through the weeks."""
        return PlainFitted(self.expected(task.history.matrix("units"), task.learn))

    def expected(self, units: NDArray[np.number], known: Flags) -> Floats:
        """What is expected of each series in every week, float64[S, W], by itself."""
        return np.nan_to_num(self.expect(units.astype(np.float64), known))


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
    return partial(_mean_of_last, weeks)  # which, unlike a function within this one, can be sent to a worker


def _mean_of_last(weeks: int, units: Floats, known: Flags) -> Floats:
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


def last_year(units: Floats, known: Flags) -> Floats:
    """The same week a year before; where that is not known, the newest known week.

    Months begin 51 to 53 weeks after those of the year before: where the week 52 before is between two, that of the
    weeks beside it is taken.
    """
    found, told = last_value(units, known), counted(known)
    for back in (YEAR + 1, YEAR - 1, YEAR):
        late = np.arange(back, units.shape[1])
        late = late[(back == YEAR) | ~told[np.maximum(late - YEAR, 0)]]
        found[:, late] = np.where(known[:, late - back], units[:, late - back], found[:, late])
    return found


def smoothed(units: Floats, known: Flags) -> Floats:
    """Simple exponential smoothing of each series, ETS(A, N, N), by statsmodels; a gap leaves the level as it was.

    The level starts from the mean of the first ten known weeks, so that one parameter is left to be fitted: of
    thousands of series, which takes 7 ms each. (A damped trend chosen by AICc takes nine times as long.)
    """
    found = np.full(units.shape, np.nan)
    for series in np.flatnonzero(known.any(axis=1)):
        weeks = np.flatnonzero(known[series])
        levels = _levels(units[series, weeks])
        # Each week has the level before the next known one, those after the last the newest.
        found[series] = levels[np.searchsorted(weeks, np.arange(units.shape[1]))]
    return found


def _levels(units: Floats) -> Floats:
    """Level before each of the weeks of a series (W,) and after the last, float64[W + 1]."""
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing  # two seconds to import

    start = float(units[:FIRST].mean())
    if np.ptp(units) == 0:
        return np.full(len(units) + 1, start)
    model = SimpleExpSmoothing(units, initialization_method="known", initial_level=start)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an optimum at an end of the weight's range is one
        fitted = model.fit()
    return np.append(fitted.fittedvalues, fitted.forecast(1))


def plain(mean_weeks: int = 13) -> tuple[Plain, ...]:
    """All of them."""
    return (
        Plain("naive", last_value),
        Plain("seasonal naive", last_year),
        Plain(f"mean of {mean_weeks} weeks", mean_of_last(mean_weeks)),
        Plain("ETS", smoothed, slow=True),
    )
