"""Which scenario wins in which kind of market, on what, and what the numbers say about why."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from channellab.reports.language import Words, words
from channellab.reports.quantities import quantity
from channellab.reports.study import Told
from channellab.scenarios.regions import ROLES

_ALIKE = 0.01
"""Two figures that differ by less than this share are called about the same."""
RANKED = ("contribution", "units_sold", "revenue", "weighted_distribution", "numeric_distribution")
MEASURES = {
    "contribution": "money/year",
    "units_sold": "units/year",
    "revenue": "money/year",
    "weighted_distribution": "1",
    "numeric_distribution": "1",
    "rate": "units/year",
    "mean_price": "money/unit",
    "unit_contribution": "money/unit",
}
"""Rows of the table and their units: sums over regions, means weighted by population, and ratios of these."""


@dataclass(frozen=True)
class Cell:
    """A figure of a scenario in a kind of market; ``wins`` says in how many regions it is the best, if that is told."""

    value: float
    text: str
    best: bool
    wins: str


@dataclass(frozen=True)
class Role:
    """A kind of market: its title, the table's rows, and why in words."""

    title: str
    rows: dict[str, list[Cell]]
    why: list[str]


def roles(told: Told) -> list[Role]:
    """The table by market role, for the roles that the regions have."""
    frames = told.tables("regions")
    present = [role for role in ROLES if (next(iter(frames.values()))["role"] == role).any()]
    return [_role(told, role, {label: f[f["role"] == role] for label, f in frames.items()}) for role in present]


def figures(regions: pd.DataFrame) -> dict[str, float]:
    """The measures of a scenario over some regions; NaN where there is nothing to divide by.

    Args:
        regions: columns ``population``, ``contribution``, ``units_sold``, ``revenue`` and both distributions (NaN
            without outlets).
    """
    found = {name: float(regions[name].sum()) for name in ("contribution", "units_sold", "revenue")}
    for name in ("weighted_distribution", "numeric_distribution"):
        known = regions[name].notna()
        people = regions.loc[known, "population"].to_numpy(np.float64)
        found[name] = _over(float((regions.loc[known, name] * people).sum()), float(people.sum()))
    found["rate"] = _over(found["units_sold"], found["weighted_distribution"] * 100)
    found["mean_price"] = _over(found["revenue"], found["units_sold"])
    found["unit_contribution"] = _over(found["contribution"], found["units_sold"])
    return found


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _role(told: Told, role: str, frames: Mapping[str, pd.DataFrame]) -> Role:
    found = {label: figures(frame) for label, frame in frames.items()}
    say, count = words(told.lang), len(next(iter(frames.values())))
    title = say("report.role_regions", role=say(f"roles.{role}"), count=count)
    rows = {measure: _row(told, measure, found, frames) for measure in MEASURES}
    return Role(title, rows, _why(told, found) if len(found) > 1 else [])


def _row(
    told: Told, measure: str, found: Mapping[str, Mapping[str, float]], frames: Mapping[str, pd.DataFrame]
) -> list[Cell]:
    ranked = measure in RANKED and len(found) > 1
    top = max((values[measure] for values in found.values() if not np.isnan(values[measure])), default=float("nan"))
    wins = _wins(measure, frames) if ranked else {}
    cells = []
    for label, values in found.items():
        text = quantity(values[measure], MEASURES[measure], told.lang, 1 if MEASURES[measure] == "1" else None)
        total = len(frames[label])
        said = words(told.lang)("report.wins_in", count=wins[label], total=total) if ranked else ""
        cells.append(Cell(values[measure], text, ranked and values[measure] == top, said))
    return cells


def _wins(measure: str, frames: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """In how many regions each scenario is ahead of all others."""
    table = np.array([frame[measure].to_numpy(np.float64) for frame in frames.values()])
    table = np.nan_to_num(table, nan=-np.inf)
    alone = (table == table.max(axis=0)).sum(axis=0) == 1
    best = table.argmax(axis=0)
    return {label: int(((best == n) & alone).sum()) for n, label in enumerate(frames)}


def _why(told: Told, found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Which factor decides: units are distribution times units per point of it, revenue is units times price, what
    is left is units times what a unit leaves.
    """
    say = words(told.lang)
    order = sorted(found, key=lambda label: -found[label]["units_sold"])
    first, *rest = order
    if not found[first]["units_sold"]:
        return []
    told_units = {label: quantity(found[label]["units_sold"], "units/year", told.lang) for label in order}
    others = say.listed([say("why.item", value=told_units[label], label=label) for label in rest])
    sentences = [say("why.most", label=first, units=told_units[first], others=others)]
    second = found[rest[0]]["units_sold"]
    if second > (1 - _ALIKE) * found[first]["units_sold"]:
        facts = {"label": first, "other": rest[0], "units": told_units[first], "other_units": told_units[rest[0]]}
        sentences = [say("why.level", **facts)]
    sentences += [_against(told, first, other, found) for other in rest if _alike(found, first, other) is False]
    return [_earns(told, found, say), *sentences, *_prices(told, first, found, say)]


def _earns(told: Told, found: Mapping[str, Mapping[str, float]], say: Words) -> str:
    """Who leaves the channel most, by units and by what each leaves."""

    def facts(label: str) -> dict[str, str]:
        values = found[label]
        return {
            "label": label,
            "money": quantity(values["contribution"], "money/year", told.lang),
            "units": quantity(values["units_sold"], "units/year", told.lang),
            "margin": quantity(values["unit_contribution"], "money/unit", told.lang, 2),
        }

    first, *rest = sorted(found, key=lambda label: -found[label]["contribution"])
    others = say.listed([say("why.earned", **facts(label)) for label in rest])
    return say("why.earns", **facts(first), others=others)


def _alike(found: Mapping[str, Mapping[str, float]], first: str, other: str) -> bool:
    return found[other]["units_sold"] > (1 - _ALIKE) * found[first]["units_sold"]


def _against(told: Told, first: str, other: str, found: Mapping[str, Mapping[str, float]]) -> str:
    say, a, b = words(told.lang), found[first], found[other]
    facts = {
        "other": other,
        "a": quantity(a["weighted_distribution"], "1", told.lang, 0),
        "b": quantity(b["weighted_distribution"], "1", told.lang, 0),
        "v_a": quantity(a["rate"], "units/year", told.lang, _places(a["rate"])),
        "v_b": quantity(b["rate"], "units/year", told.lang, _places(b["rate"])),
    }
    wider, faster = (a[m] > b[m] for m in ("weighted_distribution", "rate"))
    kind = "both" if wider and faster else "shelves" if wider else "speed"
    return say(f"why.{kind}", **facts)


def _places(value: float) -> int:
    return 0 if value >= 100 else 1


def _prices(told: Told, first: str, found: Mapping[str, Mapping[str, float]], say: Words) -> list[str]:
    def price(label: str) -> str:
        return quantity(found[label]["mean_price"], "money/unit", told.lang, 2)

    richest = max(found, key=lambda label: found[label]["revenue"])
    if richest != first:
        return [say("why.price", label=richest, p_a=price(richest), p_b=price(first))]
    return [say("why.price_level", prices=say.listed([say("why.item", value=price(la), label=la) for la in found]))]
