"""What could be sold in a week, from a column of stock that may tell what was left at the week's end."""

from typing import Literal

import numpy as np

from channellab.scenarios.arrays import Floats

Kind = Literal["available", "left"]
OFTEN = 0.02
"""Share of rows that sold more than their stock from which on it was not what could be sold."""


def kind_of_stock(stock: Floats, units: Floats) -> Kind:
    """Nobody sells more than there is; where that is often so, the stock is what was left.

    >>> kind_of_stock(np.array([[20.0, 3.0, np.nan]]), np.array([[5.0, 3.0, 9.0]]))
    'available'
    >>> kind_of_stock(np.array([[2.0, 3.0, np.nan]]), np.array([[5.0, 3.0, 9.0]]))
    'left'
    """
    known = np.isfinite(stock)
    return "left" if (units > stock)[known].sum() > OFTEN * known.sum() else "available"


def available(stock: Floats, units: Floats, kind: Kind) -> Floats:
    """Units that could be sold, float64[S, W], NaN where no stock is known."""
    return stock if kind == "available" else units + np.maximum(stock, 0.0)
