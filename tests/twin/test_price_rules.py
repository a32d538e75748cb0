"""Price rules agree with their twins, to the last bit, on more outlets and odder numbers than a small market has."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from channellab.scenarios.policies.prices import Moments, Pricers
from channellab.scenarios.settings.prices import ShelfPriceSettings
from channellab.sim.rules import COMPILED

from .rules import TWIN

TRIES = 40
RESPONSES = ("rival_response", "stock_response", "demand_response", "price_bound")


def same(compiled: npt.NDArray[Any], plain: npt.NDArray[Any]) -> bool:
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


def test_prices_follow_rivals_and_stock_alike(luck: np.random.Generator) -> None:
    rule = ShelfPriceSettings(**{name: float(luck.uniform(0, 0.9)) for name in RESPONSES}, floor_margin=0.1)
    stock, demand = luck.integers(0, 30, (60, 3)).astype(np.float64), luck.integers(0, 30, (60, 3)).astype(np.float64)
    mean = luck.uniform(0, 9, (60, 3)) * luck.choice([0.0, 1.0], (60, 3))
    cover = luck.integers(1, 4, (60, 1)).astype(np.float64)
    pull = COMPILED.stock_and_demand(rule, stock, demand, mean, cover)
    assert same(pull, TWIN.stock_and_demand(rule, stock, demand, mean, cover))
    listed, paid = luck.uniform(1, 9, (60, 3)), luck.uniform(1, 9, (60, 3))
    lowest = np.where(luck.random((60, 3)) < 0.3, np.inf, luck.uniform(1, 9, (60, 3)))
    given = (rule, listed, paid, lowest, pull)
    assert same(COMPILED.dynamic(*given), TWIN.dynamic(*given))


def test_minimum_prices_are_weighed_alike(luck: np.random.Generator) -> None:
    tables = [luck.uniform(1, 9, (60, 3)) for _ in range(3)]
    given = (*tables, luck.uniform(0, 20, (60, 3)), luck.uniform(0, 0.5, 60))
    assert same(COMPILED.advertised_price(*given), TWIN.advertised_price(*given))
    counts = [luck.integers(0, 20, 60) for _ in range(4)]
    told = (float(luck.uniform(0, 1)), float(luck.uniform(0.1, 20)), *counts, float(luck.uniform(0, 1)))
    assert same(COMPILED.weighed(*told), TWIN.weighed(*told))


def test_promotions_are_reckoned_alike(luck: np.random.Generator) -> None:
    mean, demand = luck.uniform(0, 9, (60, 3)), luck.integers(0, 30, (60, 3)).astype(np.float64)
    response, discount = luck.uniform(0, 6, 60), luck.choice([0.0, 0.1, 0.3], 60)
    assert same(COMPILED.extra_need(mean, response, discount), TWIN.extra_need(mean, response, discount))
    assert same(COMPILED.usual_demand(demand, response, discount), TWIN.usual_demand(demand, response, discount))
    lesson = (demand, mean * luck.choice([0.0, 1.0], (60, 1)), response, discount, float(luck.uniform(0, 1)))
    assert same(COMPILED.learned_response(*lesson), TWIN.learned_response(*lesson))
    rates, holding = luck.choice([0.0, 0.05, 0.1, 0.2], (60, 6)), float(luck.choice([0.0, 0.05, 0.3]))
    weeks = COMPILED.weeks_ahead(rates, mean, holding)
    assert same(weeks, TWIN.weeks_ahead(rates, mean, holding))
    assert same(COMPILED.forward_need(mean, weeks), TWIN.forward_need(mean, weeks))


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
