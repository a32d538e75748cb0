"""Metrics of a market with online shops, computed with plain numbers from how many consumers buy where."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from channellab.sim import metrics
from channellab.sim.market import Market

Played = Callable[[str], Market]
ONLINE = """
[run]
warmup = 1
weeks = 5
seed = 5
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[logistics]
freight_per_unit_km = 0.0
drop_cost = 0.0
[consumers]
count = 80
outlets_considered = 1
online_considered = 1
income_effect = 0.0
season_amplitude = 0.0
demand = {gumbel_scale = 0.0}
awareness = {initial = 0.7, imitation = 0.0, advertising_effect = 0.0, forgetting = 0.0}
[[consumers.segments]]
name = "street"
share = 0.5
need = 1.0
online_preference = -20.0
online_spread = 0.0
price_sensitivity = 0.2
price_sensitivity_spread = 0.0
taste_spread = 0.0
[[consumers.segments]]
name = "web"
share = 0.5
need = 1.0
online_preference = 20.0
online_spread = 0.0
price_sensitivity = 0.2
price_sensitivity_spread = 0.0
taste_spread = 0.0
[[products]]
name = "Tea"
list_price = 10.0
ex_factory_price = 6.0
unit_cost = 4.0
appeal = 10.0
[[rivals]]
name = "Rival"
lead_days = 1.0
products = [{name = "Other tea", list_price = 7.0, ex_factory_price = 4.0, appeal = 8.0}]
[manufacturer]
stock = {rule = "base_stock", level = 500, holding_cost = 0.02}
advertising = 0.0
fixed_cost = 20.0
[distributors]
per_region = 0
[online]
lead_days = 1.0
fixed_cost = 5.0
stock = {rule = "base_stock", level = 60, holding_cost = 0.03}
[[online.shops]]
name = "Mall"
discount = 0.2
platform_fee = 0.1
traffic_cost = 0.25
delivery_cost = 0.5
[[online.shops]]
name = "Own"
owner = "brand"
platform_fee = 0.04
traffic_cost = 0.125
delivery_cost = 0.75
[retailers]
formats = [{name = "shop", service = 0.0}]
quality_spread = 0.0
support_gain = 0.0
local_lead_days = 1.0
stock = {rule = "base_stock", level = 80, holding_cost = 0.1}
handling_cost = 1.0
[policy.price]
ex_factory_discount = 0.05
[policy.funds]
district_support = 0.0
"""
"""Plant, two shops, an online seller and the brand's own online shop; no luck in any choice.

Everybody buys a unit a week: the street segment in the nearest shop, the web segment where it looks online, those who
know the brand its tea. Who does not know it buys the rival's, the web segment at the seller for 5.60 if it looks there;
if it looks at the brand's own shop, which has no rivals, it must go to the street. Every week what was sold arrives.
"""


class People(NamedTuple):
    """How many buy what each week, and how many look at each online shop."""

    shop_a: int
    shop_b: int
    mall: int
    own: int
    mall_rival: int
    looked_at_mall: int

    @property
    def street(self) -> int:
        return self.shop_a + self.shop_b

    @property
    def sold(self) -> int:
        return self.street + self.mall + self.own


def people(market: Market) -> People:
    tastes = market.consumers.tastes
    aware, web = market.consumers.mind.aware.astype(bool), tastes.segment == 1
    near_a, at_mall = tastes.candidates[:, 0] == 0, tastes.online[:, 0] == 0
    flags = (
        aware & ~web & near_a,
        aware & ~web & ~near_a,
        aware & web & at_mall,
        aware & web & ~at_mall,
        ~aware & web & at_mall,
        at_mall,
    )
    found = People(*(int(flag.sum()) for flag in flags))
    assert min(found) > 0
    assert (~aware & web & ~at_mall).any()
    return found


@pytest.fixture(scope="module")
def online(played: Played) -> Market:
    return played(ONLINE)


def profits_online(p: People) -> dict[str, float]:
    """Profit by firm and week. The seller's traffic is split by its takings, the rival's part is not the brand's."""
    direct = 6.0 * 0.95
    brand = 8.0 * p.mall / (8.0 * p.mall + 5.6 * p.mall_rival)
    fees = 0.1 * 8.0 * p.mall + 0.25 * p.looked_at_mall * brand + 0.5 * p.mall
    own_fees = 0.04 * 10.0 * p.own + 0.125 * (80 - p.looked_at_mall) + 0.75 * p.own
    under_way = 0.02 * p.sold / 7
    maker = (direct - 4.0) * (p.street + p.mall) + (10.0 - 4.0) * p.own - own_fees - 0.03 * (60 - p.own) - 5.0
    return {
        "shops": (10.0 - direct) * p.street - 0.1 * (160 - p.street) - 2 * 1.0,
        "mall": (8.0 - direct) * p.mall - fees - 0.03 * (60 - p.mall) - 5.0,
        "maker": maker - 0.02 * (500 - p.sold) - under_way - 20.0,
    }


def test_metrics_of_the_online_market(online: Market) -> None:
    p = people(online)
    profit = profits_online(p)
    expected = {
        "channel_profit": 52 * sum(profit.values()),
        "manufacturer_profit": 52 * profit["maker"],
        "partner_profit": 52 * (profit["shops"] + profit["mall"]),
        # What the brand's own shop takes is neither sell-in nor discounted.
        "trade_spend_rate": 0.05,
        "stock_cost": 0.1 * (160 - p.street)
        + 0.03 * (120 - p.mall - p.own)
        + 0.02 * (500 - p.sold)
        + 0.02 * p.sold / 7,
        "revenue": 52 * (10.0 * p.street + 8.0 * p.mall + 10.0 * p.own),
        "units_sold": 52 * p.sold,
        "market_share": p.sold / 80,
        "online_share": (p.mall + p.own) / p.sold,
        "direct_share": p.own / p.sold,
        "price_dispersion": 0.0,
        "numeric_distribution": 1.0,
        "consumer_reach": 1.0,
        "awareness": p.sold / 80,
        "adoption": p.sold / 80,
        "repurchase_rate": 1.0,
        "fill_rate": 1.0,
        "backorders": 0.0,
        "retail_stock": 160 - p.street,
        "distributor_stock": 0.0,
        "plant_stock": 500 - p.sold,
        "weeks_of_cover": (160 - p.street) / p.street,
        "inventory_turns": p.sold * 52 / (160 - p.street + 120 - p.mall - p.own + 500),
        "largest_partner_share": max(p.shop_a, p.shop_b, p.mall) / (p.street + p.mall),
    }
    found = metrics.summary(online)
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_visits_count_all_who_look(online: Market) -> None:
    looked = people(online).looked_at_mall
    assert online.online.visits.tolist() == [looked, 80 - looked]


def test_reach_counts_online_shops(played: Played) -> None:
    """Where no shop on the street carries the brand, those who look at an online shop with tea have it in reach."""
    street_closed = (
        ONLINE + '[layout]\ncore = "exclusive"\npotential = "exclusive"\nedge = "exclusive"\nexclusive = 0.0\n'
    )
    market = played(street_closed)
    assert market.retailers.authorised.sum() == 0
    found = metrics.summary(market)
    assert found["consumer_reach"] == found["online_share"] == 1.0
    assert found["numeric_distribution"] == found["retail_stock"] == found["weeks_of_cover"] == 0.0
    nobody = np.full(80, -1, np.int16)
    mall = market.reach.share(np.zeros(2, np.bool_), np.array([True, False]), nobody)
    assert mall == people(market).looked_at_mall / 80
    # One unit in each online shop is gone before the week's close.
    assert metrics.summary(played(street_closed.replace("level = 60", "level = 1")))["consumer_reach"] == 0.0


def test_the_books_of_this_market_balance(online: Market) -> None:
    assert online.record.goods_imbalance == 0
    assert online.record.money_imbalance <= 1e-9
