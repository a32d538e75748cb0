"""Metrics of a market with sub-distributors, worked out with pencil and paper like the others."""

from collections.abc import Callable
from statistics import mean, pvariance

import pytest

from channellab.sim import metrics
from channellab.sim.market import Market

Played = Callable[[str], Market]
WEEKS = 5
YEAR = 52 / WEEKS

TWO_TIERS = """
[run]
warmup = 1
weeks = 5
seed = 4
[network]
regions = "single"
sites_per_district = 1
sites_per_area = 1
[logistics]
freight_per_unit_km = 0.001
drop_cost = 2.0
[consumers]
count = 10
outlets_considered = 1
demand = {source = "declared", law = "series", series = [4, 6, 3, 8, 2]}
[[products]]
name = "Tea"
list_price = 10.0
subdistributor_price = 7.0
distributor_price = 6.5
ex_factory_price = 6.0
unit_cost = 4.0
[manufacturer]
stock = {rule = "base_stock", level = 20, holding_cost = 0.02}
advertising = 0.02
fixed_cost = 20.0
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 9, holding_cost = 0.05}
fixed_cost = 5.0
[subdistributors]
per_district = 1
regional_lead_days = 3.5
stock = {rule = "s_S", level = 12, reorder_point = 5, holding_cost = 0.07}
fixed_cost = 3.0
[retailers]
formats = [{name = "list"}]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 9, holding_cost = 0.1}
handling_cost = 1.0
[policy.price]
ex_factory_discount = 0.05
recommended_discount = 0.1
[policy.funds]
district_support = 24.0
"""
"""Plant, distributor, sub-distributor and shop. Goods ordered on Monday arrive by Sunday if there are any.

In the warm-up the shop is asked for 2 units, as the series starts with the first measured week and the weeks before
play its end, so that the sub-distributor has 10 of its 12 units when measuring starts.
"""

# The shop gets every week what it sold. The sub-distributor orders when 5 units or fewer would be left: 12 in the
# second week, of which the distributor has 9 and delivers 3 in the third, and 11 in the fourth, 9 of them at once.
ASKED = [4, 6, 3, 8, 2]
SHOP_HELD = [5, 3, 6, 1, 7]
SUB_ORDERED = [0, 12, 0, 11, 0]
TO_SUB = [0, 9, 3, 9, 2]
SUB_HELD = [10 - 4, 6 - 6, 9 - 3, 9 - 8, 10 - 2]
DISTRIBUTOR_ORDERED = TO_DISTRIBUTOR = MADE = [0, 12, 0, 11, 0]
DISTRIBUTOR_HELD = [9, 9 - 9, 12 - 3, 9 - 9, 11 - 2]
PLANT_HELD = [20, 20 - 12, 20, 20 - 11, 20]
SOLD = 23
EX_FACTORY = 6.0 * 0.95
SUPPORT = 24.0 / 8


@pytest.fixture(scope="module")
def two_tiers(played: Played) -> Market:
    return played(TWO_TIERS)


def test_the_market_of_two_tiers_plays_the_weeks_on_paper(two_tiers: Market) -> None:
    numbers = {name: values[1:] for name, values in two_tiers.record.numbers.items()}
    assert numbers["wished"] == numbers["served"] == numbers["units_sold"] == ASKED
    assert numbers["retail_stock"] == SHOP_HELD
    assert numbers["distributor_stock"] == [sum(pair) for pair in zip(SUB_HELD, DISTRIBUTOR_HELD, strict=True)]
    assert numbers["plant_stock"] == PLANT_HELD
    assert numbers["way_stock"] == [sum(week) for week in zip(ASKED, TO_SUB, TO_DISTRIBUTOR, strict=True)]
    assert [link.buyer for link in two_tiers.links] == ["distributors", "subdistributors", "retailers"]


def profits_of_two_tiers() -> dict[str, float]:
    """A truck calls at the shop five times, at the sub-distributor four times, 5 km each, at the distributor twice."""
    shop = (9.0 - 7.0) * SOLD - 0.1 * sum(SHOP_HELD) + (SUPPORT - 1.0) * WEEKS
    sub = (7.0 - 6.5) * SOLD - (2.0 * 5 + 0.005 * SOLD) - 0.07 * (sum(SUB_HELD) + 0.5 * SOLD) - 3.0 * WEEKS
    distributor = (6.5 - EX_FACTORY) * SOLD - (2.0 * 4 + 0.005 * SOLD)
    distributor -= 0.05 * (sum(DISTRIBUTOR_HELD) + 0.5 * SOLD) + 5.0 * WEEKS
    maker = (EX_FACTORY - 4.0) * SOLD - 2.0 * 2 - 0.02 * (sum(PLANT_HELD) + 0.5 * SOLD)
    return {"shop": shop, "sub": sub, "distributor": distributor, "maker": maker - (20.0 + 0.02 * 10 + SUPPORT) * WEEKS}


def test_metrics_of_two_tiers(two_tiers: Market) -> None:
    profit = profits_of_two_tiers()
    held = sum(SHOP_HELD + SUB_HELD + DISTRIBUTOR_HELD + PLANT_HELD)
    holding = 0.1 * sum(SHOP_HELD) + 0.07 * sum(SUB_HELD) + 0.05 * sum(DISTRIBUTOR_HELD) + 0.02 * sum(PLANT_HELD)
    expected = {
        "channel_profit": YEAR * sum(profit.values()),
        "manufacturer_profit": YEAR * profit["maker"],
        "partner_profit": YEAR * (profit["shop"] + profit["sub"] + profit["distributor"]),
        "trade_spend_rate": ((6.0 - EX_FACTORY) * SOLD + SUPPORT * WEEKS) / (6.0 * SOLD),
        "stock_cost": (holding + (0.07 + 0.05 + 0.02) * 0.5 * SOLD) / WEEKS,
        "revenue": YEAR * 9.0 * SOLD,
        "online_share": 0.0,
        "direct_share": 0.0,
        "distributor_stock": mean(SUB_HELD) + mean(DISTRIBUTOR_HELD),
        "weeks_of_cover": sum(SHOP_HELD) / SOLD,
        "inventory_turns": SOLD * 52 / (held + 3 * SOLD),
        "bullwhip_ratio": 1.0,
        "bullwhip_distributors": (pvariance(SUB_ORDERED) + pvariance(DISTRIBUTOR_ORDERED))
        / (pvariance(ASKED) + pvariance(SUB_ORDERED)),
        "bullwhip_plants": pvariance(MADE) / pvariance(DISTRIBUTOR_ORDERED),
        "largest_partner_share": 1.0,
    }
    found = metrics.summary(two_tiers)
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_books_of_this_market_balance(two_tiers: Market) -> None:
    assert two_tiers.record.goods_imbalance == 0
    assert two_tiers.record.money_imbalance <= 1e-9
