"""The best of a few: scenarios by their mean with intervals, the best on top, and which were dropped on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, place, stage
from channellab.reports.charts.style import SERIES, dress
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import with_interval
from channellab.scenarios.metrics import CATALOGUE


@dataclass(frozen=True)
class Ranked:
    """A scenario: its name, mean and interval, after how many runs it was dropped, and whether it is the best."""

    name: str
    mean: float
    ci95: Sequence[float] | None
    dropped: int | None
    best: bool


def ranking(found: Sequence[Ranked], metric: str, lang: str = "en", currency: str = "CNY") -> Figure:
    """A bar for each scenario."""
    say, unit = words(lang), metric_unit(metric)
    lines = [Line(each.name, [_bar(each, unit, lang)], each.best) for each in ordered(found, metric)]
    said = "" if unit == "1" else say("shares.unit", unit=say.unit(unit, currency))
    note = f"{say('ranking.note')} {said}".strip()
    title = say("ranking.title", metric=metric_title(metric, lang))
    figure, top, bottom = stage(title, note, max(HIGH * 0.5, height(lines) + 2.1))
    left = margin(lines, 3.4)
    axes = place(figure, EDGE + left, top + 0.1, EDGE, bottom + 0.35)
    draw(axes, lines, unit, lang, left)
    return dress(figure, lang)


def alt_text(found: Sequence[Ranked], metric: str, lang: str = "en") -> str:
    """The same in words."""
    say, unit = words(lang), metric_unit(metric)
    told = [f"{each.name} {with_interval(each.mean, each.ci95, unit, lang)}" for each in ordered(found, metric)]
    return say("ranking.alt", metric=metric_title(metric, lang), findings=say.several(told))


def ordered(found: Sequence[Ranked], metric: str) -> list[Ranked]:
    """The best first, then by the mean."""
    sign = 1.0 if CATALOGUE[metric].direction == "down" else -1.0
    return sorted(found, key=lambda each: (not each.best, sign * each.mean))


def _bar(each: Ranked, unit: str, lang: str) -> Bar:
    colour = SERIES[0] if each.best else "#6B7178"
    low, high = (each.ci95[0], each.ci95[1]) if each.ci95 else (None, None)
    text = with_interval(each.mean, each.ci95, unit, lang)
    return Bar(each.mean, text, colour, low, high, pale=each.dropped is not None)
