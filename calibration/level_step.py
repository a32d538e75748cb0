"""The step of the hierarchical regression from the level that it fitted over all weeks to the recent one.

It shrinks by the scatter of weekly ratios, as nobody chooses settings for a reference forecast; the market's own step
(`recent_level.py`) is shrunk as far as forecasts inside the training weeks ask for.
"""

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.adding import added
from channellab.calibration.holdout import Task
from channellab.calibration.levels import SERIES, sums
from channellab.calibration.recent_level import recency
from channellab.scenarios.arrays import Floats

HALF_LIFE = 12.0
"""Weeks after which a week counts half."""


def level_step(task: Task, fitted: Floats) -> Floats:
    """Factors of each series, float64[S, 1]: actual over fitted units in the recent year.

    First of the coarsest level in the calibration file, then of finer ones, and of the single series; each is what is
    left of those before it. A factor is shrunk towards 1 as far as the week-to-week scatter of its ratio says.
    """
    weight = recent(task)
    units = task.history.matrix("units") * task.learn
    factor = np.ones((task.history.shape[0], 1))
    levels = task.history.calibration.file.levels
    groups = [sums(task.history, name, level).of for name, level in levels.items()]
    groups.sort(key=lambda of: int(of.max()))
    if not groups or int(groups[-1].max()) + 1 < task.history.shape[0]:
        groups.append(sums(task.history, "series", SERIES).of)
    for of in groups:
        factor = factor * _shrunk(units, fitted * factor * task.learn, weight, of)[of][:, None]
    return factor


def recent(task: Task) -> Floats:
    """Weight of each week of learning, float64[S, W], back from the series' last one."""
    last = task.learn.shape[1] - 1 - np.argmax(task.learn[:, ::-1], axis=1)
    return recency(task.learn, last.astype(np.int64), HALF_LIFE)


def _shrunk(units: Floats, fitted: Floats, weight: Floats, of: NDArray[np.int64]) -> Floats:
    """Factors of groups, float64[G].

    A group's log ratio L has the sampling variance v of a weighted mean of weekly ratios; over groups the variance of
    L beyond v is t (method of moments); the estimate is L t / (t + v), the best linear one.
    """
    count = int(of.max()) + 1
    actual, expected = added(units * weight, of, count), added(fitted * weight, of, count)
    total = expected.sum(axis=1)
    ratio = np.divide(actual.sum(axis=1), total, out=np.ones(count), where=total > 0)
    error = ((actual - ratio[:, None] * expected) ** 2).sum(axis=1)
    variance = np.divide(error, np.maximum(actual.sum(axis=1), 0.5) ** 2, out=np.full(count, np.inf), where=total > 0)
    log_ratio = np.log(np.maximum(ratio, 0.05))
    known = (total > 0) & np.isfinite(variance) & (variance > 0)
    if known.sum() < 2:
        return np.where(total > 0, ratio, 1.0)
    share = 1.0 / variance[known]
    between = max(float((share * (log_ratio[known] ** 2 - variance[known])).sum() / share.sum()), 0.0)
    return np.where(known, np.exp(log_ratio * between / (between + np.where(known, variance, 1.0))), 1.0)
