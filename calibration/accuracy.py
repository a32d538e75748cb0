"""How good forecasts are: weighted absolute error, error beside a naive one, bias, and coverage of intervals."""

from dataclasses import dataclass

import numpy as np

from channellab.calibration.history import History
from channellab.calibration.holdout import Forecast, Task
from channellab.calibration.levels import Sums
from channellab.calibration.listing import counted
from channellab.scenarios.arrays import Flags, Floats

INTERVAL = 0.8
"""Share of outcomes that an interval is to cover; it leaves half of the rest on each side."""


@dataclass(frozen=True)
class Score:
    """Accuracy of one method at one level, from one origin.

    Attributes:
        wape: sum of absolute errors over sum of units. error: its standard error, series drawn anew.
        mase: mean over series of the mean absolute error divided by that of the naive forecast of the next week, in
            the weeks of learning (Hyndman and Koehler 2006); of series in which that is above 0.
        bias: forecast over actual units, less 1.
        coverage: share of series and weeks inside the 80 % interval. width: mean width of it over mean units.
        series, cells: numbers scored; of weeks in which something was forecast or sold.
    """

    method: str
    level: str
    origin: int
    wape: float
    error: float
    mase: float
    bias: float
    coverage: float | None
    width: float | None
    series: int
    cells: int


def score(method: str, level: str, actual: History, task: Task, of: Sums, mean: Floats, band: Floats | None) -> Score:
    """The score of forecasts of sums.

    Args:
        actual: the history as it went on.
        mean: float64[G, W], forecasts; 0 where none was asked. band: float64[2, G, W], the ends of the intervals.
    """
    weeks = task.history.shape[1]
    units = of.add(np.where(task.window, actual.matrix("units")[:, :weeks], 0))
    # Weeks in which nothing was listed, as between months, are no forecasts that came true.
    window = ((of.add(task.ask) > 0) | (units > 0)) & of.scored[:, None]
    miss, total = np.abs(mean - units) * window, units * window
    wape = float(miss.sum() / max(total.sum(), 1e-9))
    spread = (miss.sum(axis=1) - wape * total.sum(axis=1))[of.scored]
    count = int(of.scored.sum())
    inside = None if band is None else (units >= band[0]) & (units <= band[1])
    return Score(
        method=method,
        level=level,
        origin=task.origin,
        wape=wape,
        error=float(np.sqrt((spread**2).sum() * count / max(count - 1, 1)) / max(total.sum(), 1e-9)),
        mase=_mase(miss, window, task, of),
        bias=float((mean * window).sum() / max(total.sum(), 1e-9) - 1.0),
        coverage=None if inside is None else float(inside[window].mean()),
        width=None if band is None else float((band[1] - band[0])[window].mean() / max(units[window].mean(), 1e-9)),
        series=count,
        cells=int(window.sum()),
    )


def on_grid(values: Floats, task: Task) -> Floats:
    """Values of the cells of a task (float64[N]) as float64[S, W], 0 elsewhere."""
    grid = np.zeros(task.ask.size)
    grid[task.cells] = values
    return grid.reshape(task.ask.shape)


def bands(forecast: Forecast, task: Task, of: Sums) -> Floats | None:
    """The ends of the intervals of sums, float64[2, G, W]; each draw is added up by itself."""
    if forecast.draws is None or not len(forecast.draws):
        return None
    group, week = np.divmod(task.cells, task.ask.shape[1])
    group = of.of[group]
    inside = group >= 0
    place, at = np.unique(group[inside] * task.ask.shape[1] + week[inside], return_inverse=True)
    added = np.stack([np.bincount(at, row[inside], len(place)) for row in forecast.draws])
    low, high = (1 - INTERVAL) / 2, (1 + INTERVAL) / 2
    found = np.zeros((2, of.count * task.ask.shape[1]))
    found[:, place] = np.quantile(added, [low, high], axis=0)
    return found.reshape(2, of.count, -1)


def _mase(miss: Floats, window: Flags, task: Task, of: Sums) -> float:
    learn = of.add(task.learn) > 0
    told = counted(learn)
    learn, units = learn[:, told], of.add(task.history.matrix("units"))[:, told]
    both = learn[:, 1:] & learn[:, :-1]
    steps = (np.abs(np.diff(units, axis=1)) * both).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
    errors = miss.sum(axis=1) / np.maximum(window.sum(axis=1), 1)
    use = (steps > 0) & (window.sum(axis=1) > 0)
    return float((errors[use] / steps[use]).mean()) if use.any() else float("nan")
