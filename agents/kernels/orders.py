"""Rebates on orders one by one, compiled."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Index, Ints


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
