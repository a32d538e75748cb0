"""Charts for a room: letters that can be read from eight metres, and every chart in words, in both languages."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from channellab.reports.charts import (
    effects,
    fan,
    fit,
    funnel,
    heat,
    hits,
    lights,
    pareto,
    portrait,
    ranking,
    shares,
    tornado,
)
from channellab.reports.charts import tiers as tier_chart
from channellab.reports.charts.stage import LEGIBLE
from channellab.reports.folder import read
from channellab.reports.language import LANGUAGES
from channellab.reports.pictures import coverage, pictures, protection_cost, rebate_cost
from channellab.reports.study import Told

Made = tuple[str, Figure, str]


def made(lang: str) -> Iterator[Made]:
    """A chart of every kind with plausible numbers: name, figure, words."""
    x, y = pareto.Axis("channel_profit", "Profit", True), pareto.Axis("conflict_index", "Conflict", False)
    policies = [
        pareto.Policy("No. 1", "front", (1e6, 9e5, 1.1e6), (0.1, 0.08, 0.12)),
        pareto.Policy("No. 2", "recommended", (2e6, 1.9e6, 2.1e6), (0.2, 0.18, 0.22)),
        pareto.Policy("Today", "today", (5e5, 4e5, 6e5), (0.3, 0.25, 0.35)),
    ]
    yield "pareto", pareto.pareto(policies, x, y, "", lang), pareto.alt_text(policies, x, y, lang)
    parts = {"Layout": (4e6, 3e6, 5e6), "Funds": (-1e6, -2e6, 5e5)}
    pair = ("A", "B")
    whole = (3e6, 2e6, 4e6)
    yield (
        "shares",
        shares.shares(parts, whole, "channel_profit", pair, lang),
        shares.alt_text(parts, whole, "channel_profit", pair, lang),
    )
    influences = [tornado.Influence("price", 0.7, 0.1, 0.5), tornado.Influence("cost", 0.2, 0.1, 0.1)]
    for method in ("sobol", "morris"):
        figure = tornado.tornado(influences, "channel_profit", method, lang)
        yield f"tornado-{method}", figure, tornado.alt_text(influences, "channel_profit", method, lang)
    rows = [ranking.Ranked("A", 4e6, [3e6, 5e6], None, True), ranking.Ranked("B", 2e6, None, 10, False)]
    yield "ranking", ranking.ranking(rows, "channel_profit", lang), ranking.alt_text(rows, "channel_profit", lang)
    frame = pd.DataFrame(
        {"period": range(30), "observed": np.linspace(10, 20, 30), "predicted": np.linspace(11, 19, 30)}
    ).assign(low=lambda f: f["predicted"] - 2, high=lambda f: f["predicted"] + 2, holdout=[False] * 20 + [True] * 10)
    yield "fit", fit.fit(frame, "A sentence.", "units", lang), fit.alt_text(frame, "A sentence.", "units", lang)
    methods = {"total": [hits.Hit("market", 0.2, True), hits.Hit("naive", 0.4, False)]}
    yield "hits", hits.hits(methods, lang), hits.alt_text(methods, lang)
    points = [effects.Effect("A", 0.0, 1e5, 9e4, 1.1e5), effects.Effect("B", 2e5, 1.2e5, 1.1e5, 1.3e5)]
    shared = [effects.Effect("A", 0.0, 0.05, 0.04, 0.06), effects.Effect("B", 1e5, 0.01, 0.0, 0.02)]
    yield "effects", effects.effects(points, shared, lang), effects.alt_text(points, shared, lang)
    table = pd.DataFrame({"Shops": [0.1, 0.9], "Distributors": [np.nan, 1.0]}, index=["North", "South"])
    yield "heat", heat.heat(table, lang), heat.alt_text(table, lang)
    found = [tier_chart.Tier("Shops", [1e5, 2e5], [900.0, 800.0]), tier_chart.Tier("Plants", [-1e5, 3e5], [None, None])]
    yield "tiers", tier_chart.tiers(found, ["A", "B"], lang), tier_chart.alt_text(found, ["A", "B"], lang)


def real(folder: Path, lang: str) -> list[Made]:
    told = Told(read(folder), lang)
    return [(chart.name, chart.figure, chart.alt) for part in pictures(told).values() for chart in part]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_they_can_be_read_from_eight_metres_and_draw_no_box(comparison_folder: Path, lang: str) -> None:
    for name, figure, alt in [*made(lang), *real(comparison_folder, lang)]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            FigureCanvasAgg(figure).draw()
        width, height = figure.get_size_inches() * 72
        screen = max(height, width * 9 / 16)
        sizes = [t.get_fontsize() for t in figure.findobj(Text) if isinstance(t, Text) and t.get_text().strip()]
        floor = LEGIBLE * min(screen, 9.6 * 72 * 9 / 16)  # longer charts are shown in parts
        assert min(sizes) >= floor - 1e-9, (name, min(sizes), floor)
        assert len(alt) > 20, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_and_notes_stay_on_the_sheet(comparison_folder: Path, lang: str) -> None:
    for name, figure, _ in [*made(lang), *real(comparison_folder, lang)]:
        FigureCanvasAgg(figure).draw()
        for text in figure.texts:
            box = text.get_window_extent()
            assert box.x1 <= figure.bbox.x1 + 1, (name, text.get_text())
            assert box.y0 >= -1, (name, text.get_text())


def test_a_comparison_has_every_part(comparison_folder: Path) -> None:
    parts = pictures(Told(read(comparison_folder), "en"))
    assert set(parts) == {"lights", "fan", "funnel", "heat", "partners", "tiers", "effects"}
    assert [chart.name for chart in parts["lights"]] == ["lights-1", "lights-2"]


def test_lights_have_signs_and_words_beside_colours() -> None:
    row = lights.Light("Profit", "1", "2", "1", "better")
    figure = lights.lights([row, lights.Light("Conflict", "1", "2", "1", "worse")], "B", "A", "")
    shown = [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]
    assert {"✓", "better", "✗", "worse"} <= set(shown)
    assert "Profit: 1 before, 2 after, better." in lights.alt_text([row], "B", "A")


def test_a_fan_tells_how_many_runs(comparison_folder: Path) -> None:
    told = Told(read(comparison_folder), "en")
    words = fan.alt_text(dict(told.tables("weekly")), "channel_profit")
    assert words.count("(n = 3)") == 3


def test_the_ladder_adds_up() -> None:
    luck = np.random.default_rng(1)
    table = pd.DataFrame({name: luck.random(10) for name in portrait.COLUMNS})
    rungs = portrait.rungs(table)
    assert rungs["share"].sum() == pytest.approx(1)
    assert rungs["share"].is_monotonic_decreasing
    assert len(rungs) == 4


def test_coverage_of_shops_is_that_of_the_result(comparison_folder: Path) -> None:
    told = Told(read(comparison_folder), "en")
    table = coverage(told)
    for column, name in zip(table.columns[:3], told.document.scenarios, strict=True):
        shown, of = table[column].to_numpy(), told.folder.of("regions", name)["weighted_distribution"].to_numpy()
        assert np.array_equal(shown, of, equal_nan=True)


def test_costs_are_what_the_brand_pays_less_what_comes_back() -> None:
    rows = [
        ("rebates", "manufacturer", "distributors", 100.0),
        ("fund", "manufacturer", "retailers", 20.0),
        ("rebates", "distributors", "retailers", 30.0),
        ("policing", "manufacturer", "inspectors", 50.0),
        ("penalties", "distributors", "manufacturer", 20.0),
        ("penalties", "manufacturer", "distributors", 5.0),
    ]
    money = pd.DataFrame(rows, columns=["account", "payer", "payee", "money"])
    assert rebate_cost(money) == 120
    assert protection_cost(money) == 35


def test_the_funnel_is_that_of_the_result(comparison_folder: Path) -> None:
    told = Told(read(comparison_folder), "en")
    steps = {s: (told.mean(s, "selective").mean, None) for s in funnel.STEPS}
    assert f"Awareness {steps['awareness'][0] * 100:.1f} %" in funnel.alt_text({"B": steps})
