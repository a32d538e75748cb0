"""Credit lines and cash limits: orders that firms cannot owe are not placed."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import by_sku
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.settings.credit import BuyerSettings

if TYPE_CHECKING:
    from channellab.sim.market import Market


def keep_within_means(market: "Market", name: str, wanted: Ints) -> Floats:
    """Cuts a tier's orders of own goods, (F, K), to what its credit lines and cash allow; the rest is not ordered.

    Returns:
        (F,) what is left of these means, money.
    """
    room = means(market, name)
    if not limited(market, name) or np.isinf(room).all():
        return room
    own, price = market.goods.own, market.tiers[name].purchase_price[:, : market.goods.own]
    granted = by_sku(market.rules.within_credit(wanted[:, :own], price, room))
    market.orders_wanted += float((wanted[:, :own] * price).sum())
    market.orders_cut += float(((wanted[:, :own] - granted) * price).sum())
    wanted[:, :own] = granted
    return np.asarray(room - (granted * price).sum(axis=1))


def limited(market: "Market", name: str) -> bool:
    """Whether the firms of a tier have a credit line, or may owe no more than their cash."""
    settings = getattr(market.scenario, name)
    return isinstance(settings, BuyerSettings) and (settings.credit_line is not None or settings.cash_limit)


def means(market: "Market", name: str) -> Floats:
    """(F,) money for which the firms of a tier may still order own goods; infinite without limits."""
    settings, tier, own = getattr(market.scenario, name), market.tiers[name], market.goods.own
    if not limited(market, name):
        return np.full(tier.party.size, np.inf)
    price = tier.purchase_price[:, :own]
    limit = np.full(tier.party.size, settings.credit_line or 0.0)
    if settings.cash_limit:
        limit = limit + market.ledger.cash[tier.party]
    room = limit - debts(market)[tier.party] - (tier.on_order[:, :own] * price).sum(axis=1)
    # The brand needs no credit from itself.
    room[tier.party == market.manufacturers.party[0]] = np.inf
    return np.asarray(room, np.float64)


def debts(market: "Market") -> Floats:
    """(F,) open invoices of each party."""
    return np.asarray(np.bincount(market.invoices.buyer, market.invoices.amount, market.ledger.cash.size), np.float64)
