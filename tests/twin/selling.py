"""Layout, service and prices in plain loops: what a shop is, and what firms ask for a unit."""

import math

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.settings.prices import PriceRuleSettings


def opened(rank: Index, sites: int | Ints, share: Floats) -> Flags:
    """Which sites a layout opens: the better ``share`` of the sites, and at least one where the share is not zero."""
    there = [sites] * len(rank) if isinstance(sites, int) else sites.tolist()
    return np.array([int(rank[o]) < partners_wanted(there[o], float(share[o])) for o in range(len(rank))], np.bool_)


def partners_wanted(sites: int, share: float) -> int:
    """Sites opened out of ``sites``; 0.1 of 30 sites is 3, although 0.1 x 30 is a little more than 3 in floating point.

    >>> partners_wanted(30, 0.1), partners_wanted(8, 0.125), partners_wanted(10, 0.125), partners_wanted(10, 0.0)
    (3, 1, 2, 0)
    """
    exact = share * sites
    nearest = round(exact)
    return nearest if abs(exact - nearest) < 1e-9 else math.ceil(exact)


def service_level(base: Floats, support: Floats, gain: float, half: float) -> Floats:
    """Service of each shop: its own, plus what the brand's support adds, never above full service."""
    levels = []
    for own, money in zip(base.tolist(), support.tolist(), strict=True):
        levels.append(min(own + gain * money / (money + half), 1.0))
    return np.array(levels)


def net_of(discount: float, list_price: Floats) -> Floats:
    """List prices less an off-invoice discount; a row for each firm, or one row alone."""
    net = np.zeros(list_price.shape)
    for cell in np.ndindex(*list_price.shape):
        net[cell] = float(list_price[cell]) * (1.0 - discount)
    return net


def price(rule: PriceRuleSettings, list_price: Floats, purchase_price: Floats) -> Floats:
    """The price each firm asks for each SKU; a table of one row holds for all firms, and a firm may come alone."""
    if list_price.ndim == 1:
        return np.array(price(rule, list_price[None], purchase_price[None])[0])
    firms = max(len(list_price), len(purchase_price))
    asked = np.zeros((firms, list_price.shape[1]))
    for firm in range(firms):
        listed = list_price[firm % len(list_price)].tolist()
        bought = purchase_price[firm % len(purchase_price)].tolist()
        for sku in range(len(listed)):
            asked[firm, sku] = one_price(rule, listed[sku], bought[sku])
    return asked


def one_price(rule: PriceRuleSettings, listed: float, bought: float) -> float:
    """The price of one firm for one SKU.

    >>> one_price(PriceRuleSettings(rule="linear_demand", choke_price=100.0), 0.0, 60.0)
    80.0
    """
    if rule.other is not None:
        return float(rule.other.rule.price(np.array([[listed]]), np.array([[bought]]))[0, 0])
    if rule.rule == "constant_elasticity":
        return bought * (rule.elasticity / (rule.elasticity - 1.0))
    if rule.rule == "logit_optimal":
        return best_against_logit(rule.price_sensitivity, rule.share_at_list, listed, bought)
    if rule.rule == "markup":
        return bought * (1.0 + rule.markup)
    if rule.rule == "linear_demand":
        return (rule.choke_price + bought) / 2.0
    return listed


def best_against_logit(sensitivity: float, share: float, listed: float, bought: float) -> float:
    """The price at which the margin is one over sensitivity and share of those who do not buy.

    In units of that margin, ``w`` more than one is earned where ``w + log(w)`` is the log odds of buying at cost.
    """
    target = float(np.log(share / (1.0 - share))) + sensitivity * (listed - bought) - 1.0
    w = target - float(np.log(target)) if target > 1.0 else float(np.exp(target - 1.0))
    for _ in range(12):
        w = w * (1.0 + target - float(np.log(w))) / (1.0 + w)
    return bought + (1.0 + w) / sensitivity
