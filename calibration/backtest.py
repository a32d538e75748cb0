"""Windows inside the training weeks on which structural settings are chosen and shocks are measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from channellab.calibration.fit import fit_structure
from channellab.calibration.fit_settings import FitSettings, Structural
from channellab.calibration.history import History
from channellab.calibration.levels import Sums
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
    """A window, the parameters fitted before it, and the means of that fit without a recent level, (S, W)."""

    window: Window
    values: Values
    plain: Floats


@dataclass(frozen=True, eq=False)
class Held:
    """All windows, and what fits before them look at; each worker is sent it once.

    Attributes:
        levels: sums that are scored.
    """

    windows: Sequence[Window]
    settings: FitSettings
    levels: dict[str, Sums]


@dataclass(frozen=True, eq=False)
class Attempt:
    """A fit to be made: before a window, by its number, at these settings, from these values on if there are any."""

    window: int
    structural: Structural
    start: Values | None = None


def windows(history: History, learn: Flags, end: Ints, settings: FitSettings, horizon: int) -> list[Window]:
    """The windows, the shortest first: evenly spaced starts, each up to the last week.

    Args:
        end: (S,) last week of each series that may be known; weeks are counted back from it.
    """
    weeks = span(learn)
    ahead = settings.ahead or max(min(max(horizon, weeks // USUAL), weeks // MOST), 1)
    back = end[:, None] - np.arange(learn.shape[1])
    found = []
    for number in range(settings.origins):
        start = max(ahead * (number + 1) // settings.origins, 1)
        before = learn & (back >= start)
        ask = learn & (back < start)
        inside = structure(history, settings, before, end - start, learn)
        found.append(Window(inside, ask & inside.listed, inside.units))
    return found


def attempts(held: Held, structural: Structural, starts: Sequence[Values | None] | None = None) -> list[Attempt]:
    """Before every window, at the same settings."""
    begin = starts or [None] * len(held.windows)
    return [Attempt(number, structural, start) for number, start in enumerate(begin)]


def backtest(held: Held, attempt: Attempt) -> Backtest:
    """Makes a fit and forecasts the window."""
    window = held.windows[attempt.window]
    fitted = fit_structure(window.structure, held.settings, attempt.structural, attempt.start)
    return Backtest(window, fitted.values, fitted.mean(window.structure.learnt | window.ask))
