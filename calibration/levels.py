"""Levels of adding up: which series belong to which sum, and which sums are scored."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from channellab.calibration.adding import adder, sums_by
from channellab.calibration.history import History
from channellab.calibration.history_file import Calibration, Level
from channellab.calibration.holdout import Task
from channellab.calibration.tables import read_table
from channellab.calibration.texts import texts
from channellab.scenarios.arrays import Flags
from channellab.scenarios.errors import BadInput

SERIES = Level.model_validate({"by": ("outlet", "product")})
"""The single series."""
TOTAL = "(total)"


@dataclass(frozen=True, eq=False)
class Sums:
    """G sums of series.

    Attributes:
        names: G rows, what each is about. of: int64[S], the sum of each series; -1 where it is in none.
        scored: bool[G].
    """

    names: pd.DataFrame
    of: NDArray[np.int64]
    scored: Flags

    @property
    def count(self) -> int:
        """Number of sums."""
        return len(self.names)

    def add(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sums over series of float64[S, W], as float64[G, W]."""
        return sums_by(self._adder, values)

    @cached_property
    def _adder(self) -> csr_matrix:
        return adder(self.of, self.count)


def sums(history: History, name: str, level: Level) -> Sums:
    """The sums of a level.

    Raises:
        BadInput: the list of its series cannot be used.
    """
    by = [key for key in level.by if key in history.series]
    if len(by) < len(level.by):
        missing = next(key for key in level.by if key not in history.series)
        raise BadInput(history.calibration.where, f"levels.{name}.by", f"names {missing!r}, which nothing is mapped to")
    if not by:
        names, of = pd.DataFrame({"total": [TOTAL]}), np.zeros(history.shape[0], np.int64)
    else:
        of = np.asarray(history.series.groupby(by, observed=True, sort=True).ngroup(), np.int64)
        first = np.unique(of, return_index=True)[1]
        names = history.series.loc[pd.Index(first), by].astype(str).reset_index(drop=True)
    found = Sums(names, of, np.ones(len(names), bool))
    present = found.add(history.matrix("recorded")) > 0
    scored = present.sum(axis=1) >= level.min_weeks
    if level.series is not None:
        scored &= _in_list(history.calibration, name, level, names)
    if not scored.any():
        raise BadInput(history.calibration.where, f"levels.{name}", "leaves no series to score")
    return replace(found, scored=scored)


def summed(task: Task, of: Sums) -> Task:
    """The task of forecasting the sums: units are added, prices and promotions are means of the listed series.

    The weights of the means are the units that each series sold in a week of learning on average, the same in all
    weeks, so that a mean moves only where prices and promotions do; the mean of prices is geometric.
    """
    history = task.history
    listed: Flags = history.matrix("listed")
    usual = history.matrix("units").sum(axis=1) / np.maximum(task.learn.sum(axis=1), 1)
    weight = np.where(listed, np.maximum(usual, 1e-6)[:, None], 0.0)
    total = of.add(weight)
    share = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    every = 1.0 / np.maximum(of.add(np.maximum(usual, 1e-6)[:, None]), 1e-12)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        listed_mean = of.add(np.where(listed, values, 0.0) * weight) * share
        return np.where(total > 0, listed_mean, of.add(values * np.maximum(usual, 1e-6)[:, None]) * every)

    price, base = history.matrix("price"), history.matrix("base_price")
    ratio = np.exp(mean(np.log(price / base)))
    # Of the series themselves, not of those listed: a base price must not jump when one more is listed.
    usual_base = np.exp(of.add(np.log(base) * np.maximum(usual, 1e-6)[:, None]) * every)
    columns = {
        "units": of.add(history.matrix("units")).round().astype(np.int64),
        "price": ratio * usual_base,
        "base_price": usual_base,
        **{name: mean(history.matrix(name)) for name in ("promotion", "display", "feature")},
        "recorded": of.add(history.matrix("recorded")) > 0,
        "listed": total > 0,
        "row": np.full((of.count, history.shape[1]), -1),
    }
    count = history.shape[1]
    frame = pd.DataFrame(
        {
            "series": np.repeat(np.arange(of.count, dtype=np.int32), count),
            "week": np.tile(np.arange(count, dtype=np.int32), of.count),
            **{name: each.ravel() for name, each in columns.items()},
        }
    )
    learn, ask, window = (of.add(mask) > 0 for mask in (task.learn, task.ask, task.window))
    whole = replace(history, frame=frame, series=of.names.astype("category"))
    return Task(whole, learn & ~window, ask, window, task.origin)


def _in_list(calibration: Calibration, name: str, level: Level, names: pd.DataFrame) -> Flags:
    """bool[G], which sums the list file names."""
    table = read_table(calibration.path(str(level.series)), calibration.file.history.encoding, f"levels.{name}.series")
    settings, rows = calibration.file.history, np.ones(len(table.data), bool)
    if "level" in table.data:
        rows = (table.data["level"].astype(str).str.strip() == name).to_numpy()
    keys = []
    for key in level.by:
        theirs = settings.columns.given.get(key) or (settings.groups[key].column if key in settings.groups else key)
        column = key if key in table.data else theirs
        table.need(column, f"levels.{name}.series")
        found = texts(table.data[column])
        keys.append([found.at(int(at)) for at in np.flatnonzero(rows)])
    wanted = {*zip(*keys, strict=True)}
    return np.array([row in wanted for row in names[list(level.by)].itertuples(index=False, name=None)], bool)
