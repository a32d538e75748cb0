"""Every declared law of demand, tested by drawing from it."""

import numpy as np
import pytest
from scipy import stats

from channellab.scenarios.files import load
from channellab.sim.luck import poisson_quantile
from channellab.sim.shopping import declared_demand

SITES = np.arange(200)
WEEKS = range(1, 101)


def drawn(*overrides: str) -> np.ndarray:
    scenario = load("weekly-base-stock", overrides).scenario
    return np.concatenate([declared_demand(scenario, 5, SITES, 1, week, week).ravel() for week in WEEKS])


def law(name: str, mean: float, sd: float = 1.0) -> tuple[str, ...]:
    return tuple(f"consumers.demand.{key}={value}" for key, value in (("law", name), ("mean", mean), ("sd", sd)))


def test_poisson() -> None:
    units = drawn(*law("poisson", 4.0))
    counts = np.bincount(units, minlength=16)[:16]
    expected = stats.poisson.pmf(np.arange(16), 4.0)
    expected[-1] = 1 - expected[:-1].sum()
    assert stats.chisquare([*counts[:-1], units.size - counts[:-1].sum()], expected * units.size).pvalue > 1e-5


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 900.0])
def test_poisson_quantiles_are_exact(mean: float) -> None:
    draw = np.array([1e-9, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-9])
    assert poisson_quantile(draw, mean).tolist() == stats.poisson.ppf(draw, mean).tolist()


@pytest.mark.parametrize("name", ["normal", "uniform"])
def test_normal_and_uniform(name: str) -> None:
    units = drawn(*law(name, 50.0, 8.0))
    error = 8.0 / np.sqrt(units.size)
    assert units.mean() == pytest.approx(50.0, abs=5 * error)
    # Rounding to whole units adds a twelfth to the variance.
    assert units.std() == pytest.approx(np.sqrt(64 + 1 / 12), rel=0.02)
    assert abs(stats.kurtosis(units) - (0.0 if name == "normal" else -1.2)) < 0.15


def test_constant() -> None:
    assert set(drawn(*law("constant", 3.0)).tolist()) == {3}
    units = drawn(*law("constant", 3.25))
    assert set(units.tolist()) == {3, 4}
    assert units.mean() == pytest.approx(3.25, abs=5 * 0.433 / np.sqrt(units.size))


def test_series_starts_with_the_first_measured_week() -> None:
    scenario = load("weekly-base-stock", ["consumers.demand.law=series", "consumers.demand.series=[3, 1, 2]"]).scenario
    found = [int(declared_demand(scenario, 5, SITES, 1, week + 9, week)[0, 0]) for week in (-1, 0, 1, 2, 3, 4)]
    assert found == [1, 2, 3, 1, 2, 3]
