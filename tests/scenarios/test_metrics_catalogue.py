"""The catalogue of metrics is complete, and each entry says what a reader needs."""

import re

import pytest

from channellab.scenarios.metrics import CATALOGUE, Metric

EXPECTED = """
channel_profit manufacturer_profit partner_profit consumer_surplus total_welfare trade_spend_rate
kol_cost_rate lead_commission_rate rebate_cost_rate quantity_discount_rate return_credit_rate subsidy_cost_rate
stock_cost
revenue units_sold market_share online_share showroomed_share shop_served_share direct_share price_dispersion
leads_created lead_conversion sales_cycle_days
dispersion_within_chains dispersion_between_chains
numeric_distribution weighted_distribution consumer_reach
awareness consideration adoption repeat_adoption acquisition_cost lifetime_value
engagement_rate nps word_of_mouth repurchase_rate members_share subscribers_share
fill_rate backorders retail_stock distributor_stock plant_stock weeks_of_cover inventory_turns
delivery_days dock_wait_days order_size pushed_share
bullwhip_ratio bullwhip_distributors bullwhip_plants
credit_limited_rate largest_partner_share partner_satisfaction resentment diversion_share policing_cost
detection_rate detected_by_codes detected_by_scans detected_by_anomaly detected_by_audits
false_accusations partner_exit_rate
map_violation_rate open_disputes dispute_days dispute_cost
conflict_index conflict_by_diversion conflict_by_map conflict_by_dispersion conflict_by_dispute conflict_by_resentment
"""
UNITS = {"1", "money/buyer", "1/year", "money/year", "money/week", "units/year", "units", "weeks", "leads/year", "days"}
UNITS |= {"disputes/partner"}


def test_names_and_order_are_fixed() -> None:
    assert list(CATALOGUE) == EXPECTED.split()


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CATALOGUE["x"] = CATALOGUE["revenue"]  # type: ignore[index]


def test_groups_stand_together() -> None:
    groups = [metric.group for metric in CATALOGUE.values()]
    assert sorted(groups, key=groups.index) == groups


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=CATALOGUE)
def test_a_metric_is_fully_described(metric: Metric) -> None:
    assert CATALOGUE[metric.name] is metric
    assert metric.unit in UNITS
    assert metric.direction in ("up", "down", "none")
    assert re.fullmatch(r"[^.]+(\d\.\d[^.]*)*\.", metric.definition), "one sentence"
    assert metric.title_en[0].isupper()
    assert re.search(r"[\u4e00-\u9fff]", metric.title_zh)


def test_titles_are_told_apart() -> None:
    for titles in ([m.title_en for m in CATALOGUE.values()], [m.title_zh for m in CATALOGUE.values()]):
        assert len(set(titles)) == len(titles)


def test_rates_end_in_no_unit() -> None:
    rates = [metric for metric in CATALOGUE.values() if metric.name.endswith(("_rate", "_share", "_ratio"))]
    assert {metric.name for metric in rates if metric.unit != "1"} == {"partner_exit_rate"}, "exits a year"
