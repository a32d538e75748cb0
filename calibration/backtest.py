"""Windows inside the training weeks on which structural settings are chosen and shocks are measured."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from channellab.calibration.fit import Fitted, fit_structure
from channellab.calibration.fit_settings import FitSettings, Structural
from channellab.calibration.history import History
from channellab.calibration.listing import span
from channellab.calibration.parameters import Values
from channellab.calibration.structure import Structure, structure
from channellab.scenarios.arrays import Flags, Floats, Ints

USUAL, MOST = 4, 3
"""One week in 4 of training is held back, or as many as are forecast later, but at most one in 3."""


@dataclass(frozen=True, eq=False)
class Window:
    """Weeks that are forecast from the weeks before them.

    Attributes:
        structure: learns from the weeks before. ask: (S, W), weeks to forecast. units: (S, W) that were sold.
    """

    structure: Structure
    ask: Flags
    units: Floats


@dataclass(frozen=True, eq=False)
class Backtest:
    """A window, what was fitted before it, and the means of that fit without a recent level, (S, W)."""

    window: Window
    fitted: Fitted
    plain: Floats


def windows(history: History, learn: Flags, end: Ints, settings: FitSettings, horizon: int) -> list[Window]:
    """The windows, the shortest first: evenly spaced starts, each up to the last week.

    Args:
        end: (S,) last week of each series that may be known; weeks are counted back from it.
    """
    weeks = span(learn)
    ahead = settings.ahead or max(min(max(horizon, weeks // USUAL), weeks // MOST), 1)
    back = end[:, None] - np.arange(learn.shape[1])
    found = []
    whole = structure(history, settings, learn, end)
    for number in range(settings.origins):
        start = max(ahead * (number + 1) // settings.origins, 1)
        before = learn & (back >= start)
        ask = learn & (back < start)
        found.append(Window(structure(history, settings, before, end - start, learn), ask & whole.listed, whole.units))
    return found


def backtests(
    held: Sequence[Window],
    settings: FitSettings,
    structural: Structural,
    workers: int = 1,
    starts: Sequence[Values | None] | None = None,
) -> list[Backtest]:
    """Fits before every window, side by side in threads: the compiled likelihood lets others run."""
    begin = list(starts or [None] * len(held))

    def one(number: int) -> Backtest:
        window = held[number]
        fitted = fit_structure(window.structure, settings, structural, begin[number])
        return Backtest(window, fitted, fitted.mean(window.structure.learnt | window.ask))

    with ThreadPoolExecutor(max(min(workers, len(held)), 1)) as pool:
        return list(pool.map(one, range(len(held))))
