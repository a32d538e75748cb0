"""The manufacturer and its plants: makes the brand's SKUs, sets the prices ex factory, pays for media."""

from dataclasses import dataclass

import numpy as np

from channellab.agents.columns import Column, Firm, Table, state
from channellab.agents.distributors import Warehouse
from channellab.agents.online import OnlineShop
from channellab.agents.replenishment import StockColumns
from channellab.agents.stores import Store
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@dataclass(kw_only=True)
class PlantColumns(StockColumns):
    """Columns of P plants over the brand's K0 SKUs; what is in production counts as on order.

    Attributes:
        party: (P,) index of the manufacturer in the ledger.
        region: (P,) region of the plant.
        capacity: (P,) units of all SKUs that can be started in a week.
        received: (P, K0) units that came out of production this week.
        delivered_value: (P,) what reached buyers this week is invoiced at.
        active: (P,) False once the plant has left.
    """

    party: Index
    region: Index
    capacity: Ints
    received: Ints = state()
    delivered_value: Floats = state()
    active: Flags = state()


@dataclass(kw_only=True)
class ManufacturerColumns(Table):
    """The single row of the manufacturer.

    Attributes:
        party: (1,) index in the ledger.
        active: (1,) always True while the brand exists.
        ex_factory_price: (1, K0) price ex factory before discounts, in money.
    """

    party: Index
    active: Flags = state()
    ex_factory_price: Floats = state()


class Plant(Firm):
    """A plant with its finished-goods warehouse; its money is the manufacturer's."""

    table = "plants"
    region = Column("region")
    stock = Column("stock")
    on_order = Column("on_order")
    demand = Column("demand")
    ordered = Column("ordered")


class Manufacturer(Firm):
    """The brand's owner."""

    table = "manufacturers"
    ex_factory_price = Column("ex_factory_price")

    def remove(self) -> None:
        """Leaves the market with all that is its own: what its partners hold is sold out."""
        kinds = (Plant, Warehouse, Store, OnlineShop)
        for firm in [firm for firm in self.model.agents if isinstance(firm, kinds)]:
            if firm.party == self.party:
                firm.remove()
        super().remove()


def within_capacity(wanted: Ints, capacity: Ints) -> Ints:
    """Units started: what is wanted, or the same share of every SKU, rounded down, where a plant's week is too short.

    Args:
        wanted: (P, K0) units wanted.
        capacity: (P,) units that can be started.
    """
    total = wanted.sum(axis=1)
    share = np.minimum(capacity / np.maximum(total, 1), 1.0)
    started: Ints = np.floor(wanted * share[:, None] + 1e-9).astype(np.int64)
    return started
