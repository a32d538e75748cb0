"""How near the calibrator of moments comes to the truth on a problem that others have been measured on.

python benchmarks/brock_hommes.py [--seeds N] [--sampler ours|tpe|random]

Brock & Hommes (1998, J. Econ. Dyn. Control 22:1235) with four kinds of traders; g2, b2, g3, b3 are sought from 1,000
points of one series (its luck: seed 0). A calibrator may simulate 120 vectors of parameters, three times each. The
distance is the root mean square over the four, each in units of its bounds; the median over search seeds is printed,
with its 95 % interval by order statistics. Measured elsewhere, with 18 equally weighted moments: a mixture of samplers
.162, random search .230, Optuna's TPE .108 (5 seeds), CMA-ES .227.
"""

import argparse

import numpy as np
import optuna
from numba import njit
from scipy.stats import binom
from speed.table import HEADINGS, Row, machine, print_table

from channellab.calibration.moments import series_moments
from channellab.calibration.simulated_moments import MomentSearch
from channellab.scenarios.arrays import Floats

LOW, HIGH = np.array([0.0, 0.0, 0.0, -1.0]), np.array([1.0, 1.0, 1.0, 0.0])
TRUTH = np.array([0.9, 0.2, 0.9, -0.2])
STEPS = 100  # the grid of .01 that the problem is posed on
LENGTH, ENSEMBLE, EVALUATIONS = 1000, 3, 120
SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
}


@njit(cache=True)  # type: ignore[untyped-decorator]
def trade(parameters: Floats, noise: Floats) -> Floats:
    """Deviations of the price from its fundamental value, (T,), of four kinds of traders that imitate success."""
    trend = np.array([0.0, parameters[0], parameters[2], 1.01])
    bias = np.array([0.0, parameters[1], parameters[3], 0.0])
    gross, intensity = 1.01, 10.0
    shares = np.full(4, 0.25)
    before, last = 0.05, 0.10
    series = np.empty(noise.size)
    for t in range(noise.size):
        now = ((shares * (trend * last + bias)).sum() + noise[t]) / gross
        series[t] = now
        success = intensity * (now - gross * last) * (trend * before + bias - gross * last)
        powers = np.exp(success - success.max())
        shares = powers / powers.sum()
        before, last = last, now
    return series


def simulated(parameters: Floats, luck: list[int]) -> Floats:
    """Moments (ENSEMBLE, M) of runs with that luck."""
    runs = [np.random.default_rng([*luck, run]) for run in range(ENSEMBLE)]
    return series_moments(np.array([trade(parameters, 0.04 * each.standard_normal(LENGTH)) for each in runs]))


def history() -> Floats:
    """Moments (M,) of the series that is to be explained."""
    return series_moments(trade(TRUTH, 0.04 * np.random.default_rng(0).standard_normal(LENGTH)))


def on_grid(unit: Floats) -> Floats:
    """Parameters at points of the unit cube."""
    return LOW + np.round(unit * STEPS) / STEPS * (HIGH - LOW)


def distance(parameters: Floats) -> float:
    """Root mean square from the truth, in units of the bounds."""
    return float(np.sqrt(np.mean(((parameters - TRUTH) / (HIGH - LOW)) ** 2)))


def ours(seed: int) -> float:
    """Distance of our calibrator's estimate."""
    target = history()
    search = MomentSearch(target, np.zeros(target.size), 4, EVALUATIONS, ENSEMBLE, seed)
    while len(points := search.ask()):
        drawn = [simulated(on_grid(point), [1 + seed, len(search.points) + n]) for n, point in enumerate(points)]
        grid = (np.round(points * STEPS)) / STEPS
        search.tell(grid, np.mean(drawn, axis=1), np.var(drawn, axis=1, ddof=1))
    return distance(LOW + search.conclude().estimate * (HIGH - LOW))


def others(name: str, seed: int) -> float:
    """Distance of the vector whose moments come closest, found by a sampler of Optuna on equally weighted moments."""
    target = history()

    def gap(trial: optuna.Trial) -> float:
        unit = np.array([trial.suggest_float(str(n), 0, 1, step=1 / STEPS) for n in range(4)])
        moments = simulated(on_grid(unit), [1 + seed, trial.number]).mean(axis=0)
        return float(((moments - target) ** 2).sum())

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=SAMPLERS[name](seed))
    study.optimize(gap, EVALUATIONS)
    return distance(on_grid(np.array([study.best_params[str(n)] for n in range(4)])))


def median(name: str, seeds: int) -> list[Row]:
    """Median distance over seeds, with its interval."""
    found = np.sort([ours(seed) if name == "ours" else others(name, seed) for seed in range(seeds)])
    rank = int(binom.ppf(0.025, seeds, 0.5))
    return [
        Row(name, f"{name}: median distance to the truth", float(np.median(found)), ".3f"),
        Row(f"{name}_low", "lower end of its 95 % interval", float(found[max(rank - 1, 0)]), ".3f"),
        Row(f"{name}_high", "upper end", float(found[min(seeds - rank, seeds - 1)]), ".3f"),
        Row(f"{name}_mean", "mean distance", float(found.mean()), ".3f"),
    ]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--sampler", choices=["ours", *SAMPLERS], action="append")
    chosen = parser.parse_args()
    rows = [row for name in chosen.sampler or ["ours", *SAMPLERS] for row in median(name, chosen.seeds)]
    print_table(machine(), HEADINGS, rows)


if __name__ == "__main__":
    main()
