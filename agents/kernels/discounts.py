"""Discounts on orders, compiled: mean rates on what is owed, and what buyers take of goods that are pushed.

Columns come SKU by SKU, (K, F), as they lie in memory.
"""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints

ROUNDING = 1e-9


@kernel
def mean_rate(old: Floats, owed: Ints, rate: Floats, units: Ints) -> Floats:
    """(K, F) mean discount on units owed at an old rate and units at a new one, (1, F) or (K, F); 0 on nothing."""
    mean = np.zeros(old.shape)
    for k in range(old.shape[0]):
        row = min(k, rate.shape[0] - 1)
        for f in range(old.shape[1]):
            total = owed[k, f] + units[k, f]
            if total > 0:
                mean[k, f] = (owed[k, f] * old[k, f] + units[k, f] * rate[row, f]) / total
    return mean


@kernel
def taken_of_push(weeks: Floats, supplier: Index, excess: Floats, need: Floats) -> Ints:
    """Units (K, B) that buyers take, see `channellab.agents.stuffing.units_taken`.

    Args:
        weeks: (K, S) of need for which sellers pay. supplier: (B,) row of each buyer's. excess, need: (K, B) units.
    """
    units = np.empty(need.shape, np.int64)
    for k in range(need.shape[0]):
        for b in range(need.shape[1]):
            more = math.floor(weeks[k, supplier[b]] * need[k, b] - excess[k, b] + ROUNDING)
            units[k, b] = max(more, 0)
    return units
