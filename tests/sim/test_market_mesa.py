"""Mesa's own tools work on the firms, firms can leave, and markets keep to themselves and to their memory."""

import gc
import tracemalloc
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest

from channellab.agents.distributors import Distributor
from channellab.agents.manufacturer import Manufacturer, Plant
from channellab.agents.retailers import Retailer
from channellab.agents.rivals import Rival
from channellab.scenarios.files import load
from channellab.scenarios.settings import Scenario
from channellab.sim import state
from channellab.sim.ledger import Account
from channellab.sim.market import Market
from channellab.sim.shopping import shelf

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
    assert counts == {Manufacturer: 1, Plant: 2, Rival: 1, Distributor: 3, Retailer: 48}
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
        agenttype_reporters={Retailer: {"service": "service", "stock": "stock", "cash": "cash"}},
    )
    seen = []
    for _ in range(4):
        market.step()
        collector.collect(market)
        seen.append(market.retailers.stock.copy())
    assert collector.get_model_vars_dataframe()["Week"].tolist() == [1, 2, 3, 4]
    table = collector.get_agenttype_vars_dataframe(Retailer)
    assert len(table) == 4 * 48
    for week, stock in enumerate(seen, 1):
        assert np.array_equal(np.array(table.loc[week]["stock"].tolist()), stock), "later weeks changed earlier ones"


def test_a_retailer_leaves(market: Market) -> None:
    shops = market.agents_by_type[Retailer].select(lambda shop: shop.authorised and shop.stock.any())
    shop, gone = shops[0], shops[0].row
    left = shop.stock.copy()
    shop.remove()
    assert shop not in market.agents
    before, sent = market.books["retailers"].scrapped.copy(), market.ledger.cash[shop.party]
    market.step()
    assert np.array_equal(market.books["retailers"].scrapped[gone] - before[gone], left)
    assert np.isneginf(shelf(market).utility[gone]).all()
    for _ in range(4):
        market.step()
        kept = market.retailers
        assert kept.sold[gone].sum() == kept.wished[gone].sum() == kept.ordered[gone].sum() == 0
        assert not kept.authorised[gone]
        assert kept.support[gone] == 0
        assert market.ledger.entries[Account.OVERHEADS, shop.party] == 0
    assert (market.retailers.stock[gone] == 0).all()
    assert (market.retailers.on_order[gone] == 0).all()
    assert market.ledger.cash[shop.party] <= sent
    check_books(market)


def test_nobody_waits_at_a_closed_shop() -> None:
    market = market_of(
        "consumers.demand.source=declared", "retailers.local_lead_days=20.0", "consumers.demand.mean=9.0"
    )
    market.play(3)
    shop = next(firm for firm in market.agents_by_type[Retailer] if market.retailers.waiting[firm.row].any())
    shop.remove()
    market.play(2)
    assert market.retailers.waiting[shop.row].sum() == 0


def test_a_distributor_leaves(market: Market) -> None:
    distributor = market.agents_by_type[Distributor][0]
    served = np.flatnonzero(market.retailers.supplier == distributor.row)
    distributor.remove()
    market.play(6)
    row = distributor.row
    assert market.distributors.stock[row].sum() == market.distributors.ordered[row].sum() == 0
    assert market.distributors.on_order[row].sum() == market.distributors.in_transit[row].sum() == 0
    assert market.ledger.entries[Account.OVERHEADS, distributor.party] == 0
    assert market.retailers.received[served][:, : market.goods.own].sum() == 0
    assert market.retailers.received[:, : market.goods.own].sum() > 0
    check_books(market)


def test_a_plant_leaves(market: Market) -> None:
    plant = market.agents_by_type[Plant][0]
    plant.remove()
    market.play(6)
    assert market.plants.stock[0].sum() == market.plants.ordered[0].sum() == market.plants.on_order[0].sum() == 0
    assert market.plants.received[1].sum() > 0
    check_books(market)


def test_a_rival_leaves(market: Market) -> None:
    own = market.goods.own
    market.agents_by_type[Rival][0].remove()
    market.play(6)
    assert market.retailers.received[:, own:].sum() == 0
    assert market.retailers.ordered[:, own:].sum() == 0
    assert market.retailers.on_order[:, own:].sum() == 0
    check_books(market)


def test_all_shops_may_leave(market: Market) -> None:
    for shop in list(market.agents_by_type[Retailer]):
        shop.remove()
    market.play(3)
    assert market.record.numbers["units_sold"][-1] == 0
    check_books(market)


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
    scenario = load("base", (*small, "network.district_count=1")).scenario
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
