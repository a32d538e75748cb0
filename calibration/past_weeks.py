"""Intervals of forecasts from how far off a method was in weeks it learned from.

Whole weeks are drawn, not single errors: what moved many series together in a week of the past moves them together in
a draw, so that sums have honest intervals. (Independent errors covered 30 % instead of 80 % at the coarsest level.)
"""

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.holdout import Task
from channellab.scenarios.arrays import Floats

_STREAM = 7_301
LARGEST = 20.0
"""Ratio of units to what was expected is not drawn larger."""


def drawn(task: Task, mean: Floats, expected: Floats, draws: int, seed: int) -> Floats:
    """Possible outcomes.

    Args:
        mean: float64[N], forecasts of the cells of the task.
        expected: float64[S, W], what the method expects in the weeks of learning.

    Returns:
        float64[D, N]; a cell is its mean times the ratio of actual to expected units in a week of the past, the same
        week for all series; where a series was not listed in it, its mean.
    """
    ratio, known = ratios(task, expected)
    weeks = np.flatnonzero(known.any(axis=0))
    series, week = np.divmod(task.cells, task.ask.shape[1])
    luck = np.random.default_rng([_STREAM, seed])
    pick = weeks[luck.integers(len(weeks), size=(draws, task.ask.shape[1]))]
    return np.stack([mean * ratio[series, row[week]] for row in pick]) if draws else np.zeros((0, len(mean)))


def ratios(task: Task, expected: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Actual over expected units, with mean 1 in each series: float64[S, W], and where it is known."""
    known = task.learn & (expected > 0)
    units = task.history.matrix("units")
    ratio = np.divide(units, expected, out=np.ones(known.shape), where=known)
    ratio = np.minimum(ratio, LARGEST)
    mean = (ratio * known).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.where(known & (mean > 0), ratio / np.where(mean > 0, mean, 1.0), 1.0), known
