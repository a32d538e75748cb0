"""What firms expect and hold before the first week."""

from collections.abc import Sequence

import numpy as np

from channellab.agents.distributors import DistributorColumns
from channellab.agents.manufacturer import PlantColumns
from channellab.agents.replenishment import Forecast, StockColumns, order_quantities
from channellab.scenarios.arrays import Floats, Index
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.chain import SELLERS, TIERS, WHOLESALERS, Link, stock_rules
from channellab.sim.outlets import carried
from channellab.sim.world import World


def open_firms(scenario: Scenario, world: World, chain: Sequence[Link], planned: Forecast | None = None) -> None:
    """First forecasts and stocks: every firm starts as if need were spread evenly over all shops and SKUs.

    Shops that do not carry the brand expect none of its sales and hold none of its goods; what shops of a fitted market
    expect is ``planned``.
    """
    rules, own = stock_rules(scenario), world.goods.own
    for name in TIERS:
        world.tiers[name].response[:] = scenario.anticipation.response
    for name, (mean, variance) in _first_guess(scenario, world, planned).items():
        outlets = world.tiers[name]
        sells = carried(world.tiers, name, own) & outlets.active[:, None]
        outlets.mean[:], outlets.variance[:] = mean * sells, variance * sells
        _fill(rules[name], outlets)
        outlets.stock[:] *= sells
    for seller in reversed(SELLERS):
        sellers = world.tiers[seller]
        for link in (link for link in reversed(chain) if link.seller == seller):
            buyers = world.tiers[link.buyer]
            _pool(link.supplier, buyers.mean[link.rows, :own], buyers.variance[link.rows, :own], sellers)
        _fill(rules[seller], sellers)
        if seller in WHOLESALERS:
            sellers.stock[:] *= sellers.contracted[:, None]


def _first_guess(scenario: Scenario, world: World, planned: Forecast | None) -> dict[str, tuple[Floats, Floats]]:
    """Mean and variance of weekly demand at the outlets; an own store expects what a shop of its district does."""
    settings, own, retailers = scenario.consumers, world.goods.own, world.retailers
    mean, store = np.zeros_like(retailers.mean), np.zeros_like(world.stores.mean)
    online = np.zeros_like(world.online.mean)
    if planned is not None:
        none = {
            name: (np.zeros_like(empty), np.zeros_like(empty))
            for name, empty in (("stores", store), ("online", online))
        }
        return {"retailers": (planned.mean, planned.variance), **none}
    if settings.demand.source == "declared":
        law = settings.demand
        mean[:, :own] = float(np.mean(law.series)) if law.law == "series" else law.mean
        variance = mean.copy()
        if law.law in ("normal", "uniform"):
            variance[:, :own] = law.sd**2
        return {"retailers": (mean, variance), "stores": (store, store), "online": (online, online)}
    need = settings.count * sum(segment.share * segment.need for segment in settings.segments) / len(world.goods.names)
    looked_at = min(settings.online_considered, world.online.party.size)
    on_street = settings.outlets_considered / (settings.outlets_considered + looked_at)
    weight = world.roads.table.district_population
    per_shop = need * on_street * weight / weight.sum() / scenario.network.sites_per_district
    mean[:] = per_shop[retailers.district][:, None]
    store[:] = per_shop[world.stores.district][:, None]
    online[:] = need * (1.0 - on_street) / max(world.online.party.size, 1)
    return {"retailers": (mean, mean), "stores": (store, store), "online": (online, online)}


def _pool(supplier: Index, mean: Floats, variance: Floats, tier: DistributorColumns | PlantColumns) -> None:
    np.add.at(tier.mean, supplier, mean)
    np.add.at(tier.variance, supplier, variance)


def _fill(rule: StockSettings, tier: StockColumns) -> None:
    tier.history[:] = tier.mean
    tier.stock[:] = order_quantities(
        rule, np.zeros_like(tier.stock), Forecast(tier.mean, tier.variance), tier.protection
    )
