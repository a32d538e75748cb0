"""Goods on their way, compiled: what takes them from one column to another, when they stop, and what the way costs.

Columns come SKU by SKU, (K, F), as they lie in memory.
"""

import numpy as np

from channellab.agents.compiled import inlined, kernel
from channellab.agents.kernels.sums import total
from channellab.scenarios.arrays import Floats, Ints

DAYS = 7.0


@kernel
def move_units(source: Ints, target: Ints, rows: Ints, units: Ints, first: int) -> None:
    """Takes (N, K1) units from N firms in one column and puts them into another, from SKU ``first`` on."""
    for n in range(rows.size):
        for k in range(units.shape[1]):
            source[first + k, rows[n]] -= units[n, k]
            target[first + k, rows[n]] += units[n, k]


@kernel
def take_in(
    stock: Ints, received: Ints, on_order: Ints, value: Floats, rows: Ints, units: Ints, worth: Floats, first: int
) -> None:
    """Books (N, K1) units that have come to N firms, from SKU ``first`` on, and what they are invoiced at, (N, K1)."""
    for n in range(rows.size):
        for k in range(units.shape[1]):
            stock[first + k, rows[n]] += units[n, k]
            received[first + k, rows[n]] += units[n, k]
            on_order[first + k, rows[n]] -= units[n, k]
            value[first + k, rows[n]] += worth[n, k]


@kernel
def last_of_each_part(arrives: Floats, days: float) -> Ints:
    """Places, in (N,) ascending moments, of the last in each part of the clock.

    The parts are the moments at which a week of so many days begins, and the times in between.
    """
    places, found, part = np.empty(arrives.size, np.int64), 0, _part(arrives[0], days)
    for n in range(1, arrives.size):
        if arrives[n] > arrives[n - 1] and _part(arrives[n], days) != part:
            places[found], part = n - 1, _part(arrives[n], days)
            found += 1
    places[found] = arrives.size - 1
    return places[: found + 1]


@inlined
def _part(moment: float, days: float) -> float:
    return 2.0 * (moment // days) + int(moment % days > 0.0)


@kernel
def costs_of_the_way(
    units: Ints, km: Floats, days: Floats, stops: Ints, unit_km: float, stop: float, unit_week: float
) -> tuple[Floats, Floats, float, float]:
    """What it costs to bring units (K, B) to B receivers.

    Args:
        km, days: (B,) of the way. stops: (B,) how often a truck stops at each receiver.
        unit_km, stop: freight of a unit and kilometre, and of a stop, money. unit_week: holding a unit for a week.

    Returns:
        (B,) freight; (B,) holding on the way, money; and the sums of both.
    """
    freight, holding = np.empty(km.size), np.empty(km.size)
    for b in range(km.size):
        size = 0
        for k in range(units.shape[0]):
            size += units[k, b]
        freight[b] = size * km[b] * unit_km + stops[b] * stop
        holding[b] = size * (days[b] / DAYS) * unit_week
    return freight, holding, total(freight), total(holding)
