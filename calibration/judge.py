"""All methods on all tasks at all levels: the table of a holdout."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from channellab.calibration.accuracy import Score, bands, on_grid, score
from channellab.calibration.history import History
from channellab.calibration.history_file import Level
from channellab.calibration.holdout import Forecaster, Task, tasks
from channellab.calibration.levels import SERIES, Sums, summed, sums
from channellab.calibration.references import plain
from channellab.calibration.regressions import Hierarchical, LogLog
from channellab.scenarios.arrays import Flags

DRAWS = 200


def references(history: History) -> tuple[Forecaster, ...]:
    """The forecasts that any other is held against."""
    return (*plain(history.calibration.file.test.mean_weeks), LogLog(), Hierarchical())


def judge(
    history: History,
    methods: Sequence[Forecaster],
    draws: int = DRAWS,
    seed: int = 1,
    told: Callable[[str], None] = lambda _: None,
) -> list[Score]:
    """Scores of all methods.

    Args:
        draws: for intervals, 0 for none. told: hears what is done next.
    """
    found: list[Score] = []
    for task in tasks(history):
        levels = {name: sums(history, name, level) for name, level in levels_of(history).items()}
        for method in methods:
            told(f"{method.name}, origin {task.origin + 1}")
            found += _scores(method, history, task, levels, draws, seed)
    return found


def levels_of(history: History) -> dict[str, Level]:
    """The levels that the calibration file declares, or the single series and the total."""
    declared = history.calibration.file.levels
    return dict(declared) or {"series": SERIES, "total": Level.model_validate({"by": ()})}


def _scores(
    method: Forecaster, history: History, task: Task, levels: dict[str, Sums], draws: int, seed: int
) -> list[Score]:
    if not method.own_level:
        forecast = method.fit(task).predict(task, draws, seed)
        return [
            score(method.name, name, history, task, of, of.add(on_grid(forecast.mean, task)), bands(forecast, task, of))
            for name, of in levels.items()
        ]
    single = cache(lambda: method.fit(task).predict(task, draws, seed))
    found = []
    for name, of in levels.items():
        coarse, own = summed(task, of), Sums(of.names, np.arange(of.count), of.scored)
        forecast = method.fit(coarse).predict(coarse, draws, seed)
        mean, band = on_grid(forecast.mean, coarse), bands(forecast, coarse, own)
        if (apart := _apart(task, of)).any():
            mean = np.where(apart, of.add(on_grid(single().mean, task)), mean)
            inner = bands(single(), task, of)
            band = None if band is None or inner is None else np.where(apart, inner, band)
        found.append(score(method.name, name, history, task, of, mean, band))
    return found


def _apart(task: Task, of: Sums) -> Flags:
    """Weeks in which only some of a sum's series are to be forecast, as series end in different weeks: bool[G, W].

    A forecast of the whole sum would be of more than what is scored, so that of the single series are added up there.
    """
    return np.asarray((of.add(task.window) > 0) & (of.add(task.learn) > 0))
