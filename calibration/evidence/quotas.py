"""HS1, HS3: what a threshold at a quarter's end does to when partners buy, while shoppers buy as ever."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

QUARTER, EDGE, MOVED = 13, 3, 4
"""Weeks of a period, those at its start and end that are looked at, and weeks by which a fiscal calendar is moved."""
OYER = "Oyer 1998, firms' sales by fiscal quarter (sign only)"
BOUND = "at most 1; sqrt(2 x sell-out x rebate at the threshold / holding cost) units, exact"
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
    "out of reach": ("policy.rebate.tiers=[{from_purchases=1e9, rate=0.05}]",),
    "moved": (f"policy.rebate.first_week={1 + MOVED}",),
    "not passed on": ("distributors.pass_through=0.0",),
}
"""Overrides of the scenario by plan. What is not passed on leaves prices, and so what shoppers buy, as they were."""
IN, OUT, ORDERED = 0, 1, 2
EDGES = QUARTER - MOVED
"""Weeks of a year that are left after the last whole quarter of the calendar that is moved."""


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


def limits(seeds: Sequence[int]) -> list[Finding]:
    """HS3: thresholds out of reach, a fiscal calendar that is moved, and the most that is bought ahead."""
    none, far, tiered, moved = (_played(plan, tuple(seeds)) for plan in ("none", "out of reach", "tiered", "moved"))
    shift = part(moved[:, ORDERED, MOVED:-EDGES], last=True) - part(tiered[:, ORDERED, MOVED:-EDGES], last=True)
    stay = part(moved[:, ORDERED, QUARTER:], last=True) - part(tiered[:, ORDERED, QUARTER:], last=True)
    words = (
        f"Change of the share of orders of a quarter that falls in its last {EDGE} weeks when the fiscal calendar is"
    )
    bought, usual = (replicate(market(plan), books, seeds) for plan in ("not passed on", "none"))
    return [
        _ratio(
            "Log of that ratio where all thresholds are out of reach less that without a rebate.",
            np.log(swings(far) / swings(none)),
            "0: the spike vanishes",
            0.0,
            0.0,
        ),
        _ratio(f"{words} moved by {MOVED} weeks, quarters as moved.", shift, "above 0: the spike moves", 0.0, None),
        _ratio(f"{words} moved by {MOVED} weeks, quarters as before.", stay, "below 0: the spike moves", None, 0.0),
        found(
            "HS3",
            "Most units that a distributor has bought ahead at a quarter's end, over the bound of the threshold it "
            "has reached; the largest of all distributors and quarters.",
            np.array([ahead(one, other) for one, other in zip(bought, usual, strict=True)]),
            published=BOUND,
            low=None,
            high=1.0,
            inputs=INPUTS,
            scenario=f"{WHERE}; distributors.pass_through 0, against policy.rebate.kind = none",
        ),
    ]


def ahead(bought: Floats, usual: Floats) -> float:
    """Units bought ahead over their bound, the largest over distributors and quarters.

    Args:
        bought, usual: (2, W, F) units ordered and money invoiced, with a rebate and without.
    """
    weeks = slice(QUARTER - 1, None, QUARTER)
    stock = np.cumsum(bought[0] - usual[0], axis=0)[weeks]
    invoiced = bought[1].reshape(-1, QUARTER, bought.shape[2]).sum(axis=1)
    terms = market("tiered").scenario
    steps = [0.0, *(tier.rate for tier in terms.policy.rebate.tiers)]
    jump = np.zeros(invoiced.shape)
    for tier, before in zip(terms.policy.rebate.tiers, steps, strict=False):
        jump[invoiced >= tier.from_purchases] = (tier.rate - before) * tier.from_purchases
    bound = np.sqrt(2.0 * usual[0].mean(axis=0) * jump / terms.distributors.stock.holding_cost)
    return float(np.max(stock[bound > 0.0] / bound[bound > 0.0]))


def thresholds(seeds: Sequence[int]) -> list[Finding]:
    """HS3: what thresholds do, and where they do nothing."""
    return [*variance(seeds), *limits(seeds)]


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


def books(weeks: Weeks) -> Floats:
    """Own units that each distributor orders, and what it is invoiced for them, week by week, (2, W, F)."""
    rows = []
    for playing in weeks:
        partners = playing.distributors
        rows.append((partners.ordered.sum(axis=1), partners.received_value.sum(axis=1)))
    return np.array(rows, np.float64).transpose(1, 0, 2)


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


FINDINGS: dict[str, Experiment] = {"HS1": hockey_stick, "HS3": thresholds}
