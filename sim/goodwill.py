"""How content partners are, and what conflict takes of it."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.kernels import goodwill as kernel
from channellab.scenarios.arrays import Flags, Floats
from channellab.sim.fairness import unfairness
from channellab.sim.territories import TERRITORIAL, at_work

if TYPE_CHECKING:
    from channellab.sim.market import Market


def feel(market: "Market", profit: Floats) -> dict[str, float]:
    """Updates the satisfaction of all partners from the week's profit (F,) and conflict.

    Returns:
        How many partners there are; means over them: content (satisfaction without conflict), resentment, and
        satisfaction, their difference.
    """
    settings, partners, rules = market.scenario.conflict, market.partners, market.rules
    member = np.flatnonzero(partners_of(market))
    if market.week == 1:
        partners.usual[:] = profit
    pleased = rules.contentment(profit[member], partners.usual[member])
    moved = partners.content, partners.resentment, partners.usual
    rates = settings.satisfaction_rate, settings.habit_rate
    content, resentment = kernel.feel(member, pleased, _conflict(market, profit), profit, *moved, *rates)
    return {
        "partners": member.size,
        "partner_content": content,
        "partner_resentment": resentment,
        "partner_satisfaction": content - resentment,
    }


def partners_of(market: "Market") -> Flags:
    """Which parties (F,) are partners now: firms with a territory, and authorised retailers."""
    member = np.zeros(market.ledger.cash.size, np.bool_)
    for name in TERRITORIAL:
        member[market.tiers[name].party] = at_work(market.tiers[name])
    member[market.retailers.party] = market.retailers.authorised & market.retailers.active
    return member


def _conflict(market: "Market", profit: Floats) -> Floats:
    """What conflict takes of satisfaction this week, (F,)."""
    settings, grey = market.scenario.conflict, market.grey
    weights = settings.from_diversion, settings.from_accusation, settings.from_audit
    hurt = kernel.hurt_by_policing(grey.lost, grey.asked, grey.accused, grey.searched, weights)
    _add_disputes(market, hurt)
    hurt[market.retailers.party] += settings.from_online * _cheaper_online(market)
    if settings.from_unfairness > 0.0:
        hurt[market.retailers.party] += settings.from_unfairness * unfairness(market, profit)
    return hurt


def _add_disputes(market: "Market", hurt: Floats) -> None:
    """Open disputes hurt those who have them, rulings those whom they wrong."""
    settings = market.scenario.conflict
    for dispute in market.desk.open.values():
        for party in dispute.case.parties:
            hurt[party] += settings.from_dispute
    for ruling in market.desk.ruled:
        if ruling.wrong:
            hurt[ruling.dispute.case.wronged] += settings.from_ruling


def _cheaper_online(market: "Market") -> Floats | float:
    """What shows no difference is a SKU that is not made for both channels."""
    online, own, shops = market.online, market.goods.own, market.retailers
    if not online.active.any():
        return 0.0
    asked = np.where(online.assigned, market.counter_price[-online.party.size :, :own], np.inf)[online.active]
    here = np.where(shops.assigned, market.counter_price[: shops.party.size, :own], 0.0)
    found: Floats = market.rules.cheaper_online(here, asked.min(axis=0))
    return found
