"""Shocks that many series share, and intervals of sums."""

from dataclasses import replace

import numpy as np
import pytest

from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.history import History
from channellab.calibration.intervals import predictive
from channellab.calibration.shared_shocks import KINDS, Errors, Shocks, groups, measured
from channellab.calibration.structure import Structure, structure

SD = {
    "category": 0.15,
    "category_area": 0.02,
    "item": 0.2,
    "item_area": 0.02,
    "outlet_category": 0.1,
    "series": 0.1,
}


@pytest.fixture(scope="module")
def found(made_up: History) -> Structure:
    return structure(made_up, FitSettings(), np.ones(made_up.shape, np.bool_))


def drawn(found: Structure, shocks: Shocks, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means (S, W) and draws (D, S, W)."""
    series, weeks = len(found.item), 60
    mean = np.random.default_rng(seed).gamma(4.0, 10.0, (series, weeks))
    at, week = (each.ravel() for each in np.indices(mean.shape))
    units = predictive(found, mean.ravel(), at, week, shocks, draws, seed)
    return mean, units.reshape(draws, series, weeks)


def test_draws_keep_the_mean_and_share_their_shocks(found: Structure) -> None:
    shocks = Shocks(SD, dict.fromkeys(KINDS, 0.5))
    mean, units = drawn(found, shocks, 300, 1)
    assert units.sum() / (300 * mean.sum()) == pytest.approx(1.0, abs=0.01)
    total = np.log(units.sum(axis=1) / mean.sum(axis=0))
    alone = np.log(predictive_alone(found, mean) / mean.sum(axis=0))
    assert total.std() > 3 * alone.std()
    lag = np.corrcoef(total[:, 1:].ravel(), total[:, :-1].ravel())[0, 1]
    assert lag == pytest.approx(0.5, abs=0.1)


def predictive_alone(found: Structure, mean: np.ndarray) -> np.ndarray:
    quiet = Shocks(dict.fromkeys(KINDS, 1e-6), dict.fromkeys(KINDS, 0.0))
    at, week = (each.ravel() for each in np.indices(mean.shape))
    return np.asarray(predictive(found, mean.ravel(), at, week, quiet, 300, 2)).reshape(300, *mean.shape).sum(axis=1)


def test_measured_shocks_cover_sums_at_every_level(found: Structure) -> None:
    truth = Shocks(SD, dict.fromkeys(KINDS, 0.3))
    mean, units = drawn(found, truth, 1, 3)
    shocks = measured([Errors(found, mean, units[0].astype(np.float64))])
    assert shocks.sd["item"] == pytest.approx(0.2, abs=0.08)
    fresh, outcomes = drawn(found, truth, 40, 4)
    at, week = (each.ravel() for each in np.indices(fresh.shape))
    guess = predictive(found, fresh.ravel(), at, week, shocks, 200, 5).reshape(200, *fresh.shape)
    for kind, of in groups(found).items():
        count = int(of.max()) + 1
        band = np.quantile(summed(guess, of, count), [0.1, 0.9], axis=0)
        came = summed(outcomes, of, count)
        inside = ((came >= band[0]) & (came <= band[1])).mean()
        assert 0.68 < inside < 0.9, (kind, inside)


def summed(units: np.ndarray, of: np.ndarray, count: int) -> np.ndarray:
    total = np.zeros((len(units), count, units.shape[2]))
    for number, row in enumerate(units):
        np.add.at(total[number], of, row)
    return total


def test_the_same_seed_gives_the_same_draws(found: Structure) -> None:
    shocks = Shocks(SD, dict.fromkeys(KINDS, 0.3))
    first, again = drawn(found, shocks, 2, 6)[1], drawn(found, shocks, 3, 6)[1]
    assert (first == again[:2]).all()
    louder = replace(shocks, sd={**SD, "category": 0.5})
    assert (first != drawn(found, louder, 2, 6)[1]).any()
