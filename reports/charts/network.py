"""The regional network: who lives where, which roads join them, where goods go, and where the brand is on the shelf."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from channellab.reports.charts.flows import End, draw_flows, draw_origins, is_diverted, largest_flow
from channellab.reports.charts.labels import around, line_end
from channellab.reports.charts.marks import (
    SHAPES,
    areas,
    coverage_colour,
    coverage_scale,
    has_coverage,
    radii,
    squares,
)
from channellab.reports.charts.network_key import Key, draw_key
from channellab.reports.charts.network_text import Coverage, Frames, checked, names, spread
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
from channellab.scenarios.errors import BadInput

Array = NDArray[np.float64]

_WIDTH, _MARGIN, _GAP, _TOP, _NAME, _BOTTOM = 5.8, 0.3, 0.3, 0.45, 0.55, 1.75
"""Inches: width of a map, around all, between maps, for the title, for a map's name, and for key with caption."""
_KEY_SIZE, _KEY_MARGIN, _EDGE = (10.2, 1.15), 0.2, 0.05
"""Inches: of a key by itself and left of it, and around maps and key that stand by themselves."""
_ROOM = (36.0, 20.0)
"""Points left free around the marks, for names."""
_SECOND_LINE = 15.0
"""Points from one line above a map to the next."""
_ABREAST = 3


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
    frames: Frames,
    edges: pd.DataFrame,
    lang: str = "en",
    coverage: Coverage = "numeric_distribution",
    flows: Frames | None = None,
) -> Figure:
    """Regional networks of several scenarios side by side, on one scale of colours and widths.

    Args:
        frames: scenario's name for people -> its regions, a row each: ``region`` (id), ``name_en``, ``name_zh``,
            ``role``, ``population`` (persons), ``latitude``, ``longitude`` (degrees) and the coverage (0..1, NaN
            where there is no outlet); all scenarios have the same regions.
        edges: roads, columns ``a``, ``b``: region ids.
        lang: language of all words.
        coverage: column that gives marks their colour.
        flows: scenario's name -> goods: ``a``, ``b`` (region ids), ``units`` a year, and perhaps ``kind``, which is
            ``"diverted"`` for goods that left the territory they were sold for.

    Raises:
        BadInput: no scenario, a column is missing, or regions differ between scenarios.
    """
    sheet = _Sheet.of(frames, edges, lang, coverage, flows)
    columns = min(_ABREAST, len(frames))
    rows = math.ceil(len(frames) / columns)
    width = 2 * _MARGIN + columns * (_WIDTH + _GAP) - _GAP
    figure = new_figure(width, _TOP + rows * sheet.height + _BOTTOM)
    for place, label in enumerate(frames):
        row, column = divmod(place, columns)
        sheet.draw(figure, label, _MARGIN + column * (_WIDTH + _GAP), _TOP + row * sheet.height)
    draw_key(figure, sheet.key, lang, _MARGIN)
    heading(figure, words(lang)("network.title"), words(lang)("network.caption"), _MARGIN)
    return dress(figure, lang)


def network_panels(
    frames: Frames,
    edges: pd.DataFrame,
    lang: str = "en",
    coverage: Coverage = "numeric_distribution",
    flows: Frames | None = None,
) -> tuple[dict[str, Figure], Figure]:
    """The same as a figure for each scenario and one for the key, to be laid out by a page."""
    sheet = _Sheet.of(frames, edges, lang, coverage, flows)
    panels = {}
    for label in frames:
        panels[label] = new_figure(_WIDTH + 2 * _EDGE, sheet.height + 2 * _EDGE)
        sheet.draw(panels[label], label, _EDGE, _EDGE)
        dress(panels[label], lang)
    key = new_figure(*_KEY_SIZE)
    draw_key(key, sheet.key, lang, _KEY_MARGIN, _EDGE)
    return panels, dress(key, lang)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """What the maps of several scenarios share.

    Attributes:
        frames, edges, flows, lang: as given to ``network_maps``, with a column ``coverage``.
        paper: where regions lie.
        places: centres of their names, shape (R, 2), points.
        key: scales of colours and widths, and what else the key explains.
    """

    frames: Frames
    edges: pd.DataFrame
    flows: Frames
    lang: str
    paper: Paper
    places: Array
    key: Key

    @classmethod
    def of(cls, frames: Frames, edges: pd.DataFrame, lang: str, coverage: Coverage, flows: Frames | None) -> Self:
        frames, flows = checked(frames, edges, coverage, flows), flows or {}
        regions = next(iter(frames.values()))
        paper = Paper.of(regions, _WIDTH * POINTS, _ROOM)
        key = Key(
            regions,
            coverage_scale(list(frames.values())),
            words(lang)(f"network.{coverage}"),
            empty=any(bool(frame["coverage"].isna().any()) for frame in frames.values()),
            flow=largest_flow(flows),
            diverted=any(bool(is_diverted(table).any()) for table in flows.values()),
        )
        return cls(frames, edges, flows, lang, paper, _label_places(regions, paper, lang), key)

    @property
    def height(self) -> float:
        """Of a map with its name, inches."""
        return _NAME + self.paper.height / POINTS

    def draw(self, figure: Figure, label: str, left: float, top: float) -> None:
        """Draw one scenario's map; ``left`` and ``top`` in inches from the figure's upper left corner."""
        frame = self.frames[label]
        axes = _axes(figure, self.paper, left, top)
        _draw_roads(axes, self.paper, frame, self.edges)
        if label in self.flows:
            ends = self._ends(frame)
            draw_flows(axes, ends, self.flows[label], self.key.flow)
            draw_origins(axes, ends, self.flows[label])
        _draw_regions(axes, self.paper, frame, self.key.scale)
        _name_regions(axes, self.paper, frame, self.places, self.lang)
        _name_panel(axes, self.paper, label, frame, self.lang)

    def _ends(self, frame: pd.DataFrame) -> dict[str, End]:
        places = zip(frame["region"].astype(str), self.paper.marks, radii(frame), strict=True)
        return {region: End(float(x), float(y), float(radius)) for region, (x, y), radius in places}


def _axes(figure: Figure, paper: Paper, left: float, top: float) -> Axes:
    width, height = figure.get_size_inches()
    tall = paper.height / POINTS
    bottom = height - top - _NAME - tall
    axes = figure.add_axes((left / width, bottom / height, _WIDTH / width, tall / height))
    axes.set_xlim(0, paper.width)
    axes.set_ylim(0, paper.height)
    axes.set(xticks=(), yticks=())  # they would be made although nobody sees them
    axes.set_axis_off()
    return axes


def _draw_roads(axes: Axes, paper: Paper, regions: pd.DataFrame, edges: pd.DataFrame) -> None:
    axes.add_collection(LineCollection(_roads(paper, regions, edges), colors=ROAD, linewidths=1.0, zorder=1))


def _draw_regions(axes: Axes, paper: Paper, regions: pd.DataFrame, scale: Normalize) -> None:
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
    widths = [text_width(name, TINY_SIZE) for name in names(regions, lang)]
    sizes = np.column_stack([widths, np.full(len(widths), TINY_SIZE * 1.1)])
    return around(paper.marks, radii(regions), sizes, (paper.width, paper.height))


def _name_regions(axes: Axes, paper: Paper, regions: pd.DataFrame, places: Array, lang: str) -> None:
    looks: dict[str, Any] = {"size": TINY_SIZE, "color": INK, "ha": "center", "va": "center"}
    halo = [withStroke(linewidth=2.0, foreground="white")]
    for name, place, mark, radius in zip(names(regions, lang), places, paper.marks, radii(regions), strict=True):
        end = line_end(mark, place, np.array([text_width(name, TINY_SIZE), TINY_SIZE]), radius)
        if end is not None:
            axes.plot(*np.column_stack([mark, end]), color=FAINT, linewidth=0.6, zorder=1.5)
        axes.text(float(place[0]), float(place[1]), name, path_effects=halo, **looks)


def _name_panel(axes: Axes, paper: Paper, label: str, regions: pd.DataFrame, lang: str) -> None:
    """The scenario's name, and under it the ends of its coverage."""
    above: dict[str, Any] = {"va": "bottom", "transform": axes.transAxes}
    axes.text(0, 1 + _SECOND_LINE / paper.height, label, size=PANEL_SIZE, weight="bold", color=INK, **above)
    if has_coverage(regions):
        axes.text(0, 1, spread(regions, lang), size=TEXT_SIZE, color=FAINT, **above)
