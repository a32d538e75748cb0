"""Bookkeeping, compiled: amounts and units added up by party, by row, and in all."""

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints

Bytes = npt.NDArray[np.int8]


@kernel
def add_by_party(column: Floats, party: Index, amount: Floats) -> None:
    """Adds amounts (N,) to the parties' (N,) places of a column (F,), those of one party together."""
    sums = np.zeros(column.size)
    for n in range(party.size):
        sums[party[n]] += amount[n]
    for place in range(column.size):
        column[place] += sums[place]


NOTHING, FORTH, BOTH_WAYS = 0, 1, 2
"""Ways in which amounts flow: not at all, all from payers to payees, or some of them, the negative ones, back."""


@kernel
def move(cash: Floats, table: Floats, group: Bytes, payer: Index, payee: Index, amount: Floats, total: float) -> int:
    """Moves amounts (N,) from payers to payees: in their cash (F,), and between their groups in a table of these.

    On either side may stand a single party, which pays or gets the total. Returns which way they flow.
    """
    way = NOTHING
    for n in range(amount.size):
        if amount[n] < 0.0:
            way = BOTH_WAYS
        elif amount[n] > 0.0:
            way = max(way, FORTH)
    if way == NOTHING:
        return way
    between = np.zeros(table.shape)
    for n in range(amount.size):
        who = payer[n] if payer.size > 1 else payer[0]
        whom = payee[n] if payee.size > 1 else payee[0]
        between[group[who], group[whom]] += amount[n]
    table += between
    if payer.size == 1:
        cash[payer[0]] -= total
    else:
        add_by_party(cash, payer, -amount)
    if payee.size == 1:
        cash[payee[0]] += total
    else:
        add_by_party(cash, payee, amount)
    return way


def add_rows(column: Floats | Ints, rows: Index | Ints, amounts: Floats | Ints, first: int = 0) -> None:
    """Adds (N, K) amounts to N rows of a column, from its column ``first`` on; a row may take several."""
    units: Floats | Ints = np.ascontiguousarray(amounts)  # type: ignore[assignment]  # of the same kind as before
    _add_rows(column, rows.astype(np.int64, copy=False), units, first)


@kernel
def _add_rows(column: Floats | Ints, rows: Ints, amounts: Floats | Ints, first: int) -> None:
    for n in range(rows.size):
        for k in range(amounts.shape[1]):
            column[rows[n], first + k] += amounts[n, k]
