"""GRY1 to GRY4 and DIV1: where goods begin to leave, what deters it, how much there is, what volume targets do."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, found, replicate, scenario, summary_of
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

GAPS = (-1.0, -0.1, -0.01, 0.01, 0.1, 1.0)
"""Money per unit by which the price gap lies above the threshold of GRY1."""
EX_FACTORY, LOCAL_PRICE, KM = 11.0, 12.0, 900.0
"""Prices per unit and the road of the two-region market."""
FREIGHT, MARGIN, BELIEVED, DAMAGES = 0.002, 0.4, 0.1, 1.0
"""Freight per unit and km, margin wanted, belief before any case, damages as a multiple of value, in that market."""
LOW, HIGH = 0, 1
SEVERITY, CERTAINTY, DAYS = (0.25, 0.75), (0.05, 0.5), (140.0, 2.0)
"""Damages, share of consignments traced and days to the end of a case, low and high; a fast case is a high one."""
OVERLOOKED = 0.02
"""Share of a partner's yearly margin below which GRY4 overlooks a case."""
PRESSURE = 0.3
"""Share by which goods beyond the order-up-to level are worth less to a partner, under pressure."""
BETWEEN_REGIONS = "two-region-arbitrage"


def threshold(local_price: float, freight: float, margin: float, believed: float, damages: float) -> float:
    """Gap between the local price and a diverter's purchase price at which a unit gains it nothing.

    >>> round(threshold(LOCAL_PRICE, FREIGHT, MARGIN, BELIEVED, DAMAGES), 9)
    3.4
    """
    return freight * KM + margin + believed * damages * local_price


def onset(seeds: Sequence[int]) -> list[Finding]:
    """GRY1: whether goods leave their territory on either side of the threshold, 1 or 0."""
    beyond = threshold(LOCAL_PRICE, FREIGHT, MARGIN, BELIEVED, DAMAGES)
    return [
        found(
            "GRY1",
            f"Whether anything is diverted where the price gap is the threshold of {beyond:g} {gap:+g} money a unit.",
            np.sign(replicate(_gap(beyond + gap), summary_of("diversion_share"), seeds)[:, 0]),
            published="zero up to the threshold of freight, expected penalty and margin, positive above it; exact rule",
            low=0.0,
            high=0.0 if gap < 0 else None,
            inputs="diversion.openness, diversion.half_discount: without open buyers nothing leaves. The threshold is "
            "the diverter's arithmetic; diversion.pressure is 0 here.",
            scenario=f"{BETWEEN_REGIONS}, discount ex factory set to the gap",
        )
        for gap in GAPS
    ]


def deterrence(seeds: Sequence[int]) -> list[Finding]:
    """GRY2: what severity, certainty and speed do to the diverted share alone, and severity with the other two."""
    share = {
        (severity, certainty, speed): replicate(
            _policed(SEVERITY[severity], CERTAINTY[certainty], DAYS[speed]), summary_of("diversion_share"), seeds
        )[:, 0]
        for severity in (LOW, HIGH)
        for certainty in (LOW, HIGH)
        for speed in (LOW, HIGH)
    }
    base = share[LOW, LOW, LOW]
    effects = (
        ("Severity alone", share[HIGH, LOW, LOW] - base, True),
        ("Certainty alone", share[LOW, HIGH, LOW] - base, True),
        ("Speed alone", share[LOW, LOW, HIGH] - base, True),
        (
            "Severity x certainty",
            _interaction(
                share[HIGH, HIGH, HIGH], share[HIGH, LOW, HIGH], share[LOW, HIGH, HIGH], share[LOW, LOW, HIGH]
            ),
            False,
        ),
        (
            "Severity x speed",
            _interaction(
                share[HIGH, HIGH, HIGH], share[HIGH, HIGH, LOW], share[LOW, HIGH, HIGH], share[LOW, HIGH, LOW]
            ),
            False,
        ),
    )
    main = [
        found(
            "GRY2",
            f"{name}, mean over low and high values of the other two (main effect): change of the diverted share.",
            _main_effect(share, factor),
            published="no figure; Antia, Bergen, Dutta & Fisher 2006 test interactions",
            inputs="As for the effects alone and the interactions.",
            scenario=f"{BETWEEN_REGIONS}, damages {SEVERITY}, traced {CERTAINTY}, days {DAYS}",
        )
        for factor, name in enumerate(("Severity", "Certainty", "Speed"))
    ]
    return main + [
        found(
            "GRY2",
            f"{name}: change of the diverted share.",
            effect,
            published=("does not deter (0)" if alone else "deters (< 0)") + "; Antia, Bergen, Dutta & Fisher 2006",
            low=0.0 if alone else None,
            high=0.0,
            inputs="policy.protection.damages, .detection and .trace_days; partners multiply the damages by a belief "
            "(diversion.prior_detection, diversion.prior_attempts) that cases correct, so that severity works on the "
            "prior alone and together with certainty through experience. With a prior that nothing moves, certainty "
            "and speed do nothing.",
            scenario=f"{BETWEEN_REGIONS}, damages {SEVERITY}, traced {CERTAINTY}, days {DAYS}",
        )
        for name, effect, alone in effects
    ]


def size(seeds: Sequence[int]) -> list[Finding]:
    """GRY3: the diverted share of the base market with regional prices, and without them."""
    text = "20 % of authorised sales in some markets, 50 % in others; Antia, Bergen & Dutta 2004"
    inputs = (
        "diversion.openness (0.25; with 0 nothing is diverted), diversion.half_discount, diversion.margin, the "
        "discount of 10 % at the edge, policy.protection."
    )
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("as it is", {}),
        ("without the discount at the edge", {"timetable": ()}),
    )
    return [
        found(
            "GRY3",
            f"Diverted units over all units that distributors delivered, {words}.",
            replicate(scenario("grey-market", **change), summary_of("diversion_share"), seeds)[:, 0],
            published=text,
            low=0.2,
            high=0.5,
            inputs=inputs,
            scenario="grey-market",
        )
        for words, change in changes
    ]


def _main_effect(share: dict[tuple[int, int, int], Floats], factor: int) -> Floats:
    """High less low values of a factor, mean over all values of the others, seed by seed."""
    return np.asarray(sum((1 if levels[factor] == HIGH else -1) * figures for levels, figures in share.items()) / 4)


def volume_pressure(seeds: Sequence[int]) -> list[Finding]:
    """DIV1: what a rebate with thresholds does to diversion where goods in excess are worth less to partners."""
    share = {
        (kind, pressure): replicate(_with_rebate(kind, pressure), summary_of("diversion_share"), seeds)[:, 0]
        for kind in ("none", "all_units")
        for pressure in (0.0, PRESSURE)
    }
    rebate = {pressure: share["all_units", pressure] - share["none", pressure] for pressure in (0.0, PRESSURE)}
    effects = {
        "where excess stock is worth as much as any": rebate[0.0],
        f"where excess stock is worth {PRESSURE:.0%} less": rebate[PRESSURE],
        "under pressure less that without (interaction)": rebate[PRESSURE] - rebate[0.0],
    }
    return [
        found(
            "DIV1",
            f"Change of the diverted share by a rebate on all units with thresholds, {words}.",
            effect,
            published="partners under volume targets divert more (> 0); source 000, without a figure",
            low=None if words.startswith("where excess stock is worth as") else 0.0,
            inputs="diversion.pressure: nothing else ties diversion to targets. Partners buy ahead for a threshold, "
            "hold more than they want, and value it lower. At 0 the rebate only changes prices.",
            scenario="quarterly-rebate, diversion.openness 0.5, diversion.margin 0.1",
        )
        for words, effect in effects.items()
    ]


def tolerance(seeds: Sequence[int]) -> list[Finding]:
    """GRY4: whether it pays the brand to overlook small cases, and more so where it finds few of them."""
    names = ("manufacturer_profit", "diversion_share")
    effect = {}
    for certainty in CERTAINTY:
        before, after = (
            replicate(_policed(SEVERITY[HIGH], certainty, DAYS[HIGH], share), summary_of(*names), seeds)
            for share in (0.0, OVERLOOKED)
        )
        effect[certainty] = after - before
    low, high = (f"{certainty:.0%} of consignments traced" for certainty in CERTAINTY)
    poor, good = effect.values()
    rows = ((low, poor, None), (high, good, None), (f"{low} less {high}", poor - good, 0.0))
    return [
        found(
            "GRY4",
            f"Change of {name} by overlooking cases, {words}.",
            change[:, column],
            unit="money/year" if column == 0 else "1",
            published="violations are tolerated where detection is poor or the distributor valuable; Bergen, Heide & "
            "Dutta 1998, sign",
            low=sign if column == 0 else None,
            inputs="policy.protection.tolerance: cases over goods worth less than this share of the margin that the "
            "partner brings in a year are overlooked, so that valuable partners are tolerated is written in; that the "
            "brand decides by itself is not: measured is whether the choice pays.",
            scenario=f"{BETWEEN_REGIONS}, damages {SEVERITY[HIGH]}, days {DAYS[HIGH]}, tolerance 0 and {OVERLOOKED}",
        )
        for column, name in enumerate(names)
        for words, change, sign in rows
    ]


def _with_rebate(kind: str, pressure: float) -> Loaded:
    open_market = {"diversion__openness": 0.5, "diversion__margin": 0.1, "diversion__pressure": pressure}
    return scenario("quarterly-rebate", policy__rebate__kind=kind, **open_market)


def _gap(gap: float) -> Loaded:
    discount = 1.0 - (LOCAL_PRICE - gap) / EX_FACTORY
    entry = f"{{'policy.price.ex_factory_discount' = {discount}}}"
    return _between_regions(f"timetable.0.set={entry}")


def _policed(damages: float, detection: float, days: float, tolerance: float = 0.0) -> Loaded:
    return _between_regions(
        f"policy.protection.damages={damages}",
        f"policy.protection.detection={detection}",
        f"policy.protection.trace_days={days}",
        f"policy.protection.tolerance={tolerance}",
        "run.weeks=104",
        "timetable.0.weeks=[5, 104]",
    )


def _between_regions(*overrides: str) -> Loaded:
    return load(BETWEEN_REGIONS, overrides)


def _interaction(both: Floats, first: Floats, second: Floats, neither: Floats) -> Floats:
    return np.asarray(both - first - second + neither)


FINDINGS: dict[str, Experiment] = {
    "GRY1": onset,
    "GRY2": deterrence,
    "GRY3": size,
    "GRY4": tolerance,
    "DIV1": volume_pressure,
}
