"""Distributors: own their stock, hold a territory of districts and supply its retailers."""

from dataclasses import dataclass

from channellab.agents.columns import Column, Firm, Flags, Floats, Index, Ints, state
from channellab.agents.replenishment import StockColumns


@dataclass(kw_only=True)
class DistributorColumns(StockColumns):
    """Columns of M distributors over the brand's K0 SKUs.

    Attributes:
        party: (M,) index in the ledger.
        region: (M,) region of the territory.
        plant: (M,) row of the plant that supplies the distributor.
        distance: (M,) road kilometres from the plant.
        lead_days: (M,) days from plant to distributor.
        active: (M,) False once the firm has left.
        purchase_price: (M, K0) price ex factory in force, net of discounts.
        price: (M, K0) price to retailers in force.
        owed: (M, K0) units ordered that the plant has not dispatched yet.
        received, received_value: (M, K0) units that arrived this week, and what they are invoiced at.
    """

    party: Index
    region: Index
    plant: Index
    distance: Floats
    lead_days: Floats
    active: Flags = state()
    purchase_price: Floats = state()
    price: Floats = state()
    owed: Ints = state()
    received: Ints = state()
    received_value: Floats = state()


class Distributor(Firm):
    """A distributor."""

    table = "distributors"
    region = Column("region")
    stock = Column("stock")
    price = Column("price")
    on_order = Column("on_order")
    ordered = Column("ordered")
    demand = Column("demand")
