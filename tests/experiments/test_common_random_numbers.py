"""Two policies under one seed share their luck, so that their difference is that of the policies."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.files import load
from channellab.sim.market import Market

ROOT = Path(__file__).parents[2]
LIVELY = str(ROOT / "tests" / "guards" / "lively" / "lively.toml")
SEEDS = 16


@pytest.fixture(scope="module")
def study() -> ModuleType:
    """The benchmark of the same name, whose functions are tested here and whose table stands in the docs."""
    spec = importlib.util.spec_from_file_location("common_random_numbers", ROOT / "benchmarks/common_random_numbers.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def market_of(*overrides: str, seed: int = 7) -> Market:
    return Market(load(LIVELY, overrides).scenario, seed=seed)


def test_a_draw_depends_on_its_key_alone() -> None:
    who = np.arange(1000)
    together = uniforms(1, Stream.CHOICE, who, 3)
    backwards = np.array([uniforms(1, Stream.CHOICE, np.array([i]), 3)[0] for i in who[::-1]])[::-1]
    assert np.array_equal(together, backwards)
    others = (uniforms(2, Stream.CHOICE, who, 3), uniforms(1, Stream.NEED, who, 3), uniforms(1, Stream.CHOICE, who, 4))
    assert all(abs(np.corrcoef(together, other)[0, 1]) < 0.15 for other in others)


@pytest.mark.parametrize(
    "change",
    [
        "layout.core=exclusive",
        "policy.price.recommended_discount=0.4",
        "policy.funds.district_support=90.0",
        "retailers.formats.1.price.markup=0.51",
    ],
)
def test_a_policy_changes_nobody_else_in_the_world(change: str) -> None:
    one, other = market_of(), market_of(change)
    for name, taste in one.consumers.tastes._asdict().items():
        assert np.array_equal(taste, getattr(other.consumers.tastes, name)), name
    for name in ("site", "site_key", "format", "quality", "base_service", "price_factor", "rank"):
        assert np.array_equal(getattr(one.retailers, name), getattr(other.retailers, name)), name
    assert all(np.array_equal(*pair) for pair in zip(one.consumers.friends, other.consumers.friends, strict=True))


def test_more_sites_leave_the_old_ones_as_they_were() -> None:
    few, many = market_of().retailers, market_of("network.sites_per_district=12").retailers
    same = np.flatnonzero(np.isin(many.site, few.site))
    assert np.array_equal(many.site[same], few.site)
    for name in ("site_key", "format", "quality", "price_factor", "base_service"):
        assert np.array_equal(getattr(many, name)[same], getattr(few, name)), name


def test_a_new_product_leaves_the_old_ones_their_luck() -> None:
    third = '{name="New", list_price=1000.0, distributor_price=8.0, ex_factory_price=7.0, unit_cost=4.0, appeal=-50.0}'
    tea = '{name="Tea", list_price=10.0, distributor_price=6.6, ex_factory_price=6.0, unit_cost=4.0, appeal=2.0}'
    plenty = tuple(
        f"{tier}.stock.{setting}" for tier in ("retailers", "online") for setting in ("rule=base_stock", "level=500")
    )
    one, other = market_of(f"products=[{tea}]", *plenty), market_of(f"products=[{tea}, {third}]", *plenty)
    for market in (one, other):
        market.step()
    assert one.retailers.sold[:, 0].sum() > 0
    assert one.online.sold[:, 0].sum() > 0
    assert np.array_equal(one.shelves.sold[:, 0], other.shelves.sold[:, 0])


def test_a_new_online_shop_leaves_the_old_ones_as_they_were() -> None:
    """Consumers look at the shops with the shortest waits: who does not look at the newcomer looks as before."""
    old = [f'{{name="Shop {number}", popularity={number}.0}}' for number in (1, 2, 3)]
    no_orders = ("policy.online.routing=false", "policy.online.pickup=false")
    few, many = (market_of(f"online.shops=[{', '.join(shops)}]", *no_orders) for shops in (old, [*old, '{name="New"}']))
    for name in ("site_key", "service", "supplier"):
        assert np.array_equal(getattr(few.online, name), getattr(many.online, name)[:3]), name
    before, after = few.consumers.tastes.online[:, 0], many.consumers.tastes.online[:, 0]
    assert 0 < (after == 3).sum() < after.size / 3
    assert np.array_equal(before[after != 3], after[after != 3])
    assert np.array_equal(few.consumers.tastes.online_taste, many.consumers.tastes.online_taste)


def test_a_second_tier_changes_no_shop_and_no_consumer() -> None:
    one, other = market_of(), market_of("subdistributors.per_district=0")
    for name in ("site_key", "format", "quality", "price_factor", "rank"):
        assert np.array_equal(getattr(one.retailers, name), getattr(other.retailers, name)), name
    for market in (one, other):
        market.retailers.stock[:] = market.online.stock[:] = 100
        market.retailers.price[:] = 10.0
        market.step()
    assert np.array_equal(one.shelves.wished, other.shelves.wished)


def test_where_a_layout_changes_nothing_nothing_changes() -> None:
    """Closing shops in one region leaves every shopper elsewhere with the wishes of the same week."""
    one, other = market_of(), market_of("layout.edge=intensive")
    for market in (one, other):
        market.step()
    elsewhere = one.retailers.region != 2
    assert np.array_equal(one.retailers.wished[elsewhere], other.retailers.wished[elsewhere])
    assert not np.array_equal(one.retailers.wished, other.retailers.wished)


def test_independent_policies_would_gain_nothing(study: ModuleType) -> None:
    luck = np.random.default_rng(1)
    one, other = luck.normal(size=(2, 400))
    assert study.gain(one, other).ratio == pytest.approx(1.0, abs=0.2)
    shared = study.gain(one, one + 0.1 * other)
    assert shared.low < shared.ratio < shared.high
    assert shared.ratio == pytest.approx(200, rel=0.3)
    assert shared.spread == pytest.approx(1.0, abs=0.02)


@pytest.mark.slow
def test_one_point_of_markup_is_ten_times_easier_to_see(study: ModuleType) -> None:
    found = study.gains("retail mark-up 50 % and 51 %", SEEDS)
    print(found)
    assert found.low > 10


@pytest.mark.slow
def test_between_layouts(study: ModuleType) -> None:
    """Also layouts share luck, the more the less they differ; docs/common_random_numbers.md has all, on more seeds."""
    near, far = (
        study.gains(case, 8)
        for case in ("edge regions: intensive and selective", "everywhere: selective and exclusive")
    )
    print(near, far)
    assert near.low > 1
    assert far.high > 1
    assert near.ratio > far.ratio


@pytest.mark.slow
def test_outlets_keyed_by_position_lose_the_gain(study: ModuleType) -> None:
    case = "edge regions: one shop of eight closes"
    by_site, by_position = study.gains(case, SEEDS), study.gains(case, SEEDS, by_position=True)
    print(by_site, by_position)
    assert by_site.ratio > 10
    assert by_position.high < by_site.low
    assert by_position.ratio < by_site.ratio / 4
