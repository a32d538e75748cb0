"""Where the brand can be had: a heat map of coverage over regions and tiers."""

import math

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from channellab.reports.charts.stage import EDGE, SMALL, WIDE, lines_high, place, stage
from channellab.reports.charts.style import FAINT, INK, POINTS, dress, text_width, wrapped
from channellab.reports.language import words
from channellab.reports.quantities import quantity

_ROW, _HEAD = 0.205, 1.35
"""Inches: of a row, and of the heads of columns that are too narrow for their words."""
_BLOCKS = 2
"""Blocks of regions side by side where there are many."""
_MANY = 16
_EMPTY = "#F1F3F5"


def heat(table: pd.DataFrame, lang: str = "en", key: str = "") -> Figure:
    """A block of rows for regions, a column for each tier, each cell with its number.

    Args:
        table: index: regions' names for people; columns: tiers' names for people; values 0..1, NaN where a region has
            nobody on a tier.
        key: what letters in the columns' names stand for.
    """
    say = words(lang)
    blocks = _BLOCKS if len(table) > _MANY else 1
    rows = math.ceil(len(table) / blocks)
    side = max(text_width(str(name), SMALL) for name in table.index) / POINTS + 0.1
    across = (WIDE - 2 * EDGE - (blocks - 1) * 0.25) / blocks
    cell = min(1.2, (across - side) / len(table.columns))
    words_wide = max(text_width(word, SMALL) for name in table.columns for word in str(name).split())
    upright = lang == "zh" or words_wide < cell * POINTS
    heads = [wrapped(str(name), (cell if upright else _HEAD) * POINTS * 0.95, SMALL) for name in table.columns]
    over = (max(lines_high(head, SMALL) for head in heads) if upright else _HEAD) + 0.08
    figure, top, bottom = stage(say("heat.title"), " ".join(filter(None, (key, say("heat.note")))), 1.0)
    high = top + over + rows * _ROW + bottom
    figure.set_size_inches(WIDE, high)
    for line, y in zip(figure.texts, (1 - EDGE / high, EDGE / 2 / high), strict=True):
        line.set_y(y)
    for block in range(blocks):
        part = table.iloc[block * rows : (block + 1) * rows]
        left = EDGE + block * (across + 0.25)
        axes = place(figure, left, top + over, WIDE - left - across, bottom)
        axes.set(xlim=(0, across), ylim=(rows * _ROW, 0), xticks=(), yticks=())
        axes.set_axis_off()
        for column, head in enumerate(heads):
            x = side + (column + 0.5) * cell
            axes.text(x, -0.06, head, size=SMALL, color=FAINT, ha="center", va="bottom", linespacing=1.0,
                      rotation=0 if upright else 90)  # fmt: skip
        for row, (name, values) in enumerate(part.iterrows()):
            axes.text(0, (row + 0.5) * _ROW, str(name), size=SMALL, color=INK, va="center")
            for column, value in enumerate(values.to_numpy(np.float64)):
                _cell(axes, side + column * cell, row * _ROW, cell, float(value), lang)
    return dress(figure, lang)


def _cell(axes: Axes, x: float, y: float, wide: float, value: float, lang: str) -> None:
    known = not math.isnan(value)
    colour = colormaps["viridis_r"](value) if known else _EMPTY
    axes.add_patch(Rectangle((x, y), wide * 0.985, _ROW * 0.95, facecolor=colour, linewidth=0))
    text = f"{100 * value:.0f}" if known else words(lang)("number.missing")
    ink = "white" if known and value > 0.5 else INK
    axes.text(x + wide / 2, y + _ROW / 2, text, size=SMALL, color=ink, ha="center", va="center")


def alt_text(table: pd.DataFrame, lang: str = "en") -> str:
    """The same in words: of each tier the mean, and the regions with least and most."""
    say, told = words(lang), []
    for tier in table.columns:
        known = table[tier].dropna()
        if known.empty:
            continue
        mean = quantity(float(known.mean()), "1", lang, 0)
        ends = {"low": quantity(float(known.min()), "1", lang, 0), "high": quantity(float(known.max()), "1", lang, 0)}
        told.append(
            say("heat.alt_tier", tier=tier, mean=mean, low_region=known.idxmin(), high_region=known.idxmax(), **ends)
        )
    return say("heat.alt", count=len(table), findings=" ".join(told))
