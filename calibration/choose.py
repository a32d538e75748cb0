"""The outer layer of a fit: structural settings chosen by Optuna on windows inside the training weeks.

A trial is a fit before every window; the settings of the recent level cost no fit, so each trial tries a grid of them
and keeps the best. Loss: mean over windows and declared levels of the log of WAPE, so that every level counts alike.
Fits are made side by side: those of a trial, and those of all trials that are drawn before any loss is looked at.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from math import log
from typing import Any

import numpy as np
import optuna

from channellab.calibration.backtest import Attempt, Held, attempts, backtest
from channellab.calibration.fit_settings import Bounds, FitSettings, Structural
from channellab.calibration.level_grid import SMALLEST, accuracies, grid
from channellab.calibration.one_thread import one_thread
from channellab.calibration.parameters import Values
from channellab.experiments.executors import HERE, Crew, Place, common, opened
from channellab.experiments.flow import ordered

INSIDE = ("dispersion", "item", "cell", "series", "decay")
"""Settings that a fit depends on; ``spread`` too, where two classes are tried."""
BLIND = 6
"""Trials that are drawn before the search looks at losses."""
MARGIN = 0.01
"""By how much, about 1 % of WAPE, two taste classes must be better than one, as the market plays one, and the season of
a short history, or the trend of a long one, better than none."""


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
    held: Held, trials: int, known: Sequence[Trial] = (), place: Place | Crew = HERE
) -> Generator[Trial, None, None]:
    """Trials that are not known yet, one after the other.

    Args:
        trials: how many there are to be in all.
        known: trials of an interrupted search, in their order: the sampler is told them first, so that it goes on as if
            nothing had happened.
        place: where to fit, or a crew at work there that looks at what was held back.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=held.settings.seed, n_startup_trials=BLIND))
    study.enqueue_trial(_first(held.settings))
    starts: list[Values] | None = None
    with opened(place, held) as crew:
        for wave in _waves(trials):
            asked = {number: study.ask() for number in wave}
            tried = {
                number: _asked(asked[number], held.settings, _two(number, trials, held.settings)) for number in wave
            }
            for number in wave[: max(len(known) - wave[0], 0)]:
                study.tell(asked[number], known[number].loss)
            left = wave[max(len(known) - wave[0], 0) :]
            if left and left[0] and starts is None:
                starts = [each.values for each in ordered(attempted, attempts(held, held.settings.start), crew)]
            wanted = [each for number in left for each in attempts(held, tried[number], starts)]
            with closing(ordered(attempted, wanted, crew)) as results:
                for number in left:
                    tests = list(islice(results, len(held.windows)))
                    starts = starts or [each.values for each in tests]
                    found = _best_level(number, tried[number], tests, held)
                    study.tell(asked[number], found.loss)
                    yield found


def _waves(trials: int) -> list[range]:
    """Trials that do not wait for each other: all start where the first ended, and `BLIND` look at no loss."""
    ends = [0, 1, *range(BLIND, trials)]
    return [range(*each) for each in pairwise([*(end for end in ends if end < trials), trials])]


def loss_at_start(held: Held, place: Place | Crew = HERE) -> float:
    """The loss of the structural settings where the search starts, at the best settings of the recent level."""
    start = held.settings.start
    with opened(place, held) as crew:
        return _best_level(0, start, list(ordered(attempted, attempts(held, start), crew)), held).loss


@dataclass(frozen=True, eq=False)
class Attempted:
    """What a fit before a window found. wape: by level, at every point of the grid of the recent level."""

    values: Values
    wape: list[dict[str, float]]


@one_thread
def attempted(attempt: Attempt) -> Attempted:
    """What a worker does."""
    held: Held = common()
    test = backtest(held, attempt)
    return Attempted(test.values, accuracies(test, held.settings, held.levels))


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


def _best_level(number: int, structural: Structural, tests: Sequence[Attempted], held: Held) -> Trial:
    """The trial with the settings of the recent level that are best for it."""
    scores = list(zip(*(each.wape for each in tests), strict=True))
    losses = [loss(each) for each in scores]
    at = int(np.argmin(losses))
    half_life, trust = grid(held.settings)[at]
    wape = {name: float(np.mean([each[name] for each in scores[at]])) for name in held.levels}
    return Trial(number, replace(structural, half_life=half_life, trust=trust), losses[at], wape)


def loss(scores: Sequence[dict[str, float]]) -> float:
    """Mean over windows and levels of the log of WAPE."""
    return float(np.mean([[log(max(wape, SMALLEST)) for wape in each.values()] for each in scores]))
