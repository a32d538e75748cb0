"""The best offer from outside in every territory, compiled: all pairs of territories are compared every week."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Ints


@kernel
def best_gains(
    cost: Floats, price: Floats, freight: Floats, fine: Floats, open_to: Flags, margin: float
) -> tuple[Ints, Floats]:
    """Who gains most on a unit sold into each territory, and how much, (M, K0) each; the first of equals.

    The arguments are those of `channellab.agents.diversion.best_grey_offers`.
    """
    firms, skus = price.shape
    who, most = np.zeros((firms, skus), np.int64), np.full((firms, skus), -np.inf)
    for i in range(firms):
        for j in range(firms):
            if open_to[i, j]:
                for k in range(skus):
                    gain = price[j, k] - cost[i, k] - freight[i, j] - fine[i, j] * price[j, k] - margin
                    if gain > most[j, k]:
                        who[j, k], most[j, k] = i, gain
    return who, most
