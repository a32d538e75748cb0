"""PRI1, PRI3, TER1, MAP3, DIF5, KOL3, LIV2 and CON2 are measured as they say, whatever they find."""

import numpy as np
import pytest

from channellab.calibration.evidence import clusters, elasticities, intrabrand, kols, own_stores, spending
from channellab.calibration.evidence.finding import measured_weeks, opened, replicate, scenario
from channellab.calibration.evidence.markets import small_base
from channellab.experiments.replicate import replication_seeds

SEEDS = replication_seeds(1, 4)


def test_weeks_without_a_sale_count_in_an_elasticity() -> None:
    draw = np.random.default_rng(3)
    price = np.log(draw.uniform(0.9, 1.1, (400, 20)))
    units = draw.poisson(2.0 * np.exp(-2.5 * price)).astype(np.float64)
    assert (units == 0).any()
    assert elasticities.elasticity(units, price) == pytest.approx(-2.5, abs=0.6)  # standard error 0.14


@pytest.mark.parametrize("together", [True, False])
def test_moved_prices_are_what_shoppers_meet_for_one_week(together: bool) -> None:
    with opened(small_base(**{"run.weeks": 3, "run.warmup": 0}), 1) as market:
        weeks = measured_weeks(market)
        next(weeks)
        shops, plain = market.retailers, market.shelves.price.copy()
        moved = elasticities.move_prices(market, together)
        next(weeks)
        met, count = market.counter_price, shops.party.size
        assert moved.shape == (31, 1 if together else 4)
        assert np.abs(moved).max() <= -np.log(0.9)
        assert np.unique(moved).size == moved.size
        assert met[:count, :4] == pytest.approx(plain[:count, :4] * np.exp(moved)[shops.region])
        assert (met[:, 4:] == plain[:, 4:]).all(), "rivals' prices stay"
        next(weeks)
        assert market.counter_price == pytest.approx(plain)


def test_shops_that_do_not_carry_the_brand_are_not_policed() -> None:
    formats = '{name="shop", price={rule="undercut", elasticity=6.0}}'
    loaded = intrabrand._policed("selective", formats)
    with opened(loaded, 1) as market:
        next(measured_weeks(market))
        shops = market.retailers
        assert 0 < shops.carries.any(axis=1).sum() < shops.party.size
        share = intrabrand.violations(iter([market]))[0]
        below = market.minimum_prices.below[: shops.party.size][shops.carries]
        assert share == pytest.approx(below.mean())


def test_a_peak_is_found_where_it_is() -> None:
    adopted = np.concatenate([np.linspace(0, 100, 60), np.linspace(130, 1000, 14), np.full(20, 1000.0)])
    market = type("Market", (), {})()
    market.record = type("Record", (), {"numbers": {"adopted": adopted.tolist()}})()
    market.consumers = type("Consumers", (), {"count": 1000})()
    week, height = clusters.peak(iter([market]))
    assert 60 < week < 75
    assert height == pytest.approx(7 * 870 / 13 / 1000)


def test_a_brand_without_retailers_sells_through_its_own_channels() -> None:
    with opened(own_stores.market(own_stores.SHARE), 1) as market:
        next(measured_weeks(market))
        own = market.goods.own
        assert not market.retailers.carries.any()
        assert market.stores.sold[:, :own].sum() > 0
        assert market.online.sold[:, :own].sum() > 0


def test_engagements_are_counted_beside_what_was_paid() -> None:
    settings = spending.SMALLER | kols.ALL_HIRED | kols.ONLY_POSTS | {"run__weeks": 2, "run__warmup": 0}
    loaded = scenario("kol-launch", **(settings | spending.ARMS["two"]))
    ((count, spend, _),) = replicate(loaded, spending.engaged, [1])
    with opened(loaded, 1) as market:
        fees = sum(float((playing.kols.fee * 2).sum()) for playing in measured_weeks(market))
    assert spend == pytest.approx(fees)
    assert count > 0


@pytest.mark.slow
def test_higher_prices_sell_less() -> None:
    (brand,) = elasticities.brand(SEEDS)
    mean, *_, positive = elasticities.skus(SEEDS)
    assert brand.high < 0.0
    assert mean.high < brand.high, "a SKU has the brand's others beside it"
    assert positive.value == 0.0


@pytest.mark.slow
def test_shops_that_undercut_each_other_earn_less_and_go_below_the_minimum() -> None:
    assert intrabrand.margin_change("undercut", SEEDS[:3]).max() < 0.0
    _, undercut = intrabrand.intensity(SEEDS[:3])
    assert undercut.value > 0.0


@pytest.mark.slow
def test_clusters_hold_news_up() -> None:
    later, lower, nearer = clusters.experiment(SEEDS[:3])
    assert later.value > 0.0 > lower.value
    assert nearer.value > 0.0


@pytest.mark.slow
def test_streams_sell_and_stores_take_from_the_online_shop() -> None:
    sold, *_ = spending.streamers(SEEDS[:2])
    assert sold.value > 0.0
    web, _ = own_stores.experiment(SEEDS[:2])
    assert web.value < 0.0
