"""SKUs made for some channels and places only: who carries them, and what that does to conflict over prices."""

from functools import cache

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.regions import ROLES
from channellab.sim import metrics
from channellab.sim.market import Market

SMALL = (
    *("network.district_count=31", "consumers.count=3000", "run.warmup=2", "run.weeks=4", "kols.count=0"),
    'online.shops=[{name="Mall", discount=0.2}, {name="Own", owner="brand"}]',
)
APART = (
    *('products.0.channels=["online"]', 'products.1.channels=["online"]'),
    *('products.2.channels=["key account", "chain", "independent"]', 'products.3.channels=["independent"]'),
)


@cache
def played(*overrides: str) -> Market:
    market = Market(load("base", (*SMALL, *overrides)).scenario)
    market.play(6)
    market.close()
    return market


def test_a_sku_is_sold_in_its_channels_alone() -> None:
    market = played(*APART)
    own, formats = market.goods.own, [shop.name for shop in market.scenario.retailers.formats]
    sold = np.array(market.record.sku_units)[:, :own].sum(axis=0)
    assert (sold > 0).all()
    shops = market.retailers
    assert not shops.carries[:, :2].any()
    assert not market.online.assigned[:, 2:].any()
    carried = {formats[kind] for kind in shops.format[shops.carries[:, 3]]}
    assert carried == {"independent"}
    for tier in (shops, market.online):
        assert not tier.stock[:, :own][~tier.assigned].any()
    assert market.record.money_imbalance < 1e-9
    assert market.record.goods_imbalance == 0


def test_a_county_pack_stays_in_its_places() -> None:
    market = played('products.0.regions=["edge", "110000"]')
    table, shops = market.roads.table, market.retailers
    here = {table.region_ids[region] for region in shops.region[shops.carries[:, 0]]}
    edge = {name for name, role in zip(table.region_ids, table.role, strict=True) if ROLES[role] == "edge"}
    assert here == edge | {"110000"}
    assert market.online.assigned.all(), "online shops sell everywhere"


def test_models_of_their_own_leave_nothing_to_compare() -> None:
    alike, apart = (metrics.summary(played(*overrides)) for overrides in ((), APART))
    assert alike["conflict_by_resentment"] > 0.0
    assert apart["conflict_by_resentment"] == 0.0


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ('products.0.channels=["kiosk"]', "products.0.channels.0 is 'kiosk', allowed are"),
        ('products.0.regions=["nowhere"]', "products.0.regions.0 is 'nowhere', allowed are regions such as"),
    ],
)
def test_a_channel_or_place_that_is_not_there_is_refused(override: str, complaint: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Market(load("base", (*SMALL, override)).scenario)
    assert complaint in str(refusal.value)
