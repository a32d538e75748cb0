"""Predictive draws: means times shared shocks, then units by Poisson; sums of a draw have honest intervals at any level."""

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.shared_shocks import KINDS, Shocks, groups
from channellab.calibration.structure import Structure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_STREAM = 7_401


def predictive(
    structure: Structure, mean: Floats, series: Ints, week: Ints, shocks: Shocks, draws: int, seed: int
) -> Floats:
    """Possible units, (D, N).

    Args:
        mean: (N,) of cells. series, week: (N,) of cells.
    """
    first = int(week.min(initial=0))
    weeks = int(week.max(initial=0)) - first + 1
    of = groups(structure)
    found = np.empty((draws, len(mean)), np.float32)
    correction = 0.5 * sum(sd**2 for sd in shocks.sd.values())
    for draw in range(draws):
        luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([_STREAM, seed, draw])))
        power = np.full(len(mean), -correction)
        for kind in KINDS:
            count = int(of[kind].max(initial=0)) + 1
            path = _path(luck, count, weeks, shocks.sd[kind], shocks.persistence[kind])
            power += path[of[kind][series], week - first]
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
