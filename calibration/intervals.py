"""Predictive draws: means times shared shocks, then units by Poisson, so that sums of a draw have honest intervals."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.fit import Fitted
from channellab.calibration.history import History
from channellab.calibration.holdout import Forecast, Task
from channellab.calibration.levels import Sums
from channellab.calibration.listing import counted
from channellab.calibration.shared_shocks import KINDS, Shocks, groups
from channellab.calibration.structure import Structure
from channellab.scenarios.arrays import Floats, Ints

SHARES = (0.5, 0.8, 0.95)
"""Shares of outcomes that intervals are to cover."""
_STREAM = 7_401


def predictive(
    structure: Structure, mean: Floats, series: Ints, week: Ints, shocks: Shocks, draws: int, seed: int
) -> NDArray[np.float32]:
    """Possible units, (D, N).

    Args:
        mean: (N,) of cells. series, week: (N,) of cells.
    """
    asked = np.zeros((1, int(week.max(initial=0)) + 1), np.bool_)
    asked[0, week] = True
    place = np.cumsum(counted(asked)) - 1
    of = groups(structure)
    found = np.empty((draws, len(mean)), np.float32)
    correction = 0.5 * sum(sd**2 for sd in shocks.sd.values())
    for draw in range(draws):
        luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([_STREAM, seed, draw])))
        power = np.full(len(mean), -correction)
        for kind in KINDS:
            count = int(of[kind].max(initial=0)) + 1
            path = _path(luck, count, int(place[-1]) + 1, shocks.sd[kind], shocks.persistence[kind])
            power += path[of[kind][series], place[week]]
        found[draw] = luck.poisson(mean * np.exp(power))
    return found


def _path(luck: np.random.Generator, count: int, weeks: int, sd: float, persistence: float) -> Floats:
    """Autoregressions of order one in their steady state, (count, weeks)."""
    path = luck.standard_normal((count, weeks)) * sd
    if persistence > 0:
        fresh = np.sqrt(1 - persistence**2)
        for week in range(1, weeks):
            path[:, week] = persistence * path[:, week - 1] + fresh * path[:, week]
    return path


def forecasts(actual: History, task: Task, forecast: Forecast, levels: Mapping[str, Sums]) -> pd.DataFrame:
    """Mean, intervals and what came, of every sum and test week at every level that is scored."""
    series, week = np.divmod(task.cells, task.ask.shape[1])
    units = np.where(task.window, actual.matrix("units")[:, : task.window.shape[1]], 0)
    labels = actual.calendar["label"].astype(str).to_numpy()
    return pd.concat(
        [_level(name, of, forecast, series, week, units, labels) for name, of in levels.items()], ignore_index=True
    )


def _level(
    name: str, of: Sums, forecast: Forecast, series: Ints, week: Ints, units: Floats, labels: NDArray[np.object_]
) -> pd.DataFrame:
    weeks = units.shape[1]
    inside = (of.of[series] >= 0) & of.scored[of.of[series]]
    place, at = np.unique(of.of[series[inside]] * weeks + week[inside], return_inverse=True)
    group, when = np.divmod(place, weeks)
    columns = {
        "level": name,
        "series": of.names.astype(str).agg(" ".join, axis=1).to_numpy()[group],
        "week": labels[when],
        "units": of.add(units)[group, when],
        "mean": np.bincount(at, forecast.mean[inside], len(place)),
    }
    if forecast.draws is not None:
        added = np.stack([np.bincount(at, row[inside], len(place)) for row in forecast.draws])
        for share in SHARES:
            low, high = np.quantile(added, [(1 - share) / 2, (1 + share) / 2], axis=0)
            columns |= {f"low_{share * 100:.0f}": low, f"high_{share * 100:.0f}": high}
    return pd.DataFrame(columns)


def replayed(actual: History, fitted: Fitted, levels: Mapping[str, Sums]) -> pd.DataFrame:
    """By level and week that was learnt from, units and fitted units of all sums that are scored together.

    As fitted over all weeks: the recent level, a step at the end of them, is in forecasts only.
    """
    learnt, labels = fitted.structure.learnt, actual.calendar["label"].astype(str).to_numpy()
    mean = fitted.with_level(np.zeros_like(fitted.level)).mean(learnt)
    units = np.where(learnt, fitted.structure.units, 0.0)
    parts = []
    for name, of in levels.items():
        weeks = np.flatnonzero((of.add(learnt) > 0)[of.scored].any(axis=0))
        seen, told = (of.add(values)[of.scored].sum(axis=0)[weeks] for values in (units, mean))
        parts.append(pd.DataFrame({"level": name, "week": labels[weeks], "units": seen, "mean": told}))
    return pd.concat(parts, ignore_index=True)


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """By level, the share of sums and weeks inside each interval."""
    found = []
    for level, rows in table.groupby("level", sort=True):
        inside = {
            f"covered_{share * 100:.0f}": float(
                rows["units"].between(rows[f"low_{share * 100:.0f}"], rows[f"high_{share * 100:.0f}"]).mean()
            )
            for share in SHARES
        }
        found.append({"level": level, "cells": len(rows), **inside})
    return pd.DataFrame(found)
