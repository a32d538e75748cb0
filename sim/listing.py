"""Listing: shops with scarce shelf space choose their SKUs, and review the choice from time to time."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.settings import Scenario
from channellab.sim.assortment import SITE_SLOTS
from channellab.sim.subsidies import extra_for_listing, with_extra

if TYPE_CHECKING:
    from channellab.sim.market import Market


def buyers_liking(scenario: Scenario, seed: int, site: Ints, slot: Ints) -> Floats:
    """By what a shop's buyer multiplies the gain expected of each SKU, (O, K).

    Args:
        site: (O,) numbers of the sites. slot: (K,) numbers of the SKUs in every draw.
    """
    settings, per_area = scenario.retailers, scenario.network.sites_per_area
    # An area is known by its first site; areas fill a district from its first site on.
    within = np.arange(site.size) % scenario.network.sites_per_district
    first = site - within % per_area
    area = _normal(seed, Stream.AREA_LISTING, first[:, None] * SITE_SLOTS + slot)
    buyer = _normal(seed, Stream.BUYER_LISTING, site[:, None] * SITE_SLOTS + slot)
    return np.asarray(np.exp(settings.area_listing_spread * area + settings.buyer_listing_spread * buyer))


def _normal(seed: int, stream: Stream, who: Ints) -> Floats:
    return np.asarray(ndtri(np.clip(uniforms(seed, stream, who), 1e-12, 1 - 1e-12)))


def open_listings(market: "Market") -> None:
    """The first choice, when all SKUs are expected to sell alike."""
    shops, space = market.retailers, market.scenario.retailers.shelf_space
    if space is not None:
        gain = (shops.price - shops.purchase_price) * market.liking
        shops.listed[:] = market.rules.best_listed(gain, _allowed(market), space)


def review_listings(market: "Market") -> None:
    """The shops whose turn it is choose anew; of what they take in they expect what made them choose it."""
    settings, shops = market.scenario.retailers, market.retailers
    if settings.shelf_space is None:
        return
    due = (market.week + shops.site) % settings.review_weeks == 0
    if not due.any():
        return
    regions = len(market.roads.table.region_ids)
    expected = market.rules.expected_sales(shops.mean, shops.listed, shops.region, regions)
    gain = expected * (shops.price - shops.purchase_price) * market.liking
    allowed, extra = _allowed(market), extra_for_listing(market)
    if extra is not None:
        gain = with_extra(gain, allowed, market.goods.own, extra)
    chosen = market.rules.best_listed(gain, allowed, settings.shelf_space)
    new = chosen & ~shops.listed & due[:, None]
    shops.mean[new] = shops.variance[new] = expected[new]
    shops.history[:, new] = expected[new]
    shops.listed[due] = chosen[due]


def _allowed(market: "Market") -> Flags:
    """(O, K) what shops could list: own goods where the layout opens the shop, and the goods of living rivals."""
    shops, own = market.retailers, market.goods.own
    allowed = np.empty(shops.listed.shape, np.bool_)
    allowed[:, :own] = shops.carries
    allowed[:, own:] = market.rivals.active[market.goods.brand[own:] - 1]
    return allowed
