"""What a wild week, and a level that has moved for good, do to the recent level; and whether sums keep their size."""

from dataclasses import replace

import numpy as np
import pytest

from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.history import History
from channellab.calibration.recent_level import LEAST, recent_level, scatter
from channellab.calibration.structure import Structure, structure
from channellab.scenarios.arrays import Floats

HALF_LIFE, TRUST = 8.0, 1.0
MEAN = 400.0


@pytest.fixture(scope="module")
def market(made_up: History) -> Structure:
    return structure(made_up, FitSettings(), np.ones(made_up.shape, np.bool_))


def steps(market: Structure, units: Floats) -> Floats:
    mean = np.full(units.shape, MEAN)
    return recent_level(replace(market, units=units), mean, HALF_LIFE, TRUST)


def test_a_week_that_sold_many_times_what_was_fitted_moves_the_level_little(market: Structure) -> None:
    units = np.full(market.units.shape, MEAN)
    units[0, -1] *= 12
    plain = np.log(((units * recent(market)).sum(axis=1) / (MEAN * recent(market)).sum(axis=1))[0])
    assert plain > 0.5
    assert 0 < steps(market, units)[0] < 0.1


def test_a_level_that_has_moved_for_good_is_followed(market: Structure) -> None:
    units = negative_binomial(MEAN, 0.05, market.units.shape)
    units[0, -40:] *= 3
    units[1, -40:] /= 3
    found = steps(market, units)
    assert found[0] == pytest.approx(np.log(3), abs=0.15)
    assert found[1] == pytest.approx(-np.log(3), abs=0.15)


def test_the_cut_of_skewed_units_does_not_lower_their_sum(market: Structure) -> None:
    for mean in (0.7, MEAN):
        units = negative_binomial(mean, 0.2, market.units.shape)
        level = recent_level(replace(market, units=units), np.full(units.shape, units.mean()), 52.0, TRUST)
        assert np.exp(level).mean() == pytest.approx(1.0, abs=0.02)


def test_scatter_is_that_of_the_weeks_whatever_a_few_of_them_did() -> None:
    shape, category = (40, 52), np.repeat([0, 1], 20)
    units = np.where(category[:, None] == 0, negative_binomial(MEAN, 0.05, shape), negative_binomial(MEAN, 0.4, shape))
    found = scatter(units, np.full(shape, MEAN), category)
    assert found[[0, -1]] == pytest.approx([0.05, 0.4], rel=0.25)
    units[:, ::26] *= 20
    assert scatter(units, np.full(shape, MEAN), category)[0] < 0.1


def test_steady_units_and_none_have_the_least_scatter() -> None:
    assert scatter(np.full((2, 9), MEAN), np.full((2, 9), 100.0), np.zeros(2, np.int64)) == pytest.approx(LEAST)
    assert scatter(np.zeros((2, 9)), np.zeros((2, 9)), np.array([0, 1])) == pytest.approx(LEAST)


def negative_binomial(mean: float, dispersion: float, shape: tuple[int, ...]) -> Floats:
    luck = np.random.default_rng(5)
    return luck.poisson(mean * luck.gamma(1 / dispersion, dispersion, shape)).astype(np.float64)


def recent(market: Structure) -> Floats:
    age = market.end[:, None] - np.arange(market.learnt.shape[1])
    return np.where(market.learnt & (age < 52), 0.5 ** (age / HALF_LIFE), 0.0)
