"""Adoption in fully mixed company follows the curve of Bass; on a clustered network it comes later and lower."""

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from channellab.calibration.gates.diffusion import bass_share, bass_steps
from channellab.scenarios.arrays import Floats

WEEKS = 780
COUNT = 20_000


def market(
    p: float, q: float, seed: int, society: str = 'mixing = "full"', count: int = COUNT, weeks: int = WEEKS
) -> str:
    """A market in which ``p`` and ``q`` are hazards per year."""
    return f"""
        extends = "bass-diffusion"
        [run]
        weeks = {weeks}
        seed = {seed}
        [consumers]
        count = {count}
        society = {{{society}}}
        awareness = {{innovation = {p / 52!r}, imitation = {q / 52!r}}}
        """


def sampling_error(p: float, q: float, count: int) -> Floats:
    """Standard deviation of the share of ``count`` consumers who have adopted after 0..780 weeks; (781,).

    From ``A' = A + X / N`` with ``X`` binomial, N (1 - A) trials of chance ``h = 1 - exp(-(p + q A) dt)``: the variance
    of a week is multiplied by the square of ``dE[A']/dA = 1 - h + (1 - A) q dt (1 - h)`` and takes in
    ``(1 - A) h (1 - h) / N``. Terms of 1/N squared are left out.
    """
    share, variance = bass_steps(WEEKS, p, q, 1 / 52), np.zeros(WEEKS + 1)
    for week in range(WEEKS):
        stay = exp(-(p + q * share[week]) / 52)
        slope = stay * (1 + (1 - share[week]) * q / 52)
        variance[week + 1] = slope**2 * variance[week] + (1 - share[week]) * (1 - stay) * stay / count
    return np.sqrt(variance)


def test_adoption_follows_the_bass_curve(lab: Any, judge: Any, sets: range) -> None:
    years = np.array([1, 3, 5])
    found, weekly, curve, error = [], [], [], []
    for number in sets:
        draw = np.random.default_rng([number, 6])
        p, q = float(draw.uniform(0.01, 0.1)), float(draw.uniform(0.3, 1.5))
        found.append(lab(market(p, q, number, weeks=260)).weekly["adoption"].to_numpy()[years * 52 - 1])
        weekly.append(bass_steps(260, p, q, 1 / 52)[years * 52])
        curve.append(bass_share(years, p, q))
        error.append(sampling_error(p, q, COUNT)[years * 52])
    for n, year in enumerate(years):
        exact = [row[n] for row in weekly]
        judge(f"adoption after {year} years", [row[n] for row in found], exact, [row[n] for row in error])
    # Weekly steps lag behind the continuous curve: who adopts this week talks from the next week on.
    lag = np.array(curve) - np.array(weekly)
    print(f"the curve less weekly steps: {lag.min():.4f} to {lag.max():.4f}")
    assert 0 <= lag.min() <= lag.max() < 0.02
    assert np.all(np.abs(np.array(found) - np.array(curve)) < 4 * np.array(error) + lag)


def test_the_library_shows_the_first_fifteen_years(lab: Any) -> None:
    adoption = lab('extends = "bass-diffusion"').weekly["adoption"].to_numpy()
    weeks = np.array([5, 10, 15]) * 52
    error = sampling_error(0.03, 0.38, 100_000)[weeks]
    assert np.all(np.abs(adoption[weeks - 1] - bass_steps(WEEKS, 0.03, 0.38, 1 / 52)[weeks]) < 4 * error)
    assert adoption[weeks - 1] == pytest.approx([0.3260, 0.8128, 0.9716], abs=0.012)


@pytest.mark.slow
def test_the_sampling_error_is_that_of_many_runs(lab: Any) -> None:
    """Thirty small markets scatter as the formula says (a standard deviation of 30 runs is known to 13 %)."""
    result = lab(market(0.03, 0.38, 1, count=2_000, weeks=260), "--replications", "30")
    scatter = result.weekly.pivot(index="week", columns="replication", values="adoption").std(axis=1)
    expected = sampling_error(0.03, 0.38, 2_000)
    for week in (52, 156, 260):
        assert scatter[week] / expected[week] == pytest.approx(1, abs=0.4)


# On a network


def peak(result: Any) -> tuple[float, float]:
    """Week of fastest adoption, and the share that adopts in a year then (over a moving year, to quieten luck)."""
    adoption = np.concatenate([[0.0], result.weekly["adoption"].to_numpy()])
    year = adoption[52:] - adoption[:-52]
    return float(np.argmax(year)) + 26, float(year.max())


@pytest.mark.slow
def test_a_clustered_network_peaks_later_and_lower(lab: Any) -> None:
    """Sign test: the same in all of 8 seeds, which luck alone would do once in 256 times."""
    ring = "mixing = 'network', friends = 6, rewiring = 0.0, long_ties = 0.0"
    for seed in range(1, 9):
        week, height = peak(lab(market(0.006, 0.5, seed, count=10_000, weeks=1040)))
        later, lower = peak(lab(market(0.006, 0.5, seed, ring, count=10_000, weeks=1040)))
        print(f"seed {seed}: weeks {week:.0f} and {later:.0f}, {height:.3f} and {lower:.3f} a year")
        assert week < later < 1000
        assert lower < height


@pytest.mark.slow
def test_rewiring_and_more_friends_lead_back_to_the_curve(lab: Any) -> None:
    exact = bass_steps(WEEKS, 0.03, 0.38, 1 / 52)[1:]
    steps = [(6, 0.0), (6, 0.1), (6, 1.0), (20, 1.0), (64, 1.0)]
    gaps = []
    for friends, rewiring in steps:
        society = f"mixing = 'network', friends = {friends}, rewiring = {rewiring}, long_ties = 0.0"
        runs = [lab(market(0.03, 0.38, seed, society)).weekly["adoption"].to_numpy() for seed in (1, 2)]
        gaps.append(float(np.abs(np.mean(runs, axis=0) - exact).max()))
    print(dict(zip(steps, gaps, strict=True)))
    assert all(np.diff(gaps) < 0)
    assert gaps[-1] < 4 * sampling_error(0.03, 0.38, COUNT).max() / sqrt(2)
