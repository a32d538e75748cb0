"""Showrooming: shoppers whom a shop advises and who buy online, worked out with plain numbers."""

from collections.abc import Callable

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market

Played = Callable[[str], Market]
MARKET = """
[run]
warmup = 1
weeks = 4
seed = 5
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[consumers]
count = 90
outlets_considered = 2
season_amplitude = 0.0
income_effect = 0.0
demand = {gumbel_scale = 0.0}
awareness = {initial = 1.0, forgetting = 0.0}
memory = {brand_loyalty = 0.0, outlet_loyalty = 0.0, channel_habit = 0.0, satisfaction_weight = 0.0}
showrooming = {share = 0.6, carried = 0.5}
[[consumers.segments]]
name = "all"
need = 1.0
service_preference = 2.0
travel_burden = 0.4
delivery_burden = 0.0
online_preference = -0.3
online_spread = 0.0
price_sensitivity = 0.2
price_sensitivity_spread = 0.0
taste_spread = 0.0
[[products]]
name = "Tea"
list_price = 10.0
ex_factory_price = 6.0
appeal = 10.0
[distributors]
per_region = 0
[manufacturer]
stock = {rule = "base_stock", level = 500}
[[online.shops]]
name = "Mall"
service = 0.1
discount = 0.3
[online]
stock = {rule = "base_stock", level = 200}
[retailers]
formats = [{name = "shop", service = 0.6}]
quality_spread = 0.0
support_gain = 0.0
advice_cost = 0.3
stock = {rule = "base_stock", level = 200}
[policy.online]
commission = 0.15
"""
"""Two shops of equal service, an online shop with less that is 3.00 cheaper, and no luck.

At d km from the nearer shop a unit is worth 2 x .6 - .4 d there and -.3 + 2 x .1 + .2 x 3 = .5 online. After a look,
which is worth .5 x 2 x .6 - .4 d, it is worth 1.1 - .4 d online: .1 less than in the shop. So nobody buys online after
a look at equal preferences; where the online shop is 1.00 cheaper still, it is .1 more, and all those who look and live
less than 1.5 km away do. Without a look a unit is worth .7 online, more than in a shop from 1.25 km on.
"""
CHEAPER = MARKET.replace("discount = 0.3", "discount = 0.4")


@pytest.fixture(scope="module")
def market(played: Played) -> Market:
    return played(CHEAPER)


def looked(market: Market) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Those who look and live near enough, by the shop that is nearer."""
    near = market.consumers.tastes.distance[:, 0]
    who = market.showrooms.looks & (near < 1.5)
    return np.bincount(market.consumers.tastes.candidates[who, 0], minlength=2)


def test_shoppers_look_at_the_nearer_shop_and_buy_where_it_is_cheaper(market: Market) -> None:
    tastes, looks = market.consumers.tastes, market.showrooms.looks
    there = looked(market)
    assert there.min() > 0
    assert market.omni.advised.tolist() == there.tolist()
    alone = ~looks & (tastes.distance[:, 0] > 1.25)
    far = looks & (tastes.distance[:, 0] >= 1.5)
    assert market.online.sold.sum() == there.sum() + alone.sum() + far.sum()
    assert market.shelves.sold.sum() == 90
    found = metrics.summary(market)
    assert found["showroomed_share"] == pytest.approx(there.sum() / (there.sum() + alone.sum() + far.sum()))


def test_the_shop_bears_the_advice_and_earns_the_commission(market: Market) -> None:
    there, paid = looked(market), market.ledger.paid
    assert market.omni.earned == pytest.approx(0.15 * 6.0 * there)
    assert paid[Account.ONLINE_SERVICE, Group.RETAILERS, Group.LANDLORDS] == pytest.approx(0.3 * there.sum())
    commission = paid[Account.LEAD_COMMISSION, Group.MANUFACTURER, Group.RETAILERS]
    assert commission == pytest.approx(0.15 * 6.0 * there.sum())
    share = 0.15 * 6.0 * there.sum() / (6.0 * market.online.sold.sum() + 10.0 * market.retailers.sold.sum())
    assert metrics.summary(market)["lead_commission_rate"] == pytest.approx(share)


def test_the_online_shop_may_have_to_pay(market: Market, played: Played) -> None:
    other = played(CHEAPER.replace("commission = 0.15", 'commission = 0.15\ncommission_from = "seller"'))
    paid = other.ledger.paid[Account.LEAD_COMMISSION]
    assert paid[Group.ONLINE, Group.RETAILERS] == pytest.approx(0.15 * 6.0 * looked(market).sum())
    assert not paid[Group.MANUFACTURER].any()


def test_nobody_buys_online_after_a_look_where_the_shop_is_as_good(played: Played) -> None:
    dear = played(MARKET)
    assert dear.omni.advised.tolist() == [0, 0]
    assert metrics.summary(dear)["showroomed_share"] == 0.0


def test_a_shop_without_goods_advises_nobody(played: Played) -> None:
    bare = played(
        CHEAPER + '[layout]\ncore = "exclusive"\npotential = "exclusive"\nedge = "exclusive"\nexclusive = 0.5\n'
    )
    one = int(np.flatnonzero(bare.retailers.authorised).item())
    assert bare.omni.advised[one] > 0
    assert bare.omni.advised.sum() == bare.omni.advised[one]


def test_without_showrooming_a_market_is_as_it_was(played: Played) -> None:
    never = CHEAPER.replace("showrooming = {share = 0.6, carried = 0.5}", "")
    plain = played(never.replace("[policy.online]\ncommission = 0.15\n", ""))
    assert plain.record.numbers == played(never).record.numbers
    assert plain.showrooms.shown.size == 0
    assert metrics.summary(plain)["showroomed_share"] == 0.0


def test_terms_for_online_sales_concern_shops() -> None:
    entry = 'timetable=[{weeks=[1, 2], who=["online"], set={"policy.online.commission"=0.1}}]'
    with pytest.raises(BadInput, match=r"has nobody whom policy\.online\.commission concerns"):
        load("one-tier", ('online.shops=[{name="Mall"}]', entry))
