"""Shops that order what earns most in expectation, rebates included, and goods that do not keep."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.scenarios.arrays import Ints
from channellab.sim.chain import OUTLETS
from channellab.sim.rebate_outlook import rewards
from channellab.sim.returns import refunds

if TYPE_CHECKING:
    from channellab.sim.market import Market

WIDE = 6.0
"""Standard deviations of demand above its mean up to which a shop looks for its best order."""


def throw_away(market: "Market") -> None:
    """What outlets have not sold of goods that do not keep is worth nothing after the week."""
    if not market.goods.perishable.any():
        return
    for name in OUTLETS:
        outlets, book = market.tiers[name], market.books[name]
        lost = outlets.stock * market.goods.perishable
        outlets.stock -= lost
        book.scrapped += lost


def order_for_profit(market: "Market", wanted: Ints) -> None:
    """Replaces the retailers' orders of own goods, (O, K), where they order like newsvendors."""
    shops, goods, own = market.retailers, market.goods, market.goods.own
    weeks = shops.protection.astype(np.float64)
    position = shops.stock + shops.on_order - shops.waiting - shops.awaited
    holding = market.scenario.retailers.stock.holding_cost
    for sku in range(own):
        mean, variance = weeks * shops.mean[:, sku], weeks * shops.variance[:, sku]
        most = np.ceil(mean + WIDE * np.sqrt(variance)).astype(np.int64) + 1
        cost = shops.purchase_price[:, sku]
        kept = np.zeros(cost.size) if goods.perishable[sku] else cost - holding
        by_sold, by_bought = rewards(market, sku, int(most.max(initial=1)))
        level = market.rules.newsvendor_levels(
            most,
            mean,
            variance,
            shops.price[:, sku].copy(),
            cost.copy(),
            kept,
            by_sold,
            by_bought,
            *refunds(market, sku),
        )
        wanted[:, sku] = np.maximum(level - position[:, sku], 0)
