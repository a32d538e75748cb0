"""Opinion leaders and word of mouth: engagement by size (KOL1), return by tier (KOL2), elasticity of talk (WOM1), H8.

Every figure is measured on paired markets under the same seeds; none of the shapes is written into the model.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Floats
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
from channellab.scenarios.files import Loaded
from channellab.sim import metrics
from channellab.sim.market import Market, region_table

Kept = npt.NDArray[np.bool_]
"""Which seeds a statistic looks at, (N,)."""
ALL_HIRED = {"policy__kols__head": 1.0, "policy__kols__mid": 1.0, "policy__kols__ordinary": 1.0}
NONE_HIRED = {"policy__kols__head": 0.0, "policy__kols__mid": 0.0, "policy__kols__ordinary": 0.0}
ONLY_POSTS = {"policy__kols__stream_weeks": 0, "policy__kols__commission": 0.0, "policy__kols__reward": 0.0}
TIERS = ("head", "mid", "ordinary")


# KOL1


def inverted_u(seeds: Sequence[int]) -> list[Finding]:
    """Engagement per follower and post regressed on log followers and its square, KOL by KOL."""
    variants: dict[str, dict[str, Any]] = {
        "as declared": {},
        "a KOL answers everybody": {"kols__replies": 10**6},
        "a KOL answers nobody": {"kols__replies": 0},
        "no social proof, no push by engagement": {"kols__proof_gain": 0.0, "kols__push_gain": 0.0},
    }
    findings = []
    for words, changes in variants.items():
        rows = replicate(_posting(changes), _curve, seeds)
        findings += [_curvature(words, rows[:, 1], changes), _top(words, rows, changes)]
    return findings


def _posting(changes: dict[str, Any]) -> Loaded:
    """Every KOL posts once a week, with nothing to sell through; followers from 16 to 4,000."""
    wide = {"kols__count": 80, "kols__followers__smallest": 0.002, "kols__followers__largest": 0.5}
    wide |= {"kols__followers__exponent": 0.5, "policy__kols__posts": 1.0}
    return scenario("kol-launch", run__weeks=26, **ALL_HIRED, **ONLY_POSTS, **(wide | changes))


def _curve(weeks: Weeks) -> list[float]:
    """Slope and curvature of the engagement rate in the log of followers about its mean, and that mean."""
    engaged = posted = np.zeros(0)
    market = None
    for market in weeks:
        engaged = market.kols.engaged + (engaged if engaged.size else 0.0)
        posted = market.kols.posts * market.kols.followers + (posted if posted.size else 0.0)
    if market is None:
        raise ValueError("there are no measured weeks")
    return quadratic(np.log(market.kols.followers), engaged / posted)


def quadratic(x: Floats, y: Floats) -> list[float]:
    """Least squares of y on x and its square, both about the mean of x: slope, curvature, mean of x.

    >>> [round(n, 6) for n in quadratic(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 3.0, 4.0, 3.0]))]
    [1.0, -1.0, 1.5]
    """
    centred = x - x.mean()
    terms = np.stack([np.ones_like(x), centred, centred**2], axis=1)
    _, slope, curvature = np.linalg.lstsq(terms, y, rcond=None)[0]
    return [float(slope), float(curvature), float(x.mean())]


def _curvature(words: str, curvature: Floats, changes: dict[str, Any]) -> Finding:
    return found(
        "KOL1",
        f"Coefficient of the square of log followers in the engagement rate of 80 KOLs, {words}.",
        curvature,
        unit="engagement rate per squared log unit",
        published="inverted U: negative (Wies, Bleier & Edeling 2023, 802 campaigns)",
        low=None,
        high=0.0,
        inputs="kols.replies limits trust of large audiences, kols.proof_gain and kols.push_gain favour them; with "
        "replies unlimited or zero, and without proof, the other findings of KOL1 say what is left",
        scenario=f"kol-launch, all KOLs post weekly, followers 16 to 4,000{_changed(changes)}",
    )


def _top(words: str, rows: Floats, changes: dict[str, Any]) -> Finding:
    """Followers at the stationary point of the mean parabola, by the jackknife over seeds."""
    slope, curvature, mean = (rows[:, n] for n in range(3))

    def level(kept: Kept) -> float:
        return float(mean[kept].mean() - slope[kept].mean() / (2 * curvature[kept].mean()))

    stationary = jackknife(level, len(rows))
    return found(
        "KOL1",
        f"Log of the followers at which the fitted parabola is level, {words}; a top where its curvature is negative, "
        "and inside the market where it lies between 2.8 and 8.3.",
        stationary,
        unit="log followers",
        published="a top at middling size; the source's followers are people, the model's a scale model of them",
        inputs="as the curvature",
        scenario=f"kol-launch, all KOLs post weekly, followers 16 to 4,000{_changed(changes)}",
    )


# KOL2

SPEND = 60.0
"""Money a week for posts in the comparison of tiers."""


def return_by_tier(seeds: Sequence[int]) -> list[Finding]:
    """Revenue that the same spend on posts adds, through one tier at a time."""
    variants: dict[str, dict[str, Any]] = {
        "as declared": {},
        "a KOL answers everybody": {"kols__replies": 10**6},
        "no social proof, no push by engagement": {"kols__proof_gain": 0.0, "kols__push_gain": 0.0},
        "fees in proportion to followers": {"kols__fee_power": 1.0, "kols__fee": 0.07},
    }
    return [finding for words, changes in variants.items() for finding in _returns(words, changes, seeds)]


def _returns(words: str, changes: dict[str, Any], seeds: Sequence[int]) -> list[Finding]:
    without = replicate(_launch(**changes), _revenue_and_cost, seeds)[:, 0]
    added, spent = {}, {}
    for tier in TIERS:
        rows = np.concatenate(
            [replicate(_tier_alone(tier, changes, seed), _revenue_and_cost, [seed]) for seed in seeds]
        )
        added[tier], spent[tier] = rows[:, 0] - without, rows[:, 1]

    def of(tier: str, kept: Kept) -> float:
        return float(added[tier][kept].sum() / spent[tier][kept].sum())

    where = f"kol-launch, 80 KOLs, {SPEND:g} money a week for posts of one tier{_changed(changes)}"
    prices = "kols.fee_power makes small audiences dear per follower, "
    findings = [
        found(
            "KOL2",
            f"Revenue added per unit of money spent on posts of {tier} KOLs, {words}.",
            jackknife(lambda kept, tier=tier: of(tier, kept), len(seeds)),
            unit="money/money",
            published="no such figure",
            inputs=prices + "kols.replies lets them trust; the variants say what is left without either",
            scenario=where,
        )
        for tier in TIERS
    ]
    ratio = found(
        "KOL2",
        f"Return on spend of ordinary KOLs over that of head KOLs, {words}.",
        jackknife(lambda kept: of("ordinary", kept) / of("head", kept), len(seeds)),
        published="an order of magnitude (Beichert et al. 2024), taken as ten within half an order of magnitude",
        low=10**0.5,
        high=10**1.5,
        inputs=prices + "kols.replies lets them trust; the variants say what is left without either",
        scenario=where,
    )
    return [*findings, ratio]


def _launch(**changes: Any) -> Loaded:
    settings = {"kols__count": 80} | NONE_HIRED | ONLY_POSTS | changes
    return scenario("kol-launch", run__weeks=40, **settings)


def _tier_alone(tier: str, changes: dict[str, Any], seed: int) -> Loaded:
    """The launch by one tier, at as many posts as the spend buys from its members in the world of a seed."""
    plain = _launch(**changes)
    market = Market(plain.scenario, region_table(plain.scenario, plain.base), seed)
    market.close()
    fees = float(market.kols.fee[market.kols.tier == TIERS.index(tier)].sum())
    hire = {f"policy__kols__{tier}": 1.0, "policy__kols__posts": SPEND / fees}
    return _launch(**(changes | hire))


def _revenue_and_cost(weeks: Weeks) -> list[float]:
    """Revenue and spend on KOLs in a year."""
    figures = metrics.summary(last(weeks))
    return [figures["revenue"], figures["kol_cost_rate"] * figures["revenue"]]


# WOM1

STEP = 0.1
"""Change of the volume of talk."""


def talk_elasticity(seeds: Sequence[int]) -> list[Finding]:
    """Elasticity of units sold to the weight of talk, for a convenience good and a durable."""
    return [
        _elasticity(
            "a known convenience good",
            "base",
            {"network__district_count": 31, "consumers__count": 5000, "run__weeks": 40, "run__warmup": 10},
            seeds,
        ),
        _elasticity(
            "a new convenience good",
            "kol-launch",
            {"run__weeks": 40, **NONE_HIRED},
            seeds,
        ),
        _elasticity(
            "a new durable in its first four years",
            "bass-diffusion",
            {"consumers__count": 5000, "run__weeks": 208},
            seeds,
            published="durables 1.32 (You, Vadakkepatt & Joshi 2015)",
            figure=1.32,
        ),
    ]


def _elasticity(
    words: str,
    name: str,
    changes: dict[str, Any],
    seeds: Sequence[int],
    published: str = ".236 on average (You, Vadakkepatt & Joshi 2015, 339 elasticities)",
    figure: float = 0.236,
) -> Finding:
    plain = scenario(name, **changes)
    weight = plain.scenario.consumers.awareness.imitation
    louder = scenario(name, **changes, consumers__awareness__imitation=weight * (1.0 + STEP))
    measure = summary_of("units_sold")
    before, after = (replicate(loaded, measure, seeds)[:, 0] for loaded in (plain, louder))
    return found(
        "WOM1",
        f"Per cent of units sold per per cent of weight of talk, {words}.",
        np.log(after / before) / np.log1p(STEP),
        published=published,
        low=figure,
        high=figure,
        inputs="consumers.awareness.imitation is the weight of talk itself; at zero nobody hears of the brand by talk",
        scenario=f"{name}, the weight of talk 10 % higher{_changed(changes)}",
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
