"""Arithmetic of the market development fund, over arrays of partners."""

import numpy as np

from channellab.scenarios.arrays import Flags, Floats


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
