"""One metric over the weeks, scenario against scenario: the mean, how surely it is known, and how far runs spread."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from channellab.reports.bands import band, replications
from channellab.reports.charts.labels import apart
from channellab.reports.charts.scale import scale_values, scale_weeks
from channellab.reports.charts.stage import EDGE, PLAIN, SMALL, place, plain, stage
from channellab.reports.charts.style import FAINT, POINTS, SERIES, dress, text_width, wrapped
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import short
from channellab.scenarios.errors import BadInput

_NAMES = 2.4
"""Inches at most for the names at the ends of the lines."""


def fan(studies: Mapping[str, pd.DataFrame], metric: str, lang: str = "en", currency: str = "CNY") -> Figure:
    """Weekly means, the 95 % intervals of these, and the span from the lowest to the highest run.

    Args:
        studies: scenario's name for people -> columns ``replication``, ``week`` and the metric, by the week.

    Raises:
        BadInput: no or too many scenarios, or a frame without the metric.
    """
    if not 1 <= len(studies) <= len(SERIES):
        raise BadInput("chart", "scenarios", f"are {len(studies)}, allowed are 1 to {len(SERIES)}")
    say, unit = words(lang), metric_unit(metric, weekly=True)
    figure, top, bottom = stage(_title(studies, metric, lang), _note(studies, lang))
    right = EDGE + min(_NAMES, max(text_width(label, PLAIN) for label in studies) / POINTS) + 0.1
    axes = place(figure, EDGE + 0.75, top + 0.3, right, bottom + 0.55)
    plain(axes, "y")
    frames = {label: band(label, weekly, metric).join(_ends(weekly, metric)) for label, weekly in studies.items()}
    for (label, found), colour in zip(frames.items(), SERIES, strict=False):
        weeks = found.index.to_numpy()
        axes.fill_between(weeks, found["least"], found["most"], color=colour, alpha=0.10, linewidth=0)
        axes.fill_between(weeks, found["low"], found["high"], color=colour, alpha=0.28, linewidth=0)
        axes.plot(weeks, found["mean"], color=colour, linewidth=2.4, label=label, solid_capstyle="round")
    everything = pd.concat(frames.values())
    columns = ["low", "high", "least", "most"]
    scale_values(axes, everything["mean"].to_numpy(np.float64), everything[columns].to_numpy(np.float64), unit, lang)
    scale_weeks(axes, int(everything.index.min()), int(everything.index.max()))
    axes.set_xlabel(say("trajectories.week"), size=SMALL, color=FAINT, loc="left")
    said = say.unit(unit, currency)
    axes.set_title("" if unit == "1" else said, size=SMALL, color=FAINT, loc="left", pad=8)
    _name(axes, frames, right)
    return dress(figure, lang)


def alt_text(studies: Mapping[str, pd.DataFrame], metric: str, lang: str = "en") -> str:
    """The same in words: the mean over the weeks and the span over runs of each scenario."""
    say, unit, found = words(lang), metric_unit(metric, weekly=True), []
    for label, weekly in studies.items():
        means = weekly.groupby("replication")[metric].mean()
        ends = {"low": short(float(means.min()), unit, lang), "high": short(float(means.max()), unit, lang)}
        mean = short(float(means.mean()), unit, lang)
        found.append(say("fan.alt_line", label=label, mean=mean, n=len(means), **ends))
    return say("fan.alt", metric=metric_title(metric, lang), findings=" ".join(found))


def _ends(weekly: pd.DataFrame, metric: str) -> pd.DataFrame:
    values = weekly.groupby("week")[metric]
    return pd.DataFrame({"least": values.min(), "most": values.max()})


def _title(studies: Mapping[str, pd.DataFrame], metric: str, lang: str) -> str:
    say, title = words(lang), metric_title(metric, lang)
    labels: Sequence[str] = list(studies)
    return say("fan.title" if len(labels) > 1 else "fan.title_one", metric=title, labels=say.listed(list(labels)))


def _note(studies: Mapping[str, pd.DataFrame], lang: str) -> str:
    counts = replications(studies)
    kind = "note" if max(counts.values()) > 1 else "note_single"
    return words(lang)(f"fan.{kind}", runs=words(lang).runs(counts))


def _name(axes: Axes, frames: Mapping[str, pd.DataFrame], right: float) -> None:
    """Names at the ends of lines."""
    ended = [(label, found["mean"].dropna()) for label, found in frames.items()]
    low, high = axes.get_ylim()
    tall = float(axes.get_position().height * axes.figure.get_size_inches()[1]) * POINTS  # type: ignore[union-attr]
    points = tall / (high - low)
    texts = [wrapped(label, (right - EDGE) * POINTS, PLAIN) for label, _ in ended]
    gap = PLAIN * 1.3 * max(text.count("\n") + 1 for text in texts)
    heights = [(float(end.iloc[-1]) - low) * points if len(end) else 0.0 for _, end in ended]
    shown = zip(ended, texts, heights, apart(heights, gap), SERIES, strict=False)
    for (_, end), text, was, now, colour in shown:
        if len(end):
            axes.annotate(
                text, (int(end.index[-1]), float(end.iloc[-1])), (6, now - was), textcoords="offset points",
                color=colour, size=PLAIN, weight="bold", va="center", annotation_clip=False, linespacing=1.1,
            )  # fmt: skip
