"""Opinion leaders and word of mouth: engagement by size (KOL1), return by tier (KOL2), elasticity of talk (WOM1), H8.

Every figure is measured on paired markets under the same seeds; none of the shapes is written into the model.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.calibration.evidence.finding import (
    Experiment,
    Finding,
    Weeks,
    found,
    last,
    replicate,
    scenario,
    summary_of,
)
from channellab.scenarios.arrays import Floats
from channellab.sim import metrics
from channellab.sim.market import Market, region_table

Kept = npt.NDArray[np.bool_]
"""Which seeds a statistic looks at, (N,)."""
NONE_HIRED = {"policy__kols__head": 0.0, "policy__kols__mid": 0.0, "policy__kols__ordinary": 0.0}
ALL_HIRED = dict.fromkeys(NONE_HIRED, 1.0)
ONLY_POSTS = {"policy__kols__stream_weeks": 0, "policy__kols__commission": 0.0, "policy__kols__reward": 0.0}
NO_PROOF = {"kols__proof_gain": 0.0, "kols__push_gain": 0.0}
FEW_SHOPS = {
    "network__sites_per_district": 2,
    "network__sites_per_area": 2,
    "consumers__outlets_considered": 2,
    "subdistributors__per_district": 0,
}
TIERS = ("head", "mid", "ordinary")


# KOL1

WIDE = {
    "kols__count": 80,
    "kols__followers__smallest": 0.002,
    "kols__followers__largest": 0.5,
    "kols__followers__exponent": 0.5,
}
"""Followers from 16 to 4,000 of 8,000 consumers, so that every size is there."""
POSTING = "kol-launch with few shops, 80 KOLs with 16 to 4,000 followers who all post once a week for half a year"


def inverted_u(seeds: Sequence[int]) -> list[Finding]:
    """Engagement regressed on log followers and its square, KOL by KOL, as declared and without what shapes it.

    An inverted U needs more than a negative square: the curve must fall at the large end (Lind & Mehlum 2010).
    """
    cases: dict[str, dict[str, Any]] = {
        "as declared": {},
        "replies without limit": {"kols__replies": 10**6},
        "no replies": {"kols__replies": 0},
        "no social proof and no push by engagement": NO_PROOF,
    }
    findings = []
    for words, changes in cases.items():
        rows = _curves(changes, seeds)
        findings += [
            _shape(f"Slope at 4,000 followers of a parabola {OF_RATE}, {words}.", rows[:, 3], changes, WIES_END),
            _shape(f"Coefficient of squared log followers {OF_RATE}, {words}.", rows[:, 1], changes, WIES_SQUARE),
            _top(words, rows, changes),
        ]
        if not changes:
            fees = f"Slope at 4,000 followers of a parabola of engagements per unit of fee, {words}."
            trust = f"Slope at 4,000 followers of a parabola of followers' mean trust, {words}."
            findings += [_shape(fees, rows[:, 4], {}, WIES_END), _shape(trust, rows[:, 5], {}, ("no figure", None))]
    return findings


OF_RATE = "of engagements per follower and post"
LARGE = float(np.log(4000.0))
WIES_END: tuple[str, float | None] = (
    "inverted U, so falling at the large end (Wies, Bleier & Edeling 2023, 802 campaigns)",
    0.0,
)
WIES_SQUARE: tuple[str, float | None] = ("inverted U, so negative, with a fall at the large end beside it", 0.0)


def _curves(changes: dict[str, Any], seeds: Sequence[int]) -> Floats:
    settings = ALL_HIRED | ONLY_POSTS | WIDE | FEW_SHOPS | {"policy__kols__posts": 1.0} | changes
    return replicate(scenario("kol-launch", run__weeks=26, **settings), _curve, seeds)


def _curve(weeks: Weeks) -> list[float]:
    """Slope, curvature and mean log followers of engagement per follower; end slopes of it, of it per fee, of trust."""
    engaged, posts = [], []
    for market in weeks:
        engaged.append(market.kols.engaged.copy())
        posts.append(market.kols.posts.copy())
        kols = market.kols
    x, total, paid = np.log(kols.followers), np.sum(engaged, axis=0), np.sum(posts, axis=0)
    trust = np.add.reduceat(kols.audience.trust, kols.audience.start[:-1]) / kols.followers
    curves = [quadratic(x, y) for y in (total / (paid * kols.followers), total / (paid * kols.fee), trust)]
    ends = [slope + 2.0 * curvature * (LARGE - x.mean()) for slope, curvature in curves]
    return [*curves[0], float(x.mean()), *ends]


def quadratic(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope at the mean of x, and curvature, of the least-squares parabola of y on x.

    >>> [round(n, 6) for n in quadratic(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 3.0, 4.0, 3.0]))]
    [1.0, -1.0]
    """
    centred = x - x.mean()
    terms = np.stack([np.ones_like(x), centred, centred**2], axis=1)
    _, slope, curvature = np.linalg.lstsq(terms, y, rcond=None)[0]
    return float(slope), float(curvature)


def _shape(words: str, values: Floats, changes: dict[str, Any], published: tuple[str, float | None]) -> Finding:
    return found(
        "KOL1",
        words,
        values,
        unit="per log unit, or its square",
        published=published[0],
        high=published[1],
        inputs="kols.replies favours small audiences, kols.proof_gain and kols.push_gain large ones; the other cases "
        "of this finding are without each",
        scenario=POSTING + _changed(changes),
    )


def _top(words: str, rows: Floats, changes: dict[str, Any]) -> Finding:
    def level(kept: Kept) -> float:
        slope, curvature, mean = rows[kept, :3].mean(axis=0)
        return float(mean - slope / (2.0 * curvature))

    return found(
        "KOL1",
        f"Log followers at which that parabola is level, {words}: a top where it is curved down, and inside the "
        "market only between 2.8 and 8.3; far outside it is badly known.",
        jackknife(level, len(rows)),
        unit="log followers",
        published="a top at a middling size, in people, of whom one consumer of the model stands for many",
        inputs="as the curvature",
        scenario=POSTING + _changed(changes),
    )


# KOL2

SPEND = 60.0
"""Money a week for posts in the comparison of tiers."""
LAUNCH = {"kols__count": 80, "consumers__count": 6000, "run__weeks": 26} | FEW_SHOPS | ONLY_POSTS | NONE_HIRED
PRICES: dict[str, tuple[dict[str, Any], float]] = {
    "fees as declared": ({}, 0.63),
    "fees in proportion to followers": ({}, 1.0),
    "the fees that the published figures imply": ({}, 1.27),
    "fees in proportion to followers, no social proof and no push by engagement": (NO_PROOF, 1.0),
}
"""Cases by name: what is changed, and the power of followers in the fee.

The published figures are 18 times the cost, .265 over .049 of the revenue per follower, and ten times the return; then
macro has .265 / .049 x 18 / 10 = 9.7 times the followers, and 18 = 9.7 ^ 1.27.
"""


def return_by_tier(seeds: Sequence[int]) -> list[Finding]:
    """Revenue that the same spend on posts adds, through one tier at a time."""
    none = replicate(scenario("kol-launch", **LAUNCH), _revenue_and_cost, seeds)[:, 0]
    findings = []
    for words, (changes, power) in PRICES.items():
        tiers = TIERS if power < 1.0 else ("head", "ordinary")
        settings = changes | {"kols__fee_power": power, "kols__fee": 35.0 / 500.0**power}
        returns = {tier: _alone(tier, settings, seeds) - np.stack([none, 0 * none], axis=1) for tier in tiers}
        findings += [_return(tier, words, rows, settings) for tier, rows in returns.items()]
        findings.append(_ratio(words, returns, settings))
    return findings


def _alone(tier: str, changes: dict[str, Any], seeds: Sequence[int]) -> Floats:
    """Revenue and spend of a launch by one tier, (N, 2), at as many posts as the spend buys in the world of a seed."""
    rows = []
    for seed in seeds:
        followers = _followers(seed)[tier]
        fees = changes["kols__fee"] * float((followers ** changes["kols__fee_power"]).sum())
        hire = {f"policy__kols__{tier}": 1.0, "policy__kols__posts": SPEND / fees}
        rows.append(replicate(scenario("kol-launch", **(LAUNCH | changes | hire)), _revenue_and_cost, [seed])[0])
    return np.array(rows)


@cache
def _followers(seed: int) -> dict[str, Floats]:
    """Followers of the KOLs of each tier in the world of a seed, which prices and behaviour do not change."""
    plain = scenario("kol-launch", **LAUNCH)
    market = Market(plain.scenario, region_table(plain.scenario, plain.base), seed)
    market.close()
    kols = market.kols
    return {tier: kols.followers[kols.tier == n].astype(np.float64) for n, tier in enumerate(TIERS)}


def _revenue_and_cost(weeks: Weeks) -> list[float]:
    figures = metrics.summary(last(weeks))
    return [figures["revenue"], figures["kol_cost_rate"] * figures["revenue"]]


def _per_money(rows: Floats, kept: Kept) -> float:
    revenue, spend = rows[kept].sum(axis=0)
    return float(revenue / spend)


def _return(tier: str, words: str, rows: Floats, changes: dict[str, Any]) -> Finding:
    return found(
        "KOL2",
        f"Revenue added per unit of money for posts of {tier} KOLs, {words}.",
        jackknife(lambda kept: _per_money(rows, kept), len(rows)),
        unit="money/money",
        published="revenue per follower .265 (nano) and .049 (macro) euros, and no return by itself",
        inputs="kols.fee and kols.fee_power price reach; kols.replies, proof_gain and push_gain as in KOL1",
        scenario=_spending(changes),
    )


def _ratio(words: str, returns: dict[str, Floats], changes: dict[str, Any]) -> Finding:
    small, large = returns["ordinary"], returns["head"]
    return found(
        "KOL2",
        f"Return on money for ordinary KOLs over that for head KOLs, {words}.",
        jackknife(lambda kept: _per_money(small, kept) / _per_money(large, kept), len(small)),
        published="an order of magnitude (Beichert et al. 2024): ten, give or take half an order",
        low=10**0.5,
        high=10**1.5,
        inputs="kols.fee_power decides whether a follower is dearer through small or large KOLs, kols.replies and "
        "kols.proof_gain whether he is won; the other cases of this finding vary them",
        scenario=_spending(changes),
    )


def _spending(changes: dict[str, Any]) -> str:
    return f"kol-launch with few shops, 80 KOLs, {SPEND:g} money a week for posts of one tier{_changed(changes)}"


# WOM1

STEP = 0.1
"""Change of the volume of talk."""


def talk_elasticity(seeds: Sequence[int]) -> list[Finding]:
    """Elasticity of units sold to the volume of talk: what all talkers together do, raised by a tenth."""
    known = {"network__district_count": 31, "consumers__count": 4000, "run__weeks": 26, "run__warmup": 10}
    goods: dict[str, tuple[str, dict[str, Any]]] = {
        "a known convenience good": ("one-tier", FEW_SHOPS | known),
        "a new convenience good": ("kol-launch", FEW_SHOPS | NONE_HIRED | {"consumers__count": 4000}),
    }
    durable = {"consumers__count": 4000, "run__weeks": 208}
    return [
        *(_elasticity(words, name, changes, seeds, *MEAN) for words, (name, changes) in goods.items()),
        _elasticity("a new durable in its first four years", "bass-diffusion", durable, seeds, *DURABLES),
    ]


MEAN = (".236 on average (You, Vadakkepatt & Joshi 2015, 339 elasticities)", 0.236)
DURABLES = ("1.32 for durables (You, Vadakkepatt & Joshi 2015)", 1.32)


def _elasticity(
    words: str, name: str, changes: dict[str, Any], seeds: Sequence[int], published: str, figure: float
) -> Finding:
    units = []
    for volume in (1.0, 1.0 + STEP):
        weight = scenario(name, **changes).scenario.consumers.awareness.imitation
        loaded = scenario(name, **changes, consumers__awareness__imitation=weight * volume)
        units.append(replicate(loaded, summary_of("units_sold"), seeds)[:, 0])
    return found(
        "WOM1",
        f"Per cent of units sold per per cent of volume of talk, {words}.",
        np.log(units[1] / units[0]) / np.log1p(STEP),
        published=published,
        low=figure,
        high=figure,
        inputs="consumers.awareness.imitation carries the volume; with it at zero nobody hears of the brand by talk. "
        "What friends say at the moment of need (consumers.memory.talk_weight) is off in these scenarios",
        scenario=f"{name}, volume of talk raised by a tenth{_changed(changes)}",
    )


# H8


def seeding(seeds: Sequence[int]) -> list[Finding]:
    """What KOL seeding, and livestreams beside it, do to sales of a launch."""
    measure = summary_of("units_sold")
    plans: dict[str, dict[str, Any]] = {
        "none": NONE_HIRED | ONLY_POSTS,
        "posts": ONLY_POSTS,
        "streams": {},
    }
    units = {name: replicate(scenario("kol-launch", **plan), measure, seeds)[:, 0] for name, plan in plans.items()}
    inputs = "kols.engage, kols.endorsement and kols.share; with the three at zero nothing happens"
    return [
        found(
            "H8",
            "Change of units sold in the first year of a launch by posts of KOLs, as a share.",
            units["posts"] / units["none"] - 1.0,
            published="+30 % (S0, S2)",
            low=0.3,
            high=0.3,
            inputs=inputs,
            scenario="kol-launch without livestreams, commission and rewards, against no KOLs",
        ),
        found(
            "H8",
            "Change of units sold in the first year of a launch by livestreams every fourth week, as a share.",
            units["streams"] / units["posts"] - 1.0,
            published="+50 % (S0, S2)",
            low=0.5,
            high=0.5,
            inputs="kols.watch, policy.kols.stream_weeks and event_discount; with kols.watch at zero nothing happens",
            scenario="kol-launch against the same without livestreams, commission and rewards",
        ),
    ]


# Arithmetic


def jackknife(statistic: Callable[[Kept], float], count: int) -> Floats:
    """Pseudo-values (N,) of a statistic of all seeds, whose mean and spread give its value and interval.

    >>> jackknife(lambda kept: float(np.array([1.0, 2.0, 6.0])[kept].mean()), 3).tolist()
    [1.0, 2.0, 6.0]
    """
    everything = np.ones(count, np.bool_)
    whole = statistic(everything)
    left_out = [statistic(everything & (np.arange(count) != n)) for n in range(count)]
    return np.array([count * whole - (count - 1) * part for part in left_out])


def _changed(changes: dict[str, Any]) -> str:
    return "".join(f", {key.replace('__', '.')} = {value:g}" for key, value in changes.items())


FINDINGS: dict[str, Experiment] = {
    "KOL1": inverted_u,
    "KOL2": return_by_tier,
    "WOM1": talk_elasticity,
    "H8": seeding,
}
