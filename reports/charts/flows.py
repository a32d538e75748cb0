"""Goods on the regional network: bent lines as wide as what moves along them, dashed red where it was not meant to."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from channellab.reports.bands import need
from channellab.reports.charts.scale import round_below
from channellab.reports.charts.style import FAINT, INK, SMALL_SIZE, text_width
from channellab.reports.language import words
from channellab.reports.quantities import on_one_scale
from channellab.scenarios.errors import BadInput

GOODS, DIVERTED = "#4A6A8A", "#C1121F"
MOST_DIVERTED = 12
"""Routes of diverted goods drawn on a map, the largest."""
DIVERTED_KIND = "diverted"
"""In the column ``kind`` of a flow: goods that left the territory they were sold for."""
_WIDEST, _NARROWEST, _NARROWEST_DIVERTED = 11.0, 0.5, 1.3
"""Points."""
_BEND = 0.13
"""How far lines bend, as a share of their length, so that the two ways between a pair of regions stay apart."""


class End(NamedTuple):
    """A region's mark, where flows start and end: centre and half its width, points."""

    x: float
    y: float
    radius: float


def check_flows(label: str, flows: pd.DataFrame) -> None:
    """Insist on the columns ``a``, ``b`` (region ids) and ``units``; a table without rows has no flows.

    Raises:
        BadInput: a column is missing, or units are negative.
    """
    if len(flows):
        need(label, flows, ("a", "b", "units"))
        if (flows["units"] < 0).any():
            raise BadInput(label, "units", f"is {flows['units'].min():g}, allowed are values from 0")


def largest_flow(flows: Mapping[str, pd.DataFrame]) -> float:
    """Units of the widest line of all maps; 0 where nothing moves between regions."""
    return max((float(_lines(table)["units"].max()) for table in flows.values() if len(_lines(table))), default=0.0)


def busiest(flows: pd.DataFrame) -> tuple[str, str, float] | None:
    """From where to where most goods go, and how many, if any go between regions."""
    lines = _lines(flows)
    if not len(lines):
        return None
    most = lines.iloc[int(lines["units"].to_numpy().argmax())]
    return str(most["a"]), str(most["b"]), float(most["units"])


def is_diverted(flows: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows are goods that left their territory."""
    kind = flows["kind"] if "kind" in flows.columns else pd.Series("", index=flows.index)
    return kind.astype(str) == DIVERTED_KIND


def draw_flows(axes: Axes, ends: Mapping[str, End], flows: pd.DataFrame, largest: float) -> None:
    """Draw what moves between regions; deliveries inside a region have no line.

    Args:
        axes: in points.
        ends: each region's mark.
        flows: columns ``a``, ``b``, ``units`` and perhaps ``kind``.
        largest: units of the widest line of all maps that are seen together.

    Raises:
        BadInput: an end is not among the regions.
    """
    for region in flows[["a", "b"]].astype(str).to_numpy().ravel() if len(flows) else ():
        if region not in ends:
            raise BadInput("goods", str(region), "is not among the regions, allowed are their ids")
    lines = _drawn(_lines(flows))
    for a, b, units, diverted in zip(lines["a"], lines["b"], lines["units"], is_diverted(lines), strict=True):
        axes.add_patch(_line(ends[str(a)], ends[str(b)], width(float(units), largest, bool(diverted)), bool(diverted)))


def _drawn(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines from the widest down; of diverted goods only the largest routes, as all of them would hide the map."""
    lines = lines.sort_values("units", ascending=False, kind="stable")
    rank = is_diverted(lines).cumsum()
    return lines[~is_diverted(lines) | (rank <= MOST_DIVERTED)]


def draw_origins(axes: Axes, ends: Mapping[str, End], flows: pd.DataFrame) -> None:
    """Mark the regions whose plants the goods come from."""
    for region in sorted({str(a) for a in flows.loc[~is_diverted(flows), "a"]} if len(flows) else ()):
        _origin(axes, ends[region].x, ends[region].y)


def width(units: float, largest: float, diverted: bool = False) -> float:
    """Of a line, points; proportional to what moves, but never too thin to see."""
    least = _NARROWEST_DIVERTED if diverted else _NARROWEST
    return max(least, _WIDEST * units / largest if largest else least)


def draw_flow_key(axes: Axes, left: float, top: float, largest: float, diverted: bool, lang: str) -> None:
    """What the width of a line says, from ``left`` points on.

    Args:
        largest: units of the widest line, a year.
        diverted: whether some map shows goods that left their territory.
    """
    say = words(lang)
    axes.text(left, top, say("flows.title"), size=SMALL_SIZE, color=INK, va="top")
    most = round_below(largest)
    at, samples = left, [most / 10, most * 0.4, most]
    for units, text in zip(samples, on_one_scale(samples, "units/year", lang), strict=True):
        y = top - SMALL_SIZE - 24
        axes.plot([at, at + 26], [y, y], color=GOODS, alpha=0.6, linewidth=width(units, largest), solid_capstyle="butt")
        axes.text(at + 13, 6, text, size=SMALL_SIZE, color=FAINT, ha="center")
        at += 26 + max(14.0, text_width(text, SMALL_SIZE) - 20)
    _origin(axes, at + 12, top - SMALL_SIZE - 10)
    axes.text(at + 20, top - SMALL_SIZE - 10, say("flows.plant"), size=SMALL_SIZE, color=INK, va="center")
    if diverted:
        y = top - SMALL_SIZE - 28
        axes.plot([at, at + 16], [y, y], color=DIVERTED, linewidth=1.6, linestyle=(0, (2.5, 1.5)))
        axes.text(at + 20, y, say("flows.diverted"), size=SMALL_SIZE, color=INK, va="center")


def _lines(flows: pd.DataFrame) -> pd.DataFrame:
    return flows[(flows["a"] != flows["b"]) & (flows["units"] > 0)] if len(flows) else flows


def _line(start: End, end: End, wide: float, diverted: bool) -> FancyArrowPatch:
    heads = f"-|>,head_length={5 + wide},head_width={2.5 + wide / 2}" if diverted else "-"
    return FancyArrowPatch(
        start[:2],
        end[:2],
        connectionstyle=f"arc3,rad={_BEND}",
        arrowstyle=heads,
        mutation_scale=1.0,
        shrinkA=0,
        shrinkB=end.radius + 1.5 if diverted else 0,
        linewidth=wide,
        linestyle=(0, (2.5, 1.5)) if diverted else "-",
        edgecolor=DIVERTED if diverted else GOODS,
        facecolor=DIVERTED if diverted else "none",
        alpha=0.95 if diverted else 0.5,
        capstyle="butt",
        zorder=1.7 if diverted else 1.2,
    )


def _origin(axes: Axes, x: float, y: float) -> None:
    axes.scatter([x], [y], s=34, marker="D", c=INK, edgecolors="white", linewidths=1.0, zorder=3, label="plant")
