"""Demand as firms see it, forecasts, orders and the cost of what arrives, in plain loops."""

import math

import numpy as np

from channellab.agents.replenishment import Forecast
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings.stock import StockSettings


def demand_seen(sold: Ints, fetched: Ints, unmet: Ints, share_seen: float) -> Floats:
    """What a shop takes for this week's demand: sales to newcomers, and the share it notices of wishes left unmet.

    Sales to those who had waited are no new demand: they were counted when they found the shelf empty.
    """
    seen = np.zeros(sold.shape)
    for shop, sku in np.ndindex(*sold.shape):
        newcomers = int(sold[shop, sku]) - int(fetched[shop, sku])
        seen[shop, sku] = newcomers + share_seen * int(unmet[shop, sku])
    return seen


def exponential_forecast(old: Forecast, demand: Floats, smoothing: float) -> Forecast:
    """Mean and variance in which the newest week weighs ``smoothing`` and all older weeks the rest (West 1979)."""
    mean, variance = np.zeros(demand.shape), np.zeros(demand.shape)
    for cell in np.ndindex(*demand.shape):
        surprise = float(demand[cell]) - float(old.mean[cell])
        mean[cell] = float(old.mean[cell]) + smoothing * surprise
        variance[cell] = (1.0 - smoothing) * (float(old.variance[cell]) + smoothing * surprise * surprise)
    return Forecast(mean, variance)


def moving_average_forecast(history: Floats) -> Forecast:
    """Mean and variance of the weeks remembered, each as likely as the others."""
    mean, variance = np.zeros(history.shape[1:]), np.zeros(history.shape[1:])
    for firm, sku in np.ndindex(*mean.shape):
        weeks = history[:, firm, sku].tolist()
        mean[firm, sku] = sum(weeks) / len(weeks)
        average = float(mean[firm, sku])
        variance[firm, sku] = sum((week - average) * (week - average) for week in weeks) / len(weeks)
    return Forecast(mean, variance)


def order_quantities(rule: StockSettings, position: Ints, forecast: Forecast, protection: Index) -> Ints:
    """Units each firm orders of each SKU, given its stock position (on hand, plus on order, less owed to buyers)."""
    orders = np.zeros(position.shape, np.int64)
    for firm, sku in np.ndindex(*position.shape):
        mean, variance = float(forecast.mean[firm, sku]), float(forecast.variance[firm, sku])
        orders[firm, sku] = one_order(rule, int(position[firm, sku]), mean, variance, int(protection[firm]))
    return orders


def one_order(rule: StockSettings, position: int, mean: float, variance: float, weeks: int) -> int:
    """Units one firm orders of one SKU.

    >>> one_order(StockSettings(rule="s_S", level=15, reorder_point=4), 4, 0.0, 0.0, 1)
    11
    >>> one_order(StockSettings(safety_factor=1.5), 3, 4.0, 4.0, 1)
    4
    """
    if rule.rule == "s_S":
        return rule.level - position if position <= rule.reorder_point else 0
    level = rule.level
    if rule.rule == "order_up_to":
        level = nearest(weeks * mean + rule.safety_factor * math.sqrt(weeks * variance))
    return max(level - position, 0)


def nearest(units: float) -> int:
    """The nearest whole number; halves go up.

    >>> nearest(2.5), nearest(2.49), nearest(3.5)
    (3, 2, 4)
    """
    return math.floor(units + 0.5)


def newsvendor_levels(
    most: Ints,
    mean: Floats,
    variance: Floats,
    price: Floats,
    cost: Floats,
    kept: Floats,
    by_sold: Floats,
    by_bought: Floats,
    refund: Floats,
    share: Floats,
) -> Ints:
    """Units that each firm wants to have for a week."""
    columns = (most, mean, variance, price, cost, kept, by_sold, by_bought, refund, share)
    return np.array([best_level(*row) for row in zip(*(c.tolist() for c in columns), strict=True)], np.int64)


def best_level(
    most: int,
    mean: float,
    variance: float,
    price: float,
    cost: float,
    kept: float,
    by_sold: list[float],
    by_bought: list[float],
    refund: float = 0.0,
    share: float = 0.0,
) -> int:
    """Units that one firm wants to have: the number at which the mean profit over all demands is largest.

    >>> best_level(199, 100.0, 900.0, 10.0, 6.0, 0.0, [0.0] * 200, [0.0] * 200)
    92
    """
    spread = math.sqrt(max(2.0 * variance, 1e-18))
    below = [0.0, *(0.5 + 0.5 * math.erf((units - 0.5 - mean) / spread) for units in range(1, most + 1))]
    best, top = 0, by_sold[0] + by_bought[0]
    sold = rewarded = 0.0
    for level in range(1, most + 1):
        rewarded += by_sold[level - 1] * (below[level] - below[level - 1])
        sold += 1.0 - below[level]
        profit = price * sold - cost * level + kept * (level - sold)
        if share and refund > 0.0:
            profit += refund * mean_return(level, share, below)
        profit += rewarded + by_sold[level] * (1.0 - below[level]) + by_bought[level]
        if profit > top:
            best, top = level, profit
    return best


def mean_return(level: int, share: float, below: list[float]) -> float:
    """Units of ``level`` that are left over and may be returned, on average; ``below`` are chances of lower demands.

    >>> mean_return(4, 0.5, [0.0, 0.25, 0.5, 0.75, 1.0])
    1.75
    """
    right = math.floor(share * level + 1e-9)
    return sum((below[sold + 1] - below[sold]) * min(level - sold, right) for sold in range(level))


def receive(stock: Ints, unit_cost: Floats, units: Ints, value: Floats) -> Floats:
    """Moving-average cost of a unit after ``units`` worth ``value`` have joined ``stock``."""
    cost = unit_cost.copy()
    for cell in np.ndindex(*cost.shape):
        before, new = int(stock[cell]), int(units[cell])
        if new > 0:
            cost[cell] = (before * float(unit_cost[cell]) + float(value[cell])) / max(before + new, 1)
    return cost
