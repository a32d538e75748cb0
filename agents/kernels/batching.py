"""How much more than its need a firm orders for a discount on the size of an order, compiled."""

import math

import numpy as np

from channellab.agents.columns import lines
from channellab.agents.compiled import kernel, part
from channellab.scenarios.arrays import Floats, Ints

MOST_WEEKS = 52.0
"""Weeks of need beyond which nobody orders more."""
ROUNDING = 1e-9


def order_up(
    wanted: Ints,
    excess: Floats,
    need: Floats,
    price: Floats,
    room: Floats,
    holding: float,
    units: Ints,
    rates: Floats,
    increment: bool,
) -> Ints:
    """Units (F, K) that firms order beyond need, so that an order of that size earns a better discount.

    An order of ``q`` units is enlarged to ``Q``. The ``x = Q - q`` units more are what the next weeks would order
    anyway, at the rate of an order of ``q``; until then they lie. Of a SKU with ``d`` needed a week and ``E`` units
    beyond the usual stock already, ``x`` more cost ``h ((E + x)^2 - E^2) / (2 d)``, and they are spread over the SKUs
    so that the cover of the shortest rises first, which costs least. With the rate ``a(q)`` of an order of ``q``, and
    the value ``V(Q)`` of the larger one, it gains

        ``G(Q) = (a(Q) - a(q)) V(Q) - cost of holding``

    once in the ``Q / D`` weeks for which it lasts. Firms take the size with the largest ``G(Q) D / Q``, if that is more
    than nothing. On all units that is at a threshold. On the increment the discount is a lower price above the
    threshold less a fixed sum, ``r p (Q - F)``, and it is at the economic order quantity ``sqrt(q^2 + 2 D p F / h)``
    within the step (Hadley & Whitin 1963). Who needs nothing this week orders nothing, so that orders become rarer.

    Args:
        wanted: (F, K) units ordered for need. excess: (F, K) units beyond the usual stock once these have come.
        need: (F, K) a week; 0 for goods that are not ordered ahead. price: (F, K) before the discount.
        room: (F,) money that a firm may spend beyond the order for need. holding: money per unit and week.
        units, rates, increment: the ladder, see `channellab.scenarios.policies.quantity.Ladder`.
    """
    columns = lines(wanted), lines(excess), lines(need), lines(price)
    return _order_up(*columns, room, holding, units, rates, increment).T


@kernel
def _order_up(
    wanted: Ints,
    excess: Floats,
    need: Floats,
    price: Floats,
    room: Floats,
    holding: float,
    units: Ints,
    rates: Floats,
    increment: bool,
) -> Ints:
    skus, firms = wanted.shape
    more = np.zeros((skus, firms), np.int64)
    tried = np.zeros(skus, np.int64)
    for f in range(firms):
        size, demand, value, weekly = 0, 0.0, 0.0, 0.0
        for k in range(skus):
            size += wanted[k, f]
            demand += need[k, f]
            value += wanted[k, f] * price[k, f]
            weekly += need[k, f] * price[k, f]
        if size == 0 or demand <= 0.0:
            continue
        usual, best, fixed, before = _rate(size, units, rates, increment), 0.0, 0.0, 0.0
        for j in range(units.size):
            fixed += (rates[j] - before) * units[j]
            before = rates[j]
            aim = float(units[j])
            if increment:
                end = float(units[j + 1]) if j + 1 < units.size else np.inf
                lot = math.sqrt(size * size + 2.0 * weekly * fixed / holding) if holding > 0.0 else np.inf
                aim = min(max(lot, aim), end, size + MOST_WEEKS * demand)
            if aim <= size or aim < units[j] or aim > size + MOST_WEEKS * demand:
                continue
            _fill(aim - size, excess[:, f], need[:, f], tried)
            extra, added, cost = 0, 0.0, 0.0
            for k in range(skus):
                if tried[k] > 0:
                    extra += tried[k]
                    added += tried[k] * price[k, f]
                    lying = excess[k, f] + tried[k]
                    cost += holding * (lying * lying - excess[k, f] * excess[k, f]) / (2.0 * need[k, f])
            if added > room[f]:
                continue
            gain = (_rate(size + extra, units, rates, increment) - usual) * (value + added) - cost
            each_week = gain * demand / (size + extra)
            if each_week > best:
                best = each_week
                more[:, f] = tried
    return more


@part
def _rate(size: int, units: Ints, rates: Floats, increment: bool) -> float:
    """Mean discount on an order, see `channellab.scenarios.policies.quantity.order_rate`."""
    earned, before = 0.0, 0.0
    for j in range(units.size):
        if size >= units[j]:
            earned = earned + (rates[j] - before) * (size - units[j]) if increment else rates[j]
            before = rates[j]
    return earned / max(size, 1) if increment else earned


@part
def _fill(more: float, excess: Floats, need: Floats, units: Ints) -> None:
    """Spreads units over SKUs so that all that get any last equally long, rounded up."""
    weeks, last = np.inf, -1.0
    while weeks != last:
        last, lying, demand = weeks, 0.0, 0.0
        for k in range(need.size):
            if need[k] > 0.0 and excess[k] < last * need[k]:
                lying += excess[k]
                demand += need[k]
        weeks = (more + lying) / demand
    for k in range(need.size):
        units[k] = max(math.ceil(weeks * need[k] - excess[k] - ROUNDING), 0) if need[k] > 0.0 else 0
