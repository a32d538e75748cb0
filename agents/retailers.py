"""Retailers: one on every candidate site; those that the layout authorises carry the brand beside its rivals."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Column, Firm, Flags, Floats, Index, Ints, state
from channellab.agents.replenishment import StockColumns


@dataclass(kw_only=True)
class RetailerColumns(StockColumns):
    """Columns of O retailers over K SKUs, the brand's own K0 first.

    Attributes:
        party: (O,) index in the ledger.
        site: (O,) number of the site, the same in every layout.
        site_key: (O,) identity of the site in every draw, whatever else stands in the market.
        district, region, area, format: (O,) where and what the shop is.
        rank: (O,) place in the order in which a layout opens the sites of the area, from 0.
        quality: (O,) unobserved quality plus the appeal of the format, in utility.
        base_service: (O,) service level 0..1 before support by the brand.
        price_factor: (O,) the shop's own price over the price its rule gives.
        distance: (O,) road kilometres from the supplier.
        lead_days: (O,) days from the supplier's dispatch to the shelf.
        supplier: (O,) row of the distributor, or of the plant where there is none.
        active: (O,) False once the firm has left.
        authorised: (O,) carries the brand this week.
        service: (O,) service level in force, 0..1.
        support: (O,) support received from the brand, money a week.
        recommended_price: (O, K) recommended retail price in force.
        purchase_price: (O, K) what a unit costs the shop this week.
        price: (O, K) shelf price.
        owed: (O, K0) own units ordered that the supplier has not dispatched yet.
        backlog: (O, K0) units that buyers of declared demand wait for.
        received, received_value: (O, K) units that arrived this week, and what they are invoiced at.
        wished, served: (O, K) first wishes of this week's shoppers, and those met from stock at once.
        sold: (O, K) units sold this week; unmet: wishes that found the shelf empty.
        fetched: (O, K) units sold to shoppers who had waited for them.
        waiting: (O, K) shoppers who wait for a unit at the week's close of selling.
    """

    party: Index
    site: Ints
    site_key: npt.NDArray[np.uint64]
    district: Index
    region: Index
    area: Index
    format: Index
    rank: Index
    quality: Floats
    base_service: Floats
    price_factor: Floats
    distance: Floats
    lead_days: Floats
    supplier: Index
    active: Flags = state()
    authorised: Flags = state()
    service: Floats = state()
    support: Floats = state()
    recommended_price: Floats = state()
    purchase_price: Floats = state()
    price: Floats = state()
    owed: Ints = state()
    backlog: Ints = state()
    received: Ints = state()
    received_value: Floats = state()
    wished: Ints = state()
    served: Ints = state()
    sold: Ints = state()
    unmet: Ints = state()
    waiting: Ints = state()
    fetched: Ints = state()


class Retailer(Firm):
    """A shop on a candidate site."""

    table = "retailers"
    region = Column("region")
    district = Column("district")
    format = Column("format")
    authorised = Column("authorised")
    service = Column("service")
    stock = Column("stock")
    price = Column("price")
    sold = Column("sold")
    unmet = Column("unmet")
    on_order = Column("on_order")


def opened(rank: Index, sites: int, share: Floats) -> Flags:
    """Which sites of an area a layout opens: the first ``ceil(share x sites)`` by rank, so that layouts nest.

    Args:
        rank: (O,) place of the site in its area, from 0.
        sites: candidate sites in an area.
        share: (O,) share that the layout opens at that place.
    """
    # The small term keeps shares such as 0.1 x 30 from opening a site too many.
    return rank < np.ceil(share * sites - 1e-9)


def service_level(base: Floats, support: Floats, gain: float, half: float) -> Floats:
    """Service 0..1: support adds up to ``gain``, half of it at ``half`` money a week (saturating)."""
    return np.minimum(base + gain * support / (support + half), 1.0)


def demand_seen(sold: Ints, fetched: Ints, unmet: Ints, share_seen: float) -> Floats:
    """Weekly demand as the shop sees it, (O, K) units: what it sold to newcomers and a share of what it could not."""
    return (sold - fetched) + share_seen * unmet


class Served(NamedTuple):
    """Declared demand of a week, (O, K0) units each, as the columns of the same names."""

    wished: Ints
    served: Ints
    sold: Ints
    unmet: Ints
    waiting: Ints
    fetched: Ints


def serve_declared(asked: Ints, stock: Ints, backlog: Ints, wait: float, draw: Floats) -> Served:
    """Serves waiting buyers first, then this week's; of the unmet a share waits, rounded by a keyed draw.

    Args:
        asked, stock, backlog: (O, K0) units asked for, on hand, and waited for.
        wait: share of the unmet who wait. draw: (O, K0) in [0, 1).
    """
    old = np.minimum(stock, backlog)
    new = np.minimum(stock - old, asked)
    unmet = asked - new
    joins = np.minimum(np.floor(unmet * wait + draw).astype(np.int64), unmet)
    return Served(asked, new, old + new, unmet, backlog - old + joins, old)
