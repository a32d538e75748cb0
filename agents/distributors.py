"""Distributors own their stock and supply whoever is below them: in a territory, or anywhere over a platform."""

from dataclasses import dataclass

from channellab.agents.columns import Column, Firm, state
from channellab.agents.replenishment import StockColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@dataclass(kw_only=True)
class DistributorColumns(StockColumns):
    """Columns of the M firms of a tier between plants and shops, over the brand's K0 SKUs.

    Attributes:
        party: (M,) index in the ledger.
        region: (M,) region of the territory. district: (M,) its district, -1 where it is the region.
        supplier_tier, supplier: (M,) tier of the supplier, by its number among all sellers, and row in it.
        contracted: (M,) False where the layout in force has no work for the firm.
        distance: (M,) road kilometres from the supplier.
        lead_days: (M,) days from the supplier.
        active: (M,) False once the firm has left.
        purchase_price: (M, K0) price of the supplier in force, net of discounts.
        price: (M, K0) own price to the next tier in force.
        owed: (M, K0) units ordered that the supplier has not dispatched yet.
        received, received_value: (M, K0) units that arrived this week, and what they are invoiced at.
        delivered_value: (M,) what reached buyers this week is invoiced at, but for diverted goods.
    """

    party: Index
    region: Index
    district: Index
    supplier_tier: Index
    supplier: Index
    contracted: Flags
    distance: Floats
    lead_days: Floats
    active: Flags = state()
    purchase_price: Floats = state()
    price: Floats = state()
    owed: Ints = state()
    received: Ints = state()
    received_value: Floats = state()
    delivered_value: Floats = state()


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


class PlatformDistributor(Distributor):
    """A distributor that sells over a platform, to shops of any region."""

    table = "platform_distributors"


class Warehouse(Distributor):
    """A regional warehouse of the brand; its money is the manufacturer's."""

    table = "warehouses"
