"""Online shops: they reach the whole country from one warehouse and pay a platform for it."""

from dataclasses import dataclass

from channellab.agents.columns import Column, Firm, Flags, Floats, Index, Ints, state
from channellab.agents.shelves import ShelfColumns


@dataclass(kw_only=True)
class OnlineColumns(ShelfColumns):
    """Columns of S online shops over K SKUs.

    Attributes:
        region: (S,) region of the warehouse.
        own: (S,) True for the brand's own shops, which sell no rivals and share the manufacturer's party.
        platform_fee: (S,) share of revenue.
        group_size: (S,) units of an SKU that an area must wish for before the shop delivers there, 1 = any.
        traffic_cost: (S,) money per visit. delivery_days: (S,) to the door. delivery_cost: (S,) money per unit.
        visits: (S,) shoppers who looked this week. homes: (S, A, K) units sold to the people of each area.
        routed: (S, K0) units of the brand's own shops that shops on the street served this week.
        collected: (S,) units of theirs that were collected in shops this week.
        local_share: (S,) share of its orders that buyers expect shops of their area to serve.
    """

    region: Index
    own: Flags
    platform_fee: Floats
    group_size: Ints
    traffic_cost: Floats
    delivery_days: Floats
    delivery_cost: Floats
    visits: Ints = state()
    homes: Ints = state()
    routed: Ints = state()
    collected: Ints = state()
    local_share: Floats = state()


class OnlineShop(Firm):
    """An online shop."""

    table = "online"
    stock = Column("stock")
    price = Column("price")
    sold = Column("sold")
    visits = Column("visits")
    service = Column("service")
