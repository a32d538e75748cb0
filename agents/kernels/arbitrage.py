"""The best offer from outside in every territory, compiled: all pairs of territories are compared every week."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Ints


@kernel
def best_gains(
    cost: Floats, price: Floats, freight: Floats, fine: Floats, open_to: Flags, margin: float
) -> tuple[Ints, Floats]:
    """Who gains most on a unit sold into each territory, and how much, (K, M) each; the first of equals.

    The arguments are those of `channellab.agents.diversion.best_grey_offers`, but for cost and price, which come SKU by
    SKU, (K, M), so that the processor compares several territories at once.
    """
    skus, firms = price.shape
    who, most, way = np.zeros((skus, firms), np.int64), np.full((skus, firms), -np.inf), np.empty(firms)
    for i in range(firms):
        for j in range(firms):
            way[j] = freight[i, j] if open_to[i, j] else np.inf
        for k in range(skus):
            own = cost[k, i]
            for j in range(firms):
                gain = price[k, j] - own - way[j] - fine[i, j] * price[k, j] - margin
                more = gain > most[k, j]
                who[k, j] = i if more else who[k, j]
                most[k, j] = gain if more else most[k, j]
    return who, most
