"""Forecasts of weeks that a method has not seen: what it is given, what it returns, and from which origins.

Any method that fits this Protocol is judged in one table with the reference forecasts (``references.py``):

    class Mine:
        name, own_level = "mine", False
        def fit(self, task: Task) -> Fitted: ...        # learns from task.history where task.learn
    class MineFitted:
        def predict(self, task: Task, draws: int, seed: int) -> Forecast: ...   # for the cells task.ask
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.history import History
from channellab.calibration.history_file import Test
from channellab.scenarios.arrays import Flags, Floats
from channellab.scenarios.errors import BadInput

LEAST_WEEKS = 4
"""With fewer weeks to learn from, nothing is forecast."""


@dataclass(frozen=True, eq=False)
class Task:
    """What a method is given.

    Attributes:
        history: all weeks up to the end of the test. Where ``learn`` is false, units are 0, no row is recorded and no
            stock is known; prices and promotions are there in every week, and nothing else of the test weeks.
        learn: bool[S, W], weeks with units to learn from, in which the series was listed.
        ask: bool[S, W], weeks to forecast. Where neither holds, a series was not listed and sells nothing.
        window: bool[S, W], the test weeks, listed or not. origin: number of the forecast, 0 for the newest.
    """

    history: History
    learn: Flags
    ask: Flags
    window: Flags
    origin: int = 0

    @property
    def cells(self) -> NDArray[np.int64]:
        """int64[N], positions in the frame of the cells to forecast, ascending."""
        return np.flatnonzero(self.ask)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Units in the N cells of a task.

    Attributes:
        mean: float64[N], expected units. draws: float64[D, N], possible outcomes, each row of all cells together (rows
            keep what moves series jointly, so that sums have intervals too); None of a method without intervals.
    """

    mean: Floats
    draws: NDArray[np.float32] | Floats | None = None


class Fitted(Protocol):
    """A method that has learned."""

    def predict(self, task: Task, draws: int, seed: int) -> Forecast:
        """Forecasts the cells of the task that it learned from; ``draws`` may be 0."""


class Forecaster(Protocol):
    """A method.

    Attributes:
        name: in tables. own_level: whether it is fitted anew to the sums at every level; if not, its forecasts of
            the single series are added up.
    """

    @property
    def name(self) -> str: ...

    @property
    def own_level(self) -> bool: ...

    def fit(self, task: Task) -> Fitted:
        """Learns."""


def tasks(history: History) -> Iterator[Task]:
    """The forecasts that the calibration file asks for, the newest origin first.

    Raises:
        BadInput: there are no such weeks, or too few to learn from.
    """
    for origin in range(history.calibration.file.test.origins):
        yield task_of(history, origin)


def task_of(history: History, origin: int) -> Task:
    """One of them, by its number.

    Raises:
        BadInput: there are no such weeks, or too few to learn from.
    """
    test = history.calibration.file.test
    starts, ends = _window(history, test)
    back = origin * test.step
    return _task(history, starts - back, ends - back, origin)


def _window(history: History, test: Test) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last week of the test of each series, int64[S]."""
    count, where = history.shape[1], history.calibration.where
    if test.last_weeks is not None:
        recorded: Flags = history.matrix("recorded")
        ends = count - 1 - np.argmax(recorded[:, ::-1], axis=1)
        return ends - test.last_weeks + 1, ends
    if test.first is None:
        raise BadInput(where, "test", "names no weeks, allowed are first (and last), or last_weeks")
    first = history.weeks.index(test.first, "test.first", where)
    last = count - 1 if test.last is None else history.weeks.index(test.last, "test.last", where)
    if not 0 < first <= last or first >= count:
        label = history.calendar["label"]
        problem = f"is {test.first}, the history goes from {label.iloc[0]} to {label.iloc[-1]}"
        raise BadInput(where, "test.first", f"{problem}; allowed are weeks inside it, not after test.last")
    series = np.ones(history.shape[0], np.int64)
    return series * first, series * min(last, count - 1)


def _task(history: History, starts: NDArray[np.int64], ends: NDArray[np.int64], origin: int) -> Task:
    seen = history.until(int(ends.max()) + 1)
    settings, where = history.calibration.file, history.calibration.where
    week = np.arange(seen.shape[1])
    window = (week >= starts[:, None]) & (week <= ends[:, None])
    past = week < starts[:, None]
    if settings.train.first is not None:
        past &= week >= history.weeks.index(settings.train.first, "train.first", where)
    if settings.train.last is not None and origin == 0:
        past &= week <= history.weeks.index(settings.train.last, "train.last", where)
    if past.any(axis=0).sum() < LEAST_WEEKS:
        problem = f"leaves {past.any(axis=0).sum()} of {history.shape[1]} weeks to learn from"
        problem += f", allowed are {LEAST_WEEKS} or more"
        raise BadInput(where, "test", problem)
    listed: Flags = seen.matrix("listed")
    if not settings.test.listing_known:
        listed = np.where(past, listed, _at_the_end(listed, past)[:, None])
    learn = past & listed
    hidden = seen.with_columns(
        units=np.where(learn, seen.matrix("units"), 0),
        recorded=seen.matrix("recorded") & learn,
        row=np.where(learn, seen.matrix("row"), -1),
        listed=listed,
    )
    if "stock" in hidden.frame:
        hidden = hidden.with_columns(stock=np.where(learn, seen.matrix("stock"), np.nan))
    return Task(_priced(hidden), learn, window & listed, window, origin)


def _at_the_end(listed: Flags, past: Flags) -> Flags:
    """Whether each series was listed in its last week of the past, bool[S]."""
    last = past.shape[1] - 1 - np.argmax(past[:, ::-1], axis=1)
    return np.take_along_axis(listed & past, last[:, None], axis=1)[:, 0]


def _priced(history: History) -> History:
    """Without the columns that are outcomes rather than decisions: orders, distribution and costs."""
    outcomes = [name for name in ("orders", "distribution", "costs") if name in history.frame]
    return replace(history, frame=history.frame.drop(columns=outcomes))
