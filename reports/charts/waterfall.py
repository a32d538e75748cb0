"""One unit of money paid at the shelf, and how it runs down the channel: a bar for each who gets a part of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from channellab.reports.charts.style import (
    FAINT,
    INK,
    PANEL_SIZE,
    POINTS,
    ROAD,
    SMALL_SIZE,
    TEXT_SIZE,
    dress,
    new_figure,
    text_width,
)
from channellab.reports.language import words
from channellab.reports.quantities import share_of_one
from channellab.reports.shelf_price import MARGIN, STOCK, TIERS, Key, Part, ShelfPrice, ordered, part_name, tier_name
from channellab.scenarios.errors import BadInput

COLOURS = ("#0B6E8F", "#B5651D", "#5B4E9E", "#3B7A3B", "#8F3B5B", "#5C5C5C")
"""Of tiers, from the shelf up; apart from those of scenarios, which mean something else."""
_WHOLE, _STOCK = "#6B7178", "#9AA1A8"
_ACROSS, _WIDEST, _GAP, _EDGE, _ROW, _TOP, _BOTTOM = 8.1, 4.4, 0.2, 0.05, 0.23, 0.35, 0.1
"""Inches: width of all scenarios' pictures, of one at most, between them, around all, of a row, above and below."""
_INDENT = 10.0
"""Points by which parts stand in from their tier."""
_BAR = 0.66
"""Height of a bar, rows."""
_ABREAST = 3
_ROOM = 0.22
"""Width that a number needs beside its bar, share of the shelf price."""


@dataclass(frozen=True)
class _Row:
    """A line of the picture: the whole price, a tier's heading (``key`` without a name), or a part."""

    key: Key
    text: str

    @property
    def is_part(self) -> bool:
        return bool(self.key[1])


def waterfall(prices: Mapping[str, ShelfPrice], lang: str = "en") -> Figure:
    """Shelf prices of several scenarios side by side, without heading and caption, to be laid out by a page.

    Args:
        prices: scenario's name for people -> what became of what consumers paid.
        lang: language of all words.

    Raises:
        BadInput: there is no scenario.
    """
    if not prices:
        raise BadInput("chart", "scenarios", "are none, allowed is at least one")
    rows = _rows(prices, lang)
    left = _EDGE + max(text_width(row.text, TEXT_SIZE) for row in rows) / POINTS + 0.25
    columns = min(_ABREAST, len(prices))
    panel = min(_WIDEST, _ACROSS / columns)
    lines = math.ceil(len(prices) / columns)
    tall = _TOP + len(rows) * _ROW + _BOTTOM
    width, height = left + columns * (panel + _GAP), lines * tall
    figure = new_figure(width, height)
    extent = _extent(prices)
    for place, (label, price) in enumerate(prices.items()):
        line, column = divmod(place, columns)
        low = (height - line * tall - _TOP - len(rows) * _ROW) / height
        box = ((left + column * (panel + _GAP)) / width, low, panel / width, len(rows) * _ROW / height)
        axes = figure.add_axes(box)
        _draw(axes, rows, price, extent, lang)
        axes.set_title(label, size=PANEL_SIZE, weight="bold", color=INK, loc="left", pad=6)
        if column == 0:
            _name_rows(axes, rows, left - _EDGE)
    return dress(figure, lang)


def alt_text(prices: Mapping[str, ShelfPrice], lang: str = "en") -> str:
    """The same in words: every part of every scenario's shelf price."""
    say = words(lang)
    findings = []
    for label, price in prices.items():
        values = [
            say(
                "waterfall.alt_part",
                tier=tier_name(part.tier, lang),
                part=part_name(part, lang),
                share=share_of_one(part.share),
            )
            if part.tier
            else say("waterfall.alt_rest", part=part_name(part, lang), share=share_of_one(part.share))
            for part in price.parts
        ]
        findings.append(say("waterfall.alt_scenario", label=label, values=say.several(values)))
    return say("waterfall.alt", findings=" ".join(findings))


def _rows(prices: Mapping[str, ShelfPrice], lang: str) -> list[_Row]:
    rows = [_Row(("", "", False), words(lang)("waterfall.whole"))]
    for part in ordered(prices):
        if part.tier != rows[-1].key[0]:
            rows += [_Row((part.tier, "", False), tier_name(part.tier, lang))] if part.tier else []
        rows.append(_Row(part.key, part_name(part, lang)))
    return rows


def _extent(prices: Mapping[str, ShelfPrice]) -> tuple[float, float]:
    """The lowest and the highest that any staircase gets to."""
    steps = [level for price in prices.values() for level in _levels(price.parts)]
    return min(0.0, *steps), max(1.0, *steps)


def _levels(parts: Sequence[Part]) -> list[float]:
    """What is left of 1 before the first part and after each."""
    levels = [1.0]
    for part in parts:
        levels.append(levels[-1] - part.share)
    return levels


def _draw(axes: Axes, rows: Sequence[_Row], price: ShelfPrice, extent: tuple[float, float], lang: str) -> None:
    axes.set_xlim(extent[0] - 0.01, extent[1] + 0.01)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set(xticks=(), yticks=())  # they would be made although nobody sees them
    axes.set_axis_off()
    shares, level = {part.key: part.share for part in price.parts}, 1.0
    for place, row in enumerate(rows):
        if place == 0:
            _bar(axes, place, 0.0, 1.0, _WHOLE)
            _number(axes, place, (0.0, 1.0), share_of_one(1.0), extent)
        elif not row.is_part:
            total = share_of_one(price.of_tier(row.key[0]))
            axes.text(
                extent[1], place, total, size=SMALL_SIZE, weight="bold", color=_colour(row.key), ha="right", va="center"
            )
            axes.axhline(place - 0.5, color=ROAD, linewidth=0.6)
        elif row.key in shares:
            share = shares[row.key]
            _bar(axes, place, level - share, level, _colour(row.key), _strength(row.key))
            _number(axes, place, (min(level, level - share), max(level, level - share)), share_of_one(share), extent)
            level -= share


def _bar(axes: Axes, place: int, start: float, end: float, colour: str, strength: float = 1.0) -> None:
    """A bar from where the next one goes on; one that gives back is hollow."""
    fill, edge = ("none", 1.0) if end < start else (colour, 0.0)
    axes.barh(
        place, end - start, left=start, height=_BAR, alpha=strength, facecolor=fill, edgecolor=colour, linewidth=edge
    )
    # A bar too thin to see still has its place.
    axes.plot([start, start], [place - _BAR / 2, place + _BAR / 2], color=colour, linewidth=0.8, alpha=strength)


def _number(axes: Axes, place: int, span: tuple[float, float], text: str, extent: tuple[float, float]) -> None:
    room = _ROOM * (extent[1] - extent[0])
    before = span[0] - extent[0] > room
    inside = not before and extent[1] - span[1] < room
    x, shift, side = (span[0], -4, "right") if before else (span[0], 4, "left") if inside else (span[1], 4, "left")
    axes.annotate(
        text,
        (x, place),
        (shift, 0),
        textcoords="offset points",
        size=SMALL_SIZE,
        color="white" if inside else INK,
        ha=side,
        va="center",
    )


def _name_rows(axes: Axes, rows: Sequence[_Row], left: float) -> None:
    """Names in the margin, tiers in bold with their parts under them."""
    transform = blended_transform_factory(axes.transAxes, axes.transData)
    for place, row in enumerate(rows):
        tier = not row.is_part
        axes.annotate(
            row.text,
            (0, place),
            (-left * POINTS + (0 if tier or not row.key[0] else _INDENT), 0),
            transform,
            textcoords="offset points",
            size=TEXT_SIZE,
            weight="bold" if tier else "normal",
            color=_colour(row.key) if tier and row.key[0] else INK if tier else FAINT,
            va="center",
            annotation_clip=False,
        )


def _colour(key: Key) -> str:
    tier = key[0]
    return COLOURS[TIERS.index(tier) % len(COLOURS)] if tier else _STOCK if key[1] else _WHOLE


def _strength(key: Key) -> float:
    """What a tier keeps is strong, what it gets from another is paler, what it pays away is pale."""
    _, name, received = key
    return 1.0 if name in (MARGIN, STOCK) else 0.7 if received else 0.4
