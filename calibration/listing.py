"""Which weeks a series was listed in, from which weeks it has rows."""

import numpy as np
from numpy.typing import NDArray

from channellab.scenarios.arrays import Flags, Floats

USUAL = 6
"""Weeks of a gap from which on a series that sells in most weeks was not listed."""
CHANCE = 0.001
"""Probability of a gap by chance below which it means that a series was not listed, or an outlet closed."""


def listed(recorded: Flags, outlet: NDArray[np.int64], gap_weeks: int | None = None) -> Flags:
    """Whether each series was listed.

    A series that has no row for ``gap_weeks`` weeks or more was not; in a shorter gap it was listed and sold nothing.
    Where an outlet has no row at all, nothing was recorded: it counts as closed, its series as not listed. Weeks
    between months do not lengthen a gap.

    By default a gap is of six weeks, or of as many as do not come by chance to a series that seldom has rows; and an
    outlet all of whose series seldom have rows is closed only in weeks in which all are not without one by chance.

    Args:
        recorded: bool[S, W], whether there is a row. outlet: int64[S], position of each series' outlet.

    >>> listed(np.array([[1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1]], bool), np.array([0, 0]), 3)
    array([[ True,  True,  True, False, False, False],
           [ True,  True,  True,  True,  True,  True]])
    """
    found, told = np.zeros(recorded.shape, np.bool_), counted(recorded)
    seen = recorded[:, told]
    without = missing(seen)
    usual = np.maximum(np.ceil(np.log(CHANCE) / np.log(without)), USUAL)
    longest = usual if gap_weeks is None else np.full(len(seen), float(gap_weeks))
    shelf = seen | (gap_length(seen) < longest[:, None])
    outlets = int(outlet.max(initial=0)) + 1
    open_ = np.zeros((outlets, seen.shape[1]), np.bool_)
    np.logical_or.at(open_, outlet, seen)
    if gap_weeks is None:
        chance, there = np.zeros((2, *open_.shape))
        np.add.at(chance, outlet, np.where(shelf, np.where(usual > USUAL, np.log(without), -np.inf)[:, None], 0.0))
        np.add.at(there, outlet, shelf)
        open_ |= (there > 0) & (chance > np.log(CHANCE))
    found[:, told] = shelf & open_[outlet]
    return found


def missing(recorded: Flags) -> Floats:
    """Probability of no row in the week after one with a row, (S,): near 0 of what sells weekly while it is listed."""
    before, both = recorded[:, :-1], recorded[:, :-1] & recorded[:, 1:]
    weeks = before.sum(axis=1)
    return np.asarray(np.maximum(1.0 - (both.sum(axis=1) + 1.0) / (weeks + 1.0), 1e-9))


def gap_length(recorded: Flags) -> NDArray[np.int64]:
    """Length of the run of weeks without a row that each week is in; 0 where there is a row."""
    weeks = np.arange(recorded.shape[1])
    before: NDArray[np.int64] = np.maximum.accumulate(np.where(recorded, weeks, -1), axis=1)
    after: NDArray[np.int64] = np.minimum.accumulate(np.where(recorded, weeks, len(weeks))[:, ::-1], axis=1)[:, ::-1]
    gap: NDArray[np.int64] = np.maximum(after - before - 1, 0)
    return gap


def counted(recorded: Flags) -> Flags:
    """Weeks that count, (W,): all; of months and the like, never two in a row, those with a row.

    >>> counted(np.array([[1, 0, 0, 0, 1, 0]], bool)).sum(), counted(np.array([[1, 1, 0, 0, 1, 0]], bool)).sum()
    (np.int64(2), np.int64(6))
    """
    told = np.asarray(recorded.any(axis=0), np.bool_)
    weeks = np.flatnonzero(told)
    return told if len(weeks) > 1 and np.diff(weeks).min() > 1 else np.ones(told.shape, np.bool_)


def span(weeks: Flags) -> int:
    """Weeks (S, W) from the first to the last that any series has: a year of months is one, too.

    >>> span(np.array([[0, 1, 0, 0, 1, 0]], bool)), span(np.zeros((1, 3), bool))
    (4, 0)
    """
    there = np.flatnonzero(weeks.any(axis=0))
    return int(there[-1] - there[0] + 1) if len(there) else 0
