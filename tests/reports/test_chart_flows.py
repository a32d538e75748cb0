"""Goods on the map: as wide as their number, and diverted ones unlike all others, without needing colour."""

from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from channellab.reports.charts import network_alt_text, network_maps, network_panels
from channellab.reports.charts.flows import DIVERTED, width
from channellab.scenarios.errors import BadInput

GUANGDONG, BEIJING, HAINAN = "440000", "110000", "460000"


@pytest.fixture
def goods() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (GUANGDONG, BEIJING, 4000.0, "sold"),
            (GUANGDONG, HAINAN, 1000.0, "sold"),
            (GUANGDONG, GUANGDONG, 9000.0, "sold"),
            (HAINAN, BEIJING, 2000.0, "diverted"),
        ],
        columns=["a", "b", "units", "kind"],
    )


def lines(axes: Axes) -> list[FancyArrowPatch]:
    return [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]


def drawn(figure: Figure) -> list[FancyArrowPatch]:
    return [line for axes in figure.axes for line in lines(axes)]


def test_width_is_proportional_and_never_nothing(study: Any, goods: pd.DataFrame) -> None:
    figure = network_maps({"A": study.regions}, study.edges, flows={"A": goods[:3]})
    widths = [line.get_linewidth() for line in drawn(figure)]
    assert len(widths) == 2
    assert widths[0] == pytest.approx(4 * widths[1])
    assert 0 < width(1.0, 1e9) < width(1e9, 1e9)


def test_scenarios_share_the_scale_of_widths(study: Any, goods: pd.DataFrame) -> None:
    less = goods.assign(units=goods["units"] / 2)
    figure = network_maps({"A": study.regions, "B": study.regions}, study.edges, flows={"A": goods[:1], "B": less[:1]})
    a, b = (line.get_linewidth() for line in drawn(figure))
    assert a == pytest.approx(2 * b)


def test_diverted_goods_are_dashed_red_with_heads(study: Any, goods: pd.DataFrame) -> None:
    figure = network_maps({"A": study.regions}, study.edges, flows={"A": goods})
    (diverted,) = [line for line in drawn(figure) if line.get_linestyle() != "-"]
    assert to_hex(diverted.get_edgecolor()) == DIVERTED.lower()
    assert type(diverted.get_arrowstyle()).__name__ == "CurveFilledB"
    figure.canvas.draw()
    assert any(text.get_text() == "Diverted goods" for axes in figure.axes for text in axes.texts)


def test_no_diverted_goods_are_not_explained(study: Any, goods: pd.DataFrame) -> None:
    figure = network_maps({"A": study.regions}, study.edges, flows={"A": goods[:3].drop(columns="kind")})
    assert not any(text.get_text() == "Diverted goods" for axes in figure.axes for text in axes.texts)


def test_only_plants_are_marked(study: Any, goods: pd.DataFrame) -> None:
    figure = network_maps({"A": study.regions}, study.edges, flows={"A": goods})
    maps = [axes for axes in figure.axes if axes.get_label() != "key"]
    assert sum(mark.get_label() == "plant" for axes in maps for mark in axes.collections) == 1


def test_panels_are_the_same_maps_with_a_key_of_their_own(study: Any, goods: pd.DataFrame) -> None:
    panels, key = network_panels({"A": study.regions, "B": study.regions}, study.edges, flows={"A": goods, "B": goods})
    assert list(panels) == ["A", "B"]
    assert all(len(drawn(figure)) == 3 for figure in panels.values())
    key.canvas.draw()
    frame = key.bbox
    for axes in key.axes:
        for text in axes.texts:
            assert text.get_window_extent().x1 <= frame.x1


def test_map_without_goods(study: Any) -> None:
    nothing = pd.DataFrame(columns=["a", "b", "units"])
    figure = network_maps({"A": study.regions}, study.edges, flows={"A": nothing})
    figure.canvas.draw()
    assert not drawn(figure)
    assert "delivered" not in network_alt_text({"A": study.regions}, study.edges, flows={"A": nothing})


def test_alt_text_tells_total_and_busiest_line(study: Any, goods: pd.DataFrame) -> None:
    told = network_alt_text({"A": study.regions}, study.edges, flows={"A": goods})
    assert "16.0 k units a year are delivered, most on one line from Guangdong to Beijing (4,000)" in told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"b": "999999"}, "goods: 999999 is not among the regions"),
        ({"units": -1.0}, "A: units is -1, allowed are values from 0"),
    ],
)
def test_bad_goods(study: Any, goods: pd.DataFrame, change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        network_maps({"A": study.regions}, study.edges, flows={"A": goods.assign(**change)})
    with pytest.raises(BadInput, match="A: units is not in this result"):
        network_maps({"A": study.regions}, study.edges, flows={"A": goods.drop(columns="units")})
