"""Opinion leaders in the week: terms of hiring, posts and livestreams, trust after purchases, and their money."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.draws import Stream, stream_key, uniforms
from channellab.agents.kernels.influence import Manner, Plan, Response, Signals
from channellab.agents.kols import TIERS
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings.kols import KolSettings
from channellab.scenarios.timetable import KOLS
from channellab.sim.ledger import Account, Group
from channellab.sim.partner_groups import regions_by_terms

if TYPE_CHECKING:
    from channellab.sim.market import Market


def manner(settings: KolSettings) -> Manner:
    """How followers take posts, as the kernels take it."""
    trust = settings.trust
    return Manner(
        push=settings.push,
        push_gain=settings.push_gain,
        push_half=settings.push_half,
        engage=settings.engage,
        proof_gain=settings.proof_gain,
        proof_half=settings.proof_half,
        watch=settings.watch,
        endorsement=settings.endorsement,
        endorsement_kept=settings.endorsement_kept,
        share=settings.share,
        share_gain=settings.share_gain,
        share_half=settings.share_half,
        referral_weeks=settings.referral_weeks,
        base=trust.base,
        fade=trust.fade,
        answered=trust.answered,
        kept_promise=trust.kept_promise,
        broken_promise=trust.broken_promise,
        tolerated=trust.tolerated,
        fatigue=trust.fatigue,
        recent_kept=trust.recent_kept,
    )


def signals(seed: int) -> Signals:
    """The streams of influence under a seed."""
    return Signals(
        see=stream_key(seed, Stream.SEE),
        watch=stream_key(seed, Stream.WATCH),
        reply=stream_key(seed, Stream.REPLY),
        share=stream_key(seed, Stream.SHARE),
    )


def set_kol_terms(market: "Market") -> None:
    """Who is hired, for what, under the policy at each KOL's home; called when the timetable changes."""
    kols = market.kols
    if kols.count == 0:
        return
    members = np.bincount(kols.tier, minlength=len(TIERS))
    for regions, terms in regions_by_terms(market, KOLS):
        here, rows = terms.policy.kols, np.flatnonzero(regions[kols.region])
        share = np.array([getattr(here, name) for name in TIERS])
        tier = kols.tier[rows]
        kols.hired[rows] = market.rules.hired(kols.rank[rows], members[tier], share[tier]) & kols.active[rows]
        kols.post_rate[rows], kols.stream_weeks[rows] = here.posts, here.stream_weeks
        kols.event_discount[rows], kols.commission[rows] = here.event_discount, here.commission
        kols.reward[rows] = here.reward


def endorse(market: "Market") -> None:
    """KOLs post and go live; their followers engage, tell friends, and look at the shops that are shown."""
    kols, mind = market.kols, market.consumers.mind
    if kols.count == 0:
        return
    mind.watching[:] = -1
    _plan(market)
    market.rules.endorse(
        market.week,
        market.manner,
        market.signals,
        kols.audience,
        Plan(
            posts=kols.posts,
            streams=kols.streams,
            social_shop=kols.social_shop,
            stream_shop=kols.stream_shop,
            reward=kols.reward,
            replies=kols.replies,
        ),
        Response(
            shown=kols.shown,
            engaged=kols.engaged,
            answered=kols.answered,
            viewers=kols.viewers,
            referred=kols.referred,
            engagement=kols.engagement,
            likes=kols.likes,
            recent=kols.recent,
        ),
        mind,
        market.consumers.friends,
        kols.traces,
    )
    _event_prices(market)


def _plan(market: "Market") -> None:
    """Posts of the week, a fraction rounded up by lot, and whether it is a week of livestreams."""
    kols = market.kols
    draw = uniforms(market.seed, Stream.KOL_POST, np.arange(kols.count), market.week)
    at_work = kols.hired & kols.active & market.manufacturers.active[0]
    kols.posts[:] = np.floor(kols.post_rate + draw) * at_work
    due = (market.measured_week - 1) % np.maximum(kols.stream_weeks, 1) == 0
    kols.streams[:] = at_work & due & (kols.stream_weeks > 0) & (kols.stream_shop >= 0)


def _event_prices(market: "Market") -> None:
    """In a week of livestreams their shops sell own goods at the event price, the best that a host has got."""
    kols, online, own = market.kols, market.online, market.goods.own
    hosts = kols.streams > 0
    if not hosts.any():
        return
    discount = np.zeros(online.party.size)
    np.maximum.at(discount, kols.stream_shop[hosts], kols.event_discount[hosts])
    for row in np.flatnonzero(discount):
        online.price[row, :own] = market.rules.net_of(float(discount[row]), online.price[row, :own])


def reflect(market: "Market") -> None:
    """What purchases do to trust, whose friends bought, and how endorsements fade."""
    kols = market.kols
    if kols.count == 0:
        return
    until = market.week + 1 + market.scenario.consumers.rest_weeks
    market.rules.reflect(
        market.week, until, market.manner, kols.audience, market.consumers.mind, kols.traces, kols.rewarded
    )
    if not market.manufacturers.active[0]:
        kols.rewarded[:] = 0


def pay_kols(market: "Market") -> None:
    """The brand pays for posts and livestreams, for what viewers bought, and for friends who bought."""
    kols, ledger = market.kols, market.ledger
    if kols.count == 0:
        return
    maker, posted, sold = int(market.manufacturers.party[0]), fees(market), commissions(market)
    ledger.pay(Account.KOL_FEES, maker, kols.party, posted)
    ledger.pay(Account.KOL_COMMISSION, maker, kols.party, sold)
    ledger.pay(Account.REFERRAL, maker, Group.HOUSEHOLDS, kols.reward * kols.rewarded)
    kols.received += posted + sold


def fees(market: "Market") -> Floats:
    """What each KOL is owed for this week's posts and livestreams, (K,) money."""
    kols = market.kols
    return kols.fee * (kols.posts + market.scenario.kols.stream_fee * kols.streams)


def commissions(market: "Market") -> Floats:
    """What each KOL is owed of what its shops took for own goods, (K,) money: split by viewers among the hosts."""
    kols, online, own = market.kols, market.online, market.goods.own
    prices = market.counter_price[market.first_online :, :own]
    takings = (online.sold[:, :own] * prices).sum(axis=1)
    due: Floats = np.zeros(kols.count)
    for shop, viewers in ((kols.social_shop, kols.engaged), (kols.stream_shop, kols.viewers)):
        due += kols.commission * _split(takings, shop, viewers)
    return np.asarray(due * market.manufacturers.active[0])


def _split(takings: Floats, shop: Index, viewers: Ints) -> Floats:
    """Takings of the shops, (S,), as (K,) parts of their hosts in proportion to viewers."""
    hosts = np.flatnonzero((shop >= 0) & (viewers > 0))
    part = np.zeros(shop.size)
    total = np.bincount(shop[hosts], viewers[hosts], takings.size)
    part[hosts] = takings[shop[hosts]] * viewers[hosts] / total[shop[hosts]]
    return part
