"""NEW1 and NEW2: rebates that pay for new customers, where a layout that widens brings distributors some."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import load
from channellab.sim import metrics

NO_BONUS, NO_GROWTH = "policy.rebate.new_customers.rate=0.0", "policy.rebate.growth.rate=0.0"
ARMS = {
    "nothing": (NO_BONUS, NO_GROWTH),
    "bonus": (NO_GROWTH,),
    "guarded": (NO_BONUS,),
    "free": (NO_BONUS, "policy.rebate.growth.new_share=0.0"),
}
QUARTER = 13
METRICS = ("rebate_cost_rate", "manufacturer_profit", "partner_profit")
MEASURED = (
    ("Change of what shops pay for a unit in the two quarters in which some are new", "money/unit"),
    ("Change of what shops pay for a unit in the quarter after, in which none is", "money/unit"),
    ("Relative change of units_sold", "1"),
    *((f"Change of {name}", "money/year" if name.endswith("profit") else "1") for name in METRICS),
)
NO_FIGURE = "no figure; source 000 and source 001 name the means alone"
INPUTS = (
    "the layout brings the customers, half of the sites of each area in the first quarter and all in the second; "
    "distributors.pass_through 0.5 is the part of the rebate they expect that lowers their price to all shops. They "
    "look for no customers of their own, and outlets that buy from the brand keep what they are paid. With "
    "pass_through 0 money changes hands and nothing else"
)


def bonus(seeds: Sequence[int]) -> list[Finding]:
    """NEW1: 5 % on what new customers take (D5)."""
    return _against("NEW1", "a bonus of 5 % on what new customers take", "bonus", "nothing", seeds)


def growth(seeds: Sequence[int]) -> list[Finding]:
    """NEW2: 10 % on growth that new customers bear out, against nothing, and against 10 % on any growth (D3)."""
    guarded = "a rebate of 10 % on growth, a fifth of it from new customers"
    return [
        *_against("NEW2", guarded, "guarded", "nothing", seeds),
        *_against("NEW2", f"{guarded}, against 10 % on any growth", "guarded", "free", seeds),
    ]


def _against(claim: str, what: str, arm: str, other: str, seeds: Sequence[int]) -> list[Finding]:
    """What one of the arms changes against another on shared luck."""
    after, before = (_played(name, tuple(seeds)).T for name in (arm, other))
    return [
        found(
            claim,
            f"{words} by {what}.",
            now / then - 1.0 if words.startswith("Relative") else now - then,
            unit=unit,
            published=NO_FIGURE,
            inputs=INPUTS,
            scenario="new-customers, with one of its two rebates",
        )
        for (words, unit), now, then in zip(MEASURED, after, before, strict=True)
    ]


@cache
def _played(arm: str, seeds: tuple[int, ...]) -> Floats:
    return replicate(load("new-customers", ARMS[arm]), outcomes, seeds)


def outcomes(weeks: Weeks) -> list[float]:
    """Mean price to shops while some are new and once none is, units sold, and METRICS."""
    asked = []
    for playing in weeks:
        asked.append(float(playing.retailers.purchase_price[:, : playing.goods.own].mean()))
    summary, sold = metrics.summary(playing), playing.record.numbers["units_sold"][-len(asked) :]
    prices = np.mean(asked[: 2 * QUARTER]), np.mean(asked[2 * QUARTER :])
    return [*map(float, prices), float(sum(sold)), *(float(summary[name]) for name in METRICS)]


FINDINGS: dict[str, Experiment] = {"NEW1": bonus, "NEW2": growth}
