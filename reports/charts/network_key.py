"""The key of the regional network: what colour, shape and size of a mark and the width of a line say."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from channellab.reports.charts.flows import draw_flow_key
from channellab.reports.charts.marks import SHAPES, areas, coverage_colours, squares
from channellab.reports.charts.scale import Quantities, round_below
from channellab.reports.charts.style import FAINT, INK, POINTS, SMALL_SIZE, bare, text_width, wrapped
from channellab.reports.language import words
from channellab.reports.quantities import on_one_scale

_BOTTOM, _HEIGHT, _GAP, _BAR, _BAR_HEIGHT, _BAR_FOOT = 0.55, 1.0, 0.35, 2.3, 0.15, 0.32
"""Inches: of the strip, between its parts, and of the colour bar and what is under it."""
_SAMPLE = 60.0
"""Square points of a mark that shows a shape."""
_LINE = 14.0
"""Points from one line of the key to the next."""
_TOP = _HEIGHT * POINTS


@dataclass(frozen=True, eq=False)
class Key:
    """What the key has to explain.

    Attributes:
        regions: columns ``role`` and ``population`` (persons).
        scale: of the colours.
        title: what the colours say.
        empty: whether some region has no outlet.
        flow: units a year of the widest line, 0 where no goods are shown.
        diverted: whether goods that left their territory are shown.
    """

    regions: pd.DataFrame
    scale: Normalize
    title: str
    empty: bool
    flow: float = 0.0
    diverted: bool = False


def draw_key(figure: Figure, key: Key, lang: str, margin: float, bottom: float = _BOTTOM) -> None:
    """Colour bar, shapes, sizes and widths in a row; ``margin`` and ``bottom`` in inches from the left and below."""
    _draw_bar(figure, key, lang, margin, bottom)
    axes = _strip(figure, margin + _BAR + _GAP, bottom)
    end = _draw_shapes(axes, _roles(key.regions), key.empty, lang)
    end = _draw_sizes(axes, end + _GAP * POINTS, float(key.regions["population"].max()), lang)
    if key.flow:
        draw_flow_key(axes, end, _TOP, key.flow, key.diverted, lang)


def _draw_bar(figure: Figure, key: Key, lang: str, margin: float, bottom: float) -> None:
    width, height = figure.get_size_inches()
    scale, title = key.scale, key.title
    box = (margin / width, (bottom + _BAR_FOOT) / height, _BAR / width, _BAR_HEIGHT / height)
    axes = figure.add_axes(box, label="key")
    bar = figure.colorbar(ScalarMappable(scale, coverage_colours()), cax=axes, orientation="horizontal")
    bar.outline.set_visible(False)
    full = scale.vmax or 1.0
    bar.set_ticks([0.0, full / 2, full])
    axes.xaxis.set_major_formatter(Quantities("1", lang))
    bare(axes)
    text = wrapped(title, _BAR * POINTS, SMALL_SIZE)
    axes.annotate(text, (0, 1), (0, 4), "axes fraction", textcoords="offset points", size=SMALL_SIZE, color=INK)


def _strip(figure: Figure, left: float, bottom: float) -> Axes:
    """Axes in points, from ``left`` inches to the right edge."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, bottom / height, 1 - left / width, _HEIGHT / height), label="key")
    axes.set_xlim(0, (width - left) * POINTS)
    axes.set_ylim(0, _TOP)
    axes.set_axis_off()
    return axes


def _roles(regions: pd.DataFrame) -> list[str]:
    return [role for role in SHAPES if (regions["role"] == role).any()]


def _draw_shapes(axes: Axes, roles: list[str], empty: bool, lang: str) -> float:
    """Shapes one below the other; returns where they end, points."""
    rows = [(SHAPES[role], role, words(lang)(f"roles.{role}"), "#C9CED3") for role in roles]
    rows += [("o", "core", words(lang)("network.no_data"), "#FFFFFF")] if empty else []
    _title(axes, 0, words(lang)("network.role"))
    for row, (shape, role, text, colour) in enumerate(rows):
        y = _TOP - SMALL_SIZE - _LINE * (row + 0.9)
        axes.scatter(
            [6], [y], s=squares(np.array([_SAMPLE]), role), marker=shape, c=colour, edgecolors=INK, linewidths=0.8
        )
        axes.text(16, y, text, size=SMALL_SIZE, color=INK, va="center")
    texts = [words(lang)("network.role"), *(text for _, _, text, _ in rows)]
    return 16 + max(text_width(text, SMALL_SIZE) for text in texts)


def _draw_sizes(axes: Axes, left: float, largest: float, lang: str) -> float:
    """Three round populations side by side, each above its number; returns where they end, points."""
    _title(axes, left, words(lang)("network.population"))
    at = left + 4
    samples = sample_populations(largest)
    for persons, text in zip(samples, on_one_scale(samples, "persons", lang), strict=True):
        size = float(squares(areas(np.array([persons]), largest), "core")[0])
        radius = size**0.5 / 2
        at += radius
        axes.scatter([at], [_TOP - SMALL_SIZE - 24], s=size, marker="o", c="#C9CED3", edgecolors=INK, linewidths=0.8)
        axes.text(at, 6, text, size=SMALL_SIZE, color=FAINT, ha="center")
        at += radius + 22
    return at


def _title(axes: Axes, left: float, text: str) -> None:
    axes.text(left, _TOP, text, size=SMALL_SIZE, color=INK, va="top")


def sample_populations(largest: float) -> list[float]:
    """Three round numbers up to the largest population, a tenth, four tenths and all of it, roughly.

    >>> sample_populations(126_000_000.0)
    [10000000.0, 40000000.0, 100000000.0]
    """
    top = round_below(max(largest, 10.0))
    return [top / 10, top * 0.4, top]
