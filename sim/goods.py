"""The books of goods, in whole units, kept beside the stock that moves."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import Table, state
from channellab.agents.kernels import stocks
from channellab.scenarios.arrays import Ints
from channellab.sim.chain import OUTLETS

if TYPE_CHECKING:
    from channellab.sim.market import Market


@dataclass
class GoodsBook(Table):
    """What came to and left F owners in K SKUs since the opening, (F, K) units each.

    ``opening + made + bought + taken back = on hand + in transit + sold + returned + scrapped`` must hold exactly.
    """

    opening: Ints = state()
    made: Ints = state()
    bought: Ints = state()
    sold: Ints = state()
    scrapped: Ints = state()
    returned: Ints = state()
    taken_back: Ints = state()

    @classmethod
    def opened(cls, stock: Ints) -> "GoodsBook":
        """A book that starts with the given stock."""
        return cls(stock.copy(order="K"), *(np.zeros_like(stock) for _ in fields(cls)[1:]))

    def gap(self, on_hand: Ints, first: int, in_transit: Ints) -> int:
        """Units, over all owners and SKUs, by which the identity fails; see `on_hand` for the arguments."""
        opening, made, bought, taken_back, sold, returned, scrapped = (
            np.asarray(column).T  # plain arrays, whatever kind of them stands in the book
            for column in (
                self.opening, self.made, self.bought, self.taken_back, self.sold, self.returned, self.scrapped
            )
        )  # fmt: skip
        came, left = (opening, made, bought, taken_back), (sold, returned, scrapped)
        return stocks.gap(came, left, on_hand, first, in_transit.T)


def on_hand(market: "Market", name: str) -> tuple[Ints, int]:
    """(K, N) units on hand, SKU by SKU, and the place among them at which the firms of a tier begin.

    Outlets hold their stock in common, one tier behind the other.
    """
    if name in OUTLETS:
        return market.shelves.stock.T, {"retailers": 0, "stores": market.first_store}.get(name, market.first_online)
    return market.tiers[name].stock.T, 0
