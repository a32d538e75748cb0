"""How far the prices of a week lie apart, compiled: over a country's regions, its chains, and the chains of a region.

Columns over SKUs come SKU by SKU, (K, N), as they lie in memory.
"""

import numpy as np

from channellab.agents.compiled import kernel, part
from channellab.agents.kernels.sums import total
from channellab.scenarios.arrays import Floats, Index, Ints

NOISE = 1e-7
"""Share of a mean below which a deviation, the difference of two nearly equal numbers, is rounding."""


@kernel
def dispersions(
    price: Floats, held: Ints, skus: int, region: Index, shops: Ints, chain: Index, pair: Index, pair_region: Index
) -> tuple[float, float, float]:
    """Deviation over mean of prices in regions, within chains, and between the mean prices of chains in regions.

    Args:
        price, held: (K, N) shelf prices, and units, of which there must be some for a price to count. skus: the first
            ones count. region: (O,) of the first outlets, the shops.
        shops: (C,) shops of chains. chain, pair: (C,) the chain of each, and its pair of chain and region.
        pair_region: (P,) region of each pair.
    """
    everybody = np.arange(region.size)
    among = _spread(*_sums(region, everybody, price, held, skus))
    if not shops.size:
        return among, 0.0, 0.0
    within = _spread(*_sums(chain, shops, price, held, skus))
    count, prices, _ = _sums(pair, shops, price, held, skus)
    means = prices / np.maximum(count, 1)
    between = _spread(*_sums(pair_region, np.arange(pair_region.size), means, count, skus))
    return among, within, between


@kernel
def spread(place: Index, rows: Ints, price: Floats, held: Ints, skus: int) -> float:
    """Deviation over mean at each of the places of some rows, (C,) both; the mean over places and SKUs."""
    return _spread(*_sums(place, rows, price, held, skus))


@part
def _sums(place: Index, rows: Ints, price: Floats, held: Ints, skus: int) -> tuple[Ints, Floats, Floats]:
    """Number, sum and sum of squares of the prices that count at each place, (K, places)."""
    places = 0
    for n in range(place.size):
        places = max(places, place[n] + 1)
    count, prices, squares = np.zeros((skus, places), np.int64), np.zeros((skus, places)), np.zeros((skus, places))
    for k in range(skus if rows.size else 0):
        # Shops of a place stand together, so that its sums are kept at hand; see `add_by_place`.
        here, number, together, square = place[0], 0, 0.0, 0.0
        for n in range(rows.size):
            if place[n] != here:
                count[k, here], prices[k, here], squares[k, here] = number, together, square
                here = place[n]
                number, together, square = count[k, here], prices[k, here], squares[k, here]
            if held[k, rows[n]] > 0:
                asked = price[k, rows[n]]
                number += 1
                together += asked
                square += asked * asked
        count[k, here], prices[k, here], squares[k, here] = number, together, square
    return count, prices, squares


@part
def _spread(count: Ints, prices: Floats, squares: Floats) -> float:
    """Standard deviation over mean at each place with two prices or more, the mean over these; 0 without any."""
    apart, places = np.empty(count.size), 0
    for place in range(count.shape[1]):
        for k in range(count.shape[0]):
            number = count[k, place]
            if number >= 2:
                mean = prices[k, place] / number
                deviation = np.sqrt(max(squares[k, place] / number - mean * mean, 0.0))
                apart[places] = deviation / mean if mean > 0.0 and deviation >= NOISE * mean else 0.0
                places += 1
    return total(apart[:places]) / places if places else 0.0
