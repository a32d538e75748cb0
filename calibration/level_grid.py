"""The grid of settings of the recent level, which cost no fit: how well each of them forecasts a window."""

from math import exp, log

import numpy as np

from channellab.calibration.backtest import Backtest
from channellab.calibration.fit_settings import Bounds, FitSettings
from channellab.calibration.levels import Sums
from channellab.calibration.recent_level import LastYear

GRID = 6
"""Values of each setting of the recent level that are tried, evenly spaced in the logarithm."""
SMALLEST = 1e-6


def grid(settings: FitSettings) -> list[tuple[float, float]]:
    """Half-lives with trusts."""
    half_lives, trusts = (_spaced(settings.bounds[name]) for name in ("half_life", "trust"))
    return [(half_life, trust) for half_life in half_lives for trust in trusts]


def _spaced(bounds: Bounds) -> list[float]:
    if not bounds.high > bounds.low:
        return [bounds.low]
    low = max(bounds.low, SMALLEST)
    return [exp(log(low) + share * (log(bounds.high) - log(low))) for share in np.linspace(0, 1, GRID).tolist()]


def accuracies(test: Backtest, settings: FitSettings, levels: dict[str, Sums]) -> list[dict[str, float]]:
    """WAPE by level of a window, at every point of the grid."""
    window, inside = test.window, test.window.structure
    weeks = window.ask.any(axis=0)
    plain, units = (np.where(window.ask, values, 0.0)[:, weeks] for values in (test.plain, window.units))
    known, actual = test.plain * inside.learnt, {name: of.add(units) for name, of in levels.items()}
    whole = {name: max(float(actual[name][of.scored].sum()), 1e-9) for name, of in levels.items()}
    year = LastYear.of(inside, known)
    faded = {half_life: year.faded(half_life) for half_life, _ in grid(settings)}
    found = []
    for half_life, trust in grid(settings):
        mean = plain * np.exp(year.level(faded[half_life], trust))[:, None]
        missed = {name: np.abs(of.add(mean) - actual[name])[of.scored].sum() for name, of in levels.items()}
        found.append({name: float(missed[name] / whole[name]) for name in levels})
    return found
