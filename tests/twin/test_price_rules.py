"""Price rules agree with their twins, to the last bit, on more outlets and odder numbers than a small market has."""

import numpy as np
import numpy.typing as npt
import pytest

from channellab.scenarios.policies.prices import Moments, Pricers
from channellab.scenarios.settings.prices import ShelfPriceSettings
from channellab.sim.rules import COMPILED

from .rules import TWIN

TRIES = 40
Floats = npt.NDArray[np.float64]


def same(compiled: Floats, plain: Floats) -> bool:
    return compiled.tobytes() == plain.tobytes()


@pytest.fixture(params=range(TRIES))
def luck(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


def test_neighbours_are_seen_alike(luck: np.random.Generator) -> None:
    price, held = luck.uniform(1, 9, (60, 3)).round(1), luck.integers(0, 3, (60, 3))
    place = np.sort(luck.integers(0, 12, 60)).astype(np.int32)
    compiled, plain = np.zeros((60, 3)), np.zeros((60, 3))
    COMPILED.lowest_elsewhere(price, held, place, compiled)
    TWIN.lowest_elsewhere(price, held, place, plain)
    assert same(compiled, plain)
    rule = ShelfPriceSettings(undercut=float(luck.uniform(0, 0.5)), floor_margin=float(luck.uniform(0, 1)))
    given = (luck.uniform(1, 9, (60, 3)), luck.uniform(1, 9, (60, 3)), compiled)
    assert same(COMPILED.undercut(rule, *given), TWIN.undercut(rule, *given))


def test_bands_bind_alike(luck: np.random.Generator) -> None:
    asked, recommended = luck.uniform(1, 9, (60, 3)), luck.uniform(1, 9, (60, 3))
    low, high = luck.choice([0.0, 0.9, 1.0], 60), luck.choice([1.0, 1.1, np.inf], 60)
    given = (asked, recommended, low, high)
    assert same(COMPILED.within_band(*given), TWIN.within_band(*given))


def test_chains_learn_and_price_alike(luck: np.random.Generator) -> None:
    groups, skus = 20, 3
    group = np.sort(luck.integers(0, groups, 60)).astype(np.int32)
    member = np.sort(luck.choice(90, 60, replace=False))
    how = Pricers(*(luck.uniform(0, top, (groups, 1)) for top in (4, 2, 1, 1, 1, 0.95)))
    how = how._replace(learning=np.maximum(how.learning, 0.01), elasticity=np.maximum(how.elasticity, 0.1))
    seen = Moments(*(np.zeros((groups, skus)) for _ in Moments._fields))
    start, paid = luck.uniform(1, 9, (groups, skus)), luck.uniform(0, 5, (groups, skus))
    before = start
    for _ in range(12):
        counts = luck.random((90, skus)) < 0.5
        prices, units = luck.uniform(1, 9, (90, skus)), luck.poisson(luck.uniform(0, 3), (90, skus)).astype(np.float64)
        shown, asked = (COMPILED.group_means(v, member, group, counts, groups) for v in (prices, units))
        assert same(shown, TWIN.group_means(prices, member, group, counts, groups))
        plain = TWIN.learn(how, seen, shown, asked)
        seen = COMPILED.learn(how, seen, shown, asked)
        assert [same(a, b) for a, b in zip(seen, plain, strict=True)] == [True] * len(seen)
        given = (how, seen, before, start, paid)
        before = COMPILED.best_price(*given)
        assert same(before, TWIN.best_price(*given))
