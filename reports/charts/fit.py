"""A calibrated market beside its history: what was seen, what the model says, and the weeks that it had never seen."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from channellab.reports.charts.scale import Quantities, scale_values
from channellab.reports.charts.stage import EDGE, SMALL, legend, place, plain, stage
from channellab.reports.charts.style import FAINT, INK, SERIES, dress
from channellab.reports.language import words
from channellab.reports.quantities import quantity, short
from channellab.scenarios.errors import BadInput

SEEN, MODEL = INK, SERIES[0]
MANY = 60
"""Periods from which on the dots are smaller."""
COLUMNS = ("period", "observed", "predicted", "low", "high", "holdout")


def fit(found: pd.DataFrame, title: str, unit: str = "units", lang: str = "en") -> Figure:
    """Two lines over the periods, the model's with the band of its prediction, and a shade over the holdout.

    Args:
        found: columns `COLUMNS`, a row a period: ``holdout`` tells whether the fit had not seen it; ``low`` and
            ``high`` are NaN where no interval is known.
        title: what is shown, as a sentence.

    Raises:
        BadInput: a column is missing, or there is no row.
    """
    missing = [name for name in COLUMNS if name not in found.columns]
    if missing or found.empty:
        raise BadInput("fit", missing[0] if missing else "", "is missing" if missing else "has no rows")
    say = words(lang)
    figure, top, bottom = stage(title, say("fit.note"))
    top = legend(figure, [say("fit.seen"), say("fit.model")], (SEEN, MODEL), top)
    axes = place(figure, EDGE + 0.75, top + 0.3, EDGE + 0.1, bottom + 0.55)
    plain(axes, "y")
    at = np.arange(len(found))
    held = found["holdout"].to_numpy(np.bool_)
    for begin, end in _runs(held):
        axes.axvspan(begin - 0.5, end + 0.5, color="#F3EAD3", linewidth=0, zorder=0)
    if held.any():
        late = float(at[held].min()) > 0.6 * len(found)  # the words would leave the picture
        here, side = (len(found) - 0.6, "right") if late else (float(at[held].min()) - 0.4, "left")
        axes.annotate(
            say("fit.holdout"), (here, 1), (0, 3), ("data", "axes fraction"), ha=side,
            textcoords="offset points", size=SMALL, color="#6B5310", va="bottom",
        )  # fmt: skip
    axes.fill_between(at, found["low"], found["high"], color=MODEL, alpha=0.22, linewidth=0)
    axes.plot(at, found["predicted"], color=MODEL, linewidth=2.4)
    axes.plot(
        at, found["observed"], color=SEEN, linewidth=1.6, marker="o", markersize=3.5 if len(found) <= MANY else 2.0
    )
    bands = found[["low", "high"]].to_numpy(np.float64)
    scale_values(axes, found[["observed", "predicted"]].to_numpy(np.float64), bands, unit, lang)
    axes.yaxis.set_major_formatter(Quantities(unit, lang))
    axes.set_xlim(-0.5, len(found) - 0.5)
    step = max(1, len(found) // 6)
    shown = [tick for tick in at[::step].tolist() if len(found) - tick > step / 2]
    axes.set_xticks(shown, [str(found["period"].iloc[tick]) for tick in shown])
    axes.tick_params(labelcolor=FAINT)
    return dress(figure, lang)


def _runs(held: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last period of every stretch that is held out.

    >>> _runs(np.array([False, True, True, False, True]))
    [(1, 2), (4, 4)]
    """
    edges = np.flatnonzero(np.diff(np.r_[False, held, False])).reshape(-1, 2)
    return [(int(begin), int(end) - 1) for begin, end in edges]


def alt_text(found: pd.DataFrame, title: str, unit: str = "units", lang: str = "en") -> str:
    """The same in words: how far the model is off, before and in the holdout."""
    say, told = words(lang), []
    for name, part in (("fitted", found[~found["holdout"]]), ("held", found[found["holdout"]])):
        if len(part) and part["predicted"].notna().any():
            seen, model = float(part["observed"].mean()), float(part["predicted"].mean())
            off = float((part["observed"] - part["predicted"]).abs().mean())
            share = off / abs(seen) if seen else float("nan")
            told.append(
                say(f"fit.alt_{name}", count=len(part), seen=short(seen, unit, lang), model=short(model, unit, lang),
                    off=quantity(share, "1", lang, 0))
            )  # fmt: skip
    return say("fit.alt", title=title, findings=" ".join(told))
