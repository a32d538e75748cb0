"""Who supplies whom under a layout: own stores, warehouses, platforms, partners by role, and changes in mid-run."""

from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.chain import SELLERS
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
STORES = ("stores.per_area=1", "layout.own_stores.core=1.0")
PLATFORM = ('platform_distributors.regions=["HILLS"]', "layout.supply.edge=platform_distributors")


def market(*overrides: str, weeks: int = 0) -> Market:
    """The lively market after some weeks."""
    made = Market(load(LIVELY, overrides).scenario)
    made.play(weeks)
    assert made.record.goods_imbalance == 0
    assert made.record.money_imbalance < 1e-9
    return made


def suppliers(made: Market, role: str) -> set[str]:
    """Tiers that supply the shops of the regions of a role."""
    roles = made.roads.table.role[made.retailers.region]
    return {SELLERS[tier] for tier in made.retailers.supplier_tier[roles == ("core", "potential", "edge").index(role)]}


def test_each_role_has_the_suppliers_that_its_layout_names() -> None:
    made = market("layout.supply.core=direct", "layout.supply.potential=distributors", *PLATFORM)
    assert suppliers(made, "core") == {"plants"}
    assert suppliers(made, "potential") == {"distributors"}
    assert suppliers(made, "edge") == {"platform_distributors"}
    # Nobody works for the brand where shops do without him.
    assert not made.subdistributors.contracted.any()
    assert made.distributors.contracted.tolist() == [made.roads.table.role[r] == 1 for r in made.distributors.region]
    for tier in (made.subdistributors, made.distributors):
        assert not tier.stock[~tier.contracted].any()


def test_warehouses_stand_between_plants_and_all_who_buy_from_the_brand() -> None:
    made = market('warehouses.regions=["PLAIN", "HILLS"]', *STORES, weeks=15)
    assert [(link.seller, link.buyer) for link in made.links] == [
        *(("plants", "warehouses"), ("warehouses", "distributors"), ("warehouses", "stores")),
        *(("warehouses", "online"), ("distributors", "subdistributors"), ("subdistributors", "retailers")),
    ]
    assert made.books["warehouses"].bought.sum() > 0 < made.books["warehouses"].sold.sum()
    # The brand sells to partners alone: what its own warehouses and stores took is in nobody's purchases.
    partners = made.record.partner_units
    assert partners[made.manufacturers.party].sum() == 0
    assert set(np.flatnonzero(partners)) <= {*made.distributors.party, *made.online.party}


def test_own_stores_earn_for_the_brand_alone() -> None:
    made = market(*STORES, weeks=15)
    stores = made.stores
    assert stores.open.tolist() == [made.roads.table.role[region] == 0 for region in stores.region]
    assert stores.sold.sum() > 0
    assert not stores.sold[~stores.open].any()
    assert not stores.stock[:, made.goods.own :].any()
    assert set(stores.party) == set(made.manufacturers.party)
    numbers = made.record.numbers
    found = metrics.summary(made)["direct_share"]
    direct = sum(numbers["store_units"][3:]) + sum(
        a - b for a, b in zip(numbers["direct_units"][3:], numbers["store_units"][3:], strict=True)
    )
    assert found == pytest.approx(direct / sum(numbers["units_sold"][3:]), rel=1e-12)
    assert found > market(weeks=15).record.numbers["direct_units"][-1] / numbers["units_sold"][-1]


def test_stores_that_close_sell_off_what_they_hold() -> None:
    closing = 'timetable=[{weeks=[2, 9], set={"layout.own_stores.core"=0.0}}]'
    made = market(*STORES, closing, weeks=4)
    held = made.stores.stock.sum()
    assert held > 0
    made.play(4)
    assert not made.stores.open.any()
    assert made.stores.sold.sum() >= 0 < held
    assert made.stores.stock.sum() < held
    assert not made.stores.ordered.any()


def test_a_change_of_supplier_hands_over_orders_and_pays_the_sender() -> None:
    turn = 'timetable=[{weeks=[4, 9], set={"layout.supply.core"="direct"}}]'
    made = market(turn, "retailers.local_lead_days=16.0", weeks=6)
    assert suppliers(made, "core") == {"subdistributors"}
    core = made.roads.table.role[made.retailers.region] == 0
    made.play(1)
    assert suppliers(made, "core") == {"plants"}
    # What sub-distributors sent before is still on the road, and is paid to them when it comes.
    late = [s for s in made.logistics.shipments if s.seller == "subdistributors"]
    assert any(core[s.receivers].any() for s in late)
    made.play(2)
    assert made.record.goods_imbalance == 0
    assert made.record.money_imbalance < 1e-9


@pytest.mark.parametrize("before", [3, 5, 8])
def test_a_saved_market_knows_its_suppliers(before: int, tmp_path: Path) -> None:
    turn = 'timetable=[{weeks=[3, 6], set={"layout.supply.core"="direct", "layout.own_stores.core"=0.5}}]'
    made = market(turn, *STORES, *PLATFORM, weeks=before)
    made.save(tmp_path / "market.npz")
    again = Market.load(tmp_path / "market.npz")
    for mine, theirs in zip(made.links, again.links, strict=True):
        assert (mine.seller, mine.buyer) == (theirs.seller, theirs.buyer)
        assert mine.supplier.tolist() == theirs.supplier.tolist()
    made.play(4)
    again.play(4)
    assert made.ledger.cash.tolist() == again.ledger.cash.tolist()
    assert made.shelves.stock.tolist() == again.shelves.stock.tolist()


def test_a_class_is_carried_where_region_and_class_open_the_site() -> None:
    made = market("products.1.product_class=luxury", "layout.luxury=exclusive", "layout.edge=intensive")
    shops, sites = made.retailers, made.scenario.network.sites_per_area
    assert shops.carries[:, 1].tolist() == (shops.rank < np.ceil(0.125 * sites)).tolist()
    core = made.roads.table.role[shops.region] == 0
    assert shops.carries[core, 0].all()
    assert (shops.authorised == shops.carries.any(axis=1)).all()


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("layout.supply.edge=platform_distributors", "platform_distributors.regions has none"),
        ("layout.own_stores.core=0.2", "stores.per_area is 0"),
        ("layout.distributors.potential=3", "up to distributors.per_region (1)"),
        ('warehouses.regions=["NOWHERE"]', "allowed are regions such as"),
        ('platform_distributors.regions=["X"]', "allowed are regions such as"),
    ],
)
def test_what_does_not_exist_is_named(override: str, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("(", r"\(").replace(")", r"\)")):
        market(override)
