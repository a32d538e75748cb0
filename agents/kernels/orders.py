"""What becomes of goods bought, week by week, compiled: rebates on orders, and rights to return."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@kernel
def paid_on_orders(
    week: Ints, lines: Floats, party: Ints, seat: Ints, by_orders: Flags, since: Index, spent: Floats, raw: Floats
) -> tuple[Floats, Floats]:
    """What A accounts pay, if a plan gives them so much: at the multiplier and up to the cap of each order.

    Accounts are paid one after the other, each as far as those of the same party before it leave room.

    Args:
        week: (W,) numbers of the weeks. lines: (W, 4, F) what parties bought in them, multiplier, cap, and used by
            closed accounts.
        party, seat: (A,) whose account it is, and the number of that party among these. by_orders: (A,) whether it
            pays by orders at all.
        since: (A,) week in which the account began. spent: (A,) invoiced on it. raw: (A,) what the plan gives, money.

    Returns:
        (A,) money; (W, A) the part of it that is paid on each order.
    """
    amount, paid, used = raw.copy(), np.zeros((week.size, raw.size)), np.zeros((week.size, raw.size))
    for a in range(raw.size):
        for w in range(week.size):
            used[w, seat[a]] = lines[w, 3, party[a]]
    for a in range(raw.size):
        if not by_orders[a]:
            continue
        rate = raw[a] / spent[a] if spent[a] > 0.0 else 0.0
        before, total = spent[a], 0.0
        for w in range(week.size):
            bought = lines[w, 0, party[a]] if week[w] >= since[a] else 0.0
            room = (lines[w, 2, party[a]] if bought > 0.0 else 0.0) * bought - used[w, seat[a]]
            paid[w, a] = min(rate * lines[w, 1, party[a]] * bought, max(room, 0.0))
            used[w, seat[a]] += paid[w, a]
            before -= bought
            total += paid[w, a]
        if spent[a] > 0.0:
            amount[a] = rate * max(before, 0.0) + total
    return amount, paid


@kernel
def rights_left(right: Floats, first: Ints, party: Ints) -> Floats:
    """Units (R, K) that parties may return: what is left of (W, P, K) rights from each one's first open week on."""
    left = np.zeros((party.size, right.shape[2]))
    for r in range(party.size):
        for w in range(first[r], right.shape[0]):
            for k in range(right.shape[2]):
                left[r, k] += right[w, party[r], k]
    return left


@kernel
def use_up(right: Floats, first: Ints, party: Ints, units: Ints) -> None:
    """Takes (R, K) units from (W, P, K) rights, the oldest open ones first."""
    for r in range(party.size):
        for k in range(right.shape[2]):
            left = float(units[r, k])
            for w in range(first[r], right.shape[0]):
                taken = min(right[w, party[r], k], left)
                right[w, party[r], k] -= taken
                left -= taken


@kernel
def in_use(right: Floats) -> Flags:
    """Weeks (W,) of which any right is left."""
    found = np.zeros(right.shape[0], np.bool_)
    for w in range(right.shape[0]):
        for place in right[w].flat:
            if place != 0.0:
                found[w] = True
                break
    return found
