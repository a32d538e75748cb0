"""What partners return to the brand: pure arithmetic, one row per firm, one column per SKU."""

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Ints

ROUNDING = 1e-9


def units_to_return(
    beyond: Floats, free: Ints, right: Floats, need: Floats, price: Floats, refund: Floats, holding: float, keeps: Flags
) -> Ints:
    """Units that are worth more as a refund than in stock.

    The ``n``-th unit beyond the usual stock is needed in ``n / D`` weeks, if ``D`` are needed a week. It saves buying
    one then, at ``p``, and is kept until then at ``h`` a week; so ``D (p - r) / h`` units are kept at a refund of
    ``r``, and the others go back. Rebates on purchases do not matter: what a return costs of them, buying again earns.
    Goods that do not keep are worth nothing in stock.

    Args:
        beyond: (F, K) units beyond the usual stock, on hand or expected. free: (F, K) units on hand and nobody's yet.
        right: (F, K) units that may be returned. need: (F, K) units a week. price: (F, K) what a unit would cost now.
        refund: (F, K) what a returned unit brings. holding: money per unit and week. keeps: (K,) goods that keep.

    Ten units a week at 6, kept at 0.1 a week each: at a refund of 4 those go that would lie for more than 20 weeks.

    >>> ten, six = np.array([[10.0]]), np.array([[6.0]])
    >>> for keeps in (True, False):
    ...     units_to_return(24 * ten, np.array([[300]]), 25 * ten, ten, six, six - 2.0, 0.1, np.array([keeps])).item()
    40
    250
    """
    lying = (price - refund) * need
    kept = np.floor(lying / holding + ROUNDING) if holding > 0.0 else np.where(need > 0.0, np.inf, 0.0)
    spare = np.where(keeps, np.maximum(beyond - kept, 0.0), free)
    units = np.minimum(np.minimum(spare, free), np.floor(right + ROUNDING))
    return np.asarray(np.where(refund > 0.0, units, 0.0), np.int64)
