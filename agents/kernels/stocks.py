"""Stocks and orders of a tier at the end of a week, compiled.

Most columns over SKUs come SKU by SKU, (K, F), as they lie in memory. Of those that outlets hold in common, the firms
of a tier stand behind ``first`` others.
"""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints


@kernel
def receive(stock: Ints, unit_cost: Floats, units: Ints, value: Floats) -> Floats:
    """Moving-average unit cost (F, K) after ``units`` worth ``value`` join ``stock``; unchanged where nothing comes."""
    blended = unit_cost.copy()
    for k in range(stock.shape[1]):
        for n in range(stock.shape[0]):
            if units[n, k] > 0:
                worth = stock[n, k] * unit_cost[n, k] + value[n, k]
                blended[n, k] = worth / max(stock[n, k] + units[n, k], 1)
    return blended


@kernel
def add_lines(column: Floats | Ints, rows: Index | Ints, units: Ints) -> None:
    """Adds units (K, B) to B rows of a column (K, F); a row may take several."""
    for k in range(units.shape[0]):
        for b in range(rows.size):
            column[k, rows[b]] += units[k, b]


@kernel
def add_value(value: Floats, party: Index, stock: Ints, first: int, in_transit: Ints, cost: Floats, own: int) -> None:
    """Adds to the parties (P,) what the own goods of F firms are worth, on hand and under way."""
    sums = np.zeros(value.size)
    for n in range(party.size):
        worth = 0.0
        for k in range(own):
            worth += (stock[k, first + n] + in_transit[k, n]) * cost[k, n]
        sums[party[n]] += worth
    value += sums


@kernel
def gap(came: tuple[Ints, ...], left: tuple[Ints, ...], stock: Ints, first: int, in_transit: Ints) -> int:
    """Units, over all firms and SKUs, by which what came is not what left, is on hand or under way."""
    missing = 0
    for k in range(in_transit.shape[0]):
        for n in range(in_transit.shape[1]):
            units = stock[k, first + n] + in_transit[k, n]
            for column in left:
                units += column[k, n]
            for column in came:
                units -= column[k, n]
            missing += abs(units)
    return missing


@kernel
def count_orders(ordered: Ints, own: int) -> tuple[int, int]:
    """Firms that order own goods, and how many units."""
    firms = units = 0
    for n in range(ordered.shape[1]):
        wanted = 0
        for k in range(own):
            wanted += ordered[k, n]
        firms += int(wanted > 0)
        units += wanted
    return firms, units


@kernel
def add_moments(moments: Floats, demand: Floats, ordered: Ints, own: int) -> None:
    """Adds a week to sums over weeks, (4, F): of demand, demand squared, orders and orders squared, in own units."""
    for n in range(demand.shape[1]):
        asked = wanted = 0.0
        for k in range(own):
            asked += demand[k, n]
            wanted += ordered[k, n]
        for row, number in enumerate((asked, asked * asked, wanted, wanted * wanted)):
            moments[row, n] += number
