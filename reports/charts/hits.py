"""How far forecasts of unseen weeks are off: the calibrated market beside the forecasts that it must meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, place, stage
from channellab.reports.charts.style import SERIES, dress
from channellab.reports.language import words
from channellab.reports.quantities import quantity


@dataclass(frozen=True)
class Hit:
    """A method: its name, its weighted absolute error (0..1), and whether it is the calibrated market."""

    method: str
    wape: float
    ours: bool


def hits(levels: Mapping[str, Sequence[Hit]], lang: str = "en") -> Figure:
    """A bar for each method, level by level, the best first."""
    say = words(lang)
    lines = [
        Line(say("hits.line", level=level, method=hit.method), [_bar(hit, lang)], hit.ours)
        for level, found in levels.items()
        for hit in sorted(found, key=lambda hit: hit.wape)
    ]
    figure, top, bottom = stage(say("hits.title"), say("hits.note"), max(HIGH * 0.6, height(lines) + 2.2))
    left = margin(lines, 4.2)
    axes = place(figure, EDGE + left, top + 0.1, EDGE, bottom + 0.35)
    draw(axes, lines, "1", lang, left)
    return dress(figure, lang)


def alt_text(levels: Mapping[str, Sequence[Hit]], lang: str = "en") -> str:
    """The same in words."""
    say = words(lang)
    told = [
        say("hits.alt_level", level=level, methods=say.several(
            [f"{hit.method} {quantity(hit.wape, '1', lang, 1)}" for hit in sorted(found, key=lambda hit: hit.wape)]))
        for level, found in levels.items()
    ]  # fmt: skip
    return say("hits.alt", findings=" ".join(told))


def _bar(hit: Hit, lang: str) -> Bar:
    return Bar(hit.wape, quantity(hit.wape, "1", lang, 1), SERIES[0] if hit.ours else "#8D949B")
