"""Dealing out scarce stock among buyers, compiled."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.kernels.sorting import in_order
from channellab.scenarios.arrays import Index, Ints


def allocate(stock: Ints, owed: Ints, supplier: Index) -> Ints:
    """Units dispatched to each buyer, (B, K): all that is owed, or a fair share where the supplier has less.

    A share is ``owed x stock / total`` rounded down; the units left over go to the largest remainders, one each, and
    among equal remainders to the first buyer.

    Args:
        stock: (S, K) units the suppliers hold. owed: (B, K) units they owe.
        supplier: (B,) row of each buyer's supplier.
    """
    # One way in, however the columns lie in memory: the loop takes long to compile.
    return _deal_out(np.ascontiguousarray(stock), np.ascontiguousarray(owed), supplier)


@kernel
def _deal_out(stock: Ints, owed: Ints, supplier: Index) -> Ints:
    sellers, skus = stock.shape
    total = np.zeros((sellers, skus), np.int64)
    for b in range(supplier.size):
        for k in range(skus):
            total[supplier[b], k] += owed[b, k]
    sent = owed.copy()
    for s in range(sellers):
        for k in range(skus):
            if total[s, k] <= stock[s, k]:
                continue
            left = stock[s, k]
            buyers, count = np.empty(supplier.size, np.int64), 0
            for b in range(supplier.size):
                buyers[count] = b
                count += int(supplier[b] == s)
            short = np.empty(count, np.int64)
            for n in range(count):
                b = buyers[n]
                sent[b, k] = owed[b, k] * stock[s, k] // total[s, k]
                short[n] = -(owed[b, k] * stock[s, k] % total[s, k])
                left -= sent[b, k]
            order = in_order(short, buyers)
            for n in range(left):
                sent[buyers[order[n]], k] += 1
    return sent
