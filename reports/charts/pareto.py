"""What can be had together: policies in two objectives with their intervals, the front, and where things are today."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, MaxNLocator

from channellab.reports.charts.labels import around, line_end
from channellab.reports.charts.scale import Quantities
from channellab.reports.charts.stage import EDGE, HIGH, PLAIN, SMALL, legend, place, plain, stage
from channellab.reports.charts.style import FAINT, INK, dress, text_width
from channellab.reports.language import metric_unit, words
from channellab.reports.quantities import short

COLOURS = {"front": "#0072B2", "finalist": "#8AA4B8", "today": "#D55E00", "recommended": "#009E73"}
_MARKS = {"front": "o", "finalist": "o", "today": "D", "recommended": "*"}


@dataclass(frozen=True)
class Axis:
    """An objective: its metric, its name for people, and whether more is better."""

    metric: str
    name: str
    up: bool


@dataclass(frozen=True)
class Policy:
    """A policy: its name, its kind (``front``, ``finalist``, ``today``, ``recommended``), and by objective mean, low
    and high."""

    name: str
    kind: str
    x: tuple[float, float, float]
    y: tuple[float, float, float]


def pareto(policies: Sequence[Policy], x: Axis, y: Axis, note: str, lang: str = "en", currency: str = "CNY") -> Figure:
    """Points with intervals in both objectives; the front is joined from point to point."""
    say = words(lang)
    figure, top, bottom = stage(say("pareto.title", x=x.name, y=y.name), note, HIGH + 0.3)
    kinds = [kind for kind in COLOURS if any(policy.kind == kind for policy in policies)]
    top = legend(figure, [say(f"pareto.{kind}") for kind in kinds], [COLOURS[kind] for kind in kinds], top)
    axes = place(figure, EDGE + 0.95, top + 0.3, EDGE + 0.3, bottom + 0.6)
    plain(axes)
    axes.grid(color="#E6E9EC", linewidth=0.9)
    front = sorted((p for p in policies if p.kind in ("front", "recommended")), key=lambda p: p.x[0])
    axes.plot([p.x[0] for p in front], [p.y[0] for p in front], color=COLOURS["front"], linewidth=1.4, alpha=0.6)
    for policy in sorted(policies, key=lambda p: [*COLOURS].index(p.kind)):
        _draw(axes, policy)
    _scale(axes, policies, x, y, lang)
    _name(figure, axes, [policy for policy in policies if policy.kind != "finalist"])
    better = {True: say("pareto.more_better"), False: say("pareto.less_better")}
    units = {axis: say.unit(metric_unit(axis.metric), currency) for axis in (x, y)}
    told = {axis: f"{axis.name} ({'%' if units[axis] == say.unit('1', '') else units[axis]})" for axis in (x, y)}
    axes.set_xlabel(f"{told[x]} {better[x.up]}", size=PLAIN, color=INK, loc="left")
    axes.set_title(f"{told[y]} {better[y.up]}", size=PLAIN, color=INK, loc="left", pad=8, x=-0.06)
    return dress(figure, lang)


def alt_text(policies: Sequence[Policy], x: Axis, y: Axis, lang: str = "en") -> str:
    """The same in words."""
    say, units = words(lang), (metric_unit(x.metric), metric_unit(y.metric))
    told = [
        say("pareto.alt_policy", name=p.name, kind=say(f"pareto.{p.kind}"), x=short(p.x[0], units[0], lang),
            y=short(p.y[0], units[1], lang))
        for p in policies
    ]  # fmt: skip
    return say("pareto.alt", x=x.name, y=y.name, findings=" ".join(told))


def _draw(axes: Axes, policy: Policy) -> None:
    colour = COLOURS[policy.kind]
    (x, x_low, x_high), (y, y_low, y_high) = policy.x, policy.y
    axes.plot([x_low, x_high], [y, y], color=colour, linewidth=1.3, alpha=0.7, zorder=2)
    axes.plot([x, x], [y_low, y_high], color=colour, linewidth=1.3, alpha=0.7, zorder=2)
    axes.scatter(
        [x], [y], s=_size(policy), color=colour, marker=_MARKS[policy.kind], edgecolors="white", linewidths=1, zorder=3
    )


def _size(policy: Policy) -> int:
    """Of the mark, square points."""
    return {"recommended": 330, "today": 110}.get(policy.kind, 80)


def _name(figure: Figure, axes: Axes, policies: Sequence[Policy]) -> None:
    """Names beside the marks, off other marks and names; where one has to stand away, a line leads to its mark."""
    strong = [policy.kind in ("today", "recommended") for policy in policies]
    type_sizes = [PLAIN if each else SMALL for each in strong]
    points = 72 / figure.dpi
    corner, (width, height) = axes.bbox.min, np.array(axes.bbox.size) * points
    marks = (axes.transData.transform([(p.x[0], p.y[0]) for p in policies]) - corner) * points
    widths = [text_width(p.name, size) for p, size in zip(policies, type_sizes, strict=True)]
    sizes = np.column_stack([widths, np.array(type_sizes) * 1.1])
    radii = np.sqrt([_size(policy) for policy in policies]) / 2
    places = around(marks, radii, sizes, (float(width), float(height)), turned=45.0)  # off the intervals
    halo = [withStroke(linewidth=2.5, foreground="white")]
    line = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.7}
    for policy, bold, type_size, mark, centre, size, radius in zip(
        policies, strong, type_sizes, marks, places, sizes, radii, strict=True
    ):
        near = line_end(mark, centre, size, radius) is None
        axes.annotate(
            policy.name, (policy.x[0], policy.y[0]), tuple(centre - mark), textcoords="offset points", size=type_size,
            color=COLOURS[policy.kind], weight="bold" if bold else "normal", ha="center", va="center",
            path_effects=halo, zorder=4, arrowprops=None if near else line,
        )  # fmt: skip


def _scale(axes: Axes, policies: Sequence[Policy], x: Axis, y: Axis, lang: str) -> None:
    for along, axis, values in (
        (axes.xaxis, x, [value for p in policies for value in p.x]),
        (axes.yaxis, y, [value for p in policies for value in p.y]),
    ):
        low, high = min(values), max(values)
        room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
        (axes.set_xlim if along is axes.xaxis else axes.set_ylim)(low - room, high + room * 1.6)
        ticks = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        along.set_major_locator(FixedLocator([float(t) for t in ticks if low - room <= t <= high + room]))
        along.set_major_formatter(Quantities(metric_unit(axis.metric), lang))
        axes.tick_params(labelcolor=FAINT)
