"""Discounts on orders, compiled: mean rates on what is owed, and what buyers take of goods that are pushed.

Columns come SKU by SKU, (K, F), as they lie in memory.
"""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints

ROUNDING = 1e-9


@kernel
def join_rates(kept: Floats, rows: Ints, owed: Ints, rate: Floats, units: Ints) -> None:
    """Puts in place of B of the kept rates (K, F) the mean on units owed at these and units at new rates; 0 on nothing.

    Args:
        rows: (B,) whose they are. owed, units: (K, B). rate: (1, B) or (K, B).
    """
    for k in range(units.shape[0]):
        row = min(k, rate.shape[0] - 1)
        for b in range(rows.size):
            total, old = owed[k, b] + units[k, b], kept[k, rows[b]]
            kept[k, rows[b]] = (owed[k, b] * old + units[k, b] * rate[row, b]) / total if total > 0 else 0.0


@kernel
def beyond(stock: Ints, coming: Ints, owed: Ints, usual: Ints) -> Floats:
    """Units (K, F) on hand, and coming, beyond those owed and the usual stock; none where there are fewer."""
    more = np.empty(stock.shape)
    for k in range(stock.shape[0]):
        for f in range(stock.shape[1]):
            more[k, f] = max(stock[k, f] + coming[k, f] - owed[k, f] - usual[k, f], 0)
    return more


@kernel
def offers_of_push(
    excess: Floats,
    need: Floats,
    margin: Floats,
    holding: float,
    buyers_holding: float,
    given: float,
    room_weeks: float,
) -> tuple[Floats, Floats]:
    """Money off and weeks (K, S) of sellers' offers, see `channellab.agents.stuffing.push_offers`."""
    off, weeks = np.zeros(excess.shape), np.zeros(excess.shape)
    both = holding + 2.0 * buyers_holding
    for k in range(excess.shape[0]):
        for s in range(excess.shape[1]):
            if excess[k, s] <= 0.0 or need[k, s] <= 0.0 or both <= 0.0:
                continue
            pays = min(holding * (excess[k, s] / need[k, s]) / both, room_weeks)
            if buyers_holding > 0.0:
                pays = min(pays, given * max(margin[k, s], 0.0) / buyers_holding)
            off[k, s], weeks[k, s] = buyers_holding * pays, pays
    return off, weeks


@kernel
def taken_of_push(weeks: Floats, supplier: Index, excess: Floats, need: Floats) -> Ints:
    """Units (K, B) that buyers take, see `channellab.agents.stuffing.units_taken`.

    Args:
        weeks: (K, S) of need for which sellers pay. supplier: (B,) row of each buyer's. excess, need: (K, B) units.
    """
    units = np.empty(need.shape, np.int64)
    for k in range(need.shape[0]):
        for b in range(need.shape[1]):
            more = math.floor(weeks[k, supplier[b]] * need[k, b] - excess[k, b] + ROUNDING)
            units[k, b] = max(more, 0)
    return units
