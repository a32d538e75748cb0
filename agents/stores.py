"""Own stores: outlets that the brand runs itself, on candidate sites of their own."""

from dataclasses import dataclass

from channellab.agents.columns import Column, Firm, state
from channellab.agents.shelves import ShelfColumns
from channellab.scenarios.arrays import Flags, Index


@dataclass(kw_only=True)
class StoreColumns(ShelfColumns):
    """Columns of W candidate own stores over K SKUs; they share the manufacturer's party and sell no rivals.

    Attributes:
        district, region, area: (W,) where the store is.
        rank: (W,) place in the order in which a layout opens the stores of the region, from 0.
        open: (W,) open this week.
    """

    district: Index
    region: Index
    area: Index
    rank: Index
    open: Flags = state()


class Store(Firm):
    """An own store."""

    table = "stores"
    region = Column("region")
    district = Column("district")
    open = Column("open")
    stock = Column("stock")
    price = Column("price")
    sold = Column("sold")
    service = Column("service")
