"""Members of the brand's private domain in the week: terms, subscribers, benefits, and what the brand pays for them."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.draws import Stream, stream_key
from channellab.agents.kernels.membership import NOTHING, Club
from channellab.agents.kernels.shelf import Shelf
from channellab.scenarios.settings.membership import MembershipSettings
from channellab.sim.ledger import Account, Group

if TYPE_CHECKING:
    from channellab.sim.market import Market


def terms_of(settings: MembershipSettings, market: "Market") -> Club | None:
    """The programme as the kernels take it; None where nobody can join."""
    if not settings.on:
        return None
    return Club(
        join=settings.join,
        join_direct=settings.join_direct,
        redeem_from=settings.redeem_from,
        nudge=settings.nudge,
        subscribe=settings.subscribe,
        subscription_discount=settings.subscription_discount,
        direct=np.concatenate(
            [
                np.zeros(market.retailers.party.size, np.bool_),
                np.ones(market.stores.party.size, np.bool_),
                market.online.own,
            ]
        ),
        steps=np.array([tier.purchases for tier in settings.tiers], np.int64),
        points=np.array([tier.points for tier in settings.tiers]),
        joining=stream_key(market.seed, Stream.JOIN),
        subscribing=stream_key(market.seed, Stream.SUBSCRIBE),
    )


def renew_subscriptions(market: "Market", season: float, shelf: Shelf) -> None:
    """Before the others shop, subscribers with a need settle whether they stay."""
    if market.club is not None:
        consumers = market.consumers
        market.churned = market.rules.renew(
            market.week,
            season,
            consumers.tastes,
            consumers.mind,
            consumers.segments,
            shelf,
            market.habits,
            market.luck,
            market.club,
        )


def reward_members(market: "Market", shelf: Shelf) -> None:
    """After shopping the brand settles with its members; the messages of a brand that has left have ended."""
    if market.club is None:
        return
    consumers, rest = market.consumers, market.habits.rest_weeks
    market.benefits = market.rules.enrol(
        market.week, rest, consumers.tastes, consumers.mind, shelf, market.club, market.churned
    )
    maker = market.manufacturers
    households, media = membership_costs(market)
    market.ledger.pay(Account.MEMBERSHIP, int(maker.party[0]), Group.HOUSEHOLDS, households)
    market.ledger.pay(Account.MEMBERSHIP, int(maker.party[0]), Group.MEDIA, media)


def membership_costs(market: "Market") -> tuple[float, float]:
    """What the programme costs this week: money to members, and messages."""
    messages = market.scenario.membership.message_cost * market.benefits.members * bool(market.manufacturers.active[0])
    return market.benefits.redeemed + market.benefits.refunded, messages


__all__ = ["NOTHING", "membership_costs", "renew_subscriptions", "reward_members", "terms_of"]
