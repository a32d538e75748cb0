"""Partner life cycle: contracts that end, and what becomes of a firm that has left."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.distributors import Distributor, Subdistributor
from channellab.sim.rebates import lapse
from channellab.sim.territories import TERRITORIAL

if TYPE_CHECKING:
    from channellab.sim.market import Market

KINDS = (Distributor, Subdistributor)
"""Kinds of firms that hold a territory."""


def dismiss(market: "Market") -> None:
    """Firms whose contract was ended last week leave for good; their buyers are handed over with this week's layout."""
    ended = market.partners.exited == market.week - 1
    if market.week < 2 or not ended.any():
        return
    for name in TERRITORIAL:
        market.tiers[name].active[ended[market.tiers[name].party]] = False
    firms = (firm for kind in KINDS for firm in market.agents_by_type.get(kind, ()))
    market.forget([firm for firm in firms if isinstance(firm, KINDS) and ended[firm.party]])
    market.layouts, market.terms_known = (), False


def retire(market: "Market") -> None:
    """Writes off the stock of firms that have left and cancels what they ordered and is not yet on its way."""
    if market.everybody_there:
        return
    for name, tier in market.staffed_tiers():
        gone = ~tier.active
        if not gone.any():
            continue
        market.books[name].scrapped[gone] += tier.stock[gone]
        tier.stock[gone] = 0
        if name != "plants":
            own = market.goods.own
            tier.on_order[gone, :own] -= tier.owed[gone]
            tier.owed[gone] = 0
    lapse(market)
    _cancel_with_leavers(market)
    _send_home(market)
    retailers = market.retailers
    if not market.manufacturers.active[0] and retailers.support.any():
        retailers.support[:] = 0.0
        market.terms_known = False
    market.stores.open &= market.stores.active
    if (retailers.authorised & ~retailers.active).any():
        retailers.authorised &= retailers.active
        retailers.carries &= retailers.active[:, None]
        retailers.support *= retailers.authorised
        # From next week on those who stay share what the leaver had.
        market.terms_known = False


def _cancel_with_leavers(market: "Market") -> None:
    """Orders at a supplier that has left are void."""
    for link in market.links:
        buyers, own = market.tiers[link.buyer], market.goods.own
        lost = ~market.tiers[link.seller].active[link.supplier]
        if lost.any():
            rows = np.arange(buyers.party.size)[link.rows][lost]
            buyers.on_order[rows, :own] -= buyers.owed[rows]
            buyers.owed[rows] = 0


def _send_home(market: "Market") -> None:
    """Nobody waits at a closed shop."""
    retailers, waiting_for = market.retailers, market.consumers.mind.waiting_for
    shelves = market.shelves
    closed = ~shelves.active
    if not (shelves.waiting[closed].any() or retailers.backlog[~retailers.active].any()):
        return
    shelves.waiting[closed] = 0
    retailers.backlog[~retailers.active] = 0
    shops = np.maximum(waiting_for, 0) // len(market.goods.names)
    waiting_for[(waiting_for >= 0) & closed[shops]] = -1
