"""What several readers ask at the end of a week: worked out once, from the counters of goods and the prices paid."""

from typing import TYPE_CHECKING, NamedTuple

from channellab.agents.kernels.takings import Takings, takings, worth_by_area
from channellab.scenarios.arrays import Floats
from channellab.sim.settlement import online_costs

if TYPE_CHECKING:
    from channellab.sim.market import Market


class Counted(NamedTuple):
    """A week's sales.

    Attributes:
        takings: at all outlets. online: (S, A) what the people of each area paid each online shop for own goods.
        platforms: see `online_costs`.
    """

    takings: Takings
    online: Floats
    platforms: tuple[Floats, Floats]


def count(market: "Market") -> Counted:
    """Counts the week."""
    price, own = market.counter_price.T, market.goods.own
    return Counted(
        takings=takings(market.shelves.sold.T, price, own),
        online=worth_by_area(market.online.homes, price, market.first_online, own),
        platforms=online_costs(market),
    )
