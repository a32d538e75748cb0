"""From having heard of the brand to buying it again: how many of all consumers are left at each step."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, legend, place, stage
from channellab.reports.charts.style import SERIES, dress
from channellab.reports.language import metric_title, words
from channellab.reports.quantities import quantity

STEPS = ("awareness", "consideration", "adoption", "repeat_adoption")
"""Shares of all consumers, each of those before."""
Step = tuple[float, tuple[float, float] | None]
"""A mean and its interval."""


def funnel(scenarios: Mapping[str, Mapping[str, Step]], lang: str = "en") -> Figure:
    """A row for each step, a bar for each scenario.

    Args:
        scenarios: name for people -> by metric of `STEPS` its mean and interval.
    """
    say = words(lang)
    several = len(scenarios) > 1
    sure = any(step[1] is not None for found in scenarios.values() for step in found.values())
    note = say("funnel.note" if sure else "funnel.note_single")
    lines = [
        Line(
            say(f"funnel.{step}"),
            [
                Bar(found[step][0], quantity(found[step][0], "1", lang, 1), colour, *(found[step][1] or (None, None)))
                for found, colour in zip(scenarios.values(), SERIES, strict=False)
            ],
        )
        for step in STEPS
    ]
    figure, top, bottom = stage(say("funnel.title"), note, max(HIGH * 0.62, height(lines) + 2.4))
    if several:
        top = legend(figure, list(scenarios), SERIES, top)
    left = margin(lines, 3.0)
    axes = place(figure, EDGE + left, top + 0.1, EDGE, bottom + 0.35)
    draw(axes, lines, "1", lang, left)
    return dress(figure, lang)


def alt_text(scenarios: Mapping[str, Mapping[str, Step]], lang: str = "en") -> str:
    """The same in words."""
    say, told = words(lang), []
    for label, found in scenarios.items():
        steps = [f"{metric_title(step, lang)} {quantity(found[step][0], '1', lang, 1)}" for step in STEPS]
        told.append(say("funnel.alt_line", label=label, steps=say.several(steps)))
    return say("funnel.alt", findings=" ".join(told))
