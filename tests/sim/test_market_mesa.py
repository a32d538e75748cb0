"""Mesa's own tools work on the firms, firms can leave, and markets keep to themselves and to their memory."""

import gc
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from channellab.agents.distributors import Distributor, Subdistributor
from channellab.agents.manufacturer import Manufacturer, Plant
from channellab.agents.online import OnlineShop
from channellab.agents.retailers import Retailer
from channellab.agents.rivals import Rival
from channellab.scenarios.files import load
from channellab.scenarios.settings import Scenario
from channellab.sim import state
from channellab.sim.ledger import Account
from channellab.sim.lifecycle import retire
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
    assert counts == {
        Manufacturer: 1,
        Plant: 2,
        Rival: 1,
        Distributor: 3,
        Subdistributor: 6,
        Retailer: 48,
        OnlineShop: 3,
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
    assert market.online.service.tolist() == [0.6, 0.8, 1.0]
    assert market.shelves.service[-3:].tolist() == [0.6, 0.8, 1.0]
    shops.set("price", 1.0)
    assert (market.shelves.price[-3:] == 1.0).all()
    assert (market.shelves.price[:-3] > 1.0).all()


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
    for kind, count in ((Retailer, 48), (Subdistributor, 6), (OnlineShop, 3)):
        table = collector.get_agenttype_vars_dataframe(kind)
        assert len(table) == 4 * count
        for week, stocks in enumerate(seen, 1):
            found = np.array(table.loc[week]["stock"].tolist())
            assert np.array_equal(found, stocks[kind]), "later weeks changed earlier ones"


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


@pytest.mark.parametrize(("row", "fixed"), [(0, 0.0), (2, 0.0), (1, 2000.0 + 2 * 50.0)])
def test_an_online_shop_leaves(row: int, fixed: float) -> None:
    """Sellers and the brand's own; of the brand's party there remain its own overheads."""
    market = market_of("online.shops.1.owner=brand", "online.fixed_cost=50.0", "manufacturer.fixed_cost=2000.0")
    market.play(3)
    shop = market.agents_by_type[OnlineShop][row]
    left = shop.stock.copy()
    assert left[: market.goods.own].any()
    shop.remove()
    assert shop not in market.agents
    before = market.books["online"].scrapped.copy()
    market.step()
    assert np.array_equal(market.books["online"].scrapped[row] - before[row], left)
    place = market.retailers.party.size + row
    assert np.isneginf(shelf(market).utility[place]).all()
    for _ in range(4):
        market.step()
        online = market.online
        for column in (online.sold, online.wished, online.ordered, online.waiting, online.visits, online.owed):
            assert column[row].sum() == 0
        assert (market.consumers.mind.waiting_for // len(market.goods.names) != place).all()
        if row != 1:
            assert not market.ledger.entries[
                [Account.PLATFORM, Account.RIVAL_PLATFORM, Account.OVERHEADS], shop.party
            ].any()
    assert (market.online.stock[row] == 0).all()
    assert (market.online.on_order[row] == 0).all()
    assert np.delete(market.online.sold, row, axis=0).sum() > 0
    check_books(market)


def test_the_brands_own_shop_sells_no_rivals(market: Market) -> None:
    own, shop = market.goods.own, market.online.own
    assert shop.tolist() == [False, True, False]
    for _ in range(5):
        market.step()
        for column in (market.online.wished, market.online.ordered, market.online.stock, market.online.on_order):
            assert not column[shop, own:].any()
            assert column[~shop].shape == (2, len(market.goods.names))
    assert market.online.received[~shop, own:].any()
    assert (market.online.purchase_price[1, :own] == market.goods.unit_cost[:own]).all()


def test_nobody_waits_at_a_closed_online_shop() -> None:
    market = market_of("online.lead_days=30.0", "online.stock.safety_factor=0.0", "consumers.stock_out.patience=4")
    shop = None
    while shop is None:
        market.step()
        shop = next((shop for shop in market.agents_by_type[OnlineShop] if market.online.waiting[shop.row].any()), None)
    place, skus = market.retailers.party.size + shop.row, len(market.goods.names)
    assert (market.consumers.mind.waiting_for // skus == place).any()
    shop.remove()
    market.step()
    assert market.online.waiting[shop.row].sum() == 0
    assert not (market.consumers.mind.waiting_for // skus == place).any()
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
    row, served = distributor.row, market.subdistributors.supplier == distributor.row
    distributor.remove()
    market.play(2)
    received = market.books["subdistributors"].bought.copy()
    market.play(6)
    assert market.distributors.stock[row].sum() == market.distributors.ordered[row].sum() == 0
    assert market.distributors.on_order[row].sum() == market.distributors.in_transit[row].sum() == 0
    assert market.ledger.entries[Account.OVERHEADS, distributor.party] == 0
    received = market.books["subdistributors"].bought - received
    assert received[served].sum() == 0
    assert received[~served].sum() > 0
    check_books(market)


def test_without_sub_distributors_a_distributor_leaves_its_shops_alone() -> None:
    market = market_of("subdistributors.per_district=0")
    market.play(3)
    own, gone = market.goods.own, market.agents_by_type[Distributor][0]
    served = market.retailers.supplier == gone.row
    gone.remove()
    market.play(2)
    received = market.books["retailers"].bought[:, :own].copy()
    market.play(6)
    received = market.books["retailers"].bought[:, :own] - received
    assert received[served].sum() == 0
    assert received[~served].sum() > 0
    check_books(market)


def test_a_sub_distributor_leaves(market: Market) -> None:
    own, firm = market.goods.own, market.agents_by_type[Subdistributor][0]
    row, served = firm.row, market.retailers.supplier == firm.row
    assert np.array_equal(served, market.retailers.district == firm.district)
    left, scrapped = firm.stock.copy(), market.books["subdistributors"].scrapped.copy()
    assert left.any()
    firm.remove()
    market.step()
    assert np.array_equal(market.books["subdistributors"].scrapped[row] - scrapped[row], left)
    market.step()
    received = market.books["retailers"].bought[:, :own].copy()
    market.play(6)
    tier = market.subdistributors
    for column in (tier.stock, tier.ordered, tier.on_order, tier.owed, tier.in_transit):
        assert column[row].sum() == 0
    assert market.ledger.entries[Account.OVERHEADS, firm.party] == 0
    received = market.books["retailers"].bought[:, :own] - received
    assert received[served].sum() == 0
    assert received[~served].sum() > 0
    check_books(market)


def test_goods_on_the_road_to_a_leaver_are_written_off() -> None:
    market = market_of("subdistributors.regional_lead_days=20.0")
    market.play(3)
    firm = next(
        f for f in market.agents_by_type[Subdistributor] if f.on_order.sum() > market.subdistributors.owed[f.row].sum()
    )
    road = firm.on_order - market.subdistributors.owed[firm.row]
    held, scrapped = firm.stock.copy(), market.books["subdistributors"].scrapped[firm.row].copy()
    firm.remove()
    market.play(5)
    assert np.array_equal(market.books["subdistributors"].scrapped[firm.row] - scrapped, held + road)
    assert firm.on_order.sum() == firm.stock.sum() == 0
    check_books(market)


CHAIN_LINKS = [
    (Distributor, "subdistributors", "subdistributors.regional_lead_days=0.0"),
    (Subdistributor, "retailers", "retailers.local_lead_days=0.0"),
    (Plant, "distributors", "distributors.trunk_lead_days=0.0"),
    (Plant, "online", "online.lead_days=0.0"),
]


@pytest.mark.parametrize(("kind", "buyer", "at_once"), CHAIN_LINKS)
def test_orders_at_a_supplier_that_left_are_void(
    kind: type[Distributor] | type[Plant], buyer: str, at_once: str
) -> None:
    """Nothing is on the road where goods arrive at once, so what is on order is owed, until the supplier leaves."""
    market = market_of(at_once, "manufacturer.plants.0.capacity=1", "manufacturer.stock.safety_factor=0.0")
    market.play(8)
    tier, own = market.tiers[buyer], market.goods.own
    gone = market.agents_by_type[kind][0]
    served = tier.supplier == gone.row
    assert tier.owed[served].sum() > 0
    assert np.array_equal(tier.on_order[:, :own], tier.owed)
    gone.remove()
    for _ in range(3):
        retire(market)
        assert tier.owed[served].sum() == tier.on_order[served, :own].sum() == 0
        market.step()
    assert market.tiers[buyer].owed[served].sum() == tier.ordered[served, :own].sum()
    check_books(market)


def test_a_plant_leaves(market: Market) -> None:
    plant = market.agents_by_type[Plant][0]
    plant.remove()
    market.step()
    made = market.books["plants"].made.copy()
    market.play(8)
    assert market.plants.stock[0].sum() == market.plants.ordered[0].sum() == market.plants.on_order[0].sum() == 0
    assert (market.books["plants"].made[1] > made[1]).all()
    assert np.array_equal(market.books["plants"].made[0], made[0])
    check_books(market)


def test_a_rival_leaves(market: Market) -> None:
    own = market.goods.own
    market.agents_by_type[Rival][0].remove()
    market.play(6)
    for outlets in (market.retailers, market.online):
        assert outlets.received[:, own:].sum() == 0
        assert outlets.ordered[:, own:].sum() == 0
        assert outlets.on_order[:, own:].sum() == 0
    check_books(market)


def test_all_shops_may_leave(market: Market) -> None:
    for shop in list(market.agents_by_type[Retailer]):
        shop.remove()
    market.play(3)
    assert market.record.numbers["units_sold"][-1] == market.record.numbers["online_units"][-1] > 0
    for shop in list(market.agents_by_type[OnlineShop]):
        shop.remove()
    market.play(3)
    assert market.record.numbers["units_sold"][-1] == market.record.numbers["category_units"][-1] == 0
    check_books(market)


def test_all_wholesalers_may_leave(market: Market) -> None:
    for kind in (Subdistributor, Distributor):
        for firm in list(market.agents_by_type[kind]):
            firm.remove()
    market.play(3)
    sold = market.books["distributors"].sold.copy()
    market.play(6)
    assert np.array_equal(market.books["distributors"].sold, sold)
    assert market.record.numbers["distributor_stock"][-1] == 0
    assert market.record.numbers["online_units"][-1] > 0, "plants supply the online shops"
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
