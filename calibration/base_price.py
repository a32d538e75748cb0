"""Prices without promotion, where a history does not say them.

An upper quantile (0.8) of the realised prices in the weeks around: temporary reductions lie below it as long as they
take less than about three quarters of the weeks, and a week of an odd high price does not move it. A price that has
stood for half of the weeks around is the base price, whatever comes later: one that rises is not seen before it does.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from channellab.scenarios.arrays import Floats

QUANTILE = 0.8


def base_price(price: Floats, promoted: NDArray[np.bool_], weeks: int) -> Floats:
    """Estimated base prices.

    Args:
        price: float64[S, W], NaN where none is known.
        promoted: bool[S, W], weeks of a display, feature or price reduction; left out where others are near.
        weeks: of the window around each week.

    Returns:
        float64[S, W]; NaN only in series without any price.

    >>> base_price(np.array([[2.0, 2.0, 1.5, 2.0, np.nan]]), np.zeros((1, 5), bool), 5)
    array([[2., 2., 2., 2., 2.]])
    """
    regular = _quantile(np.where(promoted, np.nan, price), weeks)
    found = np.where(np.isnan(regular), _quantile(price, weeks), regular)
    standing = (_standing(price) >= weeks // 2) & ~promoted
    return carried(np.where(standing, _forward(price), found))


def carried(values: Floats) -> Floats:
    """Values (float64[S, W]) with the last one known carried on, and the first one back to the start."""
    return _forward(_forward(values)[:, ::-1])[:, ::-1]


def between(values: Floats) -> Floats:
    """Values (float64[S, W]) with what is missing between two equal ones filled; other gaps stay.

    >>> between(np.array([[2.0, np.nan, 2.0, np.nan, 1.5, np.nan]])).tolist()
    [[2.0, 2.0, 2.0, nan, 1.5, nan]]
    """
    before, after = _forward(values), _forward(values[:, ::-1])[:, ::-1]
    return np.where(before == after, before, values)


def _standing(price: Floats) -> NDArray[np.int64]:
    """Weeks since the price was last another one, int64[S, W]; weeks in which none is known count as those before."""
    week, known = np.arange(price.shape[1]), _forward(price)
    new = np.pad(known[:, 1:] != known[:, :-1], ((0, 0), (1, 0)), constant_values=True)
    return np.asarray(week - np.maximum.accumulate(np.where(new, week, 0), axis=1), np.int64)


def _forward(values: Floats) -> Floats:
    at = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    return np.take_along_axis(values, np.maximum.accumulate(at, axis=1), axis=1)


def _quantile(price: Floats, weeks: int) -> Floats:
    """The nearest price to the quantile in the window centred on each week; NaN where the window is empty."""
    half = weeks // 2
    padded = np.pad(price, ((0, 0), (half, half)), constant_values=np.nan)
    window = np.sort(sliding_window_view(padded, 2 * half + 1, axis=1), axis=2)  # NaN last
    known = np.isfinite(window).sum(axis=2)
    at = np.maximum(np.ceil(QUANTILE * known).astype(np.int64) - 1, 0)
    return np.take_along_axis(window, at[:, :, None], axis=2)[:, :, 0]
