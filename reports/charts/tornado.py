"""What decides the outcome: a bar for each input, the strongest first, with what luck alone would show."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, legend, place, stage
from channellab.reports.charts.style import dress
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import quantity

STRONG, ALONE, LUCK = "#0072B2", "#56B4E9", "#9AA1A8"
MOST = 12
"""Inputs that are shown, the strongest."""


@dataclass(frozen=True)
class Influence:
    """An input: its name, its effect with half the width of the interval, and beside it (Sobol) its share alone or
    (Morris) what luck alone would show."""

    name: str
    effect: float
    half: float
    beside: float


def tornado(found: Sequence[Influence], metric: str, method: str, lang: str = "en", currency: str = "CNY") -> Figure:
    """Bars for the inputs of one outcome.

    Args:
        method: ``morris`` or ``sobol``.
    """
    say = words(lang)
    unit = "1" if method == "sobol" else metric_unit(metric)
    order = sorted(found, key=lambda each: -each.effect)[:MOST]
    second = ALONE if method == "sobol" else LUCK
    lines = [
        Line(
            each.name,
            [
                Bar(each.effect, _text(each.effect, unit, lang), STRONG, max(0.0, each.effect - each.half),
                    each.effect + each.half),
                Bar(max(0.0, each.beside), _text(each.beside, unit, lang), second),
            ],
        )
        for each in order
    ]  # fmt: skip
    said = "" if unit == "1" else say("shares.unit", unit=say.unit(unit, currency))
    title = say("tornado.title", metric=metric_title(metric, lang))
    note = f"{say(f'tornado.note_{method}')} {said}".strip()
    figure, top, bottom = stage(title, note, max(HIGH * 0.6, height(lines) + 2.9))
    top = legend(figure, [say(f"tornado.{method}_strong"), say(f"tornado.{method}_beside")], (STRONG, second), top)
    left = margin(lines, 4.2)
    axes = place(figure, EDGE + left, top + 0.1, EDGE, bottom + 0.35)
    draw(axes, lines, unit, lang, left)
    return dress(figure, lang)


def alt_text(found: Sequence[Influence], metric: str, method: str, lang: str = "en") -> str:
    """The same in words."""
    say, unit = words(lang), "1" if method == "sobol" else metric_unit(metric)
    order = sorted(found, key=lambda each: -each.effect)[:MOST]
    told = [say("tornado.alt_input", name=each.name, effect=_text(each.effect, unit, lang)) for each in order]
    return say("tornado.alt", metric=metric_title(metric, lang), findings=say.several(told))


def _text(value: float, unit: str, lang: str) -> str:
    return quantity(value, unit, lang, 0 if unit == "1" else None)
