"""Firms of every kind can leave: their stock is written off, their orders are void, and the books still balance."""

from pathlib import Path

import numpy as np
import pytest

from channellab.agents.distributors import Distributor, Subdistributor
from channellab.agents.manufacturer import Plant
from channellab.agents.online import OnlineShop
from channellab.agents.retailers import Retailer
from channellab.agents.rivals import Rival
from channellab.scenarios.files import load
from channellab.sim.ledger import Account
from channellab.sim.lifecycle import retire
from channellab.sim.market import Market
from channellab.sim.shopping import shelf

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")


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
