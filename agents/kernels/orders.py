"""What becomes of goods bought, week by week, compiled: rebates on orders, and rights to return."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@kernel
def paid_on_orders(week: Ints, lines: Floats, since: Index, spent: Floats, raw: Floats) -> tuple[Floats, Floats]:
    """What P accounts pay, if a plan gives them so much: at the multiplier and up to the cap of each order.

    Args:
        week: (W,) numbers of the weeks. lines: (W, 4, P) bought in them, multiplier, cap, and used by other accounts.
        since: (P,) week in which the account began. spent: (P,) invoiced on it. raw: (P,) what the plan gives, money.

    Returns:
        (P,) money; (W, P) the part of it that is paid on each order.
    """
    amount, paid = raw.copy(), np.zeros((week.size, raw.size))
    for p in range(raw.size):
        rate = raw[p] / spent[p] if spent[p] > 0.0 else 0.0
        before, total = spent[p], 0.0
        for w in range(week.size):
            bought = lines[w, 0, p] if week[w] >= since[p] else 0.0
            room = (lines[w, 2, p] if bought > 0.0 else 0.0) * bought - lines[w, 3, p]
            paid[w, p] = min(rate * lines[w, 1, p] * bought, max(room, 0.0))
            before -= bought
            total += paid[w, p]
        if spent[p] > 0.0:
            amount[p] = rate * max(before, 0.0) + total
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
