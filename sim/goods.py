"""The books of goods, in whole units, kept beside the stock that moves."""

from dataclasses import dataclass, fields

import numpy as np

from channellab.agents.columns import Table, state
from channellab.scenarios.arrays import Ints


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

    def gap(self, on_hand: Ints, in_transit: Ints | int) -> int:
        """Units, over all owners and SKUs, by which the identity fails."""
        came = self.opening + self.made + self.bought + self.taken_back
        left = on_hand + in_transit + self.sold + self.returned + self.scrapped
        return int(np.abs(came - left).sum())
