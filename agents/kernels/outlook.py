"""Rebate accounts, compiled: what plans are told of them, and how they will stand at the end of their periods.

Columns of the book come flat, as they are read by place; A accounts are of R firms, which are their seats.
"""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints


@kernel
def tell(
    place: Ints,
    purchases: Floats,
    part: Floats,
    weeks: Ints,
    ahead: Floats,
    usual: Floats,
    fresh: Floats,
    first: Floats,
    cases: Floats,
) -> Floats:
    """The columns (6, A) of `channellab.scenarios.policies.rebates.Accounts`, as if accounts lasted a whole period.

    Args:
        place: (A,) of the accounts in the book. purchases: (A,) money.
        part: (A,) of a whole period of (A,) weeks that an account lasts. ahead: (A,) money expected of the next one.
        usual, fresh, first, cases: of the book.
    """
    found = np.empty((6, place.size))
    for a in range(place.size):
        before = usual[place[a]]
        # More than what was bought since may have been returned.
        found[0, a] = max(purchases[a], 0.0) / part[a]
        found[1, a] = before * weeks[a] if before >= 0.0 else -1.0
        found[2, a] = ahead[a]
        found[3, a] = fresh[place[a]] / part[a]
        found[4, a] = first[place[a]] / part[a]
        found[5, a] = cases[place[a]]
    return found


@kernel
def worth_of(units: Floats | Ints, price: Floats, who: Ints) -> Floats:
    """(R,) value of what R firms have in (K, F) units at (K, F) prices, added up SKU by SKU."""
    value = np.zeros(who.size)
    for k in range(units.shape[0]):
        for r in range(who.size):
            value[r] += units[k, who[r]] * price[k, who[r]]
    return value


@kernel
def end_of_periods(now: int, first: Ints, weeks: Ints) -> Ints:
    """(A,) last week of the period of (A,) weeks that a week belongs to, where one begins in the (A,) first week."""
    end = np.empty(first.size, np.int64)
    for a in range(first.size):
        end[a] = first[a] - 1 + ((now - first[a]) // weeks[a] + 1) * weeks[a]
    return end


@kernel
def look_ahead(
    purchases: Floats,
    since: Index,
    place: Ints,
    seat: Ints,
    end: Ints,
    weeks: Ints,
    comes: Floats,
    coming: Floats,
    need: Floats,
) -> Floats:
    """How accounts will stand when their periods end, (3, A).

    Args:
        purchases, since: of the book. place, seat: (A,). end: (A,) last week of the period. weeks: (A,) of a whole one.
        comes: (R,) week in which the last comes of what is ordered already. coming: (R,) worth of all that does.
        need: (R,) worth of a week's need from then on.

    Returns:
        Money that will have been spent; weeks that are left from when the last has come; part of a whole period.
    """
    found = np.empty((3, place.size))
    expected, left, part = found
    for a in range(place.size):
        firm = seat[a]
        left[a] = end[a] - comes[firm]
        expected[a] = purchases[place[a]] + coming[firm] + max(left[a], 0.0) * need[firm]
        part[a] = (end[a] - since[place[a]] + 1) / weeks[a]
    return found


@kernel
def line_up(
    names: int,
    firms: int,
    line: Ints,
    seat: Ints,
    threshold: Floats,
    pays: Floats,
    part: Floats,
    expected: Floats,
    left: Floats,
) -> Floats:
    """Thresholds of accounts by name and firm, (3, N, R): money missing, what reaching it pays, and weeks left.

    Args:
        line, seat: (A,) of the N names, and of the R firms, that an account is of.
        threshold, pays: (A,) of whole periods; infinite, and nothing, without one.
        part, expected, left: (A,) see `look_ahead`.
    """
    found = np.empty((3, names, firms))
    gap, jump, weeks = found
    gap[:], jump[:], weeks[:] = np.inf, 0.0, -1.0
    for a in range(line.size):
        gap[line[a], seat[a]] = threshold[a] * part[a] - expected[a]
        jump[line[a], seat[a]] = pays[a] * part[a]
        weeks[line[a], seat[a]] = left[a]
    return found
