"""Mesa's own tools work on the firms, and markets keep to themselves and to their memory."""

import gc
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from channellab.agents.distributors import Distributor, Subdistributor
from channellab.agents.kols import Kol
from channellab.agents.manufacturer import Manufacturer, Plant
from channellab.agents.online import OnlineShop
from channellab.agents.retailers import Retailer
from channellab.agents.rivals import Rival
from channellab.scenarios.files import load
from channellab.scenarios.settings import Scenario
from channellab.sim import state
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
CHAIN, INDEPENDENT = 0, 1


def market_of(*overrides: str, seed: int | None = None) -> Market:
    return Market(load(LIVELY, overrides).scenario, seed=seed)


@pytest.fixture
def market() -> Market:
    market = market_of()
    market.play(3)
    return market


def check_books(market: Market) -> None:
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= 1e-9


def test_every_firm_is_an_agent(market: Market) -> None:
    counts = {kind: len(agents) for kind, agents in market.agents_by_type.items()}
    assert counts == {
        Manufacturer: 1,
        Plant: 2,
        Rival: 1,
        Distributor: 3,
        Subdistributor: 6,
        Retailer: 48,
        OnlineShop: 5,
        Kol: 14,
    }
    assert [firm.row for firm in market.agents_by_type[Retailer]] == list(range(48))


def test_select_and_sort(market: Market) -> None:
    shops = market.agents_by_type[Retailer]
    chosen = shops.select(lambda shop: shop.authorised and shop.format == CHAIN)
    expected = np.flatnonzero(market.retailers.authorised & (market.retailers.format == CHAIN))
    assert [shop.row for shop in chosen] == expected.tolist()
    best = shops.sort("service", ascending=False).select(at_most=1)[0]
    assert best.service == market.retailers.service.max()


def test_get_and_agg(market: Market) -> None:
    shops = market.agents_by_type[Retailer]
    assert shops.agg("service", np.mean) == pytest.approx(market.retailers.service.mean())
    assert shops.agg("cash", sum) == pytest.approx(market.ledger.cash[market.retailers.party].sum())
    assert np.array_equal(np.array(shops.get("stock")), market.retailers.stock)


def test_groupby(market: Market) -> None:
    shops = market.agents_by_type[Retailer]
    by_region = shops.groupby("region")
    assert by_region.count() == {0: 16, 1: 16, 2: 16}
    sold = {region: int(market.retailers.sold[market.retailers.region == region].sum()) for region in range(3)}
    assert by_region.agg("sold", lambda units: int(np.sum(units))) == sold
    open_or_not = shops.groupby(lambda shop: "in" if shop.authorised else "out").count()
    assert open_or_not["in"] == market.retailers.authorised.sum()


def test_sub_distributors_as_agents(market: Market) -> None:
    firms = market.agents_by_type[Subdistributor]
    assert firms.get("district") == list(range(6))
    assert firms.groupby("region").count() == {0: 2, 1: 2, 2: 2}
    assert {type(firm) for firm in market.agents_by_type[Distributor]} == {Distributor}
    assert np.array_equal(np.array(firms.get("stock")), market.subdistributors.stock)
    assert firms.agg("cash", sum) == pytest.approx(market.ledger.cash[market.subdistributors.party].sum())
    firms.set("price", 9.5)
    assert (market.subdistributors.price == 9.5).all()


def test_online_shops_as_agents(market: Market) -> None:
    shops = market.agents_by_type[OnlineShop]
    assert shops.sort("visits", ascending=False)[0].visits == market.online.visits.max() > 0
    assert np.array_equal(np.array(shops.get("sold")), market.online.sold)
    assert shops[1].cash == market.agents_by_type[Manufacturer][0].cash, "the brand's own shop has no purse of its own"
    assert market.ledger.cash[market.online.party[0]] == shops[0].cash != shops[2].cash
    shops.select(lambda shop: shop.service < 0.5).set("service", 1.0)
    assert market.online.service.tolist() == [0.6, 0.8, 1.0, 0.6, 0.6]
    assert market.shelves.service[-5:].tolist() == [0.6, 0.8, 1.0, 0.6, 0.6]
    shops.set("price", 1.0)
    assert (market.shelves.price[-5:] == 1.0).all()
    assert (market.shelves.price[:-5] > 1.0).all()


def test_set_and_do_reach_the_columns(market: Market) -> None:
    shops = market.agents_by_type[Retailer]
    shops.select(lambda shop: shop.region == 0).set("service", 0.125)
    assert (market.retailers.service == 0.125).sum() == 16
    shops.do(lambda shop: setattr(shop, "price", shop.price * 2))
    before = market.retailers.price.copy()
    assert np.array_equal(np.array(shops.get("price")), before)
    assert (before > 15).all()


def test_a_data_collector_keeps_what_it_saw() -> None:
    market = market_of()
    collector = mesa.DataCollector(
        model_reporters={"Week": "week", "Cash": lambda m: float(m.ledger.cash.sum())},
        agenttype_reporters={
            Retailer: {"service": "service", "stock": "stock", "cash": "cash"},
            Subdistributor: {"district": "district", "stock": "stock"},
            OnlineShop: {"visits": "visits", "stock": "stock"},
        },
    )
    seen: list[dict[type[mesa.Agent], Any]] = []
    for _ in range(4):
        market.step()
        collector.collect(market)
        tiers = {Retailer: market.retailers, Subdistributor: market.subdistributors, OnlineShop: market.online}
        seen.append({kind: tier.stock.copy() for kind, tier in tiers.items()})
    assert collector.get_model_vars_dataframe()["Week"].tolist() == [1, 2, 3, 4]
    for kind, count in ((Retailer, 48), (Subdistributor, 6), (OnlineShop, 5)):
        table = collector.get_agenttype_vars_dataframe(kind)
        assert len(table) == 4 * count
        for week, stocks in enumerate(seen, 1):
            found = np.array(table.loc[week]["stock"].tolist())
            assert np.array_equal(found, stocks[kind]), "later weeks changed earlier ones"


def test_the_brands_own_shop_sells_no_rivals(market: Market) -> None:
    own, shop = market.goods.own, market.online.own
    assert shop.tolist() == [False, True, False, False, False]
    for _ in range(5):
        market.step()
        for column in (market.online.wished, market.online.ordered, market.online.stock, market.online.on_order):
            assert not column[shop, own:].any()
            assert column[~shop].shape == (4, len(market.goods.names))
    assert market.online.received[~shop, own:].any()
    assert (market.online.purchase_price[1, :own] == market.goods.unit_cost[:own]).all()


def test_two_markets_never_see_each_other() -> None:
    scenarios = ("run.seed=1",), ("run.seed=2", "layout.core=exclusive", "network.sites_per_district=4")
    alone = []
    for overrides in scenarios:
        market = market_of(*overrides)
        market.play(6)
        alone.append(state.dump(market))
    one, other = (market_of(*overrides) for overrides in scenarios)
    for _ in range(6):
        one.step()
        other.step()
    for market, expected in zip((one, other), alone, strict=True):
        found = state.dump(market)
        assert [name for name in expected if found[name].tobytes() != expected[name].tobytes()] == []
    other.agents_by_type[Retailer].set("service", 0.0)
    other.agents_by_type[Retailer][0].remove()
    other.agents_by_type[OnlineShop].set("price", 0.0)
    other.agents_by_type[OnlineShop][0].remove()
    other.agents_by_type[Subdistributor][0].remove()
    assert one.online.active.all()
    assert one.subdistributors.active.all()
    assert one.online.price.min() > 0
    assert min(one.agents_by_type[Retailer].get("service")) > 0
    assert len(one.agents_by_type[Retailer]) == 48
    assert one.retailers.active.all()


def test_a_consumer_is_a_view(market: Market) -> None:
    consumer = market.consumers[3]
    consumer.satisfaction = 0.75
    assert market.consumers.mind.satisfaction[3] == np.float32(0.75)
    assert consumer.area == market.consumers.tastes.area[3]
    with pytest.raises(AttributeError):
        consumer.area = 4
    with pytest.raises(AttributeError):
        consumer.mood = 1
    with pytest.raises(IndexError):
        market.consumers[len(market.consumers)]


def play_and_close(scenario: Scenario, seed: int) -> "weakref.ref[Market]":
    market = Market(scenario, seed=seed)
    market.step()
    market.close()
    return weakref.ref(market)


def test_memory_stays_flat_over_many_markets() -> None:
    small = ("network.regions=single", 'manufacturer.plants=[{region="ONE"}]', "consumers.count=100")
    scenario = load("one-tier", (*small, "network.district_count=1")).scenario
    tracemalloc.start()
    try:
        markets = [play_and_close(scenario, seed) for seed in range(50)]
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        market = Market(scenario)
        size = tracemalloc.get_traced_memory()[0] - before
        market.close()
        del market
        markets += [play_and_close(scenario, seed) for seed in range(50, 200)]
        gc.collect()
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert [seed for seed, market in enumerate(markets) if market() is not None] == []
    assert left < size, f"150 markets left {left} bytes behind, one takes {size}"
