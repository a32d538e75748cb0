"""Forecasts and orders, tier by tier up the channel, within the week."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.agents.replenishment import Forecast, StockColumns
from channellab.scenarios.settings.stock import StockSettings

if TYPE_CHECKING:
    from channellab.sim.market import Market
    from channellab.sim.rules import Rules


def order(market: "Market") -> None:
    """Retailers order from what shoppers asked for, distributors from retailers' orders, plants from distributors'."""
    scenario, rules, own = market.scenario, market.rules, market.goods.own
    retailers, distributors, plants = market.retailers, market.distributors, market.plants
    seen = scenario.retailers.unmet_seen
    retailers.demand[:] = rules.demand_seen(retailers.sold, retailers.fetched, retailers.unmet, seen)
    wanted = _wanted(market.week, scenario.retailers.stock, retailers, retailers.waiting, rules)
    wanted[:, :own] *= retailers.authorised[:, None]
    wanted[:, own:] *= market.rivals.active[market.goods.brand[own:] - 1]
    retailers.ordered[:] = wanted * retailers.active[:, None]
    retailers.on_order += retailers.ordered
    retailers.owed += retailers.ordered[:, :own]
    _pass_on(retailers.supplier, retailers.ordered[:, :own], distributors if distributors.party.size else plants)
    if distributors.party.size:
        owed = _owed_by(retailers.supplier, retailers.owed, distributors.party.size)
        wanted = _wanted(market.week, scenario.distributors.stock, distributors, owed, rules)
        distributors.ordered[:] = wanted * distributors.active[:, None]
        distributors.on_order += distributors.ordered
        distributors.owed += distributors.ordered
        _pass_on(distributors.plant, distributors.ordered, plants)
        owed = _owed_by(distributors.plant, distributors.owed, plants.party.size)
    else:
        owed = _owed_by(retailers.supplier, retailers.owed, plants.party.size)
    wanted = _wanted(market.week, scenario.manufacturer.stock, plants, owed, rules)
    plants.ordered[:] = rules.within_capacity(wanted * plants.active[:, None], plants.capacity)


def _wanted(week: int, settings: StockSettings, tier: StockColumns, owed: Ints, rules: "Rules") -> Ints:
    """Updates the tier's forecast with this week's demand and returns what it wants to order, (F, K) units."""
    if settings.forecast == "moving_average":
        tier.history[week % settings.forecast_weeks] = tier.demand
        forecast: Forecast = rules.moving_average_forecast(tier.history)
    else:
        forecast = rules.exponential_forecast(Forecast(tier.mean, tier.variance), tier.demand, settings.smoothing)
    tier.mean[:], tier.variance[:] = forecast.mean, forecast.variance
    position = tier.stock + tier.on_order - owed
    wanted: Ints = rules.order_quantities(settings, position, forecast, tier.protection)
    return wanted


def _pass_on(supplier: Index, ordered: Ints, tier: StockColumns) -> None:
    demand: Floats = np.zeros_like(tier.demand)
    np.add.at(demand, supplier, ordered)
    tier.demand[:] = demand


def _owed_by(supplier: Index, owed: Ints, suppliers: int) -> Ints:
    total = np.zeros((suppliers, owed.shape[1]), np.int64)
    np.add.at(total, supplier, owed)
    return total
