"""The population: every declared taste is drawn from its law, and places follow people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channellab.scenarios.files import load
from channellab.sim.market import Market
from channellab.sim.population import shares_to_counts

OVERRIDES = [
    *("network.regions=single", "network.district_count=1", "network.sites_per_district=8", "manufacturer.plants=[]"),
    *("consumers.count=40000", "online.region=ONE", "consumers.income_effect=0.0"),
]


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(load("omnichannel", OVERRIDES).scenario)


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
def test_people_are_dealt_out_in_proportion(total: int, weights: list[float]) -> None:
    counts = shares_to_counts(total, np.array(weights))
    exact = total * np.array(weights) / sum(weights)
    assert counts.sum() == total
    assert (np.abs(counts - exact) < 1 + 1e-6).all()


def test_segments_have_their_shares(market: Market) -> None:
    share = np.bincount(market.consumers.tastes.segment) / market.consumers.count
    assert share == pytest.approx([0.4, 0.4, 0.2], abs=0.012)


def test_price_sensitivity_is_lognormal_within_a_segment(market: Market) -> None:
    tastes, settings = market.consumers.tastes, market.scenario.consumers.segments
    for number, segment in enumerate(settings):
        logs = np.log(tastes.price_sensitivity[tastes.segment == number])
        assert np.exp(np.median(logs)) == pytest.approx(segment.price_sensitivity, rel=0.02)
        assert logs.std() == pytest.approx(segment.price_sensitivity_spread, rel=0.03)


def test_tastes_are_normal(market: Market) -> None:
    tastes, segment = market.consumers.tastes, market.scenario.consumers.segments[0]
    assert tastes.taste.mean() == pytest.approx(0.0, abs=0.02)
    assert tastes.taste.std() == pytest.approx(segment.taste_spread, rel=0.02)
    assert tastes.online_taste.mean() == pytest.approx(segment.online_preference, abs=0.02)
    assert tastes.online_taste.std() == pytest.approx(segment.online_spread, rel=0.02)


def test_the_nearest_outlets_are_considered(market: Market) -> None:
    tastes = market.consumers.tastes
    assert (np.diff(tastes.distance, axis=1) >= 0).all()
    assert all(len(set(row)) == row.size for row in tastes.candidates[:500])
    assert tastes.distance.max() <= market.scenario.network.area_side * np.sqrt(2)


def test_shops_online_are_looked_at_by_popularity(market: Market) -> None:
    popularity = np.array([shop.popularity for shop in market.scenario.online.shops])
    share = np.bincount(market.consumers.tastes.online[:, 0], minlength=popularity.size) / market.consumers.count
    assert share == pytest.approx(popularity / popularity.sum(), abs=0.01)


def test_nobody_looks_at_a_shop_twice() -> None:
    two = Market(load("omnichannel", [*OVERRIDES, "consumers.online_considered=2"]).scenario)
    assert (two.consumers.tastes.online[:, 0] != two.consumers.tastes.online[:, 1]).all()


def test_the_richer_are_less_sensitive_to_prices() -> None:
    market = Market(load("base", ["consumers.count=60000", "consumers.income_effect=0.5"]).scenario)
    tastes, table = market.consumers.tastes, market.roads.table
    region = table.district_region[tastes.area]
    logs = np.log(tastes.price_sensitivity.astype(np.float64))
    mean = np.bincount(region, logs) / np.bincount(region)
    slope = np.polyfit(np.log(table.income), mean, 1, w=np.sqrt(np.bincount(region)))[0]
    assert slope == pytest.approx(-0.5, abs=0.05)


def test_a_view_of_one_consumer_reads_and_writes_the_columns(market: Market) -> None:
    one = market.consumers[7]
    one.satisfaction = 0.25
    assert market.consumers.mind.satisfaction[7] == 0.25
    assert one.segment == market.consumers.tastes.segment[7]
    with pytest.raises(AttributeError):
        one.taste = 1.0
    with pytest.raises(IndexError):
        market.consumers[market.consumers.count]
