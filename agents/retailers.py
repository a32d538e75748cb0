"""Retailers: one on every candidate site; those that the layout authorises carry the brand beside its rivals."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from channellab.agents.columns import Column, Firm, state
from channellab.agents.kernels.replenishment import asked_for
from channellab.agents.shelves import ShelfColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@dataclass(kw_only=True)
class RetailerColumns(ShelfColumns):
    """Columns of O retailers over K SKUs, the brand's own K0 first.

    Attributes:
        district, region, area, format: (O,) where and what the shop is.
        rank: (O,) place in the order in which a layout opens the sites of the area, from 0.
        base_service: (O,) service level 0..1 before support by the brand.
        chain: (O,) number of its chain among those of all formats, -1 for an independent shop.
        authorised: (O,) carries the brand this week. carries: (O, K0) which of its SKUs the layout lets it sell.
        listed: (O, K) the shop has chosen the SKU for its shelf; all, where space is not scarce.
        support: (O,) support received from the brand, money a week.
        backlog: (O, K0) units that buyers of declared demand wait for.
    """

    district: Index
    region: Index
    area: Index
    format: Index
    rank: Index
    base_service: Floats
    chain: Index
    authorised: Flags = state()
    carries: Flags = state()
    listed: Flags = state()
    support: Floats = state()
    backlog: Ints = state()


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


def opened(rank: Index, sites: int | Ints, share: Floats) -> Flags:
    """Which sites of a place a layout opens: the first ``ceil(share x sites)`` by rank, so that layouts nest.

    Args:
        rank: (O,) rank of the site in its place, from 0.
        sites: candidate sites in a place, one number or (O,).
        share: (O,) share that the layout opens at that place.
    """
    # The small term keeps shares such as 0.1 x 30 from opening a site too many.
    return rank < np.ceil(share * sites - 1e-9)


def service_level(base: Floats, support: Floats, gain: float, half: float) -> Floats:
    """Service 0..1: support adds up to ``gain``, half of it at ``half`` money a week (saturating)."""
    return np.minimum(base + gain * support / (support + half), 1.0)


def demand_seen(sold: Ints, fetched: Ints, unmet: Ints, share_seen: float) -> Floats:
    """Weekly demand as the shop sees it, (O, K) units: what it sold to newcomers and a share of what it could not."""
    return asked_for(sold.T, fetched.T, unmet.T, share_seen).T


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
