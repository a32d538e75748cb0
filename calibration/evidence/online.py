"""CON1, H5 and H10: what online sales do to shops, and what commission, routing and pick-up do about it."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, last, replicate
from channellab.calibration.evidence.markets import SMALL, SMALL_WORDS
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load
from channellab.sim import metrics

CUT = '{weeks=[1, 52], who=["online"], set={"policy.price.recommended_discount"=0.2}}'
"""Online prices a fifth lower through the measured year."""
REMEDIES: Mapping[str, str] = {
    "a lead commission of 15 %": '"policy.online.commission"=0.15',
    "order routing": '"policy.online.routing"=true',
    "pick-up": '"policy.online.pickup"=true',
    "all three": '"policy.online.commission"=0.15, "policy.online.routing"=true, "policy.online.pickup"=true',
}
UNMOVED = ("conflict.push_withheld=0.0", "conflict.stock_withheld=0.0")
"""Shops that resent the brand and do nothing about it."""
WHERE = "online-conflict with 31 districts of 4 sites and 12,900 consumers, the cut in all of 52 measured weeks"
INPUTS = (
    "consumers.showrooming (.3, .7), conflict.from_online and .from_unfairness make resentment, conflict.push_withheld "
    "and .stock_withheld what follows from it; at 0 nothing does. All are assumed. Routing and pick-up concern the "
    "brand's own shop alone, which has about an eighth of the sales online."
)
UNITS, SHOPS, INDEX, RESENTMENT, MAKER, PARTNERS = range(6)


def figures(weeks: Weeks) -> list[float]:
    """Own units a year, those of shops, conflict index, resentment, profits of the brand and of its partners."""
    values = metrics.summary(last(weeks))
    street = values["units_sold"] * (1.0 - values["online_share"])
    names = ("conflict_index", "resentment", "manufacturer_profit", "partner_profit")
    return [values["units_sold"], street, *(values[name] for name in names)]


def cannibalised(seeds: Sequence[int]) -> list[Finding]:
    """CON1: what the brand's own online shop takes from shops on the street."""
    own = '{name="Flagship", owner="brand", service=0.7, delivery_days=2.0}'
    before, after = (replicate(_base(shops), figures, seeds) for shops in ("", own))
    inputs = (
        "consumers.online_considered = 1: everybody looks at the shop; online_preference and delivery_burden of the "
        "segments decide how many buy there, taste for the brand against rivals' how many of them are new buyers."
    )
    return [
        found(
            "CON1",
            f"Change of {words} when the brand opens an online shop, as a share of them before.",
            (after[:, column] - before[:, column]) / before[:, SHOPS],
            published=published,
            low=low,
            high=high,
            inputs=inputs,
            scenario=f"{SMALL_WORDS}, without online shops and with one of the brand",
        )
        for words, column, published, low, high in (
            ("own units sold in shops", SHOPS, "near 0, single-digit per cent; Biyalogorsky & Naik 2003", -0.1, 0.0),
            ("own units sold anywhere", UNITS, "none", None, None),
        )
    ]


def price_cut(seeds: Sequence[int]) -> list[Finding]:
    """H10: what an online price cut without the shops does to sales, and to those who sell."""
    rows = []
    for words, unmoved in (("", ()), (", where shops do nothing about it", UNMOVED)):
        before, after = (played(timetable, unmoved, tuple(seeds)) for timetable in ("", CUT))
        changes = (
            ("Own units sold, relative change", UNITS, True, "-30 %, source 003", -0.3, -0.3),
            ("Own units sold in shops, relative change", SHOPS, True, "none", None, None),
            ("Resentment, share of satisfaction lost", RESENTMENT, False, "core dealers defect: rises", 0.0, None),
            ("Profit of partners, money a year", PARTNERS, False, "falls", None, 0.0),
        )
        for measured, column, relative, published, low, high in changes:
            rows.append(
                found(
                    "H10",
                    f"{measured} by an online price cut of a fifth{words}.",
                    change(before, after, column, relative),
                    unit="money/year" if column == PARTNERS else "1",
                    published=published,
                    low=low,
                    high=high,
                    inputs=INPUTS,
                    scenario=WHERE,
                )
            )
    return rows


def coordination(seeds: Sequence[int]) -> list[Finding]:
    """H5: what each remedy does to conflict and sales after the price cut, and what it costs the brand."""
    before, rows = played(CUT, (), tuple(seeds)), []
    for words, remedy in REMEDIES.items():
        after = played(f"{CUT}, {{weeks=[1, 52], set={{{remedy}}}}}", (), tuple(seeds))
        for measured, column, relative, published, aim in (
            ("Conflict index, relative change", INDEX, True, "-50 %, source 002", -0.5),
            ("Resentment, relative change", RESENTMENT, True, "none", None),
            ("Own units sold, relative change", UNITS, True, "+20 %, source 002", 0.2),
            ("Profit of the brand, money a year", MAKER, False, "none", None),
            ("Profit of partners, money a year", PARTNERS, False, "none", None),
        ):
            rows.append(
                found(
                    "H5",
                    f"{measured} by {words} after an online price cut of a fifth.",
                    change(before, after, column, relative),
                    unit="1" if relative else "money/year",
                    published=published,
                    low=aim,
                    high=aim,
                    inputs=INPUTS,
                    scenario=WHERE,
                )
            )
    return rows


def change(before: Floats, after: Floats, column: int, relative: bool) -> Floats:
    """How a figure changes, seed by seed, on shared luck."""
    gap = after[:, column] - before[:, column]
    return np.asarray(gap / before[:, column] if relative else gap)


@cache
def played(timetable: str, changes: tuple[str, ...], seeds: tuple[int, ...]) -> Floats:
    """Figures of the market under a timetable, with settings changed, one row a seed."""
    return replicate(_conflict(timetable, changes), figures, seeds)


def _conflict(timetable: str, changes: tuple[str, ...]) -> Loaded:
    small = (f"{key}={value}" for key, value in SMALL.items())
    return load("online-conflict", [*small, "run.weeks=52", f"timetable=[{timetable}]", *changes])


def _base(shops: str) -> Loaded:
    small = (f"{key}={value}" for key, value in SMALL.items())
    return load("one-tier", [*small, "run.weeks=52", "consumers.online_considered=1", f"online.shops=[{shops}]"])


FINDINGS: dict[str, Experiment] = {"CON1": cannibalised, "H5": coordination, "H10": price_cut}
