"""Influence, compiled: who sees a post, engages with it, is answered, passes it on, and what purchases do to trust.

Followers differ by what their KOL did for them, never by its number of followers.
"""

from typing import NamedTuple

import numpy as np

from channellab.agents.compiled import kernel, part
from channellab.agents.consumers import Friends, Mind
from channellab.agents.draws import key, unit
from channellab.agents.kols import Audience, Traces
from channellab.scenarios.arrays import Floats, Index, Ints

CONSUMERS = np.uint64(1) << np.uint64(32)
POSTS = 64
"""Numbers set aside for the posts of a week in the draws of a tie."""
FAINT = 1e-3
"""An endorsement below this utility is forgotten."""


class Manner(NamedTuple):
    """How followers take posts; see the scenario's ``kols`` for each."""

    push: float
    push_gain: float
    push_half: float
    engage: float
    proof_gain: float
    proof_half: float
    watch: float
    endorsement: float
    endorsement_kept: float
    share: float
    share_gain: float
    share_half: float
    referral_weeks: int
    base: float
    fade: float
    answered: float
    kept_promise: float
    broken_promise: float
    tolerated: float
    fatigue: float
    recent_kept: float


class Signals(NamedTuple):
    """Keys of the streams of luck: who sees a post, watches a livestream, is answered, passes a post on."""

    see: np.uint64
    watch: np.uint64
    reply: np.uint64
    share: np.uint64


class Plan(NamedTuple):
    """What the K KOLs do this week, (K,) each: posts, livestreams, the shops they sell through (-1 = none).

    ``reward`` is promised for a referral, ``replies`` the number of followers who can be answered.
    """

    posts: Ints
    streams: Ints
    social_shop: Index
    stream_shop: Index
    reward: Floats
    replies: Ints


class Response(NamedTuple):
    """What comes of it, (K,) each, written in place; the last three also remember the weeks before."""

    shown: Ints
    engaged: Ints
    answered: Ints
    viewers: Ints
    referred: Ints
    engagement: Floats
    likes: Ints
    recent: Floats


class Comments(NamedTuple):
    """Ties that engaged this week, and with which post; scratch space."""

    tie: Ints
    post: Ints


@kernel
def platform_push(manner: Manner, engagement: float) -> float:
    """Share of followers to whom the platform shows a post, after the engagement per viewer of the last one."""
    return min(manner.push + manner.push_gain * engagement / (engagement + manner.push_half), 1.0)


@kernel
def social_proof(manner: Manner, likes: int) -> float:
    """Factor on the probability of engaging that the number engaged with the last post makes."""
    return 1.0 + manner.proof_gain * likes / (likes + manner.proof_half)


@part
def _post(
    k: int,
    post: int,
    week: int,
    manner: Manner,
    signals: Signals,
    audience: Audience,
    plan: Plan,
    response: Response,
    mind: Mind,
    friends: Friends,
    traces: Traces,
    comments: Comments,
    filled: int,
) -> int:
    """Shows one post to the followers of KOL k; returns how many comments there are by now."""
    push = platform_push(manner, response.engagement[k])
    lift = manner.engage * social_proof(manner, response.likes[k])
    tired = min(manner.fatigue * max(response.recent[k] - manner.tolerated, 0.0), 1.0)
    reward = plan.reward[k]
    share = min(manner.share + manner.share_gain * reward / (reward + manner.share_half), 1.0)
    when = np.uint64(week * POSTS + post)
    first_comment = filled
    shown = 0
    shop = plan.social_shop[k]
    for t in range(audience.start[k], audience.start[k + 1]):
        i = audience.follower[t]
        who = np.uint64(k) * CONSUMERS + np.uint64(i)
        # One draw serves twice: below the push it is uniform again, and decides whether the follower engages.
        # Counting without a branch takes half the time, as the processor could not guess it.
        draw = unit(key(signals.see, who, when))
        seen = int(draw < push)
        shown += seen
        trust = float(audience.trust[t])
        audience.trust[t] = trust - tired * seen * trust
        if draw >= push * min(lift * trust, 1.0):
            continue
        comments.tie[filled] = t
        comments.post[filled] = post
        filled += 1
        mind.endorsement[i] = float(mind.endorsement[i]) + manner.endorsement * trust
        mind.aware[i] = 1
        traces.endorser[i] = t
        if shop >= 0:
            mind.watching[i] = shop
        lot = unit(key(signals.share, who, when))
        if lot >= share:
            continue
        circle = friends.start[i + 1] - friends.start[i]
        if circle > 0:
            friend = friends.indices[friends.start[i] + min(int(lot / share * circle), circle - 1)]
            if mind.adopted[friend] < 0:
                mind.aware[friend] = 1
                traces.referrer[friend] = k
                traces.referred_until[friend] = week + manner.referral_weeks
                response.referred[k] += 1
    engaged = filled - first_comment
    response.shown[k] += shown
    response.engaged[k] += engaged
    response.likes[k] = engaged
    response.engagement[k] = engaged / max(shown, 1)
    return filled


@part
def _answer(
    k: int,
    week: int,
    replies: int,
    manner: Manner,
    signals: Signals,
    audience: Audience,
    comments: Comments,
    count: int,
) -> int:
    """Answers as many of the comments as the KOL has time for, picked by lot; returns how many (Knuth's selection)."""
    left = min(replies, count)
    for c in range(count):
        t = comments.tie[c]
        who = np.uint64(k) * CONSUMERS + np.uint64(audience.follower[t])
        draw = unit(key(signals.reply, who, np.uint64(week * POSTS + comments.post[c])))
        if draw * (count - c) < left:
            left -= 1
            trust = float(audience.trust[t])
            audience.trust[t] = trust + manner.answered * (1.0 - trust)
    return min(replies, count)


@part
def _stream(
    k: int,
    week: int,
    manner: Manner,
    signals: Signals,
    audience: Audience,
    plan: Plan,
    response: Response,
    mind: Mind,
    traces: Traces,
) -> None:
    """Followers watch the livestream of KOL k and consider its shop this week."""
    push = platform_push(manner, response.engagement[k])
    lift = manner.watch * social_proof(manner, response.likes[k])
    shop = plan.stream_shop[k]
    for t in range(audience.start[k], audience.start[k + 1]):
        i = audience.follower[t]
        draw = unit(key(signals.watch, np.uint64(k) * CONSUMERS + np.uint64(i), np.uint64(week)))
        trust = float(audience.trust[t])
        if draw >= push * min(lift * trust, 1.0):
            continue
        mind.endorsement[i] = float(mind.endorsement[i]) + manner.endorsement * trust
        mind.aware[i] = 1
        mind.watching[i] = shop
        traces.endorser[i] = t
        response.viewers[k] += 1


@kernel
def endorse(
    week: int,
    manner: Manner,
    signals: Signals,
    audience: Audience,
    plan: Plan,
    response: Response,
    mind: Mind,
    friends: Friends,
    traces: Traces,
) -> None:
    """Plays the posts of a week, then its livestreams, which have the last word on the shop a follower watches."""
    for counted in (response.shown, response.engaged, response.answered, response.viewers, response.referred):
        counted[:] = 0
    for k in range(plan.posts.size):
        paid = plan.posts[k] + plan.streams[k]
        response.recent[k] = manner.recent_kept * response.recent[k] + (1.0 - manner.recent_kept) * paid
        if plan.posts[k] == 0:
            continue
        most = plan.posts[k] * (audience.start[k + 1] - audience.start[k])
        comments = Comments(np.empty(most, np.int64), np.empty(most, np.int64))
        filled = int(np.int64(0))  # a plain 0 is a kind of its own, for which all would be compiled once more
        for post in range(plan.posts[k]):
            filled = _post(
                k, post, week, manner, signals, audience, plan, response, mind, friends, traces, comments, filled
            )
        response.answered[k] = _answer(k, week, plan.replies[k], manner, signals, audience, comments, filled)
    for k in range(plan.posts.size):
        if plan.streams[k] > 0:
            _stream(k, week, manner, signals, audience, plan, response, mind, traces)


@kernel
def reflect(
    week: int, bought_until: int, manner: Manner, audience: Audience, mind: Mind, traces: Traces, rewarded: Ints
) -> None:
    """After the week's shopping: purchases judge endorsers, referrals are counted, and endorsements fade.

    Args:
        bought_until: what ``mind.rest_until`` is for those who bought this week.
        rewarded: (K,) referred friends who first bought the brand this week, written in place.
    """
    rewarded[:] = 0
    for t in range(audience.trust.size):
        trust = float(audience.trust[t])
        audience.trust[t] = trust + manner.fade * (manner.base - trust)
    # No branch here: the compiler then fades many at once.
    for i in range(mind.endorsement.size):
        felt = float(mind.endorsement[i]) * manner.endorsement_kept
        mind.endorsement[i] = felt if felt >= FAINT else 0.0
    for i in range(traces.endorser.size):
        t, k = traces.endorser[i], traces.referrer[i]
        if t >= 0:
            if mind.last_brand[i] == 0 and mind.rest_until[i] == bought_until:
                trust = float(audience.trust[t])
                if mind.talks[i] > 0:
                    audience.trust[t] = trust + manner.kept_promise * (1.0 - trust)
                elif mind.talks[i] < 0:
                    audience.trust[t] = trust - manner.broken_promise * trust
                traces.endorser[i] = -1
            elif mind.endorsement[i] == 0.0:
                traces.endorser[i] = -1
        if k >= 0:
            if mind.adopted[i] == week:
                rewarded[k] += 1
            if mind.adopted[i] >= 0 or week >= traces.referred_until[i]:
                traces.referrer[i] = -1
