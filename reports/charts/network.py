"""The regional network: who lives where, which roads join them, and where the brand is on the shelf."""

import math
import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from channellab.reports.bands import need
from channellab.reports.charts.labels import around
from channellab.reports.charts.marks import (
    SHAPES,
    areas,
    check_roles,
    coverage_colour,
    coverage_scale,
    has_coverage,
    radii,
    squares,
)
from channellab.reports.charts.network_key import draw_key
from channellab.reports.charts.place import Paper
from channellab.reports.charts.style import (
    FAINT,
    INK,
    PANEL_SIZE,
    POINTS,
    ROAD,
    TEXT_SIZE,
    TINY_SIZE,
    dress,
    heading,
    new_figure,
    text_width,
)
from channellab.reports.language import words
from channellab.reports.quantities import quantity
from channellab.scenarios.errors import BadInput

Array = NDArray[np.float64]
Coverage = Literal["numeric_distribution", "weighted_distribution"]

_WIDTH, _MARGIN, _GAP, _TOP, _NAME, _BOTTOM = 5.8, 0.3, 0.3, 0.5, 0.4, 1.75
"""Inches: width of a map, around all, between maps, for the title, for a map's name, and for key with caption."""
_ROOM = (36.0, 20.0)
"""Points left free around the marks, for names."""
_LEADER = 5.0
"""Points between a mark and its name from which a line joins them."""
_ABREAST = 3
_COLUMNS = ("region", "name_en", "name_zh", "role", "population", "latitude", "longitude")
_OFFICIAL = re.compile("(壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$")


def network_map(
    regions: pd.DataFrame,
    edges: pd.DataFrame,
    lang: str = "en",
    coverage: Coverage = "numeric_distribution",
    label: str = "",
) -> Figure:
    """The regional network of one scenario; arguments as for ``network_maps``."""
    return network_maps({label: regions}, edges, lang, coverage)


def network_maps(
    frames: Mapping[str, pd.DataFrame],
    edges: pd.DataFrame,
    lang: str = "en",
    coverage: Coverage = "numeric_distribution",
) -> Figure:
    """Regional networks of several scenarios side by side, on one scale of colours.

    Args:
        frames: scenario's name for people -> its regions, a row each: ``region`` (id), ``name_en``, ``name_zh``,
            ``role``, ``population`` (persons), ``latitude``, ``longitude`` (degrees) and the coverage (0..1, NaN
            where there is no outlet); all scenarios have the same regions.
        edges: roads, columns ``a``, ``b``: region ids.
        lang: language of all words.
        coverage: column that gives marks their colour.

    Raises:
        BadInput: no scenario, a column is missing, or regions differ between scenarios.
    """
    frames = _checked(frames, edges, coverage)
    regions = next(iter(frames.values()))
    paper = Paper.of(regions, _WIDTH * POINTS, _ROOM)
    columns = min(_ABREAST, len(frames))
    rows = math.ceil(len(frames) / columns)
    height = _NAME + paper.height / POINTS
    width = 2 * _MARGIN + columns * (_WIDTH + _GAP) - _GAP
    figure = new_figure(width, _TOP + rows * height + _BOTTOM)
    scale, places = coverage_scale(list(frames.values())), _label_places(regions, paper, lang)
    for place, (label, frame) in enumerate(frames.items()):
        axes = _axes(figure, paper, *divmod(place, columns))
        _draw(axes, paper, frame, edges, scale)
        _name_regions(axes, paper, frame, places, lang)
        _name_panel(axes, paper, label, frame, lang)
    empty = any(bool(frame["coverage"].isna().any()) for frame in frames.values())
    draw_key(figure, regions, scale, words(lang)(f"network.{coverage}"), empty, lang, _MARGIN)
    heading(figure, words(lang)("network.title"), words(lang)("network.caption"), _MARGIN)
    return dress(figure, lang)


def alt_text(
    frames: Mapping[str, pd.DataFrame],
    edges: pd.DataFrame,
    lang: str = "en",
    coverage: Coverage = "numeric_distribution",
) -> str:
    """The same in words: mean, lowest and highest coverage of each scenario; arguments as for ``network_maps``."""
    frames = _checked(frames, edges, coverage)
    count, said = len(next(iter(frames.values()))), words(lang)(f"network.{coverage}")
    findings = " ".join(_finding(label, frame, lang) for label, frame in frames.items())
    return words(lang)("network.alt", count=count, roads=len(edges), coverage=said, findings=findings)


def short_name(name: str) -> str:
    """A region's name as people say it: a Chinese one without its administrative rank.

    >>> short_name("广西壮族自治区"), short_name("江苏省"), short_name("Jiangsu")
    ('广西', '江苏', 'Jiangsu')
    """
    return _OFFICIAL.sub("", name) or name


def _checked(frames: Mapping[str, pd.DataFrame], edges: pd.DataFrame, coverage: str) -> dict[str, pd.DataFrame]:
    """The frames with the wanted coverage in a column of that name."""
    if not frames:
        raise BadInput("chart", "scenarios", "are none, allowed is at least one")
    first = next(iter(frames.values()))
    for label, frame in frames.items():
        need(label or "regions", frame, (*_COLUMNS, coverage))
        check_roles(frame)
        if list(frame["region"]) != list(first["region"]):
            raise BadInput(label, "region", "differs from the first scenario's, allowed are the same regions in order")
    if len(edges):
        need("edges", edges, ("a", "b"))
    return {label: frame.assign(coverage=frame[coverage]) for label, frame in frames.items()}


def _axes(figure: Figure, paper: Paper, row: int, column: int) -> Axes:
    width, height = figure.get_size_inches()
    tall = paper.height / POINTS
    bottom = height - _TOP - (row + 1) * (_NAME + tall)
    left = _MARGIN + column * (_WIDTH + _GAP)
    axes = figure.add_axes((left / width, bottom / height, _WIDTH / width, tall / height))
    axes.set_xlim(0, paper.width)
    axes.set_ylim(0, paper.height)
    axes.set_axis_off()
    return axes


def _draw(axes: Axes, paper: Paper, regions: pd.DataFrame, edges: pd.DataFrame, scale: Normalize) -> None:
    axes.add_collection(LineCollection(_roads(paper, regions, edges), colors=ROAD, linewidths=1.0, zorder=1))
    population = regions["population"].to_numpy(np.float64)
    coverage = regions["coverage"].to_numpy(np.float64)
    covered = areas(population, float(population.max()))
    roles = regions["role"].tolist()
    for i in np.argsort(-population, kind="stable"):  # the small in front of the large
        axes.scatter(
            paper.marks[i, 0],
            paper.marks[i, 1],
            s=squares(covered[i], roles[i]),
            facecolors=coverage_colour(float(coverage[i]), scale),
            marker=SHAPES[roles[i]],
            edgecolors=INK,
            linewidths=0.8,
            zorder=2,
        )


def _roads(paper: Paper, regions: pd.DataFrame, edges: pd.DataFrame) -> list[Array]:
    """The two ends of each road, shape (2, 2), points."""
    index = {str(region): i for i, region in enumerate(regions["region"])}
    ends = edges[["a", "b"]].astype(str).to_numpy() if len(edges) else np.empty((0, 2), str)
    for region in ends.ravel():
        if region not in index:
            raise BadInput("edges", str(region), "is not among the regions, allowed are their ids")
    return [paper.marks[[index[a], index[b]]] for a, b in ends]


def _label_places(regions: pd.DataFrame, paper: Paper, lang: str) -> Array:
    """Centres of names, shape (R, 2), points; the same in every map of a figure."""
    widths = [text_width(name, TINY_SIZE) for name in _names(regions, lang)]
    sizes = np.column_stack([widths, np.full(len(widths), TINY_SIZE * 1.1)])
    return around(paper.marks, radii(regions), sizes, (paper.width, paper.height))


def _name_regions(axes: Axes, paper: Paper, regions: pd.DataFrame, places: Array, lang: str) -> None:
    looks: dict[str, Any] = {"size": TINY_SIZE, "color": INK, "ha": "center", "va": "center"}
    halo = [withStroke(linewidth=2.0, foreground="white")]
    for name, place, mark, radius in zip(_names(regions, lang), places, paper.marks, radii(regions), strict=True):
        half = np.array([text_width(name, TINY_SIZE), TINY_SIZE]) / 2
        nearest = np.clip(mark, place - half, place + half)
        if np.hypot(*(nearest - mark)) > radius + _LEADER:
            axes.plot(*np.column_stack([mark, nearest]), color=FAINT, linewidth=0.6, zorder=1.5)
        axes.text(float(place[0]), float(place[1]), name, path_effects=halo, **looks)


def _names(regions: pd.DataFrame, lang: str) -> list[str]:
    return [short_name(str(name)) for name in regions[f"name_{words(lang).lang}"]]


def _name_panel(axes: Axes, paper: Paper, label: str, regions: pd.DataFrame, lang: str) -> None:
    axes.text(0, 1, label, size=PANEL_SIZE, weight="bold", color=INK, va="bottom", transform=axes.transAxes)
    if has_coverage(regions):
        lead = text_width(label, PANEL_SIZE * 1.05) + (8 if label else 0)
        text, left = _spread(regions, lang), lead / paper.width
        axes.text(left, 1, text, size=TEXT_SIZE, color=FAINT, va="bottom", transform=axes.transAxes)


def _spread(regions: pd.DataFrame, lang: str) -> str:
    ends = _range(regions, lang)
    if ends["low"] == ends["high"]:
        return words(lang)("network.everywhere", value=ends["low"])
    return words(lang)("network.range", **ends)


def _range(regions: pd.DataFrame, lang: str) -> dict[str, str]:
    coverage = regions["coverage"].to_numpy(np.float64)
    names = _names(regions, lang)
    low, high = int(np.nanargmin(coverage)), int(np.nanargmax(coverage))
    return {
        "low": quantity(coverage[low], "1", lang, 0),
        "low_region": names[low],
        "high": quantity(coverage[high], "1", lang, 0),
        "high_region": names[high],
    }


def _finding(label: str, regions: pd.DataFrame, lang: str) -> str:
    if not has_coverage(regions):
        return words(lang)("network.alt_panel_empty", label=label)
    mean = quantity(float(regions["coverage"].mean()), "1", lang, 0)
    return words(lang)("network.alt_panel", label=label, mean=mean, **_range(regions, lang))
