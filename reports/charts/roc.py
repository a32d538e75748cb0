"""What watching shipments finds: true against false alarms by threshold, and how often an alarm is right."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from channellab.reports.charts.scale import Quantities
from channellab.reports.charts.stage import EDGE, HIGH, PLAIN, SMALL, WIDE, place, plain, stage
from channellab.reports.charts.style import FAINT, INK, POINTS, SERIES, dress
from channellab.reports.language import words
from channellab.reports.quantities import quantity
from channellab.scenarios.arrays import Floats


class Alarms(Protocol):
    """By threshold (T,), shares of the guilty found, of innocents accused, and of all told right."""

    @property
    def threshold(self) -> Floats: ...
    @property
    def found(self) -> Floats: ...
    @property
    def accused(self) -> Floats: ...
    @property
    def right(self) -> Floats: ...
    @property
    def innocent(self) -> float: ...


def roc(alarms: Alarms, marked: Sequence[float], claimed: Mapping[str, float], lang: str = "en") -> Figure:
    """The curve on the left, shares told right on the right with what was claimed as lines.

    Args:
        marked: thresholds whose points are named. claimed: by name, shares that somebody says are told right.
    """
    say = words(lang)
    figure, top, bottom = stage(say("roc.title"), say("roc.note"), HIGH * 0.95)
    each = (WIDE - 2 * EDGE) / 2
    left = place(figure, EDGE + 0.75, top + 0.5, EDGE + each + 0.3, bottom + 0.65)
    right = place(figure, EDGE + each + 0.75, top + 0.5, EDGE + 0.25, bottom + 0.65)
    _draw_curve(left, alarms, marked, lang)
    _draw_right(right, alarms, marked, claimed, lang)
    for axes, above, below in ((left, "found", "accused"), (right, "right", "threshold")):
        axes.set_xlabel(say(f"roc.{below}"), size=SMALL, color=INK, loc="left")
        axes.annotate(
            say(f"roc.{above}"), (0, 1), (-0.7 * POINTS, 10), "axes fraction",
            textcoords="offset points", size=PLAIN, weight="bold", color=INK, va="bottom",
        )  # fmt: skip
    return dress(figure, lang)


def alt_text(alarms: Alarms, marked: Sequence[float], claimed: Mapping[str, float], lang: str = "en") -> str:
    """The same in words."""
    say, told = words(lang), []
    for threshold in marked:
        shares = {name: _share(_at(alarms, name, threshold), lang) for name in ("found", "accused", "right")}
        told.append(say("roc.alt_point", threshold=_over(threshold, lang), **shares))
    lines = [
        say("roc.claimed", name=say(f"roc.{name}"), share=_share(share, lang, 1)) for name, share in claimed.items()
    ]
    return say("roc.alt", points=" ".join(told), claimed=say.listed(lines), silent=_share(alarms.innocent, lang))


def _draw_curve(axes: Axes, alarms: Alarms, marked: Sequence[float], lang: str) -> None:
    _shares(axes, lang)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_locator(FixedLocator([0.0, 0.25, 0.5, 0.75, 1.0]))
    axes.xaxis.set_major_formatter(Quantities("1", lang))
    axes.set_ylim(-0.03, 1.03)
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(words(lang)("roc.lot"), (0.62, 0.58), size=SMALL, color=FAINT, va="top")
    axes.plot(alarms.accused, alarms.found, color=SERIES[0], linewidth=2.2)
    for threshold in marked:
        x, y = (_at(alarms, name, threshold) for name in ("accused", "found"))
        axes.scatter([x], [y], s=60, color=SERIES[0], edgecolors="white", linewidths=1, zorder=3)
        axes.annotate(
            _over(threshold, lang), (x, y), (8, -3), textcoords="offset points", size=SMALL, color=SERIES[0],
            weight="bold", va="top",
        )  # fmt: skip


def _draw_right(axes: Axes, alarms: Alarms, marked: Sequence[float], claimed: Mapping[str, float], lang: str) -> None:
    say = words(lang)
    _shares(axes, lang)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(list(marked)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([_over(threshold, lang) for threshold in marked])
    axes.set_ylim(min(float(alarms.right.min()) - 0.05, 0.5), 1.05)
    axes.plot(alarms.threshold, alarms.right, color=SERIES[0], linewidth=2.2)
    here = float(alarms.threshold[0])
    for name, share in claimed.items():
        axes.axhline(share, color=SERIES[1], linewidth=1.4, linestyle=(0, (4, 3)))
        text = say("roc.claimed", name=say(f"roc.{name}"), share=_share(share, lang, 1))
        axes.annotate(text, (here, share), (0, 3), textcoords="offset points", size=SMALL, color=SERIES[1], va="bottom")
    axes.axhline(alarms.innocent, color=FAINT, linewidth=1.2, linestyle=(0, (1, 2)))
    text = say("roc.silent", share=_share(alarms.innocent, lang))
    axes.annotate(
        text, (float(alarms.threshold[-1]), alarms.innocent), (0, -4), textcoords="offset points", size=SMALL,
        color=FAINT, va="top", ha="right",
    )  # fmt: skip


def _shares(axes: Axes, lang: str) -> None:
    plain(axes)
    axes.grid(color="#E6E9EC", linewidth=0.9)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(Quantities("1", lang))


def _at(alarms: Alarms, name: str, threshold: float) -> float:
    return float(np.interp(threshold, alarms.threshold, getattr(alarms, name)))


def _share(share: float, lang: str, decimals: int = 0) -> str:
    return quantity(share, "1", lang, decimals)


def _over(threshold: float, lang: str) -> str:
    return f"+{quantity(threshold, '1', lang, 0)}"
