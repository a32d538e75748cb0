"""HS1, HS3: what a threshold at a quarter's end does to when partners buy, while shoppers buy as ever."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

QUARTER, EDGE = 13, 3
"""Weeks of a period, and those at its start and end that are looked at."""
OYER = "Oyer 1998, firms' sales by fiscal quarter (sign only)"
LPW = "Lee, Padmanabhan & Whang 1997 (mechanism): shipments swing at thresholds, sell-out stays smooth; linear: none"
INPUTS = (
    "policy.rebate: distributors buy ahead of need where the next threshold, as they expect to end the period, pays "
    "for the holding of the goods (distributors.stock.holding_cost). With policy.rebate.kind = none, or one rate from "
    "the first unit on, nothing is bought ahead. Sell-in counts on delivery: what plants do not hold when all order at "
    "a quarter's end (manufacturer.stock) comes in the first week of the next."
)
WHERE = "quarterly-rebate; linear: one rate of 5 % from the first unit on"
PLANS = {
    "tiered": (),
    "linear": ("policy.rebate.kind='increment'", "policy.rebate.tiers=[{from_purchases=0.0, rate=0.05}]"),
    "none": ("policy.rebate.kind='none'",),
}
"""Overrides of the scenario by plan."""
IN, OUT, ORDERED = 0, 1, 2


def hockey_stick(seeds: Sequence[int]) -> list[Finding]:
    """HS1: a quarter's last and first weeks in what distributors order and get, and in what shoppers buy."""
    tiered, none = (_played(plan, tuple(seeds)) for plan in ("tiered", "none"))
    return [
        found(
            "HS1",
            f"Change of the share of {what} of a quarter that falls in its {end} {EDGE} weeks by a tiered quarterly "
            "rebate, against no rebate.",
            part(tiered[:, row], last) - part(none[:, row], last),
            published=published,
            low=low,
            high=high,
            inputs=INPUTS,
            scenario="quarterly-rebate, against policy.rebate.kind = none",
        )
        for what, row, end, last, published, low, high in (
            ("orders", ORDERED, "last", True, f"high in the last period (> 0); {OYER}", 0.0, None),
            ("orders", ORDERED, "first", False, f"low in the first period (< 0); {OYER}", None, 0.0),
            ("sell-in", IN, "last", True, f"high in the last period (> 0); {OYER}", 0.0, None),
            ("sell-in", IN, "first", False, f"low in the first period (< 0); {OYER}", None, 0.0),
            ("sell-through", OUT, "last", True, f"smooth (0); {LPW}", 0.0, 0.0),
        )
    ]


def variance(seeds: Sequence[int]) -> list[Finding]:
    """HS3: variance of weekly sell-in over that of sell-through, under thresholds and under a linear rebate."""
    ratio = {plan: swings(_played(plan, tuple(seeds))) for plan in PLANS}
    words = "Variance of weekly sell-in over that of weekly sell-through, all distributors together"
    return [
        _ratio(f"{words}, tiered quarterly rebate.", ratio["tiered"], "far above 1", 1.0, None),
        _ratio(f"{words}, linear rebate.", ratio["linear"], "no hockey stick, and no figure", None, None),
        _ratio(
            "Log of that ratio under a tiered quarterly rebate less that under a linear one.",
            np.log(ratio["tiered"] / ratio["linear"]),
            "above 0",
            0.0,
            None,
        ),
        _ratio(
            "Log of that ratio under a linear rebate less that without a rebate.",
            np.log(ratio["linear"] / ratio["none"]),
            "0",
            0.0,
            0.0,
        ),
    ]


def _ratio(words: str, values: Floats, sign: str, low: float | None, high: float | None) -> Finding:
    return found("HS3", words, values, published=f"{sign}; {LPW}", low=low, high=high, inputs=INPUTS, scenario=WHERE)


@cache
def _played(plan: str, seeds: tuple[int, ...]) -> Floats:
    """Weekly flows of every seed, (N, 3, W); both claims look at the same markets."""
    return replicate(market(plan), flows, seeds)


def market(plan: str) -> Loaded:
    """The market under one of the plans."""
    return load("quarterly-rebate", (*PLANS[plan], f"run.warmup={QUARTER}"))


def flows(weeks: Weeks) -> Floats:
    """Own units delivered to distributors, sold by shops, and ordered by distributors, week by week, (3, W)."""
    rows = []
    for playing in weeks:
        partners, shops = playing.distributors, playing.retailers
        rows.append((partners.received.sum(), shops.sold[:, : playing.goods.own].sum(), partners.ordered.sum()))
    return np.array(rows, np.float64).T


def part(units: Floats, last: bool) -> Floats:
    """Share of a quarter's units in its last or its first weeks, mean over quarters, (N,) from (N, W).

    >>> part(np.array([[0.0] * 10 + [1.0] * 3]), last=True).tolist()
    [1.0]
    """
    quarters = units.reshape(len(units), -1, QUARTER)
    edge = quarters[:, :, -EDGE:] if last else quarters[:, :, :EDGE]
    return np.asarray((edge.sum(axis=2) / quarters.sum(axis=2)).mean(axis=1))


def swings(units: Floats) -> Floats:
    """Variance of sell-in over that of sell-through, (N,) from (N, 3, W)."""
    spread = units.var(axis=2, ddof=1)
    return np.asarray(spread[:, IN] / spread[:, OUT])


FINDINGS: dict[str, Experiment] = {"HS1": hockey_stick, "HS3": variance}
