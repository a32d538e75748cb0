"""How far the shelf prices of one SKU in one week lie apart: in a region, within a chain, and between chains."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.kernels import dispersion as kernel
from channellab.agents.retailers import RetailerColumns
from channellab.scenarios.arrays import Index, Ints

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
    where: Index
    region: Index

    @classmethod
    def of(cls, retailers: RetailerColumns) -> "Chains":
        """The chains of a market."""
        shops = np.flatnonzero(retailers.chain >= 0)
        chain, many = retailers.chain[shops], int(retailers.chain.max(initial=0)) + 1
        pair, where = np.unique(retailers.region[shops] * many + chain, return_inverse=True)
        return cls(shops, chain, where.astype(np.int32), (pair // many).astype(np.int32))


def dispersions(market: "Market") -> dict[str, float]:
    """Standard deviation over mean of an own SKU's shelf prices over shops in stock; means over SKUs and places.

    Of the shops of a region, of the shops of a chain, and of the mean prices of the chains of a region.
    """
    shelf, chains = (market.counter_price.T, market.shelves.held.T, market.goods.own), market.chains
    names = ("price_dispersion", "dispersion_within_chains", "dispersion_between_chains")
    found = kernel.dispersions(*shelf, market.retailers.region, chains.shops, chains.chain, chains.where, chains.region)
    return dict(zip(names, found, strict=True))


def spread(market: "Market", place: Index) -> float:
    """The same of the shops of chains at each of some places, (C,)."""
    shelf = market.counter_price.T, market.shelves.held.T, market.goods.own
    return kernel.spread(place, market.chains.shops, *shelf)
