"""The chain of supply: which tiers a market has, and who supplies whom under the layout in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from channellab.agents.columns import rows_of
from channellab.agents.retailers import RetailerColumns
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.docks import DockSettings
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.ledger import Account

MAKERS = ("plants", "warehouses")
"""The brand's own stock points: what they pass to each other is no sale."""
WHOLESALERS = ("distributors", "platform_distributors", "subdistributors")
"""Partners between the brand and the shops, from the top down."""
SELLERS = (*MAKERS, *WHOLESALERS)
"""All who supply others, from the top down."""
OUTLETS = ("retailers", "stores", "online")
"""All who sell to consumers, in the order in which the shelves of a market stand."""
TIERS = (*SELLERS, *OUTLETS)
"""All tiers that hold the brand's goods."""


@dataclass(frozen=True)
class Link:
    """One step of the chain: all of a tier whom another tier supplies.

    Attributes:
        seller, buyer: names of the tiers.
        rows: rows of the buyers in their tier; a slice where the link supplies them all.
        supplier: (B,) rows of the sellers who supply these buyers.
        lanes: (L, 2) ranges of buyers, among those of the link, that stand together and share one shipment.
    """

    seller: str
    buyer: str
    rows: slice | Ints
    supplier: Index
    lanes: Ints

    @cached_property
    def each(self) -> Ints:
        """(B,) rows of the buyers one by one."""
        return self.places(np.arange(self.supplier.size))

    def of(self, column: Any) -> Any:
        """What the buyers have in a column (F, K) of their tier, (B, K); it lies SKU by SKU."""
        return column[self.rows] if isinstance(self.rows, slice) else rows_of(column, self.rows)

    def places(self, numbers: Ints) -> Ints:
        """Rows, in their tier, of some of the link's buyers."""
        return numbers if isinstance(self.rows, slice) else self.rows[numbers]


def links(scenario: Scenario, tiers: Mapping[str, Any]) -> tuple[Link, ...]:
    """The steps of a market's chain, sellers from the top down, from who supplies whom at present."""
    return tuple(
        _link(scenario, tiers, seller, buyer)
        for number, seller in enumerate(SELLERS)
        for buyer in (*SELLERS[1:], *OUTLETS)
        if (tiers[buyer].supplier_tier == number).any()
    )


def _link(scenario: Scenario, tiers: Mapping[str, Any], seller: str, buyer: str) -> Link:
    buyers = tiers[buyer]
    served = buyers.supplier_tier == SELLERS.index(seller)
    rows = slice(0, served.size) if served.all() else np.flatnonzero(served)
    return Link(
        seller=seller,
        buyer=buyer,
        rows=rows,
        supplier=buyers.supplier[rows],
        lanes=_lanes(buyers, np.flatnonzero(served)),
    )


def invoiced_under(scenario: Scenario, seller: str) -> tuple[Account, int]:
    """What the buyers of a tier pay under, and the weeks of credit they are given."""
    if seller in MAKERS:
        return Account.EX_FACTORY, scenario.manufacturer.payment_weeks
    return Account.WHOLESALE, getattr(scenario, seller).payment_weeks


def stock_rules(scenario: Scenario) -> dict[str, StockSettings]:
    """How each tier replenishes."""
    return {
        "plants": scenario.manufacturer.stock,
        **{name: getattr(scenario, name).stock for name in TIERS if name != "plants"},
    }


def _lanes(buyers: Any, rows: Ints) -> Ints:
    """Retailers of a district share a lane, all others have one each."""
    group = buyers.district[rows] if isinstance(buyers, RetailerColumns) else rows
    # A gap in the rows parts those who do not stand together.
    return lanes_of(group, buyers.supplier[rows], buyers.lead_days[rows], np.diff(rows) > 1)


def docks(scenario: Scenario) -> dict[str, DockSettings]:
    """Docks and trucks of the tiers whose goods may have to wait for them."""
    tiers = {name: getattr(scenario, "manufacturer" if name == "plants" else name).dock for name in SELLERS}
    return {name: dock for name, dock in tiers.items() if dock.limited}


def lanes_of(group: Index | Ints, supplier: Index, lead_days: Floats, apart: Any) -> Ints:
    """Ranges (L, 2) of receivers that stand together and share group, supplier and lead time.

    Args:
        apart: (B - 1,) True where the next receiver does not stand behind this one.
    """
    if group.size == 0:
        return np.empty((0, 2), np.int64)
    same = (np.diff(group) == 0) & (np.diff(supplier) == 0) & (np.diff(lead_days) == 0) & ~apart
    first = np.concatenate([[0], np.flatnonzero(~same) + 1])
    return np.stack([first, np.concatenate([first[1:], [group.size]])], axis=1)


def patrons(tiers: Mapping[str, Any], makers: Index) -> Index:
    """(N,) party that buys for each outlet from the brand: the outlet itself, or who is at the top of its chain.

    Outlets of the brand, whose parties are ``makers``, have none: -1.
    """
    top: dict[str, Index] = {}
    for name in (*WHOLESALERS, *OUTLETS):
        tier = tiers[name]
        top[name] = tier.party.astype(np.int32)
        for seller in WHOLESALERS:
            here = tier.supplier_tier == SELLERS.index(seller)
            if here.any():
                top[name][here] = top[seller][tier.supplier[here]]
        top[name][np.isin(top[name], makers)] = -1
    return np.concatenate([top[name] for name in OUTLETS])
