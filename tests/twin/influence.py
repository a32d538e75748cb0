"""Opinion leaders in plain loops: who sees a post, engages, is answered, passes it on, and what purchases do to trust.

Trust and endorsement are kept in single precision, as consumers keep them.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .draws import key, unit

CONSUMERS = 2**32
POSTS_OF_A_WEEK = 64
FAINT = 1e-3
"""Utility below which an endorsement is forgotten."""


def hired(rank: Any, members: Any, share: Any) -> Any:
    """Those of a tier who come first, as many as make up the share that is wanted."""
    return np.array([wanted(int(r), int(m), float(s)) for r, m, s in zip(rank, members, share, strict=True)], np.bool_)


def wanted(rank: int, members: int, share: float) -> bool:
    """Whether the KOLs before this one are still too few; 0.1 of 30 is 3.

    >>> [wanted(rank, 30, 0.1) for rank in (2, 3)], wanted(0, 5, 0.05), wanted(0, 5, 0.0)
    ([True, False], True, False)
    """
    return rank + 1e-9 < share * members


def endorse(
    week: int,
    manner: Any,
    signals: Any,
    audience: Any,
    plan: Any,
    response: Any,
    mind: Any,
    friends: Any,
    traces: Any,
) -> None:
    """All KOLs post one after another, and answer; then all livestreams."""
    scene = SimpleNamespace(
        week=week,
        manner=manner,
        signals=signals,
        audience=audience,
        plan=plan,
        response=response,
        mind=mind,
        friends=friends,
        traces=traces,
    )
    for k in range(len(plan.posts)):
        for counted in (response.shown, response.engaged, response.answered, response.viewers, response.referred):
            counted[k] = 0
        paid = int(plan.posts[k]) + int(plan.streams[k])
        response.recent[k] = recently(manner, float(response.recent[k]), paid)
        comments: list[tuple[int, int]] = []
        for post in range(int(plan.posts[k])):
            comments += one_post(scene, k, post)
        answer(scene, k, comments)
    for k in range(len(plan.posts)):
        if plan.streams[k]:
            go_live(scene, k)


def recently(manner: Any, before: float, paid: int) -> float:
    """Paid posts a week, the past weeks weighing less and less."""
    return float(manner.recent_kept * before + (1.0 - manner.recent_kept) * paid)


def ties(scene: Any, k: int) -> range:
    """The ties of a KOL."""
    return range(int(scene.audience.start[k]), int(scene.audience.start[k + 1]))


def draw(scene: Any, stream: str, k: int, tie: int, when: int) -> float:
    """The luck of a tie in one use."""
    who = k * CONSUMERS + int(scene.audience.follower[tie])
    return unit(key(int(getattr(scene.signals, stream)), who, when))


def shown_to(scene: Any, k: int) -> float:
    """Share of followers who are shown a post: more, where the last one was engaging."""
    manner, engagement = scene.manner, float(scene.response.engagement[k])
    return float(min(manner.push + manner.push_gain * engagement / (engagement + manner.push_half), 1.0))


def proof(scene: Any, k: int) -> float:
    """Factor of social proof on engaging."""
    likes = int(scene.response.likes[k])
    return float(1.0 + scene.manner.proof_gain * likes / (likes + scene.manner.proof_half))


def tiredness(scene: Any, k: int) -> float:
    """Share of trust lost at a paid post."""
    excess = max(float(scene.response.recent[k]) - scene.manner.tolerated, 0.0)
    return float(min(scene.manner.fatigue * excess, 1.0))


def one_post(scene: Any, k: int, post: int) -> list[tuple[int, int]]:
    """Shows one post; returns those who engage with it, each with the number of the post."""
    push, lift, tired = shown_to(scene, k), scene.manner.engage * proof(scene, k), tiredness(scene, k)
    shown, engaged = 0, []
    for tie in ties(scene, k):
        luck = draw(scene, "see", k, tie, scene.week * POSTS_OF_A_WEEK + post)
        if luck >= push:
            continue
        shown += 1
        trust = float(scene.audience.trust[tie])
        scene.audience.trust[tie] = trust - tired * trust
        if luck < push * min(lift * trust, 1.0):
            engaged.append((tie, post))
            be_endorsed(scene, k, tie, trust, int(scene.plan.social_shop[k]))
            pass_on(scene, k, tie, post)
    response = scene.response
    response.shown[k] += shown
    response.engaged[k] += len(engaged)
    response.likes[k] = len(engaged)
    response.engagement[k] = len(engaged) / shown if shown else 0.0
    return engaged


def be_endorsed(scene: Any, k: int, tie: int, trust: float, shop: int) -> None:
    """A follower is won for the brand, and looks at the KOL's shop, if it has one."""
    i, mind = int(scene.audience.follower[tie]), scene.mind
    mind.endorsement[i] = float(mind.endorsement[i]) + scene.manner.endorsement * trust
    mind.aware[i] = True
    scene.traces.endorser[i] = tie
    if shop >= 0:
        mind.watching[i] = shop


def pass_on(scene: Any, k: int, tie: int, post: int) -> None:
    """A follower may tell one friend, who then knows the brand, and is referred if it is new."""
    manner, friends, reward = scene.manner, scene.friends, float(scene.plan.reward[k])
    i = int(scene.audience.follower[tie])
    circle = [int(friends.indices[f]) for f in range(int(friends.start[i]), int(friends.start[i + 1]))]
    share = min(manner.share + manner.share_gain * reward / (reward + manner.share_half), 1.0)
    lot = draw(scene, "share", k, tie, scene.week * POSTS_OF_A_WEEK + post)
    if circle and lot < share:
        friend = circle[min(int(lot / share * len(circle)), len(circle) - 1)]
        if int(scene.mind.adopted[friend]) < 0:
            scene.mind.aware[friend] = True
            scene.traces.referrer[friend] = k
            scene.traces.referred_until[friend] = scene.week + manner.referral_weeks
            scene.response.referred[k] += 1


def answer(scene: Any, k: int, comments: list[tuple[int, int]]) -> None:
    """As many as there is time for are answered; every choice of that many is as likely as any other."""
    left = min(int(scene.plan.replies[k]), len(comments))
    scene.response.answered[k] = left
    for place, (tie, post) in enumerate(comments):
        luck = draw(scene, "reply", k, tie, scene.week * POSTS_OF_A_WEEK + post)
        if luck * (len(comments) - place) < left:
            left -= 1
            trust = float(scene.audience.trust[tie])
            scene.audience.trust[tie] = trust + scene.manner.answered * (1.0 - trust)


def go_live(scene: Any, k: int) -> None:
    """Followers who watch are won for the brand and consider the shop of the livestream."""
    push, lift = shown_to(scene, k), scene.manner.watch * proof(scene, k)
    for tie in ties(scene, k):
        trust = float(scene.audience.trust[tie])
        if draw(scene, "watch", k, tie, scene.week) < push * min(lift * trust, 1.0):
            be_endorsed(scene, k, tie, trust, int(scene.plan.stream_shop[k]))
            scene.response.viewers[k] += 1


def reflect(week: int, bought_until: int, manner: Any, audience: Any, mind: Any, traces: Any, rewarded: Any) -> None:
    """Trust fades; purchases judge those who endorsed them; endorsements fade; friends who bought are counted."""
    for k in range(len(rewarded)):
        rewarded[k] = 0
    for tie in range(len(audience.trust)):
        trust = float(audience.trust[tie])
        audience.trust[tie] = trust + manner.fade * (manner.base - trust)
    for i in range(len(traces.endorser)):
        felt = fade(manner, float(mind.endorsement[i]))
        mind.endorsement[i] = felt
        bought = int(mind.last_brand[i]) == 0 and int(mind.rest_until[i]) == bought_until
        tie = int(traces.endorser[i])
        if tie >= 0 and bought:
            audience.trust[tie] = judged(manner, float(audience.trust[tie]), int(mind.talks[i]))
        if bought or felt == 0.0:
            traces.endorser[i] = -1
        k = int(traces.referrer[i])
        if k >= 0 and int(mind.adopted[i]) == week:
            rewarded[k] += 1
        if int(mind.adopted[i]) >= 0 or week >= int(traces.referred_until[i]):
            traces.referrer[i] = -1


def fade(manner: Any, felt: float) -> float:
    """What is left of an endorsement a week later."""
    left = felt * manner.endorsement_kept
    return float(left) if left >= FAINT else 0.0


def judged(manner: Any, trust: float, talks: int) -> float:
    """Trust after a purchase that the KOL had endorsed."""
    if talks > 0:
        return float(trust + manner.kept_promise * (1.0 - trust))
    return float(trust - manner.broken_promise * trust) if talks < 0 else trust
