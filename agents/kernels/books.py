"""Bookkeeping, compiled: amounts and units added up by party, by row, and in all."""

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Floats, Index, Ints
from channellab.agents.compiled import kernel

Bytes = npt.NDArray[np.int8]


@kernel
def add_by_party(column: Floats, party: Index, amount: Floats) -> None:
    """Adds amounts (N,) to the parties' (N,) places of a column (F,), those of one party together."""
    sums = np.zeros(column.size)
    for n in range(party.size):
        sums[party[n]] += amount[n]
    for place in range(column.size):
        column[place] += sums[place]


@kernel
def add_between(table: Floats, group: Bytes, payer: Index, payee: Index, amount: Floats) -> None:
    """Adds amounts (N,) to the cells (groups, groups) of their payers' and payees' groups; a single party pays all."""
    sums = np.zeros(table.shape)
    for n in range(amount.size):
        who = payer[n] if payer.size > 1 else payer[0]
        whom = payee[n] if payee.size > 1 else payee[0]
        sums[group[who], group[whom]] += amount[n]
    for a in range(table.shape[0]):
        for b in range(table.shape[1]):
            table[a, b] += sums[a, b]


@kernel
def add_rows(column: Floats | Ints, rows: Index, amounts: Ints) -> None:
    """Adds (N, K) amounts to N rows of a column (F, K); a row may take several."""
    for n in range(rows.size):
        for k in range(amounts.shape[1]):
            column[rows[n], k] += amounts[n, k]


@kernel
def row_sums(units: Ints) -> Ints:
    """Sums (N,) over the rows of (N, K) units, several times as fast as numpy's where rows are short."""
    sums = np.zeros(units.shape[0], np.int64)
    for n in range(units.shape[0]):
        for k in range(units.shape[1]):
            sums[n] += units[n, k]
    return sums


@kernel
def total(units: Ints) -> int:
    """Sum of (N, K) units."""
    count = 0
    for n in range(units.shape[0]):
        for k in range(units.shape[1]):
            count += units[n, k]
    return count
