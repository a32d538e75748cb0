"""Bookkeeping, compiled: amounts and units added up by party, by row, and in all."""

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel, part
from channellab.agents.kernels.sums import total
from channellab.scenarios.arrays import Floats, Index, Ints

Bytes = npt.NDArray[np.int8]


@kernel
def move(
    cash: Floats,
    entries: Floats,
    paid: Floats,
    flow: Floats,
    group: Bytes,
    account: int,
    payer: Index,
    payee: Index,
    amount: Floats,
) -> float:
    """Moves amounts (N,) from payers to payees and posts both legs under an account; returns the money moved.

    Cash (F,) changes hands, and beside it entries (accounts, F) are made, sums between groups (accounts, groups,
    groups), and the flow (accounts,) of receipts. On either side may stand a single party, which pays or gets it all.
    Negative amounts flow back.
    """
    some = back = False
    for n in range(amount.size):
        some |= amount[n] != 0.0
        back |= amount[n] < 0.0
    if not some:
        return 0.0
    everything = total(amount)
    _pay_groups(paid[account], group, payer, payee, amount)
    _post(cash, entries[account], payer, amount, everything, -1.0)
    _post(cash, entries[account], payee, amount, everything, 1.0)
    if not back:
        flow[account] += everything
        return everything
    got, returned, moved = np.zeros(amount.size), np.zeros(amount.size), np.zeros(amount.size)
    for n in range(amount.size):
        got[n], returned[n], moved[n] = max(amount[n], 0.0), max(-amount[n], 0.0), abs(amount[n])
    flow[account] += total(returned)
    flow[account] += total(got)
    return total(moved)


@part
def _pay_groups(table: Floats, group: Bytes, payer: Index, payee: Index, amount: Floats) -> None:
    between = np.zeros(table.shape)
    one_pays, one_gets = payer.size == 1, payee.size == 1
    from_group, to_group = group[payer[0]], group[payee[0]]
    together = 0.0
    for n in range(amount.size):
        # Most who pay or are paid at once are of one group, whose sum is kept at hand.
        who = from_group if one_pays else group[payer[n]]
        whom = to_group if one_gets else group[payee[n]]
        if who != from_group or whom != to_group:
            between[from_group, to_group] = together
            from_group, to_group, together = who, whom, between[who, whom]
        together += amount[n]
    between[from_group, to_group] = together
    table += between


@part
def _post(cash: Floats, entries: Floats, party: Index, amount: Floats, everything: float, sign: float) -> None:
    """One leg, in cash and in the entries (F,) of the account: the amounts of each party together."""
    if party.size == 1:
        cash[party[0]] += sign * everything
        entries[party[0]] += sign * everything
        return
    once = True
    for n in range(1, party.size):
        once &= party[n] > party[n - 1]
    if once:  # nobody has two amounts to be added up first, as where all firms of a tier pay
        for n in range(party.size):
            cash[party[n]] += sign * amount[n]
            entries[party[n]] += sign * amount[n]
        return
    sums = np.zeros(cash.size)
    for n in range(party.size):
        sums[party[n]] += sign * amount[n]
    for place in party:
        cash[place] += sums[place]
        entries[place] += sums[place]
        sums[place] = 0.0  # whoever comes again has got it all


@kernel
def gaps(entries: Floats, change: Floats) -> tuple[float, float]:
    """Largest gaps in the books of a week: between cash and entries of a party, and between the sides of an account.

    Args:
        entries: (accounts, F) by party. change: (F,) of the parties' cash.
    """
    sums, cash, sides = np.zeros(change.size), 0.0, 0.0
    for account in range(entries.shape[0]):
        sides = max(sides, abs(total(entries[account])))
        for party in range(sums.size):
            sums[party] += entries[account, party]
    for party in range(sums.size):
        cash = max(cash, abs(change[party] - sums[party]))
    return cash, sides


@kernel
def totals(columns: tuple[Floats, ...]) -> Floats:
    """(C,) sums of some columns of numbers."""
    found = np.empty(len(columns))
    for c in range(len(columns)):
        found[c] = total(columns[c])
    return found


@kernel
def worth(units: Ints, price: Floats, own: int) -> tuple[float, float]:
    """What (K, N) units of many firms are worth at prices (K,): own SKUs, the first ones, and those of rivals."""
    firms = units.shape[1]
    money = np.empty(units.size)
    for k in range(units.shape[0]):
        for n in range(firms):
            money[k * firms + n] = units[k, n] * price[k]
    return total(money[: own * firms]), total(money[own * firms :])


@kernel
def holding(units: Ints, first: int, last: int, rate: float, own: int) -> tuple[float, float]:
    """What own units, and those of rivals, cost some firms to hold at one rate.

    Args:
        units: (K, N) of many firms, of which those from ``first`` to before ``last`` count.
    """
    firms = last - first
    money = np.empty(units.shape[0] * firms)
    for k in range(units.shape[0]):
        for n in range(firms):
            money[k * firms + n] = rate * units[k, first + n]
    return total(money[: own * firms]), total(money[own * firms :])


@kernel
def bought(units: Ints, value: Floats, cost: Floats, first: int, last: int) -> tuple[Floats, float]:
    """What N buyers are invoiced for the SKUs from ``first`` to before ``last``, (N,), and what making these cost.

    Args:
        units, value: (K, N) that arrived, and what they are invoiced at. cost: (K,) of making a unit.
    """
    buyers = units.shape[1]
    invoiced, made = np.zeros(buyers), np.empty((last - first) * buyers)
    for k in range(first, last):
        for n in range(buyers):
            invoiced[n] += value[k, n]
            made[(k - first) * buyers + n] = units[k, n] * cost[k]
    return invoiced, total(made)


@kernel
def owed(accrued: Floats, payee: Index, claim: Floats) -> Floats:
    """(F,) what is owed: accrued under any name, (N, F), and claims (C,) of payees."""
    claims, found = np.zeros(accrued.shape[1]), np.zeros(accrued.shape[1])
    for c in range(payee.size):
        claims[payee[c]] += claim[c]
    for n in range(accrued.shape[0]):
        for f in range(found.size):
            found[f] += accrued[n, f]
    for f in range(found.size):
        found[f] += claims[f]
    return found


@kernel
def rebate_gaps(owes: Floats, before: Floats, booked: Floats, rebates: Floats, payments: Floats, maker: int) -> float:
    """Largest gap between the accounts of rebates and the books, over all parties but the brand.

    Args:
        owes, before: (F,) owed at the end of the week, and at its beginning. booked: (N, F) by name of the plan.
        rebates, payments: (F,) entries of the week.
    """
    sums, worst = np.zeros(before.size), 0.0
    for n in range(booked.shape[0]):
        for f in range(sums.size):
            sums[f] += booked[n, f]
    for f in range(sums.size):
        if f != maker:
            debt = owes[f] - before[f] - (rebates[f] - payments[f])
            worst = max(worst, abs(debt), abs(sums[f] - rebates[f]))
    return worst


def add_rows(column: Floats | Ints, rows: Index | Ints, amounts: Floats | Ints, first: int = 0) -> None:
    """Adds (N, K) amounts to N rows of a column, from its column ``first`` on; a row may take several."""
    units: Floats | Ints = np.ascontiguousarray(amounts)  # type: ignore[assignment]  # of the same kind as before
    _add_rows(column, rows.astype(np.int64, copy=False), units, first)


@kernel
def _add_rows(column: Floats | Ints, rows: Ints, amounts: Floats | Ints, first: int) -> None:
    for n in range(rows.size):
        for k in range(amounts.shape[1]):
            column[rows[n], first + k] += amounts[n, k]


@kernel
def add_units(table: Floats, origin: Index, place: Index, units: Ints) -> None:
    """Adds N deliveries of (N, K) units to what went from region to region, (R, R)."""
    for n in range(origin.size):
        table[origin[n], place[n]] += units[n].sum()


@kernel
def note_rebates(
    rebates: Floats, back: Floats, paid: Floats, under: Floats, booked: Floats, paid_now: Floats, plan: Index
) -> None:
    """Adds a week to sums over weeks, (N, F) by name of the plan and party: booked, taken back, paid, under a plan."""
    for n in range(plan.shape[0]):
        for f in range(plan.shape[1]):
            rebates[n, f] += booked[n, f]
            back[n, f] -= min(booked[n, f], 0.0)
            paid[n, f] += paid_now[n, f]
            under[n, f] += int(plan[n, f] >= 0)
