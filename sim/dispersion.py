"""How far the shelf prices of one SKU in one week lie apart: in a region, within a chain, and between chains."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.retailers import RetailerColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints

if TYPE_CHECKING:
    from channellab.sim.market import Market


class Chains(NamedTuple):
    """The C shops of chains, which stand where they stand for ever.

    Attributes:
        shops, chain: (C,) their rows among retailers, and the chain of each. where: (C,) which of the P pairs of chain
            and region each belongs to. region: (P,) the region of these.
    """

    shops: Ints
    chain: Index
    where: Ints
    region: Ints

    @classmethod
    def of(cls, retailers: RetailerColumns) -> "Chains":
        """The chains of a market."""
        shops = np.flatnonzero(retailers.chain >= 0)
        chain, many = retailers.chain[shops], int(retailers.chain.max(initial=0)) + 1
        pair, where = np.unique(retailers.region[shops] * many + chain, return_inverse=True)
        return cls(shops, chain, where, pair // many)


def dispersions(market: "Market") -> dict[str, float]:
    """Standard deviation over mean of an own SKU's shelf prices over shops in stock; means over SKUs and places.

    Of the shops of a region, of the shops of a chain, and of the mean prices of the chains of a region.
    """
    own, retailers, chains = market.goods.own, market.retailers, market.chains
    shown = retailers.held[:, :own] > 0
    price = market.counter_price[: shown.shape[0], :own]
    found = {"price_dispersion": spread(retailers.region, price, shown)}
    if not chains.shops.size:
        return found | {"dispersion_within_chains": 0.0, "dispersion_between_chains": 0.0}
    price, shown = price[chains.shops], shown[chains.shops]
    found["dispersion_within_chains"] = spread(chains.chain, price, shown)
    count, total, _ = _sums(chains.where, price, shown)
    means = total / np.maximum(count, 1)
    found["dispersion_between_chains"] = spread(chains.region, means, count > 0)
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
    shape = shown.shape[1], int(place.max()) + 1
    cell = (np.arange(shape[0])[:, None] * shape[1] + place).ravel()
    number, total, squares = (
        np.bincount(cell, values.T.ravel(), shape[0] * shape[1]).astype(np.float64, copy=False).reshape(shape).T
        for values in (shown, priced, priced * priced)
    )
    return number, total, squares
