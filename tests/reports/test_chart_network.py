"""The regional network: every region is there, in the right size, shape, colour and place, with a readable name."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from channellab.reports.charts import network_alt_text, network_map, network_maps
from channellab.reports.charts.marks import HOLLOW, areas, coverage_scale
from channellab.reports.charts.network_key import sample_populations
from channellab.scenarios.errors import BadInput


def maps(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_label() != "key"]


def marks(axes: Axes) -> list[PathCollection]:
    return [each for each in axes.collections if isinstance(each, PathCollection)]


def names(axes: Axes) -> list[Text]:
    return [text for text in axes.texts if text.get_transform() != axes.transAxes]


def test_every_region_and_road_is_drawn(study: Any) -> None:
    (axes,) = maps(network_map(study.regions, study.edges))
    assert len(marks(axes)) == 31
    assert sorted(text.get_text() for text in names(axes)) == sorted(study.regions["name_en"])
    (roads,) = (each for each in axes.collections if isinstance(each, LineCollection))
    assert len(roads.get_segments()) == len(study.edges)


def test_area_is_population_in_every_shape(study: Any) -> None:
    (axes,) = maps(network_map(study.regions, study.edges))
    covered = []
    for mark in marks(axes):
        outline = mark.get_paths()[0].to_polygons()[0] * np.sqrt(mark.get_sizes()[0])
        x, y = np.asarray(outline).T
        covered.append(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)
    population = np.sort(study.regions["population"].to_numpy(float))[::-1]
    assert np.allclose(covered, areas(population, population[0]), rtol=0.01)


def test_north_is_up_and_degrees_have_their_true_proportion(study: Any) -> None:
    (axes,) = maps(network_map(study.regions, study.edges))
    ordered = study.regions.sort_values("population", ascending=False, kind="stable")
    at = np.array([mark.get_offsets()[0] for mark in marks(axes)], float)
    north, east = np.polyfit(ordered["latitude"], at[:, 1], 1)[0], np.polyfit(ordered["longitude"], at[:, 0], 1)[0]
    middle = (ordered["latitude"].min() + ordered["latitude"].max()) / 2
    assert east / north == pytest.approx(np.cos(np.radians(middle)))
    paper = axes.get_window_extent()
    assert axes.get_xlim()[1] / paper.width == pytest.approx(axes.get_ylim()[1] / paper.height)


def test_names_overlap_neither_each_other_nor_the_frame(study: Any) -> None:
    figure = network_map(study.regions, study.edges)
    figure.canvas.draw()
    (axes,) = maps(figure)
    boxes = [text.get_window_extent() for text in names(axes)]
    for a, b in itertools.combinations(boxes, 2):
        shared = np.clip([min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)], 0, None)
        assert shared.prod() <= 0.05 * min(a.width * a.height, b.width * b.height)
    frame = axes.get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)


def test_maps_side_by_side_share_the_scale_of_colours(studies: dict[str, Any]) -> None:
    frames = {label: study.regions for label, study in studies.items()}
    figure = network_maps(frames, studies["Intensive"].edges)
    assert [axes.texts[-2].get_text() for axes in maps(figure)] == list(frames)
    best = max(frame["numeric_distribution"].max() for frame in frames.values())
    assert (
        best
        <= coverage_scale(
            [frame.rename(columns={"numeric_distribution": "coverage"}) for frame in frames.values()]
        ).vmax
        <= min(1, best + 0.1)
    )  # type: ignore[operator]
    twice = network_maps({"A": frames["Selective"], "B": frames["Selective"]}, studies["Intensive"].edges)
    left, right = ([mark.get_facecolor().tolist() for mark in marks(axes)] for axes in maps(twice))
    assert left == right


def test_region_without_outlets_is_hollow_and_explained(study: Any) -> None:
    empty = study.regions["name_en"] == "Guangdong"
    regions = study.regions.assign(numeric_distribution=study.regions["numeric_distribution"].mask(empty))
    figure = network_map(regions, study.edges)
    figure.canvas.draw()
    assert tuple(marks(maps(figure)[0])[0].get_facecolor()[0]) == HOLLOW
    assert any(text.get_text() == "No outlets" for axes in figure.axes for text in axes.texts)
    assert "Guangdong" not in network_alt_text({"A": regions}, study.edges)


def test_colour_may_be_the_weighted_coverage(study: Any) -> None:
    figure = network_map(study.regions, study.edges, coverage="weighted_distribution")
    assert any("sales made by" in " ".join(text.get_text().split()) for axes in figure.axes for text in axes.texts)
    least = study.regions.set_index("name_en")["weighted_distribution"].idxmin()
    told = network_alt_text({"A": study.regions}, study.edges, coverage="weighted_distribution")
    assert "sales made by" in told
    assert f"in {least}, highest" in told


def test_equal_coverage_is_said_once(study: Any) -> None:
    (axes,) = maps(network_map(study.regions.assign(numeric_distribution=0.125), study.edges, label="A"))
    assert [text.get_text() for text in axes.texts[-2:]] == ["A", "12 % in every region"]


def test_map_without_any_outlet(study: Any) -> None:
    regions = study.regions.assign(numeric_distribution=np.nan)
    network_map(regions, study.edges).canvas.draw()
    assert "A: no region has an outlet." in network_alt_text({"A": regions}, study.edges)


def test_single_region_without_roads(study: Any) -> None:
    one = study.regions.iloc[[0]]
    figure = network_map(one, study.edges.iloc[:0], label="Single")
    figure.canvas.draw()
    assert len(marks(maps(figure)[0])) == 1


def test_chinese_names_are_short(study: Any) -> None:
    (axes,) = maps(network_map(study.regions, study.edges, "zh"))
    shown = {text.get_text() for text in names(axes)}
    assert {"广西", "内蒙古", "新疆", "北京", "江苏"} <= shown


def test_alt_text_names_the_ends(studies: dict[str, Any]) -> None:
    frames = {label: study.regions for label, study in studies.items()}
    told = network_alt_text(frames, studies["Intensive"].edges)
    regions = frames["Selective"].set_index("name_en")["numeric_distribution"]
    assert told.startswith("Map of 31 regions joined by 69 roads")
    assert f"lowest {regions.min():.0%}".replace("%", " %") + f" in {regions.idxmin()}" in told


@pytest.mark.parametrize("column", ["numeric_distribution", "role", "name_zh"])
def test_missing_column_is_named(study: Any, column: str) -> None:
    with pytest.raises(BadInput, match=f"A: {column} is not in this result"):
        network_maps({"A": study.regions.drop(columns=column)}, study.edges)


def test_bad_tables(study: Any) -> None:
    with pytest.raises(BadInput, match="role is 'center', allowed are core, potential, edge"):
        network_map(study.regions.assign(role="center"), study.edges)
    with pytest.raises(BadInput, match="B: region differs"):
        network_maps({"A": study.regions, "B": study.regions[::-1]}, study.edges)
    with pytest.raises(BadInput, match="edges: 999999 is not among the regions"):
        network_map(study.regions, pd.DataFrame({"a": ["110000"], "b": ["999999"]}))
    with pytest.raises(BadInput, match="scenarios are none"):
        network_maps({}, study.edges)


@pytest.mark.parametrize(("largest", "samples"), [(126e6, [1e7, 4e7, 1e8]), (1, [1, 4, 10]), (39e6, [2e6, 8e6, 2e7])])
def test_sample_populations_are_round(largest: float, samples: list[float]) -> None:
    assert sample_populations(largest) == pytest.approx(samples)
