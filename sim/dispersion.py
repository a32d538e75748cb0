"""How far the shelf prices of one SKU in one week lie apart: in a region, within a chain, and between chains."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Index, Ints

if TYPE_CHECKING:
    from channellab.sim.market import Market


def dispersions(market: "Market") -> dict[str, float]:
    """Standard deviation over mean of an own SKU's shelf prices over shops in stock; means over SKUs and places.

    Of the shops of a region, of the shops of a chain, and of the mean prices of the chains of a region.
    """
    own, retailers = market.goods.own, market.retailers
    shown = retailers.held[:, :own] > 0
    price = market.counter_price[: shown.shape[0], :own]
    found = {"price_dispersion": spread(retailers.region, price, shown)}
    in_chain = market.shops_of_chains
    if not in_chain.size:
        return found | {"dispersion_within_chains": 0.0, "dispersion_between_chains": 0.0}
    chain, price, shown = retailers.chain[in_chain], price[in_chain], shown[in_chain]
    found["dispersion_within_chains"] = spread(chain, price, shown)
    place, where = np.unique(retailers.region[in_chain] * (int(chain.max()) + 1) + chain, return_inverse=True)
    count, total, _ = _sums(where, price, shown)
    means = total / np.maximum(count, 1)
    found["dispersion_between_chains"] = spread(place // (int(chain.max()) + 1), means, count > 0)
    return found


def spread(place: Ints | Index, price: Floats, shown: Flags) -> float:
    """Standard deviation over mean of the prices shown, (N, K), at each of the places (N,) with two of them or more.

    The mean of these over places and SKUs; zero where there is no such place.
    """
    count, total, squares = _sums(place, price, shown)
    several = count >= 2
    if not several.any():
        return 0.0
    mean = total[several] / count[several]
    deviation = np.sqrt(np.maximum(squares[several] / count[several] - mean**2, 0.0))
    # The difference of two nearly equal numbers is noise below this.
    deviation[deviation < 1e-7 * mean] = 0.0
    return float((deviation / mean).mean())


def _sums(place: Ints | Index, price: Floats, shown: Flags) -> tuple[Floats, Floats, Floats]:
    """Number, sum and sum of squares of the prices shown at each place, (places, K)."""
    priced = np.where(shown, price, 0.0)
    shape = int(place.max()) + 1, shown.shape[1]
    cell = (place[:, None] * shape[1] + np.arange(shape[1])).ravel()
    number, total, squares = (
        np.bincount(cell, values.ravel(), shape[0] * shape[1]).astype(np.float64, copy=False).reshape(shape)
        for values in (shown, priced, priced * priced)
    )
    return number, total, squares
