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


@kernel
def offers_below(price: Floats, recommended: Floats, carried: Flags, share: Floats) -> tuple[Floats, Floats, Ints]:
    """Minimum prices (K0, N), prices below them (K0, N), 0 elsewhere, and the outlets (R,) that ask any of these.

    Args:
        price, recommended: (K0, N) of own offers. carried: (K0, N) which of them an outlet carries.
        share: (N,) of the recommended price that the minimum is.
    """
    minimum, below = np.zeros(price.shape), np.zeros(price.shape)
    asks = np.zeros(share.size, np.bool_)
    for k in range(price.shape[0]):
        for n in range(share.size):
            if carried[k, n]:
                minimum[k, n] = recommended[k, n] * share[n]
                if 0.0 < price[k, n] < minimum[k, n]:
                    below[k, n] = price[k, n]
                    asks[n] = True
    return minimum, below, np.flatnonzero(asks)


@kernel
def cases_known(
    weeks: Ints, cases: Ints, cost: Floats, party: Index, place: Index, rows: Ints
) -> tuple[Floats, Floats]:
    """What some outlets (R,) have seen of weeks below the minimum price, cases, and their cost, (3, R).

    Returns:
        Their own; that of the other outlets of their place.

    Args:
        weeks, cases, cost: (F,) of all parties. party, place: (N,) of all outlets.
    """
    places = 0
    for n in range(place.size):
        places = max(places, place[n] + 1)
    there = np.zeros((3, places))
    for n in range(place.size):
        there[0, place[n]] += weeks[party[n]]
        there[1, place[n]] += cases[party[n]]
        there[2, place[n]] += cost[party[n]]
    own, near = np.empty((3, rows.size)), np.empty((3, rows.size))
    for r in range(rows.size):
        own[0, r], own[1, r], own[2, r] = weeks[party[rows[r]]], cases[party[rows[r]]], cost[party[rows[r]]]
        for c in range(3):
            near[c, r] = there[c, place[rows[r]]] - own[c, r]
    return own, near
