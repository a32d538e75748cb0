"""Arithmetic of quantity discounts: what an order of a size earns, whatever is in it."""

from typing import NamedTuple

import numpy as np

from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.settings.quantity import QuantityDiscountSettings


class Ladder(NamedTuple):
    """A ladder of J steps as columns: (J,) least units, (J,) rates, and whether a rate holds for its slice alone."""

    units: Ints
    rates: Floats
    increment: bool


def ladder_of(settings: QuantityDiscountSettings) -> Ladder:
    """The ladder that settings declare."""
    units = np.array([step.from_units for step in settings.breaks], np.int64)
    rates = np.array([step.rate for step in settings.breaks], np.float64)
    return Ladder(units, rates, settings.kind == "increment")


def order_rate(units: Ints, ladder: Ladder) -> Floats:
    """(F,) mean discount on the units of orders, a share of the price.

    On all units an order earns the rate of the step that it reaches; on the increment each step earns its rate on the
    units up to the next. 300 units, with 2 % from 100 and 5 % from 200, earn 5 % on all units, and
    (0.02 x 100 + 0.05 x 100) / 300 = 2.33 % on the increment:

    >>> steps = np.array([100, 200]), np.array([0.02, 0.05])
    >>> order_rate(np.array([99, 100, 300]), Ladder(*steps, False))
    array([0.  , 0.02, 0.05])
    >>> order_rate(np.array([99, 100, 300]), Ladder(*steps, True)).round(4)
    array([0.    , 0.    , 0.0233])
    """
    size = units.astype(np.float64)
    if not ladder.increment:
        reached = np.searchsorted(ladder.units, units, side="right")
        return np.asarray(np.concatenate([[0.0], ladder.rates])[reached])
    earned, before = np.zeros(size.shape), 0.0
    for least, rate in zip(ladder.units.tolist(), ladder.rates.tolist(), strict=True):
        earned = earned + (rate - before) * np.maximum(size - least, 0.0)
        before = rate
    return earned / np.maximum(size, 1.0)
