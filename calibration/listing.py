"""Which weeks a series was listed in, from which weeks it has rows."""

import numpy as np
from numpy.typing import NDArray

from channellab.scenarios.arrays import Flags


def listed(recorded: Flags, outlet: NDArray[np.int64], gap_weeks: int) -> Flags:
    """Whether each series was listed.

    A series that has no row for ``gap_weeks`` weeks or more was not; in a shorter gap it was listed and sold nothing.
    Where an outlet has no row at all, nothing was recorded: it counts as closed, its series as not listed.

    Args:
        recorded: bool[S, W], whether there is a row. outlet: int64[S], position of each series' outlet.

    >>> listed(np.array([[1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1]], bool), np.array([0, 0]), 3)
    array([[ True,  True,  True, False, False, False],
           [ True,  True,  True,  True,  True,  True]])
    """
    open_ = np.zeros((int(outlet.max(initial=0)) + 1, recorded.shape[1]), bool)
    np.logical_or.at(open_, outlet, recorded)
    return (recorded | (gap_length(recorded) < gap_weeks)) & open_[outlet]


def gap_length(recorded: Flags) -> NDArray[np.int64]:
    """Length of the run of weeks without a row that each week is in; 0 where there is a row."""
    weeks = np.arange(recorded.shape[1])
    before: NDArray[np.int64] = np.maximum.accumulate(np.where(recorded, weeks, -1), axis=1)
    after: NDArray[np.int64] = np.minimum.accumulate(np.where(recorded, weeks, len(weeks))[:, ::-1], axis=1)[:, ::-1]
    gap: NDArray[np.int64] = np.maximum(after - before - 1, 0)
    return gap
