"""Forecasts and orders, tier by tier up the channel, within the week."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import by_sku, lines
from channellab.agents.kernels.stocks import add_lines
from channellab.agents.replenishment import Forecast
from channellab.scenarios.arrays import Ints
from channellab.sim.chain import MAKERS, OUTLETS, SELLERS, WHOLESALERS
from channellab.sim.credit import keep_within_means
from channellab.sim.diversion import divert
from channellab.sim.fairness import hold_back
from channellab.sim.newsvendor import order_for_profit
from channellab.sim.order_discounts import agree_on_orders, close_orders, open_orders, order_up
from channellab.sim.outlets import carried
from channellab.sim.promotions import stock_ahead, usual_demand
from channellab.sim.protection import refused
from channellab.sim.rebate_outlook import buy_ahead, promoted_need, stock_up
from channellab.sim.replay import planned_forecast
from channellab.sim.stuffing import push_down

if TYPE_CHECKING:
    from channellab.sim.market import Market


def order(market: "Market") -> None:
    """Outlets order from what shoppers asked for, every tier above from the orders of the tiers below."""
    market.grey.open_week(market)
    open_orders(market)
    for name in OUTLETS:
        if market.tiers[name].party.size:
            _outlets_order(market, name)
    for seller in reversed(SELLERS):
        if market.tiers[seller].party.size:
            _sellers_order(market, seller)
    close_orders(market)


def _outlets_order(market: "Market", name: str) -> None:
    outlets, own, rules = market.tiers[name], market.goods.own, market.rules
    seen = market.scenario.retailers.unmet_seen
    # What leads were promised is demand of this week, whenever it is fetched.
    earlier = outlets.fetched - outlets.promised
    outlets.demand[:] = rules.demand_seen(outlets.sold, earlier, outlets.unmet, seen)
    if name == "retailers":
        outlets.demand[:, :own] += market.omni.routed
    owed = outlets.waiting + outlets.awaited
    wanted = _wanted(market, name, owed)
    if name == "retailers" and market.scenario.retailers.newsvendor:
        order_for_profit(market, wanted)
    if name == "retailers":
        hold_back(market, wanted)
    stock_up(market, name, wanted)
    buy_ahead(market, name, wanted)
    sells = carried(market.tiers, name, own) & outlets.active[:, None]
    wanted *= sells
    wanted[:, own:] *= market.rivals.active[market.goods.brand[own:] - 1]
    room = keep_within_means(market, name, wanted)
    order_up(market, name, wanted, owed, sells[:, :own], room)
    outlets.ordered[:] = wanted
    outlets.on_order += outlets.ordered
    outlets.owed += outlets.ordered[:, :own]


def _sellers_order(market: "Market", name: str) -> None:
    """A tier above the outlets orders from what its buyers ordered; plants decide what to make."""
    sellers, own = market.tiers[name], market.goods.own
    sellers.demand[:] = 0.0
    owed = np.zeros_like(sellers.stock)
    for link in market.links:
        if link.seller == name:
            buyers = market.tiers[link.buyer]
            add_lines(sellers.demand.T, link.supplier, lines(link.of(buyers.ordered[:, :own])))
            add_lines(owed.T, link.supplier, lines(link.of(buyers.owed)))
    grey = divert(market, name)
    sellers.demand += grey
    owed += grey
    agree_on_orders(market, name)
    wanted = _wanted(market, name, owed)
    owed += push_down(market, name, owed)
    stock_up(market, name, wanted)
    buy_ahead(market, name, wanted)
    wanted *= sellers.active[:, None]
    if name in WHOLESALERS:
        wanted *= sellers.contracted[:, None]
    if name == "plants":
        sellers.ordered[:] = market.rules.within_capacity(wanted, sellers.capacity)
        return
    wanted *= ~refused(market, name)[:, None]
    room = keep_within_means(market, name, wanted)
    order_up(market, name, wanted, owed, True, room)
    sellers.ordered[:] = wanted
    sellers.on_order += wanted
    sellers.owed += wanted


def _wanted(market: "Market", name: str, owed: Ints) -> Ints:
    """Updates the tier's forecast with this week's demand and returns what it wants to order, (F, K) units."""
    tier, settings, rules = market.tiers[name], market.stock_rules[name], market.rules
    demand = usual_demand(market, name)
    forecast: Forecast
    planned = planned_forecast(market) if name == "retailers" else None
    if planned is not None:
        forecast = planned
    elif settings.forecast == "moving_average":
        tier.history[market.week % settings.forecast_weeks] = demand
        forecast = rules.moving_average_forecast(tier.history)
    elif settings.forecast == "first":
        forecast = Forecast(tier.mean.copy(order="K"), tier.variance.copy(order="K"))
    else:
        forecast = rules.exponential_forecast(Forecast(tier.mean, tier.variance), demand, settings.smoothing)
    tier.mean[:], tier.variance[:] = forecast.mean, forecast.variance
    position = tier.stock + tier.on_order - owed - stock_ahead(market, name)
    if name not in MAKERS and settings.rule == "order_up_to":
        position -= promoted_need(market, name)
    return by_sku(rules.order_quantities(settings, position, forecast, tier.protection))
