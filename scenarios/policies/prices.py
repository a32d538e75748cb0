"""Price arithmetic: pure functions over arrays of firms (rows) and SKUs (columns), all in money per unit."""

from typing import NamedTuple

import numpy as np

from channellab.scenarios.arrays import Floats, sound
from channellab.scenarios.errors import BadInput
from channellab.scenarios.settings.policy import PricePolicySettings
from channellab.scenarios.settings.prices import PriceRuleSettings, ShelfPriceSettings

NO_VARIATION = 1e-12
"""Variance of a price over its mean squared below which it has not varied, but for rounding."""
NEWTON_STEPS = 12
"""Steps after which the best logit price is exact to rounding."""
MOST_ELASTIC, LEAST_ELASTIC = 1e6, 1e-6
"""Bounds of an estimated elasticity, far beyond any price that a firm may ask on it."""


def price(rule: PriceRuleSettings, list_price: Floats, purchase_price: Floats) -> Floats:
    """The price a firm sells at under its rule; the arguments broadcast against each other.

    ``linear_demand`` is half-way between choke price and purchase price: whoever faces demand ``a - b p`` and buys at
    ``w`` earns most at ``(a / b + w) / 2``, and so does every tier above, since the demand derived from that price is
    linear with the same choke price (Spengler 1950). ``constant_elasticity`` is ``w e / (e - 1)``, the best price where
    demand falls by ``e`` percent for one percent on the price; of one yuan on the cost it passes on more than one.
    ``logit_optimal`` solves ``p - w = 1 / (a (1 - s(p)))`` for a logit share ``s`` with price sensitivity ``a``, which
    is ``w + (1 + W(u)) / a`` with ``W`` the function of Lambert and ``u = s / (1 - s) exp(a (list - w) - 1)`` at the
    list price; of one yuan on the cost it passes on the share of shoppers that does not buy (Anderson, de Palma &
    Thisse 1992). Rules that watch the market start from the list price.

    >>> price(PriceRuleSettings(rule="markup", markup=0.5), np.array([10.0]), np.array([4.0]))
    array([6.])
    >>> price(PriceRuleSettings(rule="linear_demand", choke_price=100.0), np.array([0.0]), np.array([60.0]))
    array([80.])
    >>> price(PriceRuleSettings(rule="constant_elasticity", elasticity=2.5), np.array([0.0]), np.array([6.0]))
    array([10.])
    """
    if rule.other is not None:
        asked = np.asarray(rule.other.rule.price(list_price, purchase_price), np.float64)
        if not sound(asked, np.broadcast_shapes(list_price.shape, purchase_price.shape)):
            raise BadInput(
                "scenario",
                "price.other",
                f"has a {type(rule.other.rule).__name__} that gives no price from 0 for each firm and SKU; allowed are "
                "finite numbers, see docs/price-rules.md",
            )
        return asked
    if rule.rule == "constant_elasticity":
        return np.asarray(purchase_price * (rule.elasticity / (rule.elasticity - 1.0)) + 0.0 * list_price)
    if rule.rule == "logit_optimal":
        return best_logit_price(rule.price_sensitivity, rule.share_at_list, list_price, purchase_price)
    if rule.rule == "markup":
        return np.asarray(purchase_price * (1.0 + rule.markup) + 0.0 * list_price)
    if rule.rule == "linear_demand":
        return np.asarray((rule.choke_price + purchase_price) / 2.0 + 0.0 * list_price)
    return np.asarray(list_price + 0.0 * purchase_price)


def best_logit_price(sensitivity: float, share: float, list_price: Floats, purchase_price: Floats) -> Floats:
    """The best price of a firm that believes in a logit share, which is ``share`` at the list price.

    >>> best_logit_price(0.5, 0.5, np.array([10.0]), np.array([6.0])).round(3)
    array([10.])
    """
    log_odds = np.log(share / (1.0 - share))
    return np.asarray(
        purchase_price + (1.0 + lambert(log_odds + sensitivity * (list_price - purchase_price) - 1.0)) / sensitivity
    )


def lambert(log_argument: Floats) -> Floats:
    """The solution ``w`` of ``w + log(w) = y``, so ``w exp(w) = exp(y)``, by steps of Newton from below.

    >>> lambert(np.array([1.0, 3.0])).round(12)
    array([1.        , 2.20794003])
    """
    w = np.where(
        log_argument > 1.0,
        log_argument - np.log(np.maximum(log_argument, 1.0)),
        np.exp(np.minimum(log_argument, 1.0) - 1.0),
    )
    for _ in range(NEWTON_STEPS):
        w = w * (1.0 + log_argument - np.log(w)) / (1.0 + w)
    return w


def dynamic(rule: ShelfPriceSettings, listed: Floats, purchase_price: Floats, lowest: Floats, pull: Floats) -> Floats:
    """From the list price towards the lowest elsewhere, and up or down by stock and demand; with the least margin.

    Args:
        listed, purchase_price: (O, K). lowest: (O, K) lowest price elsewhere, infinite where there is none.
        pull: (O, K) see `stock_and_demand`.

    >>> rule = ShelfPriceSettings(rival_response=0.5, price_bound=0.3)
    >>> dynamic(rule, *map(np.array, ([[10.0]], [[6.0]], [[8.0]], [[0.05]])))
    array([[9.5]])
    """
    rivals = np.where(np.isfinite(lowest), lowest, listed)
    asked = listed + rule.rival_response * (rivals - listed) + pull * listed
    least = np.maximum(listed * (1.0 - rule.price_bound), purchase_price * (1.0 + rule.floor_margin))
    return np.minimum(np.maximum(asked, least), listed * (1.0 + rule.price_bound))


def stock_and_demand(rule: ShelfPriceSettings, stock: Floats, demand: Floats, mean: Floats, cover: Floats) -> Floats:
    """What stock and demand add to the dynamic price, (O, K) as a share of the list price; 0 where nothing is expected.

    Args:
        stock: (O, K) units at the week's start. demand, mean: (O, K) this week's, and usual. cover: (O, 1) weeks that
            an order must cover.

    >>> rule = ShelfPriceSettings(stock_response=0.1, demand_response=0.2)
    >>> stock_and_demand(rule, *map(np.array, ([[5.0]], [[12.0]], [[10.0]], [[1.0]]))).round(3)
    array([[0.09]])
    """
    usual = np.where(mean > 0.0, mean, 1.0)
    short = np.minimum(np.maximum(1.0 - stock / (usual * cover), -1.0), 1.0)
    more = np.minimum(demand / usual - 1.0, 1.0)
    return np.where(mean > 0.0, rule.stock_response * short + rule.demand_response * more, 0.0)


def net_of(discount: Floats | float, list_price: Floats) -> Floats:
    """A list price less an off-invoice discount (a share of it)."""
    return np.asarray(list_price * (1.0 - discount))


def undercut(rule: ShelfPriceSettings, listed: Floats, purchase_price: Floats, lowest: Floats) -> Floats:
    """Below the lowest price of the others, not below cost plus the least margin, and never above the list price.

    Args:
        listed: (O, K) what the list rule would give; it counts where the least margin lies above it.
        lowest: (O, K) lowest price of the other outlets; infinite where none has the SKU.

    >>> undercut(ShelfPriceSettings(undercut=0.1, floor_margin=0.5), np.array([10.0]), np.array([4.0]), np.array([8.0]))
    array([7.2])
    """
    below = lowest * (1.0 - rule.undercut)
    floor = purchase_price * (1.0 + rule.floor_margin)
    return np.minimum(np.maximum(below, floor), listed)


def band(policy: PricePolicySettings) -> tuple[float, float]:
    """Least and most that a retail price may be, as multiples of the recommended price."""
    width = {"free": np.inf, "uniform": 0.0, "banded": policy.band}[policy.kind]
    return max(1.0 - width, 0.0), 1.0 + width


def within_band(asked: Floats, recommended: Floats, low: Floats, high: Floats) -> Floats:
    """Prices (O, K) clipped to what policy allows; ``low`` and ``high`` (O,) are multiples of the recommended price."""
    return np.minimum(np.maximum(asked, recommended * low[:, None]), recommended * high[:, None])


class Moments(NamedTuple):
    """What pricing groups remember of their prices and demand, (G, K0) each.

    Attributes:
        weeks: weeks seen. price, units: weighted means of shelf price and of units asked for in a shop.
        last_price, last_units: those of the last week seen.
        price_moves, unit_moves, joint_moves: weighted means of the squared changes from one week seen to the next of
            price and of units, and of the product of both changes.
    """

    weeks: Floats
    price: Floats
    units: Floats
    last_price: Floats
    last_units: Floats
    price_moves: Floats
    unit_moves: Floats
    joint_moves: Floats


class Pricers(NamedTuple):
    """How groups price, (G, 1) each, from the settings of the same names."""

    elasticity: Floats
    elasticity_spread: Floats
    learning: Floats
    adjustment: Floats
    floor_margin: Floats
    price_bound: Floats


def learn(how: Pricers, old: Moments, shown: Floats, asked: Floats) -> Moments:
    """Moments after one more week, exponentially weighted; plain ones until there are enough weeks.

    Args:
        shown, asked: (G, K0) mean shelf price and mean units asked for in the shops of a group; no number where no
            shop carried the goods, and the group learns nothing.
    """
    seen = np.isfinite(shown)
    weeks = old.weeks + seen
    price, units = np.where(seen, shown, old.last_price), np.where(seen, asked, old.last_units)
    weight = np.where(seen, np.maximum(how.learning, 1.0 / np.maximum(weeks, 1.0)), 0.0)
    again = seen & (old.weeks > 0.0)
    step = np.where(again, np.maximum(how.learning, 1.0 / np.maximum(weeks - 1.0, 1.0)), 0.0)
    dearer, more = price - old.last_price, units - old.last_units
    return Moments(
        weeks=weeks,
        price=old.price + weight * (price - old.price),
        units=old.units + weight * (units - old.units),
        last_price=price,
        last_units=units,
        price_moves=old.price_moves + step * (dearer * dearer - old.price_moves),
        unit_moves=old.unit_moves + step * (more * more - old.unit_moves),
        joint_moves=old.joint_moves + step * (dearer * more - old.joint_moves),
    )


def estimated_elasticity(how: Pricers, seen: Moments) -> Floats:
    """Percent of units lost for one percent on the price, at the mean price, (G, K0): belief and evidence weighed.

    The slope is that of a straight line through the changes of price and units from week to week, by least squares:
    changes are free of season and growth, which levels would mistake for an answer to the price. Its weight against the
    belief is that of the normal law: with ``n`` changes, ``D`` their mean squares and products and ``R`` the mean
    square of the units about the line, the squared error of the estimate is ``R m_p^2 / ((n - 1) D_pp m_q^2)``, that of
    the belief ``elasticity_spread^2``. A price that has not varied leaves the belief as it is. Units may be zero in a
    week, which rules out a line through logarithms.
    """
    varied = (seen.price_moves > NO_VARIATION * seen.price * seen.price) & (seen.units > 0.0)
    moves = np.where(varied, seen.price_moves, 1.0)
    slope = seen.joint_moves / moves
    found = -slope * seen.price / np.where(varied, seen.units, 1.0)
    about = np.maximum(seen.unit_moves - slope * seen.joint_moves, 0.0)
    # Weeks with exponential weights are worth no more than this many equal ones.
    free = np.maximum(np.minimum(seen.weeks - 1.0, 2.0 / how.learning - 1.0) - 1.0, 0.0)
    evidence = how.elasticity_spread * how.elasticity_spread * free * moves * seen.units * seen.units
    doubt = seen.price * seen.price * about
    usable = varied & (evidence > 0.0)
    trust = np.where(usable, evidence / np.where(usable, evidence + doubt, 1.0), 0.0)
    return np.minimum(np.maximum(how.elasticity + trust * (found - how.elasticity), LEAST_ELASTIC), MOST_ELASTIC)


def best_price(how: Pricers, seen: Moments, before: Floats, start: Floats, purchase_price: Floats) -> Floats:
    """What groups would ask next week, (G, K0), before experiments.

    Demand that is linear through the mean point with elasticity ``e`` there has its choke price at ``p (1 + 1 / e)``,
    and the best price lies half-way between that and the purchase price; the firm goes part of the way to it. Who has
    seen no week yet asks ``start``.

    Args:
        before: (G, K0) what they would have asked this week. start: (G, K0) their first price, and the middle of the
            bounds within which they stay.
    """
    choke = seen.price * (1.0 + 1.0 / estimated_elasticity(how, seen))
    aim = (choke + purchase_price) / 2.0
    asked = np.where(seen.weeks > 0.0, before + how.adjustment * (aim - before), start)
    least = np.maximum(start * (1.0 - how.price_bound), purchase_price * (1.0 + how.floor_margin))
    return np.minimum(np.maximum(asked, least), start * (1.0 + how.price_bound))
