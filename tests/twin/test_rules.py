"""Single rules agree with their twins on larger numbers than a small market has."""

import numpy as np

from channellab.scenarios.arrays import Ints
from channellab.sim.luck import poisson_quantile
from channellab.sim.rules import COMPILED, Rules

from .declared import poisson
from .rules import TWIN

TRIES = 300


def test_every_rule_has_a_twin_of_its_own() -> None:
    for name in Rules.__dataclass_fields__:
        assert getattr(TWIN, name).__module__.startswith(__name__.rpartition(".")[0]), name


def units(luck: np.random.Generator, most: int, *shape: int) -> Ints:
    return luck.integers(0, most + 1, shape)


def test_scarce_goods_are_dealt_out_alike() -> None:
    luck = np.random.default_rng(1)
    for attempt in range(TRIES):
        most = 10 ** (attempt % 9)
        stock, owed = units(luck, most, 3, 2), units(luck, most, 8, 2)
        supplier = units(luck, 2, 8).astype(np.int32)
        assert COMPILED.allocate(stock, owed, supplier).tolist() == TWIN.allocate(stock, owed, supplier).tolist()


def test_short_capacity_is_dealt_out_alike() -> None:
    luck = np.random.default_rng(2)
    for attempt in range(TRIES):
        most = 10 ** (1 + attempt % 8)
        wanted, capacity = units(luck, most, 3, 4), 1 + units(luck, 4 * most, 3)
        started = COMPILED.within_capacity(wanted, capacity)
        assert started.tolist() == TWIN.within_capacity(wanted, capacity).tolist()
        assert (started.sum(axis=1) <= capacity).all()


def test_trucks_are_filled_alike() -> None:
    luck = np.random.default_rng(5)
    for attempt in range(TRIES):
        goods, holds = units(luck, attempt % 20, 4, 3), 1 + attempt % 31
        compiled, plain = COMPILED.truckloads(goods, holds), TWIN.truckloads(goods, holds)
        assert [load.tolist() for load in compiled] == [load.tolist() for load in plain]
        assert [load.sum() for load in compiled[:-1]] == [holds] * (len(compiled) - 1)
        assert sum(compiled, np.zeros_like(goods)).tolist() == goods.tolist()


def test_layouts_open_the_same_sites() -> None:
    for sites in (1, 4, 8, 10, 30, 64):
        share = np.repeat(np.arange(41) / 40, sites)
        rank = np.tile(np.arange(sites, dtype=np.int32), 41)
        assert COMPILED.opened(rank, sites, share).tolist() == TWIN.opened(rank, sites, share).tolist()


def test_declared_buyers_are_served_alike() -> None:
    luck = np.random.default_rng(3)
    for attempt in range(TRIES):
        asked, stock, backlog = (units(luck, 9, 4, 2) for _ in range(3))
        given = (asked, stock, backlog, (attempt % 11) / 10, luck.random((4, 2)))
        for compiled, plain in zip(COMPILED.serve_declared(*given), TWIN.serve_declared(*given), strict=True):
            assert compiled.tolist() == plain.tolist()


def test_poisson_demand_is_drawn_alike() -> None:
    luck = np.random.default_rng(4)
    for mean in (0.01, 0.5, 4.0, 40.0, 400.0):
        draws = luck.random(500)
        assert poisson_quantile(draws, mean).tolist() == [poisson(mean, draw) for draw in draws.tolist()]
