"""Stuffing the channel: partners with more goods than they want offer their buyers terms to take them now."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import by_sku, lines, rows_of
from channellab.agents.kernels.stocks import add_lines
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.sim.chain import OUTLETS, SELLERS, WHOLESALERS, Link
from channellab.sim.credit import limited, means
from channellab.sim.order_discounts import agree_on_push, excess, orders_for_profit
from channellab.sim.outlets import carried

if TYPE_CHECKING:
    from channellab.sim.market import Market


def push_down(market: "Market", seller: str, owed: Ints) -> Ints:
    """What the firms of a tier push on to their buyers this week, who have ordered before; returns (M, K0) units.

    Args:
        owed: (M, K0) units that the firms have promised to buyers already.
    """
    sellers, given = market.tiers[seller], market.scenario.stuffing.margin_given
    pushed: Ints = np.zeros_like(sellers.stock)
    if seller not in WHOLESALERS or given <= 0.0:
        return pushed
    working = (sellers.active & sellers.contracted)[:, None]
    # Only what is on hand and nobody's yet can be pushed.
    free = np.maximum(sellers.stock - owed, 0) * working
    too_many = np.minimum(excess(market, seller, owed), free)
    if not too_many.any():
        return pushed
    for link in (link for link in market.links if link.seller == seller and not orders_for_profit(market, link.buyer)):
        units = _push(market, link, too_many - pushed)
        add_lines(pushed.T, link.supplier, lines(units))
    return pushed


def _push(market: "Market", link: Link, left: Floats) -> Ints:
    """Units (B, K0) that the buyers of a link take of what is left."""
    sellers, buyers, own = market.tiers[link.seller], market.tiers[link.buyer], market.goods.own
    settings, rules, rate = market.scenario.stuffing, market.rules, market.holding_rate
    margin = sellers.price - sellers.purchase_price
    offers = rules.push_offers(
        left,
        sellers.mean,
        margin,
        rate[link.seller],
        rate[link.buyer],
        settings.margin_given,
        settings.room_weeks,
    )
    lying = link.of(excess(market, link.buyer, promised(market, link.buyer)))
    need = link.of(buyers.mean[:, :own] * taken_in(market, link.buyer))
    wanted = rules.units_taken(offers, link.supplier, lying, need)
    if limited(market, link.buyer):
        room = means(market, link.buyer)[link.rows]
        wanted = rules.within_credit(wanted, link.of(buyers.purchase_price[:, :own]), room)
    units = by_sku(rules.allocate(np.floor(left).astype(np.int64), wanted, link.supplier))
    agree_on_push(market, link, units, rows_of(offers.off, link.supplier))
    return units


def promised(market: "Market", name: str) -> Ints:
    """(F, K) units that the firms of a tier owe their buyers, or shoppers wait for."""
    tier = market.tiers[name]
    if name in OUTLETS:
        return np.asarray(tier.waiting + tier.awaited, np.int64)
    owed: Ints = np.zeros_like(tier.stock)
    for link in (link for link in market.links if link.seller == name):
        add_lines(owed.T, link.supplier, lines(link.of(market.tiers[link.buyer].owed)))
    return owed


def taken_in(market: "Market", name: str) -> Flags:
    """(F, K0) which own goods the firms of a tier take at all; outlets none that do not keep."""
    tier, own = market.tiers[name], market.goods.own
    if name in OUTLETS:
        here = carried(market.tiers, name, own)[:, :own] & tier.active[:, None]
        return np.asarray(here & ~market.goods.perishable[:own])
    works = tier.active & tier.contracted if name in SELLERS else tier.active
    return np.broadcast_to(works[:, None], (tier.party.size, own))
