"""Goods that leave their territory, compiled: how much buyers move to diverters, which consignments pay, who loses
what, who is audited, and where those live who scan what they buy.

Columns come SKU by SKU, (K, B) for buyers and (K, M) for partners, as they lie in memory.
"""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Bytes
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@kernel
def moved_orders(
    ordered: Ints, supplier: Index, local: Floats, offered: Floats, open_buyer: Flags, half: float, draw: Floats
) -> Ints:
    """Units (K, B) of their orders that buyers move, see `channellab.agents.diversion.grey_orders`.

    Args:
        ordered: (K, B) units. supplier: (B,) rows of partners. local, offered: (K, M) their prices, and from outside.
        open_buyer: (B,) who buys from outside. half: discount at which half is moved. draw: (K, B) in [0, 1).
    """
    moved = np.zeros(ordered.shape, np.int64)
    for k in range(ordered.shape[0]):
        for b in range(supplier.size):
            if open_buyer[b]:
                here = local[k, supplier[b]]
                discount = (here - offered[k, supplier[b]]) / (here if here > 0.0 else 1.0)
                share = discount / (discount + half)
                moved[k, b] = min(math.floor(ordered[k, b] * share + draw[k, b]), ordered[k, b])
    return moved


@kernel
def consignments_that_pay(
    units: Ints, supplier: Index, diverter: Ints, gain: Floats, kept: float, fixed: Floats
) -> Ints:
    """Units (K, B) of consignments that gain more than they cost, see `channellab.agents.diversion.worth_a_truck`.

    Args:
        diverter, gain: (K, M) who offers most in each territory, and its gain on a unit, of which it keeps a share.
        fixed: (M, M) money a consignment.
    """
    gained, sent = np.zeros(fixed.shape), np.zeros(units.shape, np.int64)
    for b in range(supplier.size):
        for k in range(units.shape[0]):
            if units[k, b] != 0:
                here = supplier[b]
                gained[diverter[k, here], here] += units[k, b] * (kept * max(gain[k, here], 0.0))
    for b in range(supplier.size):
        for k in range(units.shape[0]):
            here = supplier[b]
            if units[k, b] != 0 and gained[diverter[k, here], here] > fixed[diverter[k, here], here]:
                sent[k, b] = units[k, b]
    return sent


@kernel
def shift_demand(change: Ints, lost: Ints, units: Ints, diverter: Ints, supplier: Index) -> None:
    """Takes moved units (K, B) from what suppliers see as demand, (K, M), and adds them to that of diverters, (K, M).

    ``lost`` (M,) counts what each supplier loses. Both change in place.
    """
    for k in range(units.shape[0]):
        for b in range(supplier.size):
            change[k, diverter[k, supplier[b]]] += units[k, b]
            change[k, supplier[b]] -= units[k, b]
            lost[supplier[b]] += units[k, b]


@kernel
def members_at_home(member: Bytes, area: Index, region: Index, regions: int) -> Ints:
    """Members among the people of each region, (R,).

    Args:
        member: (C,) whether a consumer is one. area: (C,) of its home. region: (A,) of each area.
    """
    members = np.zeros(regions, np.int64)
    for i in range(member.size):
        if member[i]:
            members[region[area[i]]] += 1
    return members


@kernel
def picked(region: Index, watched: Flags, score: Floats, draw: Floats, capacity: Floats) -> Flags:
    """Partners (N,) who are audited: those of the highest score in each region, by lot among equals.

    Args:
        region: (N,). watched: (N,) who may be. score, draw: (N,). capacity: (R,) how many can be audited in a region.
    """
    found, left = np.zeros(region.size, np.bool_), capacity.copy()
    while True:
        first = np.full(left.size, -1, np.int64)
        for n in range(region.size):
            if watched[n] and not found[n] and left[region[n]] > 0.0:
                best = first[region[n]]
                if best < 0 or score[n] > score[best] or (score[n] == score[best] and draw[n] < draw[best]):
                    first[region[n]] = n
        if (first < 0).all():
            return found
        for r in range(left.size):
            if first[r] >= 0:
                found[first[r]] = True
                left[r] -= 1.0
