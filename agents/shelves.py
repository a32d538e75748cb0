"""What every outlet has, on the street or online: offers on a shelf, and what shoppers did with them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import by_sku, state
from channellab.agents.replenishment import StockColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@dataclass(kw_only=True)
class ShelfColumns(StockColumns):
    """Columns of O outlets over K SKUs, the brand's own K0 first.

    Attributes:
        party: (O,) index in the ledger.
        site: (O,) number of the outlet's site, the same in every layout.
        site_key: (O,) identity of the outlet in every draw, whatever else stands in the market.
        quality: (O,) unobserved quality plus the appeal of the format, in utility.
        supplier_tier, supplier: (O,) tier of the supplier of own goods, by its number among all sellers, and row in it.
        distance: (O,) road kilometres from the supplier. lead_days: (O,) days from its dispatch to the shelf.
        price_factor: (O,) price of the outlet over the price its rule gives.
        assigned: (O, K0) own SKUs that the brand makes for the outlet's channel and region.
        active: (O,) False once the firm has left.
        service: (O,) service level in force, 0..1. knowledge: (O,) of what it sells, 0..1.
        recommended_price: (O, K) recommended retail price in force.
        lowest_price, highest_price: (O,) what policy allows for own goods, as multiples of the recommended price.
        purchase_price: (O, K) what a unit costs the outlet this week. price: (O, K) shelf price.
        pull: (O, K) what stock and demand add to the price under the dynamic rule, as a share of the list price.
        taken_down: (O,) last week in which own offers are taken down for prices below the minimum.
        lowest_elsewhere: (O, K) lowest price last week of the others in the area, or online, that had the SKU in stock.
        owed: (O, K0) own units ordered that the supplier has not dispatched yet.
        received, received_value: (O, K) units that arrived this week, and what they are invoiced at.
        wished, served: (O, K) first wishes of this week's shoppers, and those met from stock at once.
        sold: (O, K) units sold this week; unmet: wishes that found the shelf empty.
        fetched: (O, K) units sold to shoppers who had waited for them.
        promised: (O, K) units that leads were promised this week and come for.
        awaited: (O, K) leads that are ready to order and wait for a unit.
        waiting: (O, K) shoppers who wait for a unit at the week's close of selling.
    """

    party: Index
    site: Ints
    site_key: npt.NDArray[np.uint64]
    quality: Floats
    supplier_tier: Index
    supplier: Index
    distance: Floats
    lead_days: Floats
    price_factor: Floats
    assigned: Flags
    active: Flags = state()
    service: Floats = state()
    knowledge: Floats
    recommended_price: Floats = state()
    lowest_price: Floats = state()
    highest_price: Floats = state()
    purchase_price: Floats = state()
    price: Floats = state()
    lowest_elsewhere: Floats = state()
    pull: Floats = state()
    taken_down: Ints = state()
    owed: Ints = state()
    received: Ints = state()
    received_value: Floats = state()
    wished: Ints = state()
    served: Ints = state()
    sold: Ints = state()
    unmet: Ints = state()
    waiting: Ints = state()
    fetched: Ints = state()
    promised: Ints = state()
    awaited: Ints = state()


SHARED = (
    *("stock", "held", "price", "service", "knowledge", "site_key", "quality", "active", "party"),
    *(
        "price_factor",
        "recommended_price",
        "lowest_price",
        "highest_price",
        "purchase_price",
        "lowest_elsewhere",
        "pull",
        "taken_down",
    ),
    *("wished", "served", "sold", "unmet", "waiting", "fetched", "promised", "awaited"),
)
"""Columns that all outlets of a market hold in common."""


@dataclass
class Shelves:
    """The shared columns of all outlets: retailers, own stores, online shops; each tier's columns are views."""

    stock: Ints
    held: Ints
    price: Floats
    price_factor: Floats
    recommended_price: Floats
    lowest_price: Floats
    highest_price: Floats
    purchase_price: Floats
    lowest_elsewhere: Floats
    pull: Floats
    taken_down: Ints
    service: Floats
    knowledge: Floats
    site_key: npt.NDArray[np.uint64]
    quality: Floats
    active: Flags
    party: Index
    wished: Ints
    served: Ints
    sold: Ints
    unmet: Ints
    waiting: Ints
    fetched: Ints
    promised: Ints
    awaited: Ints


def join(*tiers: ShelfColumns) -> Shelves:
    """Moves the shared columns of the tiers into common arrays, one behind the other, and makes theirs views.

    All columns over SKUs lie SKU by SKU from now on.
    """
    columns = {name: np.concatenate([getattr(tier, name) for tier in tiers]) for name in SHARED}
    columns = {name: by_sku(column) if column.ndim == 2 else column for name, column in columns.items()}
    for tier in tiers:
        tier.lie_by_sku()
    ends = np.cumsum([tier.party.size for tier in tiers])
    for name, column in columns.items():
        for tier, part in zip(tiers, np.split(column, ends[:-1]), strict=True):
            setattr(tier, name, part)
    return Shelves(**columns)
