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
    retailers = world.retailers
    mean, variance = _first_guess(scenario, world)
    own = world.goods.own
    mean[:, :own] *= retailers.authorised[:, None]
    variance[:, :own] *= retailers.authorised[:, None]
    retailers.mean[:], retailers.variance[:] = mean, variance
    rules = stock_rules(scenario)
    _fill(rules["retailers"], retailers)
    retailers.stock[:, :own] *= retailers.authorised[:, None]
    for link in reversed(links(scenario, world.tiers)):
        buyers, sellers = world.tiers[link.buyer], world.tiers[link.seller]
        _pool(buyers.supplier, buyers.mean[:, :own], buyers.variance[:, :own], sellers)
        _fill(rules[link.seller], sellers)


def _first_guess(scenario: Scenario, world: World) -> tuple[Floats, Floats]:
    settings, own, retailers = scenario.consumers, world.goods.own, world.retailers
    mean = np.zeros_like(retailers.mean)
    if settings.demand.source == "declared":
        law = settings.demand
        mean[:, :own] = float(np.mean(law.series)) if law.law == "series" else law.mean
        return mean, np.full_like(mean, law.sd**2) if law.law in ("normal", "uniform") else mean.copy()
    need = sum(segment.share * segment.need for segment in settings.segments)
    weight = world.roads.table.district_population
    per_shop = (
        settings.count * need * weight / weight.sum() / scenario.network.sites_per_district / len(world.goods.names)
    )
    mean[:] = per_shop[retailers.district][:, None]
    return mean, mean.copy()


def _pool(supplier: Index, mean: Floats, variance: Floats, tier: DistributorColumns | PlantColumns) -> None:
    np.add.at(tier.mean, supplier, mean)
    np.add.at(tier.variance, supplier, variance)


def _fill(rule: StockSettings, tier: StockColumns) -> None:
    tier.history[:] = tier.mean
    tier.stock[:] = order_quantities(
        rule, np.zeros_like(tier.stock), Forecast(tier.mean, tier.variance), tier.protection
    )
