"""Whether an outlet advertises below a minimum price: pure arithmetic over outlets (rows) and the brand's SKUs."""

import numpy as np

from channellab.scenarios.arrays import Floats


def advertised_price(asked: Floats, minimum: Floats, cost: Floats, elasticity: Floats, penalty: Floats) -> Floats:
    """What outlets advertise who would ask so much: that, or the minimum, whichever they expect to earn more with.

    With demand of constant elasticity ``e``, a price ``p`` below the minimum ``m`` sells ``(m / p)^e`` units for each
    one that ``m`` sells. For each of these the outlet earns ``m - c`` at the minimum, and below it

        ``(m / p)^e x (p - c - penalty x p)``

    where ``penalty`` is what it expects a week below to cost, over the takings.

    Args:
        asked, minimum, cost, elasticity: (N, K0). penalty: (N,).

    Two per cent off sell 1.02^20 = 1.5 times as much. At a margin of 20 % that pays, unless 10 % of takings are at
    risk:

    >>> def at(penalty: float) -> float:
    ...     return advertised_price(*map(np.array, ([[9.8]], [[10.0]], [[8.0]], [[20.0]], [penalty]))).item()
    >>> at(0.0), at(0.1)
    (9.8, 10.0)
    """
    below = (asked < minimum) & (asked > 0.0)
    more = (minimum / np.where(below, asked, 1.0)) ** np.where(below, elasticity, 0.0)
    gain = more * (asked - cost - penalty[:, None] * asked) - (minimum - cost)
    return np.where(below & (gain > 0.0), asked, np.maximum(asked, minimum))
