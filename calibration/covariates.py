"""What a planner knows of a week before it comes: prices, promotions, season and holidays, as regressors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.history import History
from channellab.calibration.holdout import Task
from channellab.scenarios.arrays import Floats

YEAR = 365.25
HARMONICS = 3
"""Sine waves of the season, from the whole year down; fewer where less than two years were seen (see ``season``)."""


@dataclass(frozen=True, eq=False)
class Covariates:
    """K regressors of every series and week.

    Attributes:
        names: K names. values: float64[S, W, K].
    """

    names: tuple[str, ...]
    values: Floats


def promotions(task: Task) -> Covariates:
    """Log of price over base price, log base price less its mean, promotions; only of those that vary.

    Feature and display together have a regressor of their own, as their effects do not simply add up.
    """
    history = task.history
    base = np.log(history.matrix("base_price"))
    learned = np.maximum(task.learn.sum(axis=1, keepdims=True), 1)
    mean = (base * task.learn).sum(axis=1, keepdims=True) / learned
    feature, display = history.matrix("feature"), history.matrix("display")
    found = {
        "price": np.log(history.matrix("price")) - base,
        "base_price": base - mean,
        "feature": feature,
        "display": display,
        "promotion": history.matrix("promotion"),
        "feature_display": feature * display,
    }
    known = {name: np.nan_to_num(each) for name, each in found.items()}
    varies = {name: each for name, each in known.items() if _varies(each, task.learn)}
    values = np.stack([*varies.values()], axis=2) if varies else np.zeros((*history.shape, 0))
    return Covariates(tuple(varies), values)


def season(history: History, weeks: int) -> tuple[tuple[str, ...], Floats]:
    """Waves of the year and holidays.

    Args:
        weeks: seen so far. Below a year nothing is said of the season; below two, one wave only, of plain week numbers
            none.

    Returns:
        Names, and float64[W, K].
    """
    date = history.calendar["date"]
    numbered, two_years = bool(date.isna().any()), weeks >= round(2 * YEAR / 7) - 1
    if not two_years and (numbered or weeks < round(YEAR / 7)):
        return (), np.zeros((len(date), 0))
    waves = HARMONICS if two_years else 1
    day = 7.0 * np.arange(len(date)) if numbered else date.dt.day_of_year.to_numpy(np.float64)
    angle = 2 * np.pi * day / YEAR
    found = {f"sin{n}": np.sin(n * angle) for n in range(1, waves + 1)}
    found |= {f"cos{n}": np.cos(n * angle) for n in range(1, waves + 1)}
    holidays = [str(name) for name in history.calendar if str(name).startswith("holiday_")]
    found |= {name: history.calendar[name].to_numpy(np.float64) for name in holidays}
    return tuple(found), np.stack([*found.values()], axis=1)


def _varies(values: Floats, learn: NDArray[np.bool_]) -> bool:
    return bool(learn.any()) and float(np.ptp(values[learn])) > 1e-6
