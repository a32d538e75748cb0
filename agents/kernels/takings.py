"""What was sold in a week, compiled: units and money by SKU, by outlet, and by the homes of the buyers.

Columns over SKUs come SKU by SKU, (K, N), as they lie in memory. Sums are to the bit those of numpy over such columns.
"""

from typing import NamedTuple

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.kernels.sums import total
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


class Takings(NamedTuple):
    """What N outlets sold of K SKUs, the brand's own first.

    Attributes:
        units: (K,) sold. money: (K,) taken for them. by_outlet: (N,) taken for own goods.
        own, rivals: taken for own goods and for those of rivals.
    """

    units: Ints
    money: Floats
    by_outlet: Floats
    own: float
    rivals: float


@kernel
def takings(sold: Ints, price: Floats, own: int) -> Takings:
    """Adds up (K, N) units sold at the prices of the week."""
    skus, outlets = sold.shape
    money, units, by_sku, by_outlet = np.empty(sold.size), np.zeros(skus, np.int64), np.zeros(skus), np.zeros(outlets)
    for k in range(skus):
        first = k * outlets
        for n in range(outlets):
            money[first + n] = sold[k, n] * price[k, n]
            units[k] += sold[k, n]
            if k < own:
                by_outlet[n] += money[first + n]
        by_sku[k] = total(money[first : first + outlets])
    return Takings(units, by_sku, by_outlet, total(money[: own * outlets]), total(money[own * outlets :]))


@kernel
def worth_by_area(homes: Ints, worth: Floats, first: int, own: int) -> Floats:
    """(S, A) worth of the own units that each online shop sold to the people of each area.

    Args:
        homes: (S, A, K) units. worth: (K, N) money a unit, at all outlets, of which these shops are the last, from
            ``first`` on.
    """
    found = np.zeros(homes.shape[:2])
    for s in range(homes.shape[0]):
        for a in range(homes.shape[1]):
            for k in range(own):
                found[s, a] += homes[s, a, k] * worth[k, first + s]
    return found


@kernel
def by_region(
    sold: Ints,
    taken: Floats,
    ends: tuple[int, int],
    region: Index,
    homes: Ints,
    online: Floats,
    home: Index,
    count: int,
) -> tuple[Floats, Floats]:
    """Own units (R, K0) sold to the people of each of so many regions, and (R,) what they paid.

    Args:
        sold: (K0, N) at all outlets. taken: (N,) money for them. ends: of the shops and of the brand's stores among
            the outlets, which have ``region``.
        homes: (S, A, K) units sold online, online: (S, A) money for own ones, home: (A,) region of the area.
    """
    units, paid = np.zeros((count, sold.shape[0])), np.zeros(count)
    first = 0
    for end in ends:
        here = np.zeros(count)
        for n in range(first, end):
            here[region[n]] += taken[n]
            for k in range(sold.shape[0]):
                units[region[n], k] += sold[k, n]
        paid += here
        first = end
    here = np.zeros(count)
    for a in range(home.size):
        money = 0.0
        for s in range(homes.shape[0]):
            money += online[s, a]
            for k in range(sold.shape[0]):
                units[home[a], k] += homes[s, a, k]
        here[home[a]] += money
    paid += here
    return units, paid


@kernel
def coverage(
    sold: Ints, held: Ints, own: int, there: Flags, region: Index, count: int, past: Floats
) -> tuple[Floats, Floats, Floats]:
    """Which shops have own goods, among all and by what they have sold of the category.

    Args:
        sold, held: (K, N) units at all outlets, of which the O shops are the first. there, region: (O,) whether they
            are at work, and where, of so many regions.
        past: (O,) units of the category sold so far, to which those of the week are added.

    Returns:
        (4, R) shops at work, those of them with own goods on hand, and what both have sold. (O,) units of the category
        sold this week. (O,) 1 for shops at work with own goods on hand, else 0.
    """
    sums, week, stocked = np.zeros((4, count)), np.zeros(region.size), np.zeros(region.size)
    for k in range(sold.shape[0]):
        for n in range(region.size):
            week[n] += sold[k, n]
            if k < own and held[k, n] > 0 and there[n]:
                stocked[n] = 1.0
    for n in range(region.size):
        past[n] += week[n]
        if there[n]:
            for row, number in enumerate((1.0, stocked[n], past[n], past[n] * stocked[n])):
                sums[row, region[n]] += number
    return sums, week, stocked


@kernel
def own_units(columns: tuple[Ints, ...], own: int, ends: tuple[int, ...]) -> Ints:
    """(C, tiers) own units in several (K, N) columns, in each of the tiers of outlets that end at these rows."""
    found = np.zeros((len(columns), len(ends)), np.int64)
    for c in range(len(columns)):
        for k in range(own):
            first = 0
            for t in range(len(ends)):
                for n in range(first, ends[t]):
                    found[c, t] += columns[c][k, n]
                first = ends[t]
    return found
