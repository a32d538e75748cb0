"""Forecasts and orders, compiled: the same few steps for every firm and SKU, which numpy would take one by one.

Columns come SKU by SKU, (K, F), as they lie in memory.
"""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints


@kernel
def asked_for(sold: Ints, fetched: Ints, unmet: Ints, share: float) -> Floats:
    """Demand of a week (K, F): units sold to newcomers, and a share of those that could not be."""
    demand = np.empty(sold.shape)
    for k in range(sold.shape[0]):
        for f in range(sold.shape[1]):
            demand[k, f] = (sold[k, f] - fetched[k, f]) + share * unmet[k, f]
    return demand


@kernel
def smoothed(mean: Floats, variance: Floats, demand: Floats, weight: float) -> tuple[Floats, Floats]:
    """Mean and variance of demand, (K, F) units a week, in which the newest week has a weight (West 1979)."""
    new_mean, new_variance = np.empty(mean.shape), np.empty(mean.shape)
    for k in range(mean.shape[0]):
        for f in range(mean.shape[1]):
            error = demand[k, f] - mean[k, f]
            new_mean[k, f] = mean[k, f] + weight * error
            new_variance[k, f] = (1.0 - weight) * (variance[k, f] + weight * error * error)
    return new_mean, new_variance


@kernel
def up_to_level(position: Ints, mean: Floats, variance: Floats, weeks: Index, safety: float) -> Ints:
    """Units (K, F) that are missing from stock positions to ``weeks x mean + safety x sqrt(weeks x variance)``.

    Args:
        position: (K, F) units. mean, variance: (K, F) of a week's demand. weeks: (F,) that an order must cover.
    """
    units = np.empty(position.shape, np.int64)
    for k in range(position.shape[0]):
        for f in range(position.shape[1]):
            cover = float(weeks[f])
            level = cover * mean[k, f] + safety * math.sqrt(cover * variance[k, f])
            units[k, f] = max(math.floor(level + 0.5) - position[k, f], 0)
    return units
