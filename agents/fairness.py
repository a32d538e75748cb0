"""How partners judge their share of what the channel earns, and what those who resent it hold back."""

import numpy as np

from channellab.scenarios.arrays import Floats, Index, Ints


def inequity(kept: Floats, made: Floats, fair: float) -> Floats:
    """By how much what is kept falls short of a fair share of what is made, as a part of that share, 0..1.

    Inequity to one's disadvantage alone counts; where nothing is made there is nothing to share.

    >>> inequity(np.array([3.0, 1.0, -1.0, 1.0]), np.array([10.0, 10.0, 10.0, 0.0]), fair=0.25).tolist()
    [0.0, 0.6, 1.0, 0.0]
    """
    share = kept / np.where(made > 0.0, made, 1.0)
    return np.where(made > 0.0, np.clip((fair - share) / fair, 0.0, 1.0), 0.0)


def withheld(resentment: Floats, mean: Floats, protection: Index, share: float) -> Ints:
    """Units (O, K0) of expected need that resentful shops do not order, to the nearest unit.

    Args:
        resentment: (O,) 0..1. mean: (O, K0) expected weekly demand. protection: (O,) weeks that an order covers.
        share: of the need, at full resentment.

    >>> withheld(np.array([0.5]), np.array([[6.0, 1.0]]), np.array([2], np.int32), share=0.4).tolist()
    [[2, 0]]
    """
    need = protection[:, None].astype(np.float64) * mean
    return np.asarray(np.floor(share * resentment[:, None] * need + 0.5).astype(np.int64))
