"""PRI4, PRI5: what a promotion of shops adds in its week, and what it takes from the weeks after."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

SPAN = 2
"""Weeks after and before a promotion that are compared."""
STARTS = (14, 30, 44)
"""Weeks of the promotions of prices alone; no festival is near."""
CUT = 0.22
SCANNER = "54 grocery items of 77 stores, weekly (own computation)"
ALONE = ", ".join(f'{{name="cut {week}", weeks=[{week}, {week}], discount={CUT}}}' for week in STARTS)
CALENDARS = {
    "none": "policy.promotion.events=[]",
    "cuts": f"policy.promotion.events=[{ALONE}]",
    "festivals": None,
}
INPUTS = (
    "consumers have no stock at home and buy nothing ahead, so no dip is written in or possible through them; what can "
    "make one is an empty shelf after a promotion, or shoppers who wait (consumers.stock_out.wait). Events add sales "
    "through consumers.segments.price_sensitivity and policy.promotion.events.display; at 0 they add none."
)


def lift(seeds: Sequence[int]) -> list[Finding]:
    """PRI4: shops' units in a week of lower prices over those of the same week without."""
    plain, cut = (_played(name, tuple(seeds)) for name in ("none", "cuts"))
    weeks = np.array(STARTS) - 1
    return [
        found(
            "PRI4",
            f"Own units that shops sell in a week with {CUT:.0%} off and no display, over the same week without.",
            np.asarray((cut[:, weeks] / plain[:, weeks]).mean(axis=1)),
            published=f"median 1.27, mean 1.52 at 22 % off; {SCANNER}",
            low=1.27,
            high=1.52,
            inputs=INPUTS,
            scenario="double-eleven over one year, with three single weeks of 22 % off instead of the festivals",
        )
    ]


def dip(seeds: Sequence[int]) -> list[Finding]:
    """PRI5: shops' units in the weeks after a promotion over those before it, against the same weeks without it."""
    plain = _played("none", tuple(seeds))
    windows = {"cuts": [(week, week) for week in STARTS], "festivals": _festivals()}
    words = {"cuts": f"a week with {CUT:.0%} off and no display", "festivals": "618 and Double 11, with display"}
    return [
        found(
            "PRI5",
            f"Own units that shops sell in the {SPAN} weeks after over those in the {SPAN} weeks before {words[name]}, "
            "against the same without it.",
            after_over_before(_played(name, tuple(seeds)), weeks) / after_over_before(plain, weeks),
            published=f"1.00, rounded, median over promotions; {SCANNER}",
            low=0.995,
            high=1.005,
            inputs=INPUTS,
            scenario=f"double-eleven over one year: {words[name]}",
        )
        for name, weeks in windows.items()
    ]


@cache
def _played(calendar: str, seeds: tuple[int, ...]) -> Floats:
    """Own units that the shops of every seed sold week by week, (N, W)."""
    return replicate(market(calendar), units, seeds)


def market(calendar: str) -> Loaded:
    """The market over a year, with one of the calendars."""
    events = CALENDARS[calendar]
    return load("double-eleven", ("run.weeks=52", *((events,) if events else ())))


def units(weeks: Weeks) -> list[float]:
    """Own units that shops sold, week by week."""
    return [float(playing.retailers.sold[:, : playing.goods.own].sum()) for playing in weeks]


def _festivals() -> list[tuple[int, int]]:
    policy = market("festivals").scenario.policy.promotion
    windows = [window for event in policy.events for window in policy.windows(event)]
    return [window for window in windows if window[1] + SPAN <= 52]


def after_over_before(sold: Floats, windows: Sequence[tuple[int, int]]) -> Floats:
    """Units in the weeks after over those before, mean over promotions, (N,) from (N, W); weeks count from 1.

    >>> after_over_before(np.array([[4.0, 4.0, 9.0, 2.0, 2.0]]), [(3, 3)]).tolist()
    [0.5]
    """
    ratios = [
        sold[:, end : end + SPAN].sum(axis=1) / sold[:, start - 1 - SPAN : start - 1].sum(axis=1)
        for start, end in windows
    ]
    return np.asarray(np.mean(ratios, axis=0))


FINDINGS: dict[str, Experiment] = {"PRI4": lift, "PRI5": dip}
