"""Charts inside a page: real text, no word of another place, and ids that no other chart has."""

import re
import warnings
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from channellab.reports.charts import inline_svg, network_panels, trajectory_panel
from channellab.reports.charts.style import dress, new_figure


@pytest.fixture
def figure() -> Figure:
    figure = new_figure(2, 1)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.scatter([0.5], [0.5])
    axes.text(0.2, 0.2, 'Tom & <b>Jerry</b> id="x"', path_effects=[withStroke(linewidth=2, foreground="white")])
    return dress(figure, "en")


def test_text_stays_text_and_is_escaped(figure: Figure) -> None:
    drawn = inline_svg(figure, "one", 'A "cat" & <mouse>')
    assert 'Tom &amp; &lt;b&gt;Jerry&lt;/b&gt; id="x"' in drawn
    assert 'aria-label="A &#34;cat&#34; &amp; &lt;mouse&gt;"' in drawn
    assert 'role="img"' in drawn


def test_nothing_points_out_of_the_page(figure: Figure) -> None:
    drawn = inline_svg(figure, "one", "Alt")
    assert "http" not in drawn
    assert "<style" not in drawn
    assert "<?xml" not in drawn
    assert {link[0] for link in re.findall(r'href="([^"]*)"', drawn)} == {"#"}


def test_ids_are_those_of_the_figure_and_what_they_name_is_there(figure: Figure) -> None:
    one, two = inline_svg(figure, "one", "Alt"), inline_svg(figure, "two", "Alt")
    ids = set(re.findall(r'<[^>]* id="([^"]*)"', one))
    assert ids
    assert all(each.startswith("one-") for each in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', one)) <= ids
    assert one.replace("one-", "two-") == two


def test_outlines_of_letters_are_left_to_the_style_sheet(figure: Figure) -> None:
    assert re.search(r'id="one-halo[^"]*"', inline_svg(figure, "one", "Alt"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_real_charts_need_no_font_of_this_machine(studies: dict[str, Any], lang: str) -> None:
    weekly = {f"{label}密集": study.weekly for label, study in studies.items()}
    regions = {label: study.regions for label, study in studies.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chart = inline_svg(trajectory_panel(weekly, "channel_profit", lang), "time", "Alt")
        panels, key = network_panels(regions, studies["Intensive"].edges, lang)
        maps = [inline_svg(panel, "map", "Alt") for panel in panels.values()]
        assert inline_svg(key, "key", "Alt")
    assert "密集</text>" in chart
    assert ("江苏" if lang == "zh" else "Jiangsu") in maps[0]
