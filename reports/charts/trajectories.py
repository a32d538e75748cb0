"""Metrics over time: one small picture a metric, one line a scenario, a band for what replications leave open."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from channellab.reports.bands import band as band_of
from channellab.reports.bands import replications
from channellab.reports.charts.labels import apart
from channellab.reports.charts.scale import scale_values, scale_weeks
from channellab.reports.charts.style import (
    FAINT,
    INK,
    PANEL_SIZE,
    POINTS,
    SERIES,
    SMALL_SIZE,
    TEXT_SIZE,
    bare,
    dress,
    heading,
    new_figure,
    text_width,
)
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import short
from channellab.scenarios.errors import BadInput

_WIDTH, _HEIGHT = 3.9, 2.2
_MARGIN, _LEFT, _TOP, _BETWEEN, _BOTTOM = 0.3, 0.7, 0.95, 0.75, 0.95
"""Inches: of a picture, around it, between rows, and for title and caption."""
_PANEL_TOP, _PANEL_BOTTOM = 0.4, 0.5
"""Inches above and below a picture that stands by itself."""


@dataclass(frozen=True, eq=False)
class _Line:
    """One scenario in one picture.

    Attributes:
        label: the scenario's name for people.
        colour: of its line.
        band: as ``bands.band`` returns it.
    """

    label: str
    colour: str
    band: pd.DataFrame


def trajectories(
    studies: Mapping[str, pd.DataFrame], metrics: Sequence[str], lang: str = "en", currency: str = "CNY"
) -> Figure:
    """Weekly means with 95 % bands, a picture for each metric.

    Args:
        studies: scenario's name for people -> frame with columns ``replication``, ``week`` and metrics: weekly
            values in the metrics' units, save that what is counted by the year is counted by the week here.
        metrics: names from the catalogue of metrics.
        lang: language of all words.
        currency: the scenarios' currency.

    Raises:
        BadInput: no or too many scenarios, no metric, or a metric that a frame or the catalogue lacks.
    """
    _check(studies, metrics)
    columns = 2 if len(metrics) in (2, 4) else min(3, len(metrics))
    right = 0.15 + max(text_width(label, TEXT_SIZE) for label in studies) / POINTS
    rows = math.ceil(len(metrics) / columns)
    width = _MARGIN + columns * (_LEFT + _WIDTH + right)
    figure = new_figure(width, _TOP + rows * (_HEIGHT + _BETWEEN) - _BETWEEN + _BOTTOM)
    for place, metric in enumerate(metrics):
        axes = _axes(figure, *divmod(place, columns), right)
        _draw(axes, metric, _lines(studies, metric), lang, currency)
        if place + columns >= len(metrics):
            _name_weeks(axes, lang)
    title = words(lang)("trajectories.title", labels=words(lang).several(list(studies)))
    heading(figure, title, caption(studies, lang), _MARGIN)
    return dress(figure, lang)


def trajectory_panel(
    studies: Mapping[str, pd.DataFrame], metric: str, lang: str = "en", currency: str = "CNY"
) -> Figure:
    """The picture of one metric without heading and caption, to be laid out by a page; arguments as above."""
    _check(studies, [metric])
    right = 0.1 + max(text_width(label, TEXT_SIZE) for label in studies) / POINTS
    width, height = _LEFT + _WIDTH + right, _PANEL_TOP + _HEIGHT + _PANEL_BOTTOM
    figure = new_figure(width, height)
    axes = figure.add_axes((_LEFT / width, _PANEL_BOTTOM / height, _WIDTH / width, _HEIGHT / height))
    _draw(axes, metric, _lines(studies, metric), lang, currency)
    _name_weeks(axes, lang)
    return dress(figure, lang)


def alt_text(studies: Mapping[str, pd.DataFrame], metrics: Sequence[str], lang: str = "en") -> str:
    """The same in words: first and last weekly mean of each scenario and metric; arguments as for ``trajectories``."""
    _check(studies, metrics)
    say = words(lang)
    weeks = pd.concat([weekly["week"] for weekly in studies.values()])
    return say(
        "trajectories.alt",
        first=int(weeks.min()),
        last=int(weeks.max()),
        count=len(metrics),
        runs=say.runs(replications(studies)),
        findings=" ".join(_finding(studies, metric, lang) for metric in metrics),
    )


def _check(studies: Mapping[str, pd.DataFrame], metrics: Sequence[str]) -> None:
    if not 1 <= len(studies) <= len(SERIES):
        told = f"are {len(studies)}, allowed are 1 to {len(SERIES)}: more colours cannot be told apart"
        raise BadInput("chart", "scenarios", told)
    if not metrics:
        raise BadInput("chart", "metrics", "are none, allowed is at least one")
    for metric in metrics:
        metric_unit(metric)  # the catalogue's complaint is clearer than that of a frame without the column


def _axes(figure: Figure, row: int, column: int, right: float) -> Axes:
    width, height = figure.get_size_inches()
    left = _MARGIN + _LEFT + column * (_LEFT + _WIDTH + right)
    bottom = height - _TOP - _HEIGHT - row * (_HEIGHT + _BETWEEN)
    return figure.add_axes((left / width, bottom / height, _WIDTH / width, _HEIGHT / height))


def _lines(studies: Mapping[str, pd.DataFrame], metric: str) -> list[_Line]:
    return [
        _Line(label, colour, band_of(label, weekly, metric))
        for (label, weekly), colour in zip(studies.items(), SERIES, strict=False)
    ]


def _draw(axes: Axes, metric: str, lines: Sequence[_Line], lang: str, currency: str) -> None:
    unit = metric_unit(metric, weekly=True)
    for line in lines:
        band, weeks = line.band, line.band.index.to_numpy()
        axes.fill_between(weeks, band["low"], band["high"], color=line.colour, alpha=0.16, linewidth=0)
        axes.plot(weeks, band["mean"], color=line.colour, linewidth=1.6, label=line.label, solid_capstyle="round")
    scale_values(axes, _stacked(lines, "mean"), _stacked(lines, "low", "high"), unit, lang)
    weeks = np.concatenate([line.band.index.to_numpy() for line in lines])
    scale_weeks(axes, int(weeks.min()), int(weeks.max()))
    _name_lines(axes, lines)
    _frame(axes, _title(metric, unit, lang, currency))


def _name_weeks(axes: Axes, lang: str) -> None:
    axes.set_xlabel(words(lang)("trajectories.week"), size=SMALL_SIZE, color=FAINT, loc="left")


def _stacked(lines: Sequence[_Line], *columns: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.concatenate([line.band[list(columns)].to_numpy(np.float64).ravel() for line in lines])


def _title(metric: str, unit: str, lang: str, currency: str) -> str:
    title = metric_title(metric, lang)
    said = words(lang).unit(unit, currency)
    if unit == "1" or said.lower() in title.lower():
        return title  # the percent signs on the axis, or the title, say it
    return words(lang)("trajectories.per_unit", metric=title, unit=said)


def _frame(axes: Axes, title: str) -> None:
    axes.set_title(title, size=PANEL_SIZE, weight="bold", color=INK, loc="left", pad=8)
    bare(axes, keep=("bottom",))
    axes.grid(axis="y", color="#E6E9EC", linewidth=0.8)
    axes.set_axisbelow(True)


def _name_lines(axes: Axes, lines: Sequence[_Line]) -> None:
    """Names at the ends of lines, pushed apart where they would overlap; a line without a value has no end."""
    ends = [(line, line.band["mean"].dropna()) for line in lines]
    ended = [(line, int(end.index[-1]), float(end.iloc[-1])) for line, end in ends if len(end)]
    low, high = axes.get_ylim()
    points = _HEIGHT * POINTS / (high - low)
    heights = [(value - low) * points for _, _, value in ended]
    for (line, week, value), was, now in zip(ended, heights, apart(heights, TEXT_SIZE * 1.2), strict=True):
        axes.annotate(
            line.label,
            (week, value),
            xytext=(5, now - was),
            textcoords="offset points",
            color=line.colour,
            size=TEXT_SIZE,
            weight="bold",
            va="center",
            annotation_clip=False,
        )


def caption(studies: Mapping[str, pd.DataFrame], lang: str) -> str:
    """What lines and bands are, and over how many runs."""
    counts = replications(studies)
    single = [count == 1 for count in counts.values()]
    kind = "caption_single" if all(single) else "caption_mixed" if any(single) else "caption"
    return words(lang)(f"trajectories.{kind}", runs=words(lang).runs(counts))


def _finding(studies: Mapping[str, pd.DataFrame], metric: str, lang: str) -> str:
    say, unit = words(lang), metric_unit(metric, weekly=True)
    means = {label: band_of(label, weekly, metric)["mean"].dropna() for label, weekly in studies.items()}
    values = [
        say(
            "trajectories.alt_value",
            label=label,
            start=short(float(mean.iloc[0]), unit, lang),
            end=short(float(mean.iloc[-1]), unit, lang),
        )
        for label, mean in means.items()
        if len(mean)
    ]
    return say("trajectories.alt_metric", metric=metric_title(metric, lang), values=say.several(values))
