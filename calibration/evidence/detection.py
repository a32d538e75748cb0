"""DET1 to DET3 and H9: what watching shipments finds, what false alarms, exits and a short-handed desk cost."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from channellab.calibration.evidence.finding import (
    Experiment,
    Finding,
    Weeks,
    found,
    measured_weeks,
    opened,
    replicate,
    scenario,
    summary_of,
)
from channellab.scenarios.arrays import Flags, Floats
from channellab.sim.territories import TERRITORIAL, at_work

THRESHOLDS = (0.1, 0.3, 1.0, 3.0)
"""Shares by which shipments exceed the usual ones; the last is that of the sources."""
CLAIMED_ANOMALY, CLAIMED_CODES = 0.92, 0.996
"""Accuracy that source 000 claims for watching shipments, and for codes and logistics traces."""
MARKET = "grey-market"
SMALLER: dict[str, Any] = {"network__district_count": 31, "consumers__count": 26_000, "run__weeks": 52}
"""Fewer districts and consumers in proportion: every region has one district and one sub-distributor."""
WHERE = f"{MARKET}, 31 districts, 26,000 consumers, 52 weeks"
WATCHING = "policy.protection.anomaly_threshold; shipments are those of the market, no accuracy is declared."


def roc(excess: Floats, guilty: Flags) -> list[float]:
    """Area under the curve, share of innocents; then of each of `THRESHOLDS` the guilty and innocents alarmed, and told
    right.

    The area is the probability that a guilty week ships more over the usual than an innocent one, ties counted half.

    >>> [round(figure, 3) for figure in roc(np.array([1.0, 4.5, 5.0, 0.5]), np.array([False, False, True, True]))[:5]]
    [0.5, 0.5, 0.5, 0.5, 0.5]
    """
    ranks = stats.rankdata(excess)
    bad, good = int(guilty.sum()), int((~guilty).sum())
    figures = [float((ranks[guilty].sum() - bad * (bad + 1) / 2) / (bad * good)), good / (bad + good)]
    for threshold in THRESHOLDS:
        alarmed = excess > 1.0 + threshold
        figures += [float(alarmed[guilty].mean()), float(alarmed[~guilty].mean()), float((alarmed == guilty).mean())]
    return figures


class Curve(NamedTuple):
    """By threshold (T,), shares of partner-weeks: of the guilty ``found``, of innocents ``accused``, of all ``right``.

    Attributes:
        innocent: share of weeks without an offence, all that is told right if nobody is ever accused.
    """

    threshold: Floats
    found: Floats
    accused: Floats
    right: Floats
    innocent: float


def curve(excess: Floats, guilty: Flags, thresholds: Floats) -> Curve:
    """What an alarm at each threshold finds, whom it accuses, and how often it is right.

    >>> curve(np.array([1.0, 4.5, 5.0, 0.5]), np.array([False, False, True, True]), np.array([3.0])).right.tolist()
    [0.5]
    """
    alarmed = excess > 1.0 + thresholds[:, None]
    found, accused = alarmed[:, guilty].mean(axis=1), alarmed[:, ~guilty].mean(axis=1)
    return Curve(thresholds, found, accused, (alarmed == guilty).mean(axis=1), float((~guilty).mean()))


def mean_curve(seeds: Sequence[int], thresholds: Floats) -> Curve:
    """The curve of DET1's market, mean over seeds at each threshold."""
    curves = []
    for seed in seeds:
        with opened(scenario(MARKET, **SMALLER), seed) as market:
            curves.append(curve(*shipments_seen(measured_weeks(market)), thresholds))
    found, accused, right = (
        np.mean([getattr(one, name) for one in curves], axis=0) for name in ("found", "accused", "right")
    )
    return Curve(thresholds, found, accused, right, float(np.mean([one.innocent for one in curves])))


def alarms(weeks: Weeks) -> list[float]:
    """The figures of `roc` over all weeks of all partners at work."""
    return roc(*shipments_seen(weeks))


def shipments_seen(weeks: Weeks) -> tuple[Floats, Flags]:
    """Shipments over the usual ones and whether an offence was among them, (W,) partner-weeks of partners at work."""
    excess, guilty = [], []
    for market in weeks:
        grey = market.grey
        there = np.concatenate([at_work(market.tiers[name]) for name in TERRITORIAL])
        assert grey.terms is not None
        offenders = [one.offender for one in grey.sent if grey.terms.territories[one.region]]
        excess.append(grey.excess[there])
        guilty.append(np.isin(grey.roster.party, offenders)[there])
    return np.concatenate(excess), np.concatenate(guilty)


def watching(seeds: Sequence[int]) -> list[Finding]:
    """DET1: receiver operating characteristic of alarms on unusual shipments, where nobody reacts to them."""
    figures = replicate(scenario(MARKET, **SMALLER), alarms, seeds)
    rows = [_watched("Area under the curve of true over false alarms, by threshold.", figures[:, 0])]
    for n, threshold in enumerate(THRESHOLDS):
        true, false, right = (figures[:, 2 + 3 * n + k] for k in range(3))
        over = f"shipments {threshold:+.0%} over the usual"
        rows.append(_watched(f"Partner-weeks with diverted goods that an alarm at {over} finds.", true))
        rows.append(_watched(f"Partner-weeks without any that an alarm at {over} accuses.", false))
        if threshold == THRESHOLDS[-1]:
            words = f"Partner-weeks that an alarm at {over} tells right."
            rows.append(_watched(words, right, low=CLAIMED_ANOMALY, high=CLAIMED_ANOMALY))
            silent = "The largest share told right at any of the thresholds, less that of accusing nobody ever."
            best = np.max([figures[:, 4 + 3 * k] - figures[:, 1] for k in range(len(THRESHOLDS))], axis=0)
            rows.append(_watched(silent, best))
    return rows


def _watched(words: str, values: Floats, low: float | None = None, high: float | None = None) -> Finding:
    text = f"{CLAIMED_ANOMALY:.0%} accuracy at +300 %, and {CLAIMED_CODES:.1%} for codes, claimed in source 000"
    return found("DET1", words, values, published=text, low=low, high=high, inputs=WATCHING, scenario=WHERE)


def false_alarms(seeds: Sequence[int]) -> list[Finding]:
    """DET2: what alarms cost where nobody diverts anything."""
    names = ("partner_satisfaction", "resentment", "false_accusations")
    change = _paired({"diversion__openness": 0.0}, {"policy__protection__anomaly_threshold": 0.1}, names, seeds)
    text = "false alarms cost goodwill; source 000, without a figure"
    return [
        found(
            "DET2",
            f"Change of {name} when shipments 10 % over the usual raise an alarm and nobody diverts.",
            change[:, n],
            published=text,
            inputs="conflict.from_accusation (0.5; at 0 false alarms cost nothing).",
            scenario=f"{WHERE}, diversion.openness 0",
            low=None if name == "partner_satisfaction" else 0.0,
            high=0.0 if name == "partner_satisfaction" else None,
        )
        for n, name in enumerate(names)
    ]


def ladders(seeds: Sequence[int]) -> list[Finding]:
    """DET3: what it does to end the contract of whoever is caught a second time."""
    names = ("diversion_share", "partner_exit_rate", "manufacturer_profit", "partner_satisfaction")
    strict = {"policy__protection__damages_cases": 0, "policy__protection__deductions": 0}
    change = _paired({"policy__protection__detection": 0.3}, strict, names, seeds)
    return [
        found(
            "DET3",
            f"Change of {name} when the second case ends the contract instead of costing a deduction.",
            change[:, n],
            unit="1/year" if name == "partner_exit_rate" else "money/year" if name == "manufacturer_profit" else "1",
            published="no figure",
            inputs="policy.protection.damages_cases; partners fear the next fine, not the end of the contract.",
            scenario=f"{WHERE}, policy.protection.detection 0.3",
        )
        for n, name in enumerate(names)
    ]


def policing(seeds: Sequence[int]) -> list[Finding]:
    """H9: what tracing codes and watching shipments do to diversion, and whether that pays."""
    ways: dict[str, dict[str, Any]] = {
        "tracing the codes of a third of outlets": {"policy__protection__detection": 0.3},
        "an alarm at shipments +300 %": {"policy__protection__anomaly_threshold": 3.0},
        "an alarm at shipments +10 %": {"policy__protection__anomaly_threshold": 0.1},
    }
    names = ("diversion_share", "manufacturer_profit")
    none = {"policy__protection__detection": 0.0}
    before, rows = _measured(none, names, seeds), []
    for words, way in ways.items():
        change = _measured(none | way, names, seeds) - before
        for n, (name, unit) in enumerate(zip(names, ("1", "money/year"), strict=True)):
            rows.append(
                found(
                    "H9",
                    f"Change of {name} by {words}, against no detection.",
                    change[:, n],
                    unit=unit,
                    published="tracing (99.6 %) and anomaly detection (92 %) cut diversion losses; source 000",
                    high=0.0 if name == "diversion_share" else None,
                    inputs="diversion.openness and .prior_detection, policy.protection, conflict.from_accusation.",
                    scenario=WHERE,
                )
            )
    return rows


def _paired(common: dict[str, Any], change: dict[str, Any], names: Sequence[str], seeds: Sequence[int]) -> Floats:
    """What a change does to metrics, (seeds, metrics), under the same luck."""
    return np.asarray(_measured(common | change, names, seeds) - _measured(common, names, seeds))


def _measured(settings: dict[str, Any], names: Sequence[str], seeds: Sequence[int]) -> Floats:
    return replicate(scenario(MARKET, **SMALLER, **settings), summary_of(*names), seeds)


FINDINGS: dict[str, Experiment] = {"DET1": watching, "DET2": false_alarms, "DET3": ladders, "H9": policing}
