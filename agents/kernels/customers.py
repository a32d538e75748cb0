"""What customers took in a week, compiled: what partners delivered, and with what consumers first bought the brand."""

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints


@kernel
def at_cost(seller: Index, units: Ints, party: Index, cost: Floats) -> Floats:
    """(D,) value of (D, K0) units that firms of a tier delivered, at what these pay.

    Args:
        seller: (D,) parties. party, cost: (M,) and (K0, M) of the firms of the tier.
    """
    row, value = np.zeros(party.max() + 1, np.int64), np.zeros(seller.size)
    for m in range(party.size):
        row[party[m]] = m
    for d in range(seller.size):
        for k in range(units.shape[1]):
            value[d] += units[d, k] * cost[k, row[seller[d]]]
    return value


@kernel
def first_bought(who: Ints, site: Index, sku: npt.NDArray[np.int8], cost: Floats, own: int) -> Floats:
    """(N,) value of the units with which some consumers first bought the brand, by outlet.

    Args:
        who: (C,) these consumers. site, sku: of all consumers, see `Mind`. cost: (K, N) what a unit costs each outlet.
    """
    units, value = np.zeros(cost.shape, np.int64), np.zeros(cost.shape[1])
    for i in who:
        units[sku[i], site[i]] += 1
    for k in range(own):
        for n in range(value.size):
            value[n] += units[k, n] * cost[k, n]
    return value
