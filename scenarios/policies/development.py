"""Arithmetic of the market development fund, over arrays of partners."""

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Ints


def display(spent: Floats, gain: float, half: float) -> Floats:
    """Utility that local display lends own goods, by what is spent on an outlet a week: saturating.

    >>> display(np.array([0.0, 10.0, 30.0]), gain=0.4, half=10.0)
    array([0. , 0.2, 0.3])
    """
    return gain * spent / (spent + half)


def proven(growth: Floats, spent: Floats, proof: Floats) -> Flags:
    """Whether spending has paid off: sales have grown by `proof` for each unit of money spent.

    >>> proven(np.array([30.0, 30.0, 30.0]), np.array([20.0, 40.0, 0.0]), np.ones(3))
    array([ True, False, False])
    """
    return np.asarray((spent > 0.0) & (growth >= proof * spent))


def spends(gain: Floats, paid: Floats, brand_share: Floats) -> Flags:
    """Whether a partner spends: if the margin it expects of a unit of money, and what the brand pays of it, reach one.

    Args:
        gain: (F,) margin expected. paid: (F,) how surely it expects to be paid, 0..1.

    >>> spends(np.array([0.6, 0.6]), np.array([1.0, 0.5]), np.array([0.5, 0.5]))
    array([ True, False])
    """
    return np.asarray(gain + paid * brand_share >= 1.0)


def weeks_left(week: int, period: Ints) -> Ints:
    """Weeks until a period of so many weeks ends, this one with them; periods are counted from week 1.

    >>> weeks_left(7, np.array([4, 13, 7]))
    array([2, 7, 1])
    """
    return np.asarray(period - (week - 1) % period)


def left_a_week(weekly: Floats, share: Floats, new_share: Floats, left: Ints, new_left: Ints) -> Floats:
    """What a partner spends a week of what its fund still holds, once the terms have changed.

    The brand's part of it stays what it was, and the partner's follows the new share.

    Args:
        weekly: (F,) so far. share, new_share: (F,) part that the brand pays. left, new_left: (F,) weeks of the period
            under the old and the new terms.

    >>> left_a_week(np.array([6.0, 6.0]), np.full(2, 0.5), np.array([0.5, 0.25]), np.array([2, 3]), np.array([4, 3]))
    array([ 3., 12.])
    """
    return np.asarray(weekly * (share / new_share) * (left / new_left))
