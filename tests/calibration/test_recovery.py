"""Intervals hold what is true as often as they say, ranks of truths are uniform, and a killed calibration goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest

from channellab.calibration import bootstrap, recovery, score_variance, synthetic
from channellab.calibration.curvature import Bowl
from channellab.calibration.fit import Fitted
from channellab.calibration.recovery import Coverage, coverages, recovered
from channellab.calibration.shared_shocks import KINDS, Shocks
from channellab.calibration.simulated_moments import MomentFit, MomentSearch
from channellab.calibration.standard_errors import uncertain
from channellab.scenarios.arrays import Floats

from .conftest import plain_table

FITS = 12
NOISE = 0.05


def test_shares_have_exact_intervals() -> None:
    rows = [recovery.Recovered("feature", "tea", 0.1 * n, 0.5, 0.2, 0.1, 0.9, True) for n in range(11)]
    name, every = coverages(rows)
    assert name.covered == every.covered == 9 / 11
    assert 0 < name.low < 9 / 11 < name.high < 1
    assert name.bias == pytest.approx(0.0)
    low, high = recovery.covered_between(10, 10)
    assert low < 1 == high


def test_a_truth_is_its_seed_s_alone() -> None:
    assert recovery.small_truth(4) == recovery.small_truth(4)
    assert recovery.small_truth(4)["demand"] != recovery.small_truth(5)["demand"]


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """The figures of more than 100 fits are in docs/calibration.md: benchmarks/recovery.py."""
    found: dict[str, Coverage] = {each.name: each for each in coverages(r for n in range(FITS) for r in recovered(n))}
    every = found["all"]
    assert every.intervals == FITS * 20
    assert 0.88 <= every.covered <= 0.99, found
    for each in found.values():
        assert each.covered >= 0.75, each
        assert abs(each.bias) < 4 * each.spread / np.sqrt(each.intervals) + 0.02, each


@pytest.mark.slow
def test_a_bootstrap_agrees_with_the_standard_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as they do not allow for drift, of which the bootstrap knows nothing."""

    def none(fitted: Fitted, mean: Floats) -> Floats:
        return np.zeros(fitted.structure.counts["category"])

    monkeypatch.setattr(score_variance, "drift", none)
    made = synthetic.make(recovery.small_truth(2, drift=0.0, weeks=60))
    fitted, _ = recovery.fitted_small(recovery.small_history(made))
    shocks = Shocks(dict.fromkeys(KINDS, 0.05), dict.fromkeys(KINDS, 0.2))
    answers = list(bootstrap.refits(fitted, shocks, 40))
    error = bootstrap.summary(fitted, answers).set_index(["name", "category"])["error"].to_dict()
    ratio = {
        (each.quantity.name, each.quantity.category): error[each.quantity.name, each.quantity.category] / each.error
        for each in uncertain(Bowl(fitted), shocks)
    }
    assert np.median(list(ratio.values())) == pytest.approx(1.0, abs=0.15), ratio
    assert 0.6 < min(ratio.values()) < max(ratio.values()) < 1.4, ratio


def _moments(point: Floats, luck: np.random.Generator) -> Floats:
    first, second = point
    return np.array([first + second**2, np.exp(first) - second, first * second]) + NOISE * luck.standard_normal(3)


def _searched(seed: int) -> tuple[Floats, MomentFit]:
    """A truth from the prior, which is even over the cube, and what a search for it concludes."""
    luck = np.random.default_rng([7, seed])
    truth = luck.random(2)
    search = MomentSearch(_moments(truth, luck), np.full(3, NOISE), 2, 50, 4, seed)
    while len(points := search.ask()):
        drawn = np.array([[_moments(point, luck) for _ in range(4)] for point in points])
        search.tell(points, drawn.mean(axis=1), drawn.var(axis=1, ddof=1))
    return truth, search.conclude()


@pytest.mark.slow
def test_truths_rank_evenly_among_draws_of_the_posterior_of_simulated_moments() -> None:
    """Simulation-based calibration (Talts et al. 2018) of the search whose intervals `[targets]` are given."""
    found = [_searched(seed) for seed in range(80)]
    for number in range(2):
        ranks = [float((fit.draws[:, number] < truth[number]).mean()) for truth, fit in found]
        inside = np.mean([fit.low[number] <= truth[number] <= fit.high[number] for truth, fit in found])
        assert kstest(ranks, "uniform").pvalue > 0.01, np.histogram(ranks, 10)[0]
        assert 0.88 <= inside <= 1.0


@pytest.mark.slow
def test_a_calibration_that_is_killed_at_any_moment_ends_with_the_same_files(tmp_path: Path) -> None:
    """`kill -9`, three times at moments of luck."""
    plain_table(outlets=3, products=2, weeks=40).to_csv(tmp_path / "sales.csv", index=False)
    file = tmp_path / "calibration.toml"
    mapped = 'period = "week"\noutlet = "shop"\nproduct = "sku"\nunits = "sold"\nprice = "paid"\n'
    more = "[test]\nlast_weeks = 4\n[fit]\ntrials = 8\ndraws = 50\nbootstrap = 8\n"
    file.write_text(f'[history]\nfile = "sales.csv"\n[history.columns]\n{mapped}{more}', "utf-8")

    def started(folder: str) -> subprocess.Popen[bytes]:
        words = ["calibrate", str(file), "--out", str(tmp_path / folder), "--workers", "1", "-q"]
        return subprocess.Popen([sys.executable, "-m", "channellab", *words])

    begun = time.monotonic()
    assert started("whole").wait(240) == 0
    took = time.monotonic() - begun
    entropy = int.from_bytes(os.urandom(4), "little")
    luck = np.random.default_rng(entropy)
    killed = 0
    for _ in range(3):
        run = started("killed")
        try:
            run.wait(float(luck.uniform(0.2, 0.9)) * took)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            killed += run.wait() == -signal.SIGKILL
    assert started("killed").wait(240) == 0
    assert killed >= 1, entropy
    whole, again = (
        {path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in (tmp_path / name).rglob("*")
         if path.is_file()}
        for name in ("whole", "killed")
    )  # fmt: skip
    assert [name for name in whole if again.get(name) != whole[name]] == [], entropy
    assert {name for name in again if not name.endswith(".part")} == whole.keys(), entropy
