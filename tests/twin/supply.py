"""Scarce goods and scarce capacity in plain loops: who gets what when there is not enough."""

import numpy as np

from channellab.scenarios.arrays import Index, Ints


def allocate(stock: Ints, owed: Ints, supplier: Index) -> Ints:
    """Units each buyer is sent of each SKU, from the stock of its own supplier."""
    sent = np.zeros(owed.shape, np.int64)
    for seller, sku in np.ndindex(*stock.shape):
        buyers = [b for b in range(len(supplier)) if int(supplier[b]) == seller]
        wanted = [int(owed[b, sku]) for b in buyers]
        for b, units in zip(buyers, fair_shares(int(stock[seller, sku]), wanted), strict=True):
            sent[b, sku] = units
    return sent


def fair_shares(stock: int, wanted: list[int]) -> list[int]:
    """Shares of a stock: what is wanted where it suffices, else in proportion, whole units by largest remainders.

    >>> fair_shares(10, [4, 5]), fair_shares(5, [4, 4, 2]), fair_shares(4, [3, 3, 3]), fair_shares(0, [2, 1])
    ([4, 5], [2, 2, 1], [2, 1, 1], [0, 0])
    """
    total = sum(wanted)
    if total <= stock:
        return list(wanted)
    shares = [units * stock // total for units in wanted]
    remainders = [units * stock % total for units in wanted]
    while sum(shares) < stock:
        luckiest = remainders.index(max(remainders))
        shares[luckiest] += 1
        remainders[luckiest] = -1
    return shares


def within_capacity(wanted: Ints, capacity: Ints) -> Ints:
    """Units each plant starts of each SKU."""
    started = np.zeros(wanted.shape, np.int64)
    for plant in range(len(wanted)):
        started[plant] = within_capacity_of(int(capacity[plant]), wanted[plant].tolist())
    return started


def within_capacity_of(limit: int, wanted: list[int]) -> list[int]:
    """Units one plant starts: all it wants, or the same share of every SKU where its week is too short.

    >>> within_capacity_of(9, [4, 5]), within_capacity_of(5, [4, 5]), within_capacity_of(5, [0, 0])
    ([4, 5], [2, 2], [0, 0])
    """
    total = sum(wanted)
    return list(wanted) if total <= limit else [units * limit // total for units in wanted]
