"""Horizontal bars with intervals and values, in rows that have names: what several charts are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from channellab.reports.charts.scale import Quantities
from channellab.reports.charts.stage import PLAIN, SMALL, plain, zero_line
from channellab.reports.charts.style import FAINT, INK, POINTS, text_width, wrapped

THICK, AIR = 0.27, 0.2
"""Inches: of a bar, and between the rows."""


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes:
        value: where it ends. text: what stands beside it. colour: of it.
        low, high: ends of its interval, None where there is none. pale: whether it is of less weight than others.
    """

    value: float
    text: str
    colour: str
    low: float | None = None
    high: float | None = None
    pale: bool = False


@dataclass(frozen=True)
class Line:
    """A row: its name, its bars one below the other, and whether it is a sum."""

    name: str
    bars: Sequence[Bar]
    bold: bool = False


def height(lines: Sequence[Line]) -> float:
    """Inches that rows need."""
    return sum(len(line.bars) * THICK + AIR for line in lines)


def margin(lines: Sequence[Line], widest: float) -> float:
    """Inches that the names need, at most ``widest``."""
    return min(widest, max(text_width(line.name, PLAIN) for line in lines) / POINTS) + 0.15


def draw(axes: Axes, lines: Sequence[Line], unit: str, lang: str, names: float) -> None:
    """Draw rows from the top down.

    Args:
        names: inches left of the axes for the names of rows; 0 leaves them out.
    """
    plain(axes, "x")
    at = 0.0
    for line in lines:
        tall = len(line.bars) * THICK + AIR
        if names:
            text = wrapped(line.name, names * POINTS, PLAIN)
            weight = "bold" if line.bold else "normal"
            axes.annotate(
                text, (0, at + tall / 2), (-names * POINTS, 0), ("axes fraction", "data"),
                textcoords="offset points", size=PLAIN, weight=weight, color=INK, va="center", annotation_clip=False,
                linespacing=1.1,
            )  # fmt: skip
        for number, bar in enumerate(line.bars):
            _bar(axes, at + AIR / 2 + (number + 0.5) * THICK, bar)
        at += tall
    axes.set_ylim(at, 0)
    axes.set_yticks([])
    _scale(axes, [bar for line in lines for bar in line.bars], unit, lang)


def _bar(axes: Axes, y: float, bar: Bar) -> None:
    alpha = 0.45 if bar.pale else 0.9
    axes.barh(y, bar.value, height=THICK * 0.86, color=bar.colour, alpha=alpha, linewidth=0, zorder=2)
    reach = bar.value
    if bar.low is not None and bar.high is not None:
        axes.plot([bar.low, bar.high], [y, y], color=INK, linewidth=1.4, zorder=3)
        reach = min(bar.low, bar.value) if bar.value < 0 else max(bar.high, bar.value)
    side, shift = ("right", -5) if bar.value < 0 else ("left", 5)
    axes.annotate(
        bar.text, (reach, y), (shift, 0), textcoords="offset points", size=SMALL, color=INK, ha=side, va="center",
        annotation_clip=False,
    )  # fmt: skip


def _scale(axes: Axes, bars: Sequence[Bar], unit: str, lang: str) -> None:
    """Room for all bars, their intervals and the texts beside them."""
    ends = [(end, bar) for bar in bars for end in (bar.value, bar.low, bar.high) if end is not None]
    low, high = min(0.0, *(end for end, _ in ends)), max(0.0, *(end for end, _ in ends))
    wide = float(axes.get_position().width * axes.figure.get_size_inches()[0]) * POINTS  # type: ignore[union-attr]
    before = max((text_width(bar.text, SMALL) + 8 for bar in bars if bar.value < 0), default=0.0)
    after = max((text_width(bar.text, SMALL) + 8 for bar in bars if bar.value >= 0), default=0.0)
    before, after = before if low < 0 else 0.0, after if high > 0 or low == high == 0 else 0.0
    span = (high - low) or 1.0
    each = span / max(wide - before - after, wide / 3)
    axes.set_xlim(low - before * each, high + after * each)
    ticks = [float(t) for t in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
    axes.xaxis.set_major_locator(FixedLocator(_apart(ticks, span, wide, lang)))
    axes.xaxis.set_major_formatter(Quantities(unit, lang))
    axes.tick_params(axis="x", labelcolor=FAINT)
    zero_line(axes)


def _apart(ticks: list[float], span: float, wide: float, lang: str) -> list[float]:
    """Every other tick where all would touch."""
    room = 62 if lang == "en" else 70
    return ticks if len(ticks) < 2 or (ticks[1] - ticks[0]) / span * wide > room else ticks[::2]
