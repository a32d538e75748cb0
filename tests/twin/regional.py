"""A witness of what is sold to the people of a region, and of what that leaves the channel."""

from typing import Any

from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account

from .chain import WHOLESALERS, outlets, rows
from .money import Flow

ABROAD = (Account.FREIGHT, Account.HOLDING, Account.SHORTAGE, Account.OVERHEADS, Account.LEADS, Account.ONLINE_SERVICE)
"""What partners pay to others than members of the channel."""


def sales(scenario: Scenario, now: Any, region: int, flows: list[Flow]) -> tuple[float, float, float]:
    """Units bought by the people of a region, what they paid, and what that leaves after costs of the region."""
    bought = [*_on_the_street(scenario, now, region), *_online(scenario, now, region)]
    paid = sum(units * now.counter_price[outlet][sku] for outlet, sku, units in bought)
    made = sum(units * scenario.products[sku].unit_cost for _, sku, units in bought)
    costs = _of_partners(now, region, flows) + _of_stores(scenario, now, region)
    costs += _of_online_shops(scenario, now, region, flows)
    return float(sum(units for _, _, units in bought)), float(paid), float(paid - made - costs)


def _on_the_street(scenario: Scenario, now: Any, region: int) -> list[tuple[int, int, int]]:
    """Outlet, SKU and units of shops and own stores that stand in a region."""
    places = [*now.retailers.region, *now.stores.region]
    here = [outlet for outlet, place in enumerate(places) if place == region]
    sold, own = outlets(now, "sold"), len(scenario.products)
    return [(outlet, sku, units) for outlet in here for sku, units in enumerate(sold[outlet][:own])]


def _online(scenario: Scenario, now: Any, region: int | None, shop: int | None = None) -> list[tuple[int, int, int]]:
    """The same of online shops (or one of them), whose buyers live in a region (or anywhere)."""
    first, own = len(now.retailers.party) + len(now.stores.party), len(scenario.products)
    return [
        (first + n, sku, units)
        for n in rows(now.online)
        if shop in (None, n)
        for area, sold in enumerate(now.online.homes[n])
        if region in (None, now.retailers.region[area * scenario.network.sites_per_area])
        for sku, units in enumerate(sold[:own])
    ]


def _of_online_shops(scenario: Scenario, now: Any, region: int, flows: list[Flow]) -> float:
    """Costs of online shops for own goods, in proportion to what people paid there."""
    costs = [flow.amount for flow in flows if flow.account == Account.PLATFORM]
    total = 0.0
    for n in rows(now.online):
        here, everywhere = (
            sum(units * now.counter_price[outlet][sku] for outlet, sku, units in _online(scenario, now, place, n))
            for place in (region, None)
        )
        total += costs[n] * here / everywhere if everywhere else 0.0
    return total


def _of_partners(now: Any, region: int, flows: list[Flow]) -> float:
    here = {
        party
        for name in (*WHOLESALERS, "retailers")
        for party, place in zip(getattr(now, name).party, getattr(now, name).region, strict=True)
        if place == region
    }
    return sum(flow.amount for flow in flows if flow.payer in here and flow.account in ABROAD)


def _of_stores(scenario: Scenario, now: Any, region: int) -> float:
    stores = now.stores
    opened = sum(stores.open[n] and stores.active[n] for n in rows(stores) if stores.region[n] == region)
    return scenario.stores.fixed_cost * opened
