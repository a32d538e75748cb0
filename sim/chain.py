"""The chain of supply: which tiers a market has, and who supplies whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.agents.retailers import RetailerColumns
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.ledger import Account

STREET = ("plants", "distributors", "subdistributors", "retailers")
"""The tiers on the way to a shop, from the top down; a market may lack those in the middle."""
TIERS = (*STREET, "online")
"""All tiers that hold the brand's goods; plants supply the online shops directly."""
OUTLETS = ("retailers", "online")
WHOLESALERS = ("distributors", "subdistributors")


@dataclass(frozen=True)
class Link:
    """One step of the chain.

    Attributes:
        seller, buyer: names of the tiers.
        lanes: (L, 2) ranges of buyers that stand together and share supplier and lead time, and so one shipment.
        account: what the buyers pay under. payment_weeks: credit term they are given.
    """

    seller: str
    buyer: str
    lanes: Ints
    account: Account
    payment_weeks: int


def links(scenario: Scenario, tiers: Mapping[str, Any]) -> tuple[Link, ...]:
    """The steps of a market's chain, from the plants down to the shops, then to the online shops."""
    present = [name for name in STREET if tiers[name].party.size]
    steps = [*pairwise(present), *([("plants", "online")] if tiers["online"].party.size else [])]
    terms = {
        "plants": scenario.manufacturer.payment_weeks,
        "distributors": scenario.distributors.payment_weeks,
        "subdistributors": scenario.subdistributors.payment_weeks,
    }
    return tuple(
        Link(
            seller=seller,
            buyer=buyer,
            lanes=_lanes(tiers[buyer]),
            account=Account.EX_FACTORY if seller == "plants" else Account.WHOLESALE,
            payment_weeks=terms[seller],
        )
        for seller, buyer in steps
    )


def stock_rules(scenario: Scenario) -> dict[str, StockSettings]:
    """How each tier replenishes."""
    return {
        "plants": scenario.manufacturer.stock,
        "distributors": scenario.distributors.stock,
        "subdistributors": scenario.subdistributors.stock,
        "retailers": scenario.retailers.stock,
        "online": scenario.online.stock,
    }


def _lanes(buyers: Any) -> Ints:
    """Distributors and online shops have a lane each; retailers of a district share one."""
    rows = buyers.party.size
    if isinstance(buyers, RetailerColumns):
        return lanes_of(buyers.district, buyers.supplier, buyers.lead_days)
    own = np.arange(rows, dtype=np.int32)
    return lanes_of(own, buyers.supplier, buyers.lead_days)


def lanes_of(group: Index, supplier: Index, lead_days: Floats) -> Ints:
    """Ranges (L, 2) of receivers that stand together and share group, supplier and lead time."""
    if group.size == 0:
        return np.empty((0, 2), np.int64)
    same = (np.diff(group) == 0) & (np.diff(supplier) == 0) & (np.diff(lead_days) == 0)
    first = np.concatenate([[0], np.flatnonzero(~same) + 1])
    return np.stack([first, np.concatenate([first[1:], [group.size]])], axis=1)
