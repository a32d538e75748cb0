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
    """Retailers order from what shoppers asked for, every tier above from the orders of the tier below."""
    _retailers_order(market)
    rules, own = market.rules, market.goods.own
    for link in reversed(market.links):
        buyers, sellers = market.tiers[link.buyer], market.tiers[link.seller]
        _pass_on(buyers.supplier, buyers.ordered[:, :own], sellers)
        owed = _owed_by(buyers.supplier, buyers.owed, sellers.party.size)
        wanted = _wanted(market.week, market.stock_rules[link.seller], sellers, owed, rules) * sellers.active[:, None]
        if link.seller == "plants":
            sellers.ordered[:] = rules.within_capacity(wanted, sellers.capacity)
        else:
            sellers.ordered[:] = wanted
            sellers.on_order += wanted
            sellers.owed += wanted


def _retailers_order(market: "Market") -> None:
    retailers, own, rules = market.retailers, market.goods.own, market.rules
    seen = market.scenario.retailers.unmet_seen
    retailers.demand[:] = rules.demand_seen(retailers.sold, retailers.fetched, retailers.unmet, seen)
    wanted = _wanted(market.week, market.stock_rules["retailers"], retailers, retailers.waiting, rules)
    wanted[:, :own] *= retailers.authorised[:, None]
    wanted[:, own:] *= market.rivals.active[market.goods.brand[own:] - 1]
    retailers.ordered[:] = wanted * retailers.active[:, None]
    retailers.on_order += retailers.ordered
    retailers.owed += retailers.ordered[:, :own]


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
