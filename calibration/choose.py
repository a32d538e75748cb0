"""The outer layer of a fit: structural settings chosen by Optuna on windows inside the training weeks.

A trial is a fit before every window; the settings of the recent level cost no fit, so each trial tries a grid of them
and keeps the best. Loss: mean over windows and declared levels of the log of WAPE, so that every level counts alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np
import optuna

from channellab.calibration.backtest import Backtest, Window, backtests
from channellab.calibration.fit_settings import Bounds, FitSettings, Structural
from channellab.calibration.levels import Sums
from channellab.calibration.parameters import Values
from channellab.calibration.recent_level import recent_level

INSIDE = ("dispersion", "item", "cell", "series", "decay")
"""Settings that a fit depends on; ``spread`` too, where two classes are tried."""
GRID = 6
"""Values of each setting of the recent level that are tried, evenly spaced in the logarithm."""
SMALLEST = 1e-6
MARGIN = 0.01
"""By how much, about 1 % of WAPE, two taste classes must be better than one, as the market plays one, and the season of
a short history better than none."""


@dataclass(frozen=True)
class Trial:
    """Structural settings that were tried. wape: by level, mean over the windows."""

    number: int
    structural: Structural
    loss: float
    wape: dict[str, float]

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "number": self.number,
            "structural": self.structural.document(),
            "loss": self.loss,
            "wape": self.wape,
        }

    @staticmethod
    def of(data: dict[str, Any]) -> "Trial":
        """From plain data."""
        return Trial(data["number"], Structural(**data["structural"]), data["loss"], data["wape"])


def best(trials: Sequence[Trial]) -> Trial:
    """The one with the smallest loss, where two taste classes must gain `MARGIN`; of equal ones the first."""
    return min(trials, key=lambda trial: (trial.loss + MARGIN * (trial.structural.spread > 0), trial.number))


def choose(
    held: Sequence[Window],
    levels: dict[str, Sums],
    settings: FitSettings,
    trials: int,
    known: Sequence[Trial] = (),
    workers: int = 1,
) -> Iterator[Trial]:
    """Trials that are not known yet, one after the other.

    Args:
        levels: sums that are scored. trials: how many there are to be in all.
        known: trials of an interrupted search, in their order: the sampler is told them first, so that it goes on as if
            nothing had happened.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=settings.seed, n_startup_trials=6))
    study.enqueue_trial(_first(settings))
    starts: list[Values | None] = [None] * len(held)
    for number in range(trials):
        asked = study.ask()
        structural = _asked(asked, settings, _two(number, trials, settings))
        if number < len(known):
            study.tell(asked, known[number].loss)
            continue
        if number and starts[0] is None and held:
            starts = [each.fitted.values for each in backtests(held, settings, settings.start, workers)]
        tests = backtests(held, settings, structural, workers, starts)
        if not number:
            starts = [each.fitted.values for each in tests]
        found = _best_level(number, structural, tests, levels, settings)
        study.tell(asked, found.loss)
        yield found


def loss_at_start(held: Sequence[Window], levels: dict[str, Sums], settings: FitSettings, workers: int = 1) -> float:
    """The loss of the structural settings where the search starts, at the best settings of the recent level."""
    tests = backtests(held, settings, settings.start, workers)
    return _best_level(0, settings.start, tests, levels, settings).loss


def _first(settings: FitSettings) -> dict[str, Any]:
    start = settings.start.document()
    first: dict[str, Any] = {name: start[name] for name in INSIDE if _free(settings.bounds[name])}
    return first


def _free(bounds: Bounds) -> bool:
    return bounds.high > bounds.low


def _two(number: int, trials: int, settings: FitSettings) -> bool:
    """Whether a trial has two taste classes: where one and two are tried, the last third of the trials have."""
    classes = {*settings.classes}
    return classes == {2} or (len(classes) > 1 and number >= trials - trials // 3)


def _asked(trial: optuna.Trial, settings: FitSettings, two: bool) -> Structural:
    values = settings.start.document()
    for name in INSIDE:
        bounds = settings.bounds[name]
        if _free(bounds):
            values[name] = trial.suggest_float(name, bounds.low, bounds.high, log=bounds.low > 0)
    bounds = settings.bounds["spread"]
    values["spread"] = 0.0
    if two:
        low = max(bounds.low, 0.05)
        values["spread"] = trial.suggest_float("spread", low, bounds.high) if bounds.high > low else bounds.high
    return Structural(**values)


def _best_level(
    number: int, structural: Structural, tests: Sequence[Backtest], levels: dict[str, Sums], settings: FitSettings
) -> Trial:
    """The trial with the settings of the recent level that are best for it."""
    found = []
    for half_life in _grid(settings.bounds["half_life"]):
        for trust in _grid(settings.bounds["trust"]):
            tried = replace(structural, half_life=half_life, trust=trust)
            found.append((tried, [accuracy(test, tried, levels) for test in tests]))
    losses = [
        float(np.mean([[log(max(w, SMALLEST)) for w in each.values()] for each in scores])) for _, scores in found
    ]
    at = int(np.argmin(losses))
    wape = {name: float(np.mean([each[name] for each in found[at][1]])) for name in levels}
    return Trial(number, found[at][0], losses[at], wape)


def loss(scores: Sequence[dict[str, float]]) -> float:
    """Mean over windows and levels of the log of WAPE."""
    return float(np.mean([[log(max(wape, SMALLEST)) for wape in each.values()] for each in scores]))


def _grid(bounds: Bounds) -> list[float]:
    if not _free(bounds):
        return [bounds.low]
    low = max(bounds.low, SMALLEST)
    return [exp(log(low) + share * (log(bounds.high) - log(low))) for share in np.linspace(0, 1, GRID).tolist()]


def accuracy(test: Backtest, structural: Structural, levels: dict[str, Sums]) -> dict[str, float]:
    """WAPE by level of a window, at these settings of the recent level."""
    window = test.window
    level = recent_level(window.structure, test.plain * window.structure.learnt, structural.half_life, structural.trust)
    weeks = window.ask.any(axis=0)
    mean = (test.plain * np.exp(level)[:, None] * window.ask)[:, weeks]
    units = (window.units * window.ask)[:, weeks]
    found = {}
    for name, of in levels.items():
        miss = np.abs(of.add(mean) - of.add(units))[of.scored]
        found[name] = float(miss.sum() / max(of.add(units)[of.scored].sum(), 1e-9))
    return found
