"""Red, amber, green: the few figures that decide, with a sign and a word beside every colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from channellab.reports.charts.stage import EDGE, PLAIN, SMALL, WIDE, lines_high, place, stage
from channellab.reports.charts.style import FAINT, INK, POINTS, dress, wrapped
from channellab.reports.language import words

COLOURS = {"better": "#1B7A3D", "unclear": "#B07A00", "same": "#6B7178", "worse": "#B42318", "differs": "#4A6A8A"}
COLOURS["alone"] = COLOURS["unclear"]
"""Of verdicts; dark enough for white signs on them. The sign says the same to those who cannot tell them apart."""
SIGNS = {"better": "✓", "unclear": "≈", "alone": "≈", "same": "=", "worse": "✗", "differs": "±"}
_ROW = 0.42
_COLUMNS = (0.0, 3.3, 4.9, 6.3, 7.95)
"""Inches from the left: name, before, after, difference, light."""


@dataclass(frozen=True)
class Light:
    """A figure: its name with unit, what it is in both scenarios and their difference as texts, and the verdict."""

    name: str
    before: str
    after: str
    change: str
    verdict: str


def lights(found: Sequence[Light], label: str, baseline: str, note: str, lang: str = "en") -> Figure:
    """A table of figures with lights.

    Args:
        label, baseline: the scenarios' names for people.
        note: what the verdicts rest on.
    """
    say = words(lang)
    heads = ["", baseline, label, say("lights.difference"), ""]
    wide = [(b - a) * POINTS * 0.92 for a, b in zip(_COLUMNS, (*_COLUMNS[1:], WIDE - 2 * EDGE), strict=True)]
    heads = [wrapped(head, room, SMALL) for head, room in zip(heads, wide, strict=True)]
    over = max(lines_high(head, SMALL) for head in heads) + 0.1
    tall = len(found) * _ROW
    figure, top, bottom = stage(say("lights.title", label=label, baseline=baseline), note, 1.0)
    figure.set_size_inches(WIDE, top + over + tall + bottom)
    for line, y in zip(figure.texts, (1 - EDGE / _high(figure), EDGE / 2 / _high(figure)), strict=True):
        line.set_y(y)
    axes = place(figure, EDGE, top + over, EDGE, bottom)
    axes.set(xlim=(0, WIDE - 2 * EDGE), ylim=(tall, 0), xticks=(), yticks=())
    axes.set_axis_off()
    for x, head in zip(_COLUMNS, heads, strict=True):
        right = 0 < x < _COLUMNS[4]
        axes.text(x + (wide[1] / POINTS if right else 0), -0.08, head, size=SMALL, color=FAINT, va="bottom",
                  ha="right" if right else "left", linespacing=1.1)  # fmt: skip
    for number, each in enumerate(found):
        y = (number + 0.5) * _ROW
        axes.axhline(number * _ROW, color="#E3E6EA", linewidth=0.8)
        axes.text(0, y, wrapped(each.name, wide[0], PLAIN), size=PLAIN, color=INK, va="center", linespacing=1.0)
        for x, text in zip(_COLUMNS[1:4], (each.before, each.after, each.change), strict=True):
            axes.text(x + wide[1] / POINTS, y, text, size=PLAIN, color=INK, ha="right", va="center")
        colour = COLOURS[each.verdict]
        axes.scatter([_COLUMNS[4] + 0.14], [y], s=330, color=colour, linewidths=0)
        axes.text(_COLUMNS[4] + 0.14, y + 0.005, SIGNS[each.verdict], size=PLAIN, color="white", weight="bold",
                  ha="center", va="center")  # fmt: skip
        axes.text(_COLUMNS[4] + 0.36, y, say(f"verdict.{each.verdict}"), size=PLAIN, color=colour, weight="bold",
                  va="center")  # fmt: skip
    return dress(figure, lang)


def alt_text(found: Sequence[Light], label: str, baseline: str, lang: str = "en") -> str:
    """The same in words."""
    say = words(lang)
    told = [
        say("lights.alt_row", name=e.name, before=e.before, after=e.after, verdict=say(f"verdict.{e.verdict}"))
        for e in found
    ]
    return say("lights.alt", label=label, baseline=baseline, findings=" ".join(told))


def _high(figure: Figure) -> float:
    return float(figure.get_size_inches()[1])
