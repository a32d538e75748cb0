"""What goes into a truck."""

import numpy as np

from channellab.scenarios.arrays import Floats, Ints


def truckloads(units: Ints, holds: int) -> list[Ints]:
    """Splits (N, K) units into loads of ``holds`` units, receiver by receiver and SKU by SKU; the last may be less."""
    after = units.cumsum().reshape(units.shape)
    edges = range(0, int(units.sum()), holds)
    return [after.clip(edge, edge + holds) - (after - units).clip(edge, edge + holds) for edge in edges]


def worth_the_way(sent: Ints, margin: Floats, freight: Floats) -> Ints:
    """Of the units (B, K0) meant for buyers, those of deliveries whose margin (B,) is at least their freight (B,).

    >>> worth_the_way(np.array([[3], [5]]), np.array([2.9, 5.0]), np.array([3.0, 3.0])).tolist()
    [[0], [5]]
    """
    return np.where((margin >= freight)[:, None], sent, 0)
