"""What rebates and protection cost, and what they do: a point for each scenario, cost to the right, effect upwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from channellab.reports.charts.labels import apart
from channellab.reports.charts.scale import Quantities
from channellab.reports.charts.stage import EDGE, HIGH, PLAIN, SMALL, WIDE, place, plain, stage
from channellab.reports.charts.style import INK, POINTS, SERIES, dress, wrapped
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import quantity, short


@dataclass(frozen=True)
class Effect:
    """A scenario: its name, what the policy costs the brand in money a year, and its effect with the interval."""

    name: str
    cost: float
    effect: float
    low: float | None
    high: float | None


def effects(rebates: Sequence[Effect], protection: Sequence[Effect], lang: str = "en", currency: str = "CNY") -> Figure:
    """Rebates against units sold on the left, protection against diverted goods on the right; an empty side is left
    out, one of the two must not be."""
    say = words(lang)
    sides = [(kind, found) for kind, found in (("rebates", rebates), ("protection", protection)) if found]
    figure, top, bottom = stage(say("effects.title"), say("effects.note"), HIGH * 0.95)
    each = (WIDE - 2 * EDGE) / len(sides)
    for number, (kind, found) in enumerate(sides):
        metric = EFFECT[kind]
        right = 0.35
        start = EDGE + number * each + 0.8
        axes = place(figure, start, top + 0.75, WIDE - EDGE - (number + 1) * each + right, bottom + 0.65)
        _draw(axes, found, metric, lang)
        unit = say.unit("money/year", currency)
        axes.set_xlabel(say(f"effects.cost_{kind}", unit=unit), size=SMALL, color=INK, loc="left")
        effect = say("effects.effect", metric=metric_title(metric, lang), unit=_unit(metric, lang))
        axes.annotate(
            wrapped(effect, (each - 0.3) * POINTS, PLAIN), (0, 1), (-0.8 * POINTS, 10), "axes fraction",
            textcoords="offset points", size=PLAIN, weight="bold", color=INK, va="bottom",
        )  # fmt: skip
    return dress(figure, lang)


EFFECT = {"rebates": "units_sold", "protection": "diversion_share"}
"""Metric that each kind of policy is meant to move."""


def alt_text(rebates: Sequence[Effect], protection: Sequence[Effect], lang: str = "en") -> str:
    """The same in words."""
    say, told = words(lang), []
    for kind, found in (("rebates", rebates), ("protection", protection)):
        unit = metric_unit(EFFECT[kind])
        for point in found:
            cost, effect = short(point.cost, "money/year", lang), quantity(point.effect, unit, lang)
            told.append(say(f"effects.alt_{kind}", name=point.name, cost=cost, effect=effect))
    return say("effects.alt", findings=" ".join(told))


def _unit(metric: str, lang: str) -> str:
    unit = metric_unit(metric)
    return "%" if unit == "1" else words(lang).unit(unit, "")


def _draw(axes: Axes, found: Sequence[Effect], metric: str, lang: str) -> None:
    plain(axes)
    axes.grid(color="#E6E9EC", linewidth=0.9)
    unit = metric_unit(metric)
    least = 0.0 if all(point.effect >= 0 for point in found) else -math.inf
    spans = [(max(least, point.low), point.high) for point in found if point.low is not None and point.high is not None]
    ends = [*(point.effect for point in found), *(end for span in spans for end in span)]
    costs = [0.0, *(point.cost for point in found)]
    for along, of, low, high in (
        (axes.xaxis, "money/year", min(costs), max(costs)),
        (axes.yaxis, unit, min(ends), max(ends)),
    ):
        room = (high - low) * 0.16 or abs(high) * 0.1 or 1.0
        (axes.set_xlim if along is axes.xaxis else axes.set_ylim)(low - room, high + room)
        ticks = MaxNLocator(3 if along is axes.xaxis else 4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        along.set_major_locator(FixedLocator([float(t) for t in ticks if low - room <= t <= high + room]))
        along.set_major_formatter(Quantities(of, lang))
    low, high = axes.get_ylim()
    tall = float(axes.get_position().height * axes.figure.get_size_inches()[1]) * POINTS  # type: ignore[union-attr]
    points = tall / (high - low)
    heights = [(point.effect - low) * points for point in found]
    for point, was, now, colour in zip(found, heights, apart(heights, SMALL * 2.6), SERIES, strict=False):
        if point.low is not None and point.high is not None:
            axes.plot([point.cost] * 2, [max(least, point.low), point.high], color=colour, linewidth=1.6)
        axes.scatter([point.cost], [point.effect], s=90, color=colour, edgecolors="white", linewidths=1, zorder=3)
        far = point.cost > sum(axes.get_xlim()) / 2  # names of what is far to the right stand to the left
        axes.annotate(
            wrapped(point.name, 150, SMALL), (point.cost, point.effect), (-9 if far else 9, now - was),
            textcoords="offset points", size=SMALL, color=colour, weight="bold", va="center", annotation_clip=False,
            ha="right" if far else "left", linespacing=1.1,
        )  # fmt: skip
