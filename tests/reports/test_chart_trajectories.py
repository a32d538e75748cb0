"""Metrics over time: every picture has its lines, names, band and units."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure

from channellab.reports.charts import trajectories, trajectories_alt_text
from channellab.reports.language import metric_title
from channellab.scenarios.errors import BadInput

CHARTED = ["channel_profit", "market_share", "numeric_distribution", "fill_rate", "weeks_of_cover", "awareness"]


@pytest.fixture
def weekly(studies: dict[str, Any]) -> dict[str, pd.DataFrame]:
    return {label: study.weekly for label, study in studies.items()}


def texts(figure: Figure) -> str:
    return " | ".join(text.get_text() for text in figure.texts)


def names(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_one_picture_for_each_metric_and_one_named_line_for_each_scenario(weekly: dict[str, pd.DataFrame]) -> None:
    figure = trajectories(weekly, CHARTED)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Channel profit (CNY a week)",
        *(metric_title(metric, "en") for metric in CHARTED[1:]),
    ]
    for axes in figure.axes:
        assert names(axes) == list(weekly)
        assert len(axes.lines) == len(axes.collections) == len(weekly)
        assert len({line.get_color() for line in axes.lines}) == len(weekly)


def test_lines_are_the_means_and_bands_contain_them(weekly: dict[str, pd.DataFrame]) -> None:
    figure = trajectories(weekly, ["weeks_of_cover"])
    for line, area, frame in zip(figure.axes[0].lines, figure.axes[0].collections, weekly.values(), strict=True):
        mean = frame.groupby("week")["weeks_of_cover"].mean().to_numpy()
        assert np.allclose(np.asarray(line.get_ydata()), mean)
        assert isinstance(area, FillBetweenPolyCollection)
        outline = area.get_paths()[0].vertices
        for week, value in enumerate(mean, 1):
            heights = np.asarray(outline)[np.asarray(outline)[:, 0] == week, 1]
            assert heights.min() <= value <= heights.max()


def test_caption_says_n_and_that_scales_differ(weekly: dict[str, pd.DataFrame]) -> None:
    assert "95 % interval of that mean. 3 runs of each scenario." in texts(trajectories(weekly, CHARTED))


def test_caption_of_single_runs_promises_no_interval(remake: Callable[..., Any]) -> None:
    single = {"A": remake(0.5, replications=1).weekly}
    figure = trajectories(single, ["fill_rate"])
    assert "a single run, so no interval" in texts(figure)
    assert "95 %" not in texts(figure)
    mixed = {**single, "B": remake(0.5).weekly}
    assert "A: one run, B: 3 runs" in texts(trajectories(mixed, ["fill_rate"]))


def test_axis_shows_no_impossible_rate(weekly: dict[str, pd.DataFrame]) -> None:
    axes = trajectories(weekly, ["fill_rate"]).axes[0]
    assert max(axes.get_yticks()) <= 1
    assert axes.get_ylim()[1] < 1.02


def test_names_do_not_overlap_where_lines_end_together(remake: Callable[..., Any]) -> None:
    same = remake(0.5).weekly
    axes = trajectories({"A": same, "B": same, "C": same}, ["fill_rate"]).axes[0]
    offsets = sorted(float(text.xyann[1]) for text in axes.texts)  # type: ignore[attr-defined]
    assert min(np.diff(offsets)) > 9.5


def test_gaps_and_scenarios_without_a_value_are_drawn_without_warning(weekly: dict[str, pd.DataFrame]) -> None:
    weekly["Exclusive"]["fill_rate"] = np.nan
    weekly["Selective"].loc[weekly["Selective"]["week"] > 90, "fill_rate"] = np.nan
    figure = trajectories(weekly, ["fill_rate"])
    figure.canvas.draw()
    assert names(figure.axes[0]) == ["Intensive", "Selective"]
    assert "Exclusive" not in trajectories_alt_text(weekly, ["fill_rate"]).split("Fill rate:")[1]


def test_a_metric_that_never_has_a_value_leaves_an_empty_picture(remake: Callable[..., Any]) -> None:
    empty = remake(0.5).weekly.assign(fill_rate=np.nan)
    figure = trajectories({"A": empty}, ["fill_rate"])
    figure.canvas.draw()
    assert np.isfinite(figure.axes[0].get_ylim()).all()


@pytest.mark.parametrize("weeks", [1, 2, 7, 520])
def test_any_length(remake: Callable[..., Any], weeks: int) -> None:
    figure = trajectories({"A": remake(0.5, weeks=weeks).weekly}, ["channel_profit"])
    figure.canvas.draw()
    ticks = figure.axes[0].get_xticks()
    assert ticks[0] == 1
    assert len(ticks) <= 10


def test_chinese(weekly: dict[str, pd.DataFrame]) -> None:
    figure = trajectories(weekly, ["channel_profit"], "zh", "元")
    assert figure.axes[0].get_title(loc="left") == f"{metric_title('channel_profit', 'zh')}（元/周）"
    assert "每个情景 3 次模拟" in texts(figure)
    assert "万" in trajectories_alt_text(weekly, ["channel_profit"], "zh")


def test_alt_text_tells_runs_weeks_and_ends(weekly: dict[str, pd.DataFrame]) -> None:
    told = trajectories_alt_text(weekly, ["awareness", "fill_rate"])
    assert "weeks 1 to 104, one for each of 2 metrics. 3 runs of each scenario." in told
    last = weekly["Intensive"].query("week == 104")["awareness"].mean()
    assert f"ends at {last:.1%}".replace("%", " %") in told


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        (["nps"], "Intensive: nps is not in this result"),
        (["profits"], "metrics: profits is not in the catalogue"),
        ([], "chart: metrics are none"),
    ],
)
def test_bad_metrics(weekly: dict[str, pd.DataFrame], metrics: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        trajectories(weekly, metrics)


def test_bad_numbers_of_scenarios(remake: Callable[..., Any]) -> None:
    frame = remake(0.5).weekly
    with pytest.raises(BadInput, match="scenarios are 7, allowed are 1 to 6"):
        trajectories({str(i): frame for i in range(7)}, ["fill_rate"])
    with pytest.raises(BadInput, match="scenarios are 0"):
        trajectories_alt_text({}, ["fill_rate"])
