"""Every metric of the catalogue, computed by hand on markets of three and four firms small enough to follow on paper.

The numbers in the tables below were worked out with pencil and paper from the scenario's text; the tests check that the
market plays these weeks, and that the metrics are what plain arithmetic makes of them.
"""

from collections.abc import Callable
from statistics import mean, pvariance

import numpy as np
import pytest

from channellab.scenarios.metrics import CATALOGUE
from channellab.sim import metrics
from channellab.sim.market import Market

Played = Callable[[str], Market]

DECLARED = """
[run]
warmup = 1
weeks = 5
seed = 4
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[logistics]
freight_per_unit_km = 0.001
drop_cost = 2.0
[consumers]
count = 10
outlets_considered = 1
demand = {source = "declared", law = "series", series = [4, 6, 3, 8, 2]}
stock_out = {wait = 1.0, leave = 0.0}
[[products]]
name = "Tea"
list_price = 10.0
distributor_price = 7.0
ex_factory_price = 6.0
unit_cost = 4.0
[manufacturer]
plants = [{region = "ONE", capacity = 14}]
stock = {rule = "base_stock", level = 10, holding_cost = 0.02}
advertising = 0.02
fixed_cost = 20.0
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 9, holding_cost = 0.05}
fixed_cost = 5.0
[retailers]
formats = [
    {name = "list", share = 0.5},
    {name = "markup", share = 0.5, price = {rule = "markup", markup = 0.5}},
]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 5, holding_cost = 0.1}
shortage_cost = 0.5
handling_cost = 1.0
unmet_seen = 0.5
[policy.price]
ex_factory_discount = 0.05
recommended_discount = 0.1
[policy.funds]
district_support = 24.0
"""
"""Plant, distributor and two shops. All buyers wait; goods ordered on Monday arrive by Sunday if there are any.

The series starts with the first measured week; in the warm-up week before it, its end is played: 2 units a shop.
"""

# The five measured weeks, in which each shop is asked for 4, 6, 3, 8 and 2 units. Shop A is served first where the
# distributor has an odd number; so shop B is a unit short in the fourth and the last week.
ASKED = [8, 12, 6, 16, 4]
SERVED = [4 + 4, 5 + 5, 3 + 3, 5 + 5, 2 + 1]
SOLD_A, SOLD_B = [4, 5, 4, 5, 5], [4, 5, 4, 5, 4]
HELD_A, HELD_B = [1, 0, 1, 0, 0], [1, 0, 0, 0, 0]
WAITING = [0, 1 + 1, 0, 3 + 3, 0 + 1]
SEEN_A, SEEN_B = [4, 5 + 0.5, 3, 5 + 1.5, 2], [4, 5 + 0.5, 3, 5 + 1.5, 1 + 0.5]
ORDERED = [4, 6, 3, 8, 2]
TO_SHOPS = [8, 5 + 4, 4 + 5, 5 + 4, 5 + 5]
TO_DISTRIBUTOR = [8, 10, 2 + 6, 10, 10]
DISTRIBUTOR_HELD = [9 - 8, 0, 10 - 9, 0, 0]
PLANT_HELD = [10 - 8, 0, 12 - 8, 0, 14 - 10]
MADE = [8, 12, 6, 14, 6]
WEEKS = 5
YEAR = 52 / WEEKS
PRICE_A, PRICE_B = 10.0 * 0.9, 7.0 * 1.5
EX_FACTORY = 6.0 * 0.95
SUPPORT = 24.0 * 2 / 8


@pytest.fixture(scope="module")
def declared(played: Played) -> Market:
    return played(DECLARED)


def test_the_declared_market_plays_the_weeks_on_paper(declared: Market) -> None:
    assert declared.retailers.format.tolist() == [0, 1]
    numbers = {name: values[1:] for name, values in declared.record.numbers.items()}
    assert numbers["wished"] == ASKED
    assert numbers["served"] == SERVED
    assert numbers["units_sold"] == [a + b for a, b in zip(SOLD_A, SOLD_B, strict=True)]
    assert numbers["retail_stock"] == [a + b for a, b in zip(HELD_A, HELD_B, strict=True)]
    assert numbers["backorders"] == WAITING
    assert numbers["distributor_stock"] == DISTRIBUTOR_HELD
    assert numbers["plant_stock"] == PLANT_HELD


def profits() -> dict[str, float]:
    """Profit by tier over the five weeks; every unit costs what it always cost, so margins are constant."""
    shop_stock = 0.1 * sum(HELD_A + HELD_B) + 0.5 * sum(WAITING)
    shops = (PRICE_A - 7.0) * sum(SOLD_A) + (PRICE_B - 7.0) * sum(SOLD_B) - shop_stock - 2 * 1.0 * WEEKS
    # A truck calls at both shops every week, over 5 km; half of the week its load is the distributor's.
    trucks = 2.0 * 2 * WEEKS + 0.001 * 5.0 * sum(TO_SHOPS)
    wholesale_stock = 0.05 * sum(DISTRIBUTOR_HELD) + 0.05 * 0.5 * sum(TO_SHOPS)
    wholesale = (7.0 - EX_FACTORY) * sum(TO_SHOPS) - trucks - wholesale_stock - 5.0 * WEEKS
    plant_stock = 0.02 * sum(PLANT_HELD) + 0.02 * 0.5 * sum(TO_DISTRIBUTOR)
    fixed = (20.0 + 0.02 * 10 + SUPPORT + 2.0) * WEEKS
    maker = (EX_FACTORY - 4.0) * sum(TO_DISTRIBUTOR) - plant_stock - fixed
    return {"shops": shops + SUPPORT * WEEKS, "wholesale": wholesale, "maker": maker}


def declared_by_hand(near_a: int) -> dict[str, float]:
    """All that a market without consumers' choices shows; ``near_a`` of its ten consumers live near shop A."""
    profit = profits()
    stock = sum(HELD_A + HELD_B)
    under_way = sum(TO_SHOPS + TO_DISTRIBUTOR)
    middle = (PRICE_A + PRICE_B) / 2
    return {
        "channel_profit": YEAR * sum(profit.values()),
        "manufacturer_profit": YEAR * profit["maker"],
        "consumer_surplus": 0.0,
        "total_welfare": YEAR * sum(profit.values()),
        "partner_profit": YEAR * (profit["shops"] + profit["wholesale"]),
        "trade_spend_rate": ((6.0 - EX_FACTORY) * sum(TO_DISTRIBUTOR) + SUPPORT * WEEKS) / (6.0 * sum(TO_DISTRIBUTOR)),
        "stock_cost": 0.1 * stock / WEEKS
        + 0.05 * mean(DISTRIBUTOR_HELD)
        + 0.02 * mean(PLANT_HELD)
        + 0.5 * mean(WAITING)
        + 0.05 * 0.5 * mean(TO_SHOPS)
        + 0.02 * 0.5 * mean(TO_DISTRIBUTOR),
        "revenue": YEAR * (PRICE_A * sum(SOLD_A) + PRICE_B * sum(SOLD_B)),
        "units_sold": YEAR * (23 + 22),
        "online_share": 0.0,
        # Nobody shops, so none is won or leaves: every unit sold counts as a buyer's last.
        "consideration": 0.0,
        "repeat_adoption": 0.0,
        "acquisition_cost": 0.0,
        "lifetime_value": (profit["maker"] + 0.02 * 10 * WEEKS) / (23 + 22),
        "direct_share": 0.0,
        "members_share": 0.0,
        "subscribers_share": 0.0,
        # Both shops have tea in the first week only; the two prices lie 0.75 from their mean.
        "price_dispersion": (0.75 / middle + 0 + 0 + 0 + 0) / WEEKS,
        "leads_created": 0.0,
        "lead_conversion": 0.0,
        "sales_cycle_days": 0.0,
        "dispersion_within_chains": 0.0,
        "dispersion_between_chains": 0.0,
        "numeric_distribution": (2 / 2 + 0 + 1 / 2 + 0 + 0) / WEEKS,
        "weighted_distribution": (23 * 2 + 22 * 1) / ((23 + 22) * WEEKS),
        "consumer_reach": (1 + 0 + near_a / 10 + 0 + 0) / WEEKS,
        "fill_rate": (8 + 10 + 6 + 10 + 3) / (8 + 12 + 6 + 16 + 4),
        "backorders": (2 + 6 + 1) / WEEKS,
        "retail_stock": (2 + 0 + 1 + 0 + 0) / WEEKS,
        "distributor_stock": (1 + 0 + 1 + 0 + 0) / WEEKS,
        "plant_stock": (2 + 0 + 4 + 0 + 4) / WEEKS,
        "weeks_of_cover": (3 / WEEKS) / (45 / WEEKS),
        "inventory_turns": (45 / WEEKS * 52) / ((3 + 2 + 10 + under_way) / WEEKS),
        "delivery_days": 7 / 2,
        "dock_wait_days": 0.0,
        "bullwhip_ratio": 2 * pvariance(ORDERED) / (pvariance(SEEN_A) + pvariance(SEEN_B)),
        "bullwhip_distributors": pvariance(ASKED) / pvariance([2 * units for units in ORDERED]),
        "bullwhip_plants": pvariance(MADE) / pvariance(ASKED),
    }


def test_metrics_of_the_declared_market(declared: Market) -> None:
    near_a = declared.consumers.tastes.candidates[:, 0].tolist().count(0)
    assert 0 < near_a < 10
    found = metrics.summary(declared)
    expected = declared_by_hand(near_a)
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=1e-12)


CHOICE = """
[run]
warmup = 1
weeks = 5
seed = 4
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[consumers]
count = 40
outlets_considered = 1
income_effect = 0.0
season_amplitude = 0.0
demand = {gumbel_scale = 0.0}
awareness = {initial = 0.75, imitation = 0.0, advertising_effect = 0.0, forgetting = 0.0}
[[consumers.segments]]
name = "loyal"
share = 0.5
need = 1.0
price_sensitivity = 0.2
price_sensitivity_spread = 0.0
taste_spread = 0.0
[[consumers.segments]]
name = "bargain"
share = 0.5
need = 1.0
price_sensitivity = 1.0
price_sensitivity_spread = 0.0
taste_spread = 0.0
[consumers.memory]
brand_loyalty = 0.0
outlet_loyalty = 0.0
satisfaction_weight = 0.0
service_weight = 0.0
initial_satisfaction = 0.1
satisfaction_rate = 0.5
[[products]]
name = "Tea"
list_price = 10.0
appeal = 10.0
[[rivals]]
name = "Rival"
products = [{name = "Other tea", list_price = 7.0, ex_factory_price = 4.0, appeal = 8.0}]
[manufacturer]
stock = {rule = "base_stock", level = 500}
[distributors]
per_region = 0
[retailers]
formats = [{name = "shop", service = 0.0}]
quality_spread = 0.0
support_gain = 0.0
local_lead_days = 1.0
stock = {rule = "base_stock", level = 50}
[[timetable]]
weeks = [2, 3]
set = {"policy.price.recommended_discount" = 0.2}
"""
"""Plant and two shops, no luck in any choice: everybody buys a unit a week in the nearest shop.

Tea is worth 10 - 0.2 x 10 = 8 to the loyal and the rival's 8 - 0.2 x 7 = 6.6. Bargain hunters value it at 10 - 10 = 0
and the rival's at 8 - 7 = 1, but at the price of 8 in the second and third week they value it at 10 - 8 = 2.
"""


@pytest.fixture(scope="module")
def choice(played: Played) -> Market:
    return played(CHOICE)


def test_metrics_of_the_choice_market(choice: Market) -> None:
    tastes, aware = choice.consumers.tastes, choice.consumers.mind.aware.astype(bool)
    loyal, bargain = int((aware & (tastes.segment == 0)).sum()), int((aware & (tastes.segment == 1)).sum())
    near_a = aware & (tastes.candidates[:, 0] == 0)
    loyal_a, bargain_a = int((near_a & (tastes.segment == 0)).sum()), int((near_a & (tastes.segment == 1)).sum())
    assert min(loyal_a, bargain_a, loyal - loyal_a, bargain - bargain_a, 40 - loyal - bargain) > 0
    units = [loyal, loyal + bargain, loyal + bargain, loyal, loyal]
    # Last purchase own: the loyal always (they bought in the warm-up); bargain hunters in weeks 3 and 4.
    repeat = [loyal, loyal, loyal + bargain, loyal + bargain, loyal]
    again = [loyal, loyal, loyal + bargain, loyal, loyal]
    # A loyal buyer gains 8 / 0.2 money at the price of 10, 8.4 / 0.2 at 8, and 6.6 / 0.2 with the rival's tea; a
    # bargain hunter 2 / 1 at 8, else 1 / 1 with the rival's; all less 0.35 / 0.2 or 0.35 / 1 for every kilometre.
    unaware = [int((~choice.consumers.mind.aware.astype(bool) & (tastes.segment == kind)).sum()) for kind in (0, 1)]
    surplus = loyal * (3 * 40.0 + 2 * 42.0) + bargain * (2 * 2.0 + 3 * 1.0) + 5 * (unaware[0] * 33.0 + unaware[1])
    surplus -= 5 * 0.35 * float((tastes.distance[:, 0] / np.array([0.2, 1.0])[tastes.segment]).sum())
    advertising = choice.scenario.manufacturer.advertising
    assert advertising > 0
    # What was sold is ordered on Monday and arrives that week. Satisfaction after n purchases is 1 - 0.9 / 2^n:
    # the loyal stand at .986 after six, the bargain hunters at .775 after two: neither promoters nor detractors.
    expected = {
        "units_sold": 52 / 5 * sum(units),
        "revenue": 52 / 5 * (10.0 * 3 * loyal + 8.0 * 2 * (loyal + bargain)),
        "market_share": sum(units) / (5 * 40),
        "awareness": (loyal + bargain) / 40,
        "adoption": (loyal + bargain) / 40,
        # All shops have tea, and all who know it bought it twice or more.
        "consideration": (loyal + bargain) / 40,
        "repeat_adoption": (loyal + bargain) / 40,
        # The bargain hunters are won in the second week.
        "acquisition_cost": 5 * 40 * advertising / bargain,
        "nps": loyal / (loyal + bargain),
        "word_of_mouth": 1.0,
        "repurchase_rate": sum(again) / sum(repeat),
        "largest_partner_share": max(5 * loyal_a + 2 * bargain_a, 5 * (loyal - loyal_a) + 2 * (bargain - bargain_a))
        / sum(units),
        "consumer_reach": 1.0,
        "fill_rate": 1.0,
        "price_dispersion": 0.0,
    }
    found = metrics.summary(choice)
    # Distances and price sensitivities are kept in single precision.
    assert found["consumer_surplus"] == pytest.approx(52 / 5 * surplus, rel=1e-7)
    margin = found["manufacturer_profit"] / 52 * 5 + 5 * 40 * advertising
    lost = 1 - sum(again) / sum(repeat)
    assert found["lifetime_value"] == pytest.approx(margin / sum(units) / lost, rel=1e-12)
    assert found["total_welfare"] == found["channel_profit"] + found["consumer_surplus"]
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_detractors_count_against_promoters(played: Played) -> None:
    """With one discounted week the bargain hunters buy once and stand at .55."""
    market = played(CHOICE.replace("weeks = [2, 3]", "weeks = [2, 2]"))
    mind, segment = market.consumers.mind, market.consumers.tastes.segment
    loyal, bargain = (int((mind.aware.astype(bool) & (segment == kind)).sum()) for kind in (0, 1))
    assert metrics.summary(market)["nps"] == pytest.approx((loyal - bargain) / (loyal + bargain), rel=1e-12)


def test_complaints_count_against_praise(played: Played) -> None:
    """Only the loyal, at .986, are content enough to praise; the bargain hunters, at .55, complain."""
    critical = "forgetting = 0.0, talk_threshold = 0.9, complaint_threshold = 0.6}"
    market = played(CHOICE.replace("weeks = [2, 3]", "weeks = [2, 2]").replace("forgetting = 0.0}", critical))
    mind, segment = market.consumers.mind, market.consumers.tastes.segment
    loyal, bargain = (int((mind.aware.astype(bool) & (segment == kind)).sum()) for kind in (0, 1))
    assert metrics.summary(market)["word_of_mouth"] == pytest.approx((loyal - bargain) / (loyal + bargain), rel=1e-12)


def test_no_metric_is_left_out() -> None:
    consumers = {"market_share", "awareness", "adoption", "nps", "word_of_mouth", "repurchase_rate"}
    consumers |= {"largest_partner_share"}
    # These have hand-computed tests beside those of their mechanisms.
    elsewhere = {"rebate_cost_rate", "credit_limited_rate", "quantity_discount_rate", "order_size", "pushed_share"}
    elsewhere |= {"subsidy_cost_rate", "return_credit_rate"}
    elsewhere |= {"partner_satisfaction", "resentment", "diversion_share", "policing_cost", "conflict_index"}
    elsewhere |= {f"conflict_by_{part}" for part in ("diversion", "map", "dispersion", "dispute", "resentment")}
    elsewhere |= {"open_disputes", "dispute_days", "dispute_cost", "detection_rate", "false_accusations"}
    elsewhere |= {f"detected_by_{channel}" for channel in ("codes", "scans", "anomaly", "audits")}
    elsewhere |= {"partner_exit_rate", "map_violation_rate"}
    elsewhere |= {"kol_cost_rate", "engagement_rate", "showroomed_share", "shop_served_share", "lead_commission_rate"}
    elsewhere |= {"leads_created", "lead_conversion", "sales_cycle_days", "delivery_days", "dock_wait_days"}
    elsewhere |= {"dispersion_within_chains", "dispersion_between_chains"}
    assert set(declared_by_hand(1)) | consumers | elsewhere == set(CATALOGUE)


def test_the_reporting_factor_scales_money_and_units_alone(declared: Market, played: Played) -> None:
    factor = 1000.0
    scaled = played(DECLARED.replace("seed = 4", f"seed = 4\nreporting_factor = {factor}"))
    plain, found = metrics.summary(declared), metrics.summary(scaled)
    for name, metric in CATALOGUE.items():
        times = factor if metric.scales else 1.0
        assert found[name] == pytest.approx(times * plain[name], rel=1e-12), name
