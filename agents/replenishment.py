"""How every stockholding tier forecasts and orders: pure arithmetic, one row per firm, one column per SKU."""

from dataclasses import dataclass

import numpy as np

from channellab.agents.columns import Table, lines, state
from channellab.agents.kernels.replenishment import smoothed, up_to_level
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings.stock import StockSettings


@dataclass(kw_only=True)
class StockColumns(Table):
    """Stock and expectations of a tier of F firms in K SKUs.

    Attributes:
        stock: (F, K) units on hand.
        in_transit: (F, K) own units under way to buyers, still the sender's.
        delivered: (F, K) own units that reached buyers this week.
        held: (F, K) units on hand when holding cost is counted: after selling, or after dispatch.
        on_order: (F, K) units ordered and not yet arrived, whether owed by the supplier or under way.
        unit_cost: (F, K) moving-average cost of a unit on hand, in money.
        demand: (F, K) units asked for this week, as the firm saw them.
        ordered: (F, K) units ordered this week.
        mean, variance: (F, K) forecast of weekly demand and its variance.
        history: (W, F, K) the last W weeks of demand, a ring, for the moving average.
        response: (F,) share by which the firm believes demand to rise in an event, per part of the price given away.
        protection: (F,) weeks of demand that an order must cover.
    """

    stock: Ints = state()
    in_transit: Ints = state()
    delivered: Ints = state()
    held: Ints = state()
    on_order: Ints = state()
    unit_cost: Floats = state()
    demand: Floats = state()
    ordered: Ints = state()
    mean: Floats = state()
    variance: Floats = state()
    history: Floats = state()
    response: Floats = state()
    protection: Index


@dataclass(frozen=True)
class Forecast:
    """Expected weekly demand (F, K), in units, and its variance."""

    mean: Floats
    variance: Floats


def exponential_forecast(old: Forecast, demand: Floats, smoothing: float) -> Forecast:
    """Exponentially weighted mean and variance of demand (West 1979)."""
    mean, variance = smoothed(lines(old.mean), lines(old.variance), lines(demand), smoothing)
    return Forecast(mean.T, variance.T)


def moving_average_forecast(history: Floats) -> Forecast:
    """Mean and variance of the (W, F, K) weeks in ``history``, summed week by week in the order of the ring."""
    weeks = history.shape[0]
    total = np.zeros_like(history[0])
    squares = np.zeros_like(history[0])
    for week in range(weeks):
        total = total + history[week]
    mean = total / weeks
    for week in range(weeks):
        squares = squares + (history[week] - mean) * (history[week] - mean)
    return Forecast(mean, squares / weeks)


def order_quantities(rule: StockSettings, position: Ints, forecast: Forecast, protection: Index) -> Ints:
    """Units to order, from the stock position (on hand + on order - owed to buyers), all (F, K).

    ``order_up_to`` aims at ``protection x mean + safety_factor x sqrt(protection x variance)``, to the nearest unit.
    """
    if rule.rule == "base_stock":
        return np.maximum(rule.level - position, 0)
    if rule.rule == "s_S":
        return np.where(position <= rule.reorder_point, rule.level - position, 0)
    mean, variance = lines(forecast.mean), lines(forecast.variance)
    return up_to_level(lines(position), mean, variance, protection, rule.safety_factor).T
