"""KOL3, LIV2: what more money for posts, and more streamers, bring."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from channellab.calibration.evidence.finding import (
    Experiment,
    Finding,
    Weeks,
    found,
    replicate,
    scenario,
    summary_of,
)
from channellab.calibration.evidence.kols import ALL_HIRED, FEW_SHOPS, ONLY_POSTS, quadratic
from channellab.scenarios.arrays import Floats

SMALLER: dict[str, Any] = FEW_SHOPS | {"consumers__count": 4000, "run__weeks": 26}
WHERE = "kol-launch with few shops, 4,000 consumers, 26 weeks"
LEUNG = "positive and below 1; Leung, Gu, Li, Zhang & Palmatier 2022, posts by influencers"

# KOL3

INPUTS = {
    "posts": "kols.replies and trust.answered win trust with posts, trust.tolerated and fatigue cost trust with too "
    "many of them; without both, engagement grows with posts but for kols.push_gain and proof_gain",
    "hired": "KOLs do not share a limit; that the elasticity is not 1 is which KOLs are hired first, and whose "
    "followers they have in common",
    "size": "kols.fee_power is the power of followers in the fee: the elasticity over KOLs is about that of engagement "
    "to followers over it, and above 1 where fees grow more slowly than engagement",
}
WORDS = {
    "half": "twice as many posts of the same KOLs, from one in two weeks to one a week",
    "posts": "twice as many posts of the same KOLs, from one to two a week",
    "hired": "twice as many KOLs of every size",
}


def engagement(seeds: Sequence[int]) -> list[Finding]:
    """KOL3: elasticity of engagement to what is spent, three ways to spend more and from KOL to KOL."""
    arms = {
        name: replicate(scenario("kol-launch", **(SMALLER | ALL_HIRED | ONLY_POSTS | changes)), engaged, seeds)
        for name, changes in ARMS.items()
    }
    pairs = {"half": ("half", "one"), "posts": ("one", "two"), "hired": ("some", "one")}
    rows = [
        _engaged(
            f"Per cent of engagements for one per cent of spend, {WORDS[way]}.",
            np.log(arms[more][:, 0] / arms[less][:, 0]) / np.log(arms[more][:, 1] / arms[less][:, 1]),
            INPUTS["hired" if way == "hired" else "posts"],
        )
        for way, (less, more) in pairs.items()
    ]
    words = "Per cent of engagements with a post for one per cent of its fee, from KOL to KOL (slope of logs)."
    return [*rows, _engaged(words, arms["one"][:, 2], INPUTS["size"])]


ARMS: dict[str, dict[str, Any]] = {
    "half": {"policy__kols__posts": 0.5},
    "one": {"policy__kols__posts": 1.0},
    "two": {"policy__kols__posts": 2.0},
    "some": {"policy__kols__posts": 1.0} | dict.fromkeys(ALL_HIRED, 0.5),
}


def _engaged(words: str, values: Floats, inputs: str) -> Finding:
    return found("KOL3", words, values, published=LEUNG, low=0.0, high=1.0, inputs=inputs, scenario=WHERE)


def engaged(weeks: Weeks) -> list[float]:
    """Engagements, money spent on posts, and the log-log slope of engagements per post on the fee over KOLs."""
    counted, posted = [], []
    for playing in weeks:
        kols = playing.kols
        counted.append(kols.engaged.copy())
        posted.append(kols.posts.copy())
    total, posts = np.sum(counted, axis=0), np.sum(posted, axis=0)
    spend = float((kols.fee * posts).sum())
    asked = np.flatnonzero((posts > 0) & (total > 0))
    per_post = total[asked] / posts[asked]
    slope = np.polyfit(np.log(kols.fee[asked]), np.log(per_post), 1)[0]
    return [float(total.sum()), spend, float(slope)]


# LIV2

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of all KOLs who go live."""
DOUYIN = "inverted U, so {}; panel of 44 cosmetics brands on Douyin"
STREAMS = {"policy__kols__posts": 0.0, "policy__kols__stream_weeks": 4, "policy__kols__reward": 0.0}


def streamers(seeds: Sequence[int]) -> list[Finding]:
    """LIV2: units sold of the brand by the share of KOLs who go live."""
    units = np.stack(
        [
            replicate(
                scenario("kol-launch", **(SMALLER | STREAMS | dict.fromkeys(ALL_HIRED, share))),
                summary_of("units_sold"),
                seeds,
            )[:, 0]
            for share in SHARES
        ],
        axis=1,
    )
    shares = np.array(SHARES)
    curves = np.array([quadratic(shares, row / row[0] - 1.0) for row in units])
    ends = curves[:, 0] + 2.0 * curves[:, 1] * (shares[-1] - shares.mean())
    return [
        _streamed("Change of own units sold when all KOLs go live, against none.", units[:, -1] / units[:, 0] - 1.0),
        _streamed("Curvature of that change over the share of KOLs who go live.", curves[:, 1], "negative"),
        _streamed("Slope of that parabola where all go live.", ends, "negative at the large end"),
    ]


def _streamed(words: str, values: Floats, shape: str = "") -> Finding:
    return found(
        "LIV2",
        words,
        values,
        published=DOUYIN.format(shape) if shape else "none",
        high=0.0 if shape else None,
        inputs="kols.watch, policy.kols.stream_weeks and event_discount: with watch 0 nothing happens. Streamers "
        "share followers, of whom each watches one at a time, so that returns may fall; nothing makes more streamers "
        "do harm.",
        scenario=f"{WHERE}; livestreams every fourth week, no posts and rewards",
    )


FINDINGS: dict[str, Experiment] = {"KOL3": engagement, "LIV2": streamers}
