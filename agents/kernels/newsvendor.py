"""How much to order for one week of sales, compiled: the newsvendor's order, with what a rebate adds to it."""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Ints


@kernel
def newsvendor_levels(
    most: Ints,
    mean: Floats,
    variance: Floats,
    price: Floats,
    cost: Floats,
    kept: Floats,
    by_sold: Floats,
    by_bought: Floats,
    refund: Floats,
    share: Floats,
) -> Ints:
    """Units that each of F firms wants to have for the week, to earn most in expectation.

    Demand is normal, to the nearest whole unit and not below 0. With Q units at hand the firm expects

        ``price E[sold] - cost Q + kept E[left] + refund E[returned] + E[by_sold[sold]] + by_bought[Q]``

    where what is left is returned as far as the right reaches, ``returned = min(left, share Q)``,
    and takes the smallest Q for which this is largest, among all of them: where a rebate begins at a threshold, profit
    may have two tops (Taylor 2002).

    Args:
        most: (F,) largest Q that is looked at.
        mean, variance: (F,) of demand. price, cost: (F,) money per unit. kept: (F,) what a unit left over is worth.
        by_sold, by_bought: (F, N + 1) rebate if 0..N units are sold, or bought; N is the largest of ``most``.
        refund: (F,) what a returned unit brings more than one that is kept. share: (F,) of units that may be returned.
    """
    level = np.zeros(mean.size, np.int64)
    for f in range(mean.size):
        spread = math.sqrt(max(2.0 * variance[f], 1e-18))
        best = by_sold[f, 0] + by_bought[f, 0]
        sold, rewarded, below = 0.0, 0.0, 0.0
        # Units left over, on average, of 0..Q at hand: beyond the right there are as many as if so many fewer were.
        left = np.zeros(most[f] + 1)
        for q in range(1, most[f] + 1):
            # Demand of less than q units, and of exactly q - 1 among it.
            under = 0.5 + 0.5 * math.erf((q - 0.5 - mean[f]) / spread)
            rewarded += by_sold[f, q - 1] * (under - below)
            sold += 1.0 - under
            below = under
            expected = price[f] * sold - cost[f] * q + kept[f] * (q - sold)
            left[q] = q - sold
            if share[f] > 0.0 and refund[f] > 0.0:
                expected += refund[f] * (left[q] - left[q - math.floor(share[f] * q + 1e-9)])
            expected += rewarded + by_sold[f, q] * (1.0 - under) + by_bought[f, q]
            if expected > best:
                best, level[f] = expected, q
    return level
