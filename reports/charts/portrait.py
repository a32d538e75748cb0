"""What kind of partners there are: a ladder of four rungs by what they take, and a portrait of each rung."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, PLAIN, WIDE, legend, place, stage
from channellab.reports.charts.style import INK, SERIES, dress
from channellab.reports.language import words
from channellab.reports.quantities import quantity

RUNGS = 4
MEASURES = {"share": "1", "satisfaction": "1", "resentment": "1", "attempts": "times"}
"""What a rung is told by, and its unit: share of all units, mean satisfaction and resentment, consignments sent across
territories by a partner."""
COLUMNS = ("units_received", "satisfaction", "resentment", "attempts")


def rungs(partners: pd.DataFrame) -> pd.DataFrame:
    """A row for each quarter of the partners, the largest first, a column for each of `MEASURES`.

    Args:
        partners: columns `COLUMNS`, a row a partner that received something.

    >>> table = pd.DataFrame({"units_received": [1.0, 2.0, 3.0, 10.0], "satisfaction": 0.5, "resentment": 0.0,
    ...     "attempts": [0, 0, 0, 4]})
    >>> rungs(table)["share"].tolist()
    [0.625, 0.1875, 0.125, 0.0625]
    """
    order = partners.sort_values("units_received", ascending=False, kind="stable")
    total = float(order["units_received"].sum())
    rows = []
    for part in np.array_split(np.arange(len(order)), RUNGS):
        rung = order.iloc[part]
        share = float(rung["units_received"].sum()) / total if total else 0.0
        means = {name: float(rung[name].mean()) if len(rung) else float("nan") for name in COLUMNS[1:]}
        rows.append({"share": share, **means})
    return pd.DataFrame(rows)


def portrait(scenarios: Mapping[str, pd.DataFrame], tier: str, lang: str = "en") -> Figure:
    """The ladder and three portraits side by side.

    Args:
        scenarios: name for people -> what `rungs` returns. tier: whose partners they are, for people.
    """
    say = words(lang)
    names = [say(f"portrait.rung_{number}") for number in range(1, RUNGS + 1)]
    lines = {
        measure: [
            Line(name, [_bar(frame[measure].iloc[row], unit, colour, lang) for frame, colour in _coloured(scenarios)])
            for row, name in enumerate(names)
        ]
        for measure, unit in MEASURES.items()
    }
    tall = height(lines["share"])
    figure, top, bottom = stage(
        say("portrait.title", tier=tier), say("portrait.note"), max(HIGH * 0.62, 2 * tall + 3.6)
    )
    if len(scenarios) > 1:
        top = legend(figure, list(scenarios), SERIES, top)
    high = float(figure.get_size_inches()[1])
    left = margin(lines["share"], 1.9)
    each = (WIDE - 2 * EDGE - 2 * left - 0.3) / 2
    free = (high - top - bottom - 1.5) / 2
    for number, (measure, rows) in enumerate(lines.items()):
        line, column = divmod(number, 2)
        start = EDGE + left + column * (each + left + 0.3)
        above = top + 0.35 + line * (free + 0.75)
        axes = place(figure, start, above, WIDE - start - each, high - above - free)
        draw(axes, rows, MEASURES[measure], lang, left)
        axes.set_title(say(f"portrait.{measure}"), size=PLAIN, weight="bold", color=INK, loc="left", pad=6)
    return dress(figure, lang)


def alt_text(scenarios: Mapping[str, pd.DataFrame], tier: str, lang: str = "en") -> str:
    """The same in words."""
    say, told = words(lang), []
    for label, frame in scenarios.items():
        values = {
            f"{end}_{measure}": _text(float(frame[measure].iloc[row]), unit, lang)
            for end, row in (("top", 0), ("last", RUNGS - 1))
            for measure, unit in MEASURES.items()
        }
        told.append(say("portrait.alt_line", label=label, **values))
    return say("portrait.alt", tier=tier, findings=" ".join(told))


def _coloured(scenarios: Mapping[str, pd.DataFrame]) -> list[tuple[pd.DataFrame, str]]:
    return list(zip(scenarios.values(), SERIES, strict=False))


def _bar(value: float, unit: str, colour: str, lang: str) -> Bar:
    return Bar(0.0 if np.isnan(value) else float(value), _text(float(value), unit, lang), colour)


def _text(value: float, unit: str, lang: str) -> str:
    return quantity(value, unit, lang, 0 if unit == "1" else 1)
