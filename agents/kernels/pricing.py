"""What outlets see of prices around them and in their own chain, compiled."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@kernel
def lowest_elsewhere(price: Floats, held: Ints, place: Index, out: Floats) -> None:
    """Lowest price of every SKU at the other outlets of the same place that have it in stock, into ``out`` (N, K).

    Infinite where there is no such outlet.

    Args:
        price: (N, K) shelf prices. held: (N, K) units in stock. place: (N,) shopping area, or that of all online shops.
    """
    outlets, skus = price.shape
    places = 0
    for n in range(outlets):
        places = max(places, place[n] + 1)
    lowest = np.full((places, skus), np.inf)
    second = np.full((places, skus), np.inf)
    who = np.full((places, skus), -1, np.int64)
    for n in range(outlets):
        for k in range(skus):
            if held[n, k] <= 0:
                continue
            here, asked = place[n], price[n, k]
            if asked < lowest[here, k]:
                second[here, k] = lowest[here, k]
                lowest[here, k] = asked
                who[here, k] = n
            elif asked < second[here, k]:
                second[here, k] = asked
    for n in range(outlets):
        for k in range(skus):
            out[n, k] = second[place[n], k] if who[place[n], k] == n else lowest[place[n], k]


@kernel
def group_means(values: Floats, member: Ints, group: Index, counts: Flags, groups: int) -> Floats:
    """Means of ``values`` over the members of each group that count, (G, K0).

    Summed in the order of the members; no number where none counts.

    Args:
        values, counts: (N, K0) of all outlets, and which of them count. member, group: (M,) outlets and their groups.
    """
    skus = values.shape[1]
    total, number = np.zeros((groups, skus)), np.zeros((groups, skus))
    for m in range(member.size):
        n, g = member[m], group[m]
        for k in range(skus):
            if counts[n, k]:
                number[g, k] += 1.0
                total[g, k] += values[n, k]
    for g in range(groups):
        for k in range(skus):
            total[g, k] = total[g, k] / number[g, k] if number[g, k] > 0.0 else np.nan
    return total
