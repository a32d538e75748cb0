"""Fairness in the week: what the shops of an area keep of what the channel earns there, and what they hold back."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.kernels.takings import margin_by_area
from channellab.scenarios.arrays import Floats, Ints

if TYPE_CHECKING:
    from channellab.sim.market import Market


def unfairness(market: "Market", profit: Floats) -> Floats:
    """(O,) how unfair each shop finds the week, 0..1, from everybody's profit (F,).

    The partners of an area compare what they keep together with the margin on all own goods sold to its people.
    """
    shops, areas = market.retailers, market.first_site.size
    kept = np.bincount(shops.area, profit[shops.party] * shops.authorised, areas)
    felt: Floats = market.rules.inequity(kept, margin_made(market), market.scenario.conflict.fair_share)
    return np.asarray(felt[shops.area])


def margin_made(market: "Market") -> Floats:
    """(A,) margin of the whole channel on own goods sold to the people of each area: price less cost of making."""
    sold, price, cost = market.shelves.sold.T, market.counter_price.T, market.goods.unit_cost
    ends = market.first_store, market.first_online
    area = np.concatenate([market.retailers.area, market.stores.area])
    return margin_by_area(sold, price, cost, market.goods.own, ends, area, market.online.homes)


def resentment_of_shops(market: "Market") -> Floats:
    """(O,) resentment of each authorised shop, 0 for the others."""
    shops = market.retailers
    return np.asarray(market.partners.resentment[shops.party] * shops.authorised)


def hold_back(market: "Market", wanted: Ints) -> None:
    """Resentful shops order less of the brand's goods; ``wanted`` (O, K) changes in place."""
    share = market.scenario.conflict.stock_withheld
    if share > 0.0:
        shops, own = market.retailers, market.goods.own
        less = market.rules.withheld(resentment_of_shops(market), shops.mean[:, :own], shops.protection, share)
        wanted[:, :own] = np.maximum(wanted[:, :own] - less, 0)
