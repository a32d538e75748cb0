"""What was sold in a week, compiled: units and money by SKU, by outlet, and by the homes of the buyers.

Columns over SKUs come SKU by SKU, (K, N), as they lie in memory. Sums are to the bit those of numpy over such columns.
"""

from typing import NamedTuple

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.kernels.sums import add_by_place, total
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
        first, count = k * outlets, 0
        for n in range(outlets):
            money[first + n] = sold[k, n] * price[k, n]
            count += sold[k, n]
            if k < own:
                by_outlet[n] += money[first + n]
        units[k] = count
        by_sku[k] = total(money[first : first + outlets])
    return Takings(units, by_sku, by_outlet, total(money[: own * outlets]), total(money[own * outlets :]))


@kernel
def by_outlet(sold: Ints, price: Floats, own: int) -> tuple[Floats, Floats]:
    """(N,) money that outlets took for own goods, and for those of rivals, from (K, N) units sold at prices."""
    brand, rivals = np.zeros(sold.shape[1]), np.zeros(sold.shape[1])
    for k in range(sold.shape[0]):
        column = brand if k < own else rivals
        for n in range(sold.shape[1]):
            column[n] += sold[k, n] * price[k, n]
    return brand, rivals


@kernel
def costs_by_region(entries: Floats, accounts: Ints, party: Index, region: Index, count: int) -> Floats:
    """(R,) what the firms of a tier paid under some accounts, by region.

    Args:
        entries: (accounts, F) net receipts. party, region: (N,) of the firms. count: of the regions.
    """
    found, costs = np.zeros(count), np.zeros(party.size)
    for n in range(party.size):
        got = 0.0
        for account in accounts:
            got += entries[account, party[n]]
        costs[n] = -got
    add_by_place(found, region, costs)
    return found


@kernel
def online_costs(
    sold: Ints,
    price: Floats,
    first: int,
    own: int,
    rates: tuple[Floats, Floats, Floats],
    visits: Ints,
    collected: Ints,
    routed: Ints,
    collect_cost: float,
) -> tuple[Floats, Floats]:
    """What S online shops pay platforms and carriers this week, (S,) for own goods and (S,) for rivals'.

    Args:
        sold, price: (K, N) at all outlets, of which these shops are the last, from ``first`` on.
        rates: (S,) each: platform fee as a share of takings, traffic per visit, delivery per unit.
        visits, collected: (S,) shoppers, and units fetched at shops on the street at a cost each. routed: (K0, S) units
            that such shops brought to the door.
    """
    fee, traffic_cost, delivery_cost = rates
    brand, rival = np.empty(visits.size), np.empty(visits.size)
    takings = np.empty(sold.shape[0])
    for s in range(visits.size):
        units = brand_units = routed_units = 0
        for k in range(takings.size):
            takings[k] = sold[k, first + s] * price[k, first + s]
            units += sold[k, first + s]
            if k < own:
                brand_units += sold[k, first + s]
                routed_units += routed[k, s]
        from_brand, everything = total(takings[:own]), total(takings)
        share = from_brand / everything if everything > 0.0 else 1.0
        traffic = traffic_cost[s] * visits[s]
        to_the_door = brand_units - collected[s] - routed_units
        brand[s] = fee[s] * from_brand + traffic * share + delivery_cost[s] * to_the_door
        brand[s] += collect_cost * collected[s]
        rival[s] = fee[s] * (everything - from_brand) + traffic * (1.0 - share)
        rival[s] += delivery_cost[s] * (units - brand_units)
    return brand, rival


@kernel
def shares_by_region(online: Floats, home: Index, count: int) -> Floats:
    """(S, R) share of each online shop's takings that people of each region paid.

    Args:
        online: (S, A) money for own goods, by area of the buyers. home: (A,) its region. count: of the regions.
    """
    paid = np.zeros((online.shape[0], count))
    for s in range(online.shape[0]):
        add_by_place(paid[s], home, online[s])
        everything = total(paid[s])
        for r in range(count):
            paid[s, r] = paid[s, r] / everything if everything > 0.0 else 0.0
    return paid


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
            money = 0.0
            for k in range(own):
                money += homes[s, a, k] * worth[k, first + s]
            found[s, a] = money
    return found


@kernel
def margin_by_area(
    sold: Ints, price: Floats, cost: Floats, own: int, ends: tuple[int, int], area: Index, homes: Ints
) -> Floats:
    """(A,) price less cost of the own units sold to the people of each area.

    Args:
        sold, price: (K, N) at all outlets. cost: (K,) of making a unit. ends: of the shops and of the brand's stores
            among the outlets, which have ``area``.
        homes: (S, A, K) units sold online, by the shops behind those.
    """
    made, first = np.zeros(homes.shape[1]), ends[1]
    for s in range(homes.shape[0]):
        for a in range(made.size):
            online = 0.0
            for k in range(own):
                online += homes[s, a, k] * (price[k, first + s] - cost[k])
            made[a] += online
    first = 0
    for end in ends:
        here, earned = np.zeros(made.size), np.zeros(end - first)
        for k in range(own):
            for n in range(first, end):
                earned[n - first] += sold[k, n] * (price[k, n] - cost[k])
        add_by_place(here, area[first:end], earned)
        made += here
        first = end
    return made


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
        add_by_place(here, region[first:end], taken[first:end])
        for k in range(sold.shape[0]):
            street = np.zeros(count)
            add_by_place(street, region[first:end], sold[k, first:end])
            units[:, k] += street
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
    past += week
    work = there.astype(np.float64)
    add_by_place(sums[0], region, work)
    add_by_place(sums[1], region, work * stocked)
    add_by_place(sums[2], region, work * past)
    add_by_place(sums[3], region, work * past * stocked)
    return sums, week, stocked


@kernel
def own_units(columns: tuple[Ints, ...], own: int, ends: tuple[int, ...]) -> Ints:
    """(C, tiers) own units in several (K, N) columns, in each of the tiers of outlets that end at these rows."""
    found = np.zeros((len(columns), len(ends)), np.int64)
    for c in range(len(columns)):
        for k in range(own):
            first = 0
            for t in range(len(ends)):
                units = 0
                for n in range(first, ends[t]):
                    units += columns[c][k, n]
                found[c, t] += units
                first = ends[t]
    return found
