"""What firms expect and hold before the first week."""

import numpy as np

from channellab.agents.columns import Floats, Index
from channellab.agents.distributors import DistributorColumns
from channellab.agents.manufacturer import PlantColumns
from channellab.agents.replenishment import Forecast, StockColumns, order_quantities
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.chain import links, stock_rules
from channellab.sim.world import World


def open_firms(scenario: Scenario, world: World) -> None:
    """First forecasts and stocks: every firm starts as if need were spread evenly over all shops and SKUs.

    Shops that do not carry the brand expect none of its sales and hold none of its goods.
    """
    street, online = _first_guess(scenario, world)
    own, retailers = world.goods.own, world.retailers
    retailers.mean[:], retailers.variance[:] = street
    world.online.mean[:], world.online.variance[:] = online
    for column in (retailers.mean, retailers.variance):
        column[:, :own] *= retailers.authorised[:, None]
    for column in (world.online.mean, world.online.variance):
        column[world.online.own, own:] = 0.0
    rules = stock_rules(scenario)
    _fill(rules["retailers"], retailers)
    retailers.stock[:, :own] *= retailers.authorised[:, None]
    _fill(rules["online"], world.online)
    world.online.stock[world.online.own, own:] = 0
    for link in reversed(links(scenario, world.tiers)):
        buyers, sellers = world.tiers[link.buyer], world.tiers[link.seller]
        _pool(buyers.supplier, buyers.mean[:, :own], buyers.variance[:, :own], sellers)
        _fill(rules[link.seller], sellers)


def _first_guess(scenario: Scenario, world: World) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Mean and variance of weekly demand at the shops, and at the online shops."""
    settings, own, retailers = scenario.consumers, world.goods.own, world.retailers
    mean, online = np.zeros_like(retailers.mean), np.zeros_like(world.online.mean)
    if settings.demand.source == "declared":
        law = settings.demand
        mean[:, :own] = float(np.mean(law.series)) if law.law == "series" else law.mean
        variance = mean.copy()
        if law.law in ("normal", "uniform"):
            variance[:, :own] = law.sd**2
        return (mean, variance), (online, online.copy())
    need = settings.count * sum(segment.share * segment.need for segment in settings.segments) / len(world.goods.names)
    looked_at = min(settings.online_considered, world.online.party.size)
    on_street = settings.outlets_considered / (settings.outlets_considered + looked_at)
    weight = world.roads.table.district_population
    per_shop = need * on_street * weight / weight.sum() / scenario.network.sites_per_district
    mean[:] = per_shop[retailers.district][:, None]
    online[:] = need * (1.0 - on_street) / max(world.online.party.size, 1)
    return (mean, mean.copy()), (online, online.copy())


def _pool(supplier: Index, mean: Floats, variance: Floats, tier: DistributorColumns | PlantColumns) -> None:
    np.add.at(tier.mean, supplier, mean)
    np.add.at(tier.variance, supplier, variance)


def _fill(rule: StockSettings, tier: StockColumns) -> None:
    tier.history[:] = tier.mean
    tier.stock[:] = order_quantities(
        rule, np.zeros_like(tier.stock), Forecast(tier.mean, tier.variance), tier.protection
    )
