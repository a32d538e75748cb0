"""Orders at the brand's online shop that shops serve or hand over, worked out with plain numbers."""

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
seed = 6
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[consumers]
count = 80
outlets_considered = 2
online_considered = 1
season_amplitude = 0.0
income_effect = 0.0
collector_buys = 0.5
demand = {gumbel_scale = 0.0}
awareness = {initial = 1.0, forgetting = 0.0}
memory = {brand_loyalty = 0.0, outlet_loyalty = 0.0, channel_habit = 0.0, satisfaction_weight = 0.0}
[[consumers.segments]]
name = "all"
need = 1.0
service_preference = 0.0
travel_burden = 0.4
delivery_burden = 0.15
online_preference = 0.3
online_spread = 0.0
price_sensitivity = 0.0
price_sensitivity_spread = 0.0
taste_spread = 0.0
[[products]]
name = "Tea"
list_price = 10.0
ex_factory_price = 6.0
unit_cost = 4.0
appeal = 10.0
[distributors]
per_region = 0
[manufacturer]
stock = {rule = "base_stock", level = 500}
[[online.shops]]
name = "Own"
owner = "brand"
discount = 0.2
platform_fee = 0.05
traffic_cost = 0.1
delivery_days = 4.0
delivery_cost = 1.0
[online]
stock = {rule = "base_stock", level = 200}
local_days = 1.0
promise_rate = 1.0
collect_cost = 0.3
[retailers]
formats = [{name = "shop"}]
quality_spread = 0.0
support_gain = 0.0
pickup_cost = 0.2
local_delivery_cost = 0.7
local_lead_days = 1.0
stock = {rule = "base_stock", level = 100}
[policy.online]
"""
"""Two shops and the brand's own online shop, no luck in any choice, and a price that nobody minds.

At d km from the nearer shop a unit is worth -.4 d there, and .3 - .15 x 4 = -.3 brought to the door: so who lives less
than .75 km away buys in the shop. Collected in the shop it is worth .3 - .4 d, more than bought there; all for whom the
way is less of a burden than the wait at the door (.6, so up to 1.5 km) collect.
Served by a shop of the area it comes in a day and is worth .3 - .15 = .15: more than any way.
"""


def played_with(played: Played, policy: str) -> Market:
    return played(MARKET + policy)


def near(market: Market, km: float) -> int:
    return int((market.consumers.tastes.distance[:, 0] < km).sum())


def test_without_terms_the_online_shop_serves_its_orders(played: Played) -> None:
    market = played_with(played, "")
    online = 80 - near(market, 0.75)
    assert 0 < online < 80
    assert market.online.sold.sum() == online
    assert market.ledger.paid[Account.PLATFORM].sum() == pytest.approx(online * (0.05 * 8.0 + 1.0) + 0.1 * 80)
    assert metrics.summary(market)["shop_served_share"] == 0.0
    assert market.ledger.flow[[Account.PICKUP_FEES, Account.ROUTED_ORDERS, Account.ONLINE_SERVICE]].sum() == 0.0


def test_who_lives_near_enough_collects(played: Played) -> None:
    market = played_with(played, "pickup = true\npickup_fee = 0.6\n")
    collectors, paid = near(market, 1.5), market.ledger.paid
    assert market.online.sold.sum() == 80
    assert 0 < collectors < 80
    assert market.omni.handed.sum() == market.online.collected.sum() == collectors
    assert paid[Account.PICKUP_FEES, Group.MANUFACTURER, Group.RETAILERS] == pytest.approx(0.6 * collectors)
    assert paid[Account.ONLINE_SERVICE, Group.RETAILERS, Group.LANDLORDS] == pytest.approx(0.2 * collectors)
    to_the_door = 80 - collectors
    cost = 80 * 0.05 * 8.0 + 0.1 * 80 + 1.0 * to_the_door + 0.3 * collectors
    assert paid[Account.PLATFORM].sum() == pytest.approx(cost)
    # Nobody buys in the shops but those who are there to collect.
    assert 0 < market.retailers.sold.sum() < collectors
    assert metrics.summary(market)["shop_served_share"] == pytest.approx(collectors / 80)


def test_shops_serve_orders_and_sell_the_goods(played: Played) -> None:
    market = played_with(played, "routing = true\norder_share = 0.75\n")
    paid, shops = market.ledger.paid, market.retailers
    # In the first week nobody knew how fast it would be.
    assert market.record.numbers["online_units"] == [80 - near(market, 0.75), *[80] * 4]
    assert market.online.local_share.tolist() == [1.0]
    nearest = np.bincount(market.consumers.tastes.candidates[:, 0], minlength=2)
    assert market.omni.routed[:, 0].tolist() == nearest.tolist()
    assert market.online.stock.tolist() == [[200]]
    assert shops.held[:, 0].tolist() == (100 - nearest).tolist()
    assert paid[Account.ROUTED_ORDERS, Group.MANUFACTURER, Group.RETAILERS] == pytest.approx(80 * 0.75 * 8.0)
    assert paid[Account.ONLINE_SERVICE, Group.RETAILERS, Group.LANDLORDS] == pytest.approx(80 * 0.7)
    assert paid[Account.PLATFORM].sum() == pytest.approx(80 * 0.05 * 8.0 + 0.1 * 80)
    assert shops.demand[:, 0].tolist() == nearest.tolist()
    assert metrics.summary(market)["shop_served_share"] == pytest.approx(1.0)


def test_what_shops_cannot_serve_comes_from_the_online_shop(played: Played) -> None:
    market = played((MARKET + "routing = true\n").replace("level = 100}", "level = 9}"))
    sold, routed = market.online.sold.sum(), market.omni.routed.sum()
    # Some live so near that the slower delivery sends them to the shops, which have nine units each.
    assert routed == 18 - market.retailers.sold.sum()
    assert 0 < routed < sold
    assert market.online.held.sum() == 200 - (sold - routed)
    assert market.online.local_share.tolist() == [routed / sold]


@pytest.mark.parametrize("policy", ["pickup = true\n", "routing = true\n", "routing = true\npickup = true\n"])
def test_books_balance(policy: str, played: Played) -> None:
    market = played_with(played, policy)
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= 1e-9


@pytest.mark.parametrize("name", ["routing", "pickup"])
def test_orders_need_a_shop_of_the_brand(name: str) -> None:
    mall = 'online.shops=[{name="Mall"}]'
    with pytest.raises(BadInput, match=rf"policy\.online\.{name} is true, but online\.shops has none"):
        load("one-tier", (mall, f"policy.online.{name}=true"))
    entry = f'timetable=[{{weeks=[1, 2], set={{"policy.online.{name}"=true}}}}]'
    with pytest.raises(BadInput, match=r"concerns orders at online shops of the brand, and online\.shops has none"):
        load("one-tier", (mall, entry))
