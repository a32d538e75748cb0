"""Which part of a change made which part of the difference: Shapley values as bars."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, place, stage
from channellab.reports.charts.style import dress
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import difference
from channellab.scenarios.metrics import CATALOGUE

GOOD, BAD, OPEN, WHOLE = "#0072B2", "#D55E00", "#8D949B", "#222222"
"""Clearly for the better, clearly for the worse, not clear, and the whole."""
Part = tuple[float, float, float]
"""Mean and the ends of its interval."""


def shares(
    parts: Mapping[str, Part], whole: Part, metric: str, names: tuple[str, str], lang: str = "en", currency: str = "CNY"
) -> Figure:
    """A bar for each group of settings, the largest first, and one for all together.

    Args:
        parts: group's name for people -> its part. whole: of the difference. names: of the scenarios, from and to.
    """
    say, unit = words(lang), metric_unit(metric)
    title = say("shares.title", metric=metric_title(metric, lang), a=names[0], b=names[1])
    said = "" if unit == "1" else say("shares.unit", unit=say.unit(unit, currency))
    order = sorted(parts, key=lambda name: -abs(parts[name][0]))
    lines = [Line(name, [_bar(parts[name], metric, lang)]) for name in order]
    lines.append(Line(say("shares.together"), [_bar(whole, metric, lang, WHOLE)], bold=True))
    figure, top, bottom = stage(title, f"{say('shares.note')} {said}".strip(), max(HIGH * 0.6, height(lines) + 2.3))
    left = margin(lines, 3.2)
    axes = place(figure, EDGE + left, top + 0.1, EDGE, bottom + 0.35)
    draw(axes, lines, unit, lang, left)
    return dress(figure, lang)


def alt_text(parts: Mapping[str, Part], whole: Part, metric: str, names: tuple[str, str], lang: str = "en") -> str:
    """The same in words."""
    say, unit = words(lang), metric_unit(metric)
    told = [
        say("shares.alt_part", name=name, value=difference(part[0], part[1:], unit, lang)[0])
        for name, part in sorted(parts.items(), key=lambda pair: -abs(pair[1][0]))
    ]
    total = difference(whole[0], whole[1:], unit, lang)[0]
    title = metric_title(metric, lang)
    return say("shares.alt", metric=title, a=names[0], b=names[1], whole=total, findings=" ".join(told))


def _bar(part: Part, metric: str, lang: str, colour: str = "") -> Bar:
    mean, low, high = part
    good = {"up": mean > 0, "down": mean < 0, "none": None}[CATALOGUE[metric].direction]
    clear = low > 0 or high < 0
    if not colour:
        colour = OPEN if not clear else GOOD if good is None or good else BAD
    return Bar(mean, difference(mean, (low, high), metric_unit(metric), lang)[0], colour, low, high, pale=not clear)
