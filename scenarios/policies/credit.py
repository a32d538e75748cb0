"""Credit arithmetic: how orders are kept within what a firm may owe."""

import numpy as np

from channellab.scenarios.arrays import Floats, Ints


def within_credit(wanted: Ints, price: Floats, room: Floats) -> Ints:
    """Units ordered: what is wanted, or the same share of every SKU, rounded down, where its value exceeds the room.

    Args:
        wanted: (F, K) units. price: (F, K) money per unit.
        room: (F,) money that may still be owed; infinite where there is no limit, none where it is negative.

    Ten units at 6 and five at 8 are worth 100; with room for 60 there are 6 and 3, worth 60:

    >>> within_credit(np.array([[10, 5]]), np.array([[6.0, 8.0]]), np.array([60.0]))
    array([[6, 3]])
    """
    value = np.zeros(room.shape)
    for sku in range(wanted.shape[1]):
        value = value + wanted[:, sku] * price[:, sku]
    room = np.maximum(room, 0.0)
    cut = value > room
    share = np.where(cut, room, 0.0) / np.where(cut, value, 1.0)
    return np.where(cut[:, None], np.floor(wanted * share[:, None] + 1e-9), wanted).astype(np.int64)
