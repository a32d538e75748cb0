"""Share inversion: base utilities that give the observed mean sales exactly, where the fit starts from.

Berry (1994): with one choice a shopper, log share_j - log share_0 is the utility. Here visits are scaled so that an
item without promotion sells exp(base), and the inversion is the log of its mean weekly units, less what its
promotions gave. Zeros are smoothed: ``ZERO`` units are added over all weeks, spread as the item sells elsewhere.
"""

import numpy as np

from channellab.scenarios.arrays import Floats, Ints

ZERO = 1.0


def inverted(units: Floats, weeks: Floats, lift: Floats, item: Ints) -> Floats:
    """Base utilities (S,).

    Args:
        units, weeks: (S,) sold in all, and weeks in which they were. lift: (S,) mean factor of promotions. item: (S,).

    >>> inverted(np.array([200.0, 0.0]), np.array([100.0, 0.0]), np.ones(2), np.zeros(2, int)).round(2)
    array([0.69, 0.69])
    """
    count = int(item.max(initial=0)) + 1
    sold, shown = np.bincount(item, units, count), np.bincount(item, weeks * lift, count)
    overall = (units.sum() + ZERO) / ((weeks * lift).sum() + ZERO)
    elsewhere = (sold + ZERO * overall) / (shown + ZERO)
    return np.asarray(np.log((units + ZERO * elsewhere[item]) / (weeks * lift + ZERO)))
