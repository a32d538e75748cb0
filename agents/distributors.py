"""Distributors on two tiers: they own their stock, hold a territory and supply whoever is below them in it."""

from dataclasses import dataclass

from channellab.agents.columns import Column, Firm, Flags, Floats, Index, Ints, state
from channellab.agents.replenishment import StockColumns


@dataclass(kw_only=True)
class DistributorColumns(StockColumns):
    """Columns of the M distributors, or the M sub-distributors, over the brand's K0 SKUs.

    Attributes:
        party: (M,) index in the ledger.
        region: (M,) region of the territory. district: (M,) its district, -1 where it is the region.
        supplier: (M,) row of the supplier: of a plant, or of the distributor of the region.
        distance: (M,) road kilometres from the supplier.
        lead_days: (M,) days from the supplier.
        active: (M,) False once the firm has left.
        purchase_price: (M, K0) price of the supplier in force, net of discounts.
        price: (M, K0) own price to the next tier in force.
        owed: (M, K0) units ordered that the supplier has not dispatched yet.
        received, received_value: (M, K0) units that arrived this week, and what they are invoiced at.
    """

    party: Index
    region: Index
    district: Index
    supplier: Index
    distance: Floats
    lead_days: Floats
    active: Flags = state()
    purchase_price: Floats = state()
    price: Floats = state()
    owed: Ints = state()
    received: Ints = state()
    received_value: Floats = state()


class Distributor(Firm):
    """A distributor of a region or part of it."""

    table = "distributors"
    region = Column("region")
    stock = Column("stock")
    price = Column("price")
    on_order = Column("on_order")
    ordered = Column("ordered")
    demand = Column("demand")


class Subdistributor(Distributor):
    """A sub-distributor of a district."""

    table = "subdistributors"
    district = Column("district")
