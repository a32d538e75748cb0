"""The decisions of a week, gathered in one place so that a market can be played by other hands.

A market is given one `Rules`. The default are the compiled and vectorised functions of the agents; the reference twin
in the tests passes the same rules written as plain loops and must come to the same market, unit by unit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channellab.agents import (
    beliefs,
    diversion,
    fairness,
    kols,
    listing,
    manufacturer,
    minimum_prices,
    online,
    promotions,
    replenishment,
    retailers,
    returns,
    stuffing,
    trucks,
)
from channellab.agents.kernels import (
    ahead,
    batching,
    choice,
    goodwill,
    handover,
    influence,
    leads,
    media,
    membership,
    newsvendor,
    pricing,
    rationing,
    replay,
    shopping,
    showroom,
    stocks,
)
from channellab.scenarios.policies import credit, prices, quantity, rebates
from channellab.scenarios.policies import promotions as calendar

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Rules:
    """Every decision that is compiled or vectorised, by name; signatures are those of the defaults."""

    hear: Rule = media.hear
    hired: Rule = kols.hired
    endorse: Rule = influence.endorse
    reflect: Rule = influence.reflect
    renew: Rule = membership.renew
    in_need: Rule = choice.in_need
    look_around: Rule = showroom.look_around
    ways_to_collect: Rule = handover.ways_to_collect
    hand_over: Rule = handover.hand_over
    shop: Rule = shopping.shop
    arise: Rule = leads.arise
    advance: Rule = leads.advance
    desert: Rule = leads.desert
    enrol: Rule = membership.enrol
    allocate: Rule = rationing.allocate
    opened: Rule = retailers.opened
    service_level: Rule = retailers.service_level
    demand_seen: Rule = retailers.demand_seen
    expected_sales: Rule = listing.expected_sales
    best_listed: Rule = listing.best_listed
    serve_declared: Rule = retailers.serve_declared
    expected_units: Rule = replay.expected_units
    serve_fitted: Rule = replay.serve_fitted
    price: Rule = prices.price
    net_of: Rule = prices.net_of
    undercut: Rule = prices.undercut
    dynamic: Rule = prices.dynamic
    stock_and_demand: Rule = prices.stock_and_demand
    within_band: Rule = prices.within_band
    advertised_price: Rule = minimum_prices.advertised_price
    weighed: Rule = beliefs.weighed
    learn: Rule = prices.learn
    best_price: Rule = prices.best_price
    lowest_elsewhere: Rule = pricing.lowest_elsewhere
    group_means: Rule = pricing.group_means
    exponential_forecast: Rule = replenishment.exponential_forecast
    moving_average_forecast: Rule = replenishment.moving_average_forecast
    order_quantities: Rule = replenishment.order_quantities
    newsvendor_levels: Rule = newsvendor.newsvendor_levels
    extra_need: Rule = promotions.extra_need
    usual_demand: Rule = promotions.usual_demand
    learned_response: Rule = promotions.learned_response
    weeks_ahead: Rule = calendar.weeks_ahead
    forward_need: Rule = promotions.forward_need
    receive: Rule = stocks.receive
    truckloads: Rule = trucks.truckloads
    within_capacity: Rule = manufacturer.within_capacity
    within_credit: Rule = credit.within_credit
    rebate: Rule = rebates.earned_under
    next_threshold: Rule = rebates.threshold_under
    buying_ahead: Rule = ahead.buying_ahead
    stocking_up: Rule = rebates.stocking_up
    order_rate: Rule = quantity.order_rate
    order_up: Rule = batching.order_up
    units_to_return: Rule = returns.units_to_return
    push_offers: Rule = stuffing.push_offers
    units_taken: Rule = stuffing.units_taken
    believed_detection: Rule = diversion.believed_detection
    best_grey_offers: Rule = diversion.best_grey_offers
    grey_orders: Rule = diversion.grey_orders
    worth_a_truck: Rule = diversion.worth_a_truck
    contentment: Rule = goodwill.contentment
    cheaper_online: Rule = goodwill.cheaper_online
    seen_online: Rule = online.seen_online
    worth_running: Rule = online.worth_running
    inequity: Rule = fairness.inequity
    withheld: Rule = fairness.withheld


COMPILED = Rules()
