"""What a shop puts on its shelf when space is scarce: pure arithmetic, one row per shop, one column per SKU."""

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Index


def expected_sales(mean: Floats, listed: Flags, region: Index, regions: int) -> Floats:
    """Units a week that shops expect of every SKU, (O, K).

    Of a SKU it lists, a shop expects its own forecast; of another, the mean forecast of the shops of its region that
    list it; of one that nobody there lists, what it expects of a SKU it lists on the mean.

    Args:
        mean: (O, K) forecasts. listed: (O, K) what is on the shelves. region: (O,) of the shops. regions: their number.
    """
    shops, skus = mean.shape
    own_total, own_count = np.zeros(shops), np.zeros(shops)
    for sku in range(skus):
        own_total = own_total + np.where(listed[:, sku], mean[:, sku], 0.0)
        own_count = own_count + listed[:, sku]
    average = own_total / np.maximum(own_count, 1.0)
    expected = np.empty_like(mean)
    for sku in range(skus):
        here = listed[:, sku]
        count = np.bincount(region, here, regions)[region]
        total = np.bincount(region, np.where(here, mean[:, sku], 0.0), regions)[region]
        others = np.where(count > 0, total / np.maximum(count, 1.0), average)
        expected[:, sku] = np.where(here, mean[:, sku], others)
    return expected


def best_listed(gain: Floats, allowed: Flags, space: int) -> Flags:
    """The ``space`` SKUs of each shop with the largest gain among those allowed, (O, K); the earlier among equals."""
    order = np.argsort(np.where(allowed, -gain, np.inf), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return allowed & (place < space)
