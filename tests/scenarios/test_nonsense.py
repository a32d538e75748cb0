"""Policies without sense are refused in one sentence that names the key: what contradicts itself or cannot be meant."""

import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load

LAST_YEAR = "policy.promotion.first_year=2027"
SILVER = '{name="silver", from_purchases=7.0}'
GOLD, AGAIN = '{name="gold", from_purchases=5.0}', '{name="gold", from_purchases=9.0}'
EARLY, LATE = '{name="a", weeks=[3, 5]}', '{name="b", weeks=[5, 6]}'
HALF = "[{from_purchases=9.0, rate=0.6}]"
LAUNCH = 'policy.rebate.launch.products=["Premium"]'
CAPPED = ("policy.rebate.cap=0.2",)

NONSENSE: list[tuple[tuple[str, ...], str]] = [
    # tiers that overlap or fall
    (
        ("policy.rebate.tiers=[{from_purchases=9.0, rate=0.05}, {from_purchases=9.0, rate=0.08}]",),
        "policy.rebate.tiers.1.from_purchases is 9, allowed are values above that of the tier before (9)",
    ),
    (
        ("policy.rebate.yearly.tiers=[{from_purchases=9.0, rate=0.05}, {from_purchases=3.0, rate=0.08}]",),
        "policy.rebate.yearly.tiers.1.from_purchases is 3, allowed are values above",
    ),
    (
        ('policy.price.quantity={kind="all_units", breaks=[{from_units=9, rate=0.1}, {from_units=20, rate=0.1}]}',),
        "policy.price.quantity.breaks.1.rate is 0.1, allowed are values above that of the step before (0.1)",
    ),
    (
        (f"policy.rebate.grades.grades=[{GOLD}, {AGAIN}]",),
        "policy.rebate.grades.grades.1.name is 'gold', that of a grade before; allowed is another",
    ),
    (
        (f"policy.rebate.grades.grades=[{GOLD}, {SILVER}, {AGAIN}]",),
        "policy.rebate.grades.grades.2.name is 'gold', that of a grade before; allowed is another",
    ),
    (
        ('policy.rebate.launch.products=["Premium", "Light", "Premium"]',),
        "policy.rebate.launch.products.2 is 'Premium', named before; allowed is each product once",
    ),
    # a cap below what a plan pays on an order
    (("policy.rebate.kind=all_units", "policy.rebate.cap=0.03"), "policy.rebate.cap is 0.03, allowed are values from"),
    (('policy.rebate.grades.grades=[{name="gold", base_rate=0.3}]', *CAPPED), "the highest rate of grades (0.3)"),
    (("policy.rebate.growth.rate=0.3", *CAPPED), "policy.rebate.cap is 0.2, allowed are values from the highest rate"),
    (("policy.rebate.new_customers.rate=0.3", *CAPPED), "the highest rate of new_customers (0.3)"),
    ((LAUNCH, *CAPPED), "policy.rebate.cap is 0.2, allowed are values from the highest rate of launch (0.3)"),
    # paying back more than was paid
    (
        ("policy.rebate.kind=all_units", "policy.rebate.tiers=[{rate=1.5}]"),
        "policy.rebate.tiers.0.rate is 1.5, more than the goods cost; allowed are values up to 1",
    ),
    (
        ("policy.rebate.kind=increment", "policy.rebate.tiers=[{rate=1.5}]"),
        "policy.rebate.tiers.0.rate is 1.5, more than the goods cost; allowed are values up to 1",
    ),
    (
        (f"policy.rebate.yearly={{kind='all_units', tiers={HALF}}}", f"policy.rebate.tiers={HALF}"),
        "policy.rebate.cap is absent, but with tiers, yearly an order may earn back 1.2 times what it costs; allowed",
    ),
    (
        ("policy.rebate.compliance.rate=0.4", "policy.rebate.promotion_multiplier=3.0", "policy.rebate.cap=2.0"),
        "policy.rebate.cap is 2, but with tiers, compliance, promotion_multiplier an order may earn back 1.38 times",
    ),
    (
        ("policy.rebate.sprint={kind='fixed', goal=100.0, bonus=99.0}",),
        "policy.rebate.sprint.bonus is 99, more than the goods cost; allowed are values up to 98, what is left of goal",
    ),
    (("policy.returns.credit=1.1",), "policy.returns.credit is 1.1, allowed are values up to 1"),
    (("policy.subsidies.freight.share=1.2",), "policy.subsidies.freight.share is 1.2, allowed are values up to 1"),
    (("policy.online.order_share=1.2",), "policy.online.order_share is 1.2, allowed are values up to 1"),
    # floors and minima above the list
    (
        ("retailers.formats.0.price={rule='dynamic', floor_margin=9.0}",),
        "retailers.formats.0.price.floor_margin is 9, above every list price; allowed are values up to 0.73913",
    ),
    (
        ('online.shops=[{name="A", price={rule="undercut", floor_margin=3.0}}, {name="B", owner="brand"}]',),
        "online.shops.0.price.floor_margin is 3, above every list price",
    ),
    (("policy.map.minimum=1.1",), "policy.map.minimum is 1.1, allowed are values up to 1"),
    (("policy.promotion.online_floor=1.4",), "policy.promotion.online_floor is 1.4, allowed are values up to 1"),
    # penalties that nobody can incur
    (("policy.map.penalty=1.0",), "policy.map.penalty is 1, a penalty without detection; allowed is 0 where"),
    (
        ("policy.map.minimum=0.9", "policy.map.takedown_weeks=2"),
        "policy.map.takedown_weeks is 2, a penalty without detection",
    ),
    (
        ("policy.protection={stop_weeks=2, detection=0.0}",),
        "policy.protection.stop_weeks is 2, but nothing is ever found",
    ),
    (
        ("policy.rebate.clawback=0.5", "policy.protection.detection=0.0"),
        "policy.rebate.clawback is 0.5, but nothing is ever found; give detection, scan_rate",
    ),
    (("policy.protection.deduction=9.0",), "policy.protection.damages is 3, allowed are values from deduction (9)"),
    # weeks that come twice, or in no order
    (
        (f"policy.promotion.events=[{EARLY}, {LATE}]",),
        "policy.promotion.events.1 holds in week 5 for all, as events.0 does; allowed is one at a time",
    ),
    (
        ('policy.promotion.events=[{name="a", festival="618"}, {name="b", festival="618"}]',),
        "policy.promotion.events.1 holds in week",
    ),
    (
        ('policy.promotion={first_year=2027, events=[{name="a", festival="618"}]}',),
        "policy.promotion.first_year is 2027, so that the calendar of festivals, which ends with 2027, ends before the "
        "run; allowed are values up to 2026, or events by weeks",
    ),
    (
        ('timetable=[{weeks=[53, 90], set={"policy.promotion.events"=[{name="a", festival="618"}]}}]', LAST_YEAR),
        "policy.promotion.first_year is 2027, so that the calendar of festivals",
    ),
    (("policy.promotion.deals=[{weeks=[3, 5]}, {weeks=[4, 6]}]",), "policy.promotion.deals.1 holds in week 4 for all"),
    (
        ('timetable=[{weeks=[5, 3], set={"policy.price.band"=0.1}}]',),
        "timetable.0.weeks is [5, 3], allowed are two weeks in order",
    ),
    # what cannot be negative
    (("policy.promotion.notice_days=-3",), "policy.promotion.notice_days is -3, allowed are values from 0"),
    (("policy.protection.deposit=-1.0",), "policy.protection.deposit is -1.0, allowed are values from 0"),
    (("policy.protection.trace_days=-1.0",), "policy.protection.trace_days is -1.0, allowed are values from 0"),
    (
        ("policy.disputes.talks.deadline_days=-1.0",),
        "policy.disputes.talks.deadline_days is -1.0, allowed are values above 0",
    ),
    # what a timetable breaks elsewhere
    (
        (*CAPPED, 'timetable=[{weeks=[3, 5], set={"policy.rebate.growth.rate"=0.3}}]'),
        'timetable.0.set."policy.rebate.growth.rate" breaks policy.rebate.cap: it is 0.2, allowed are values from',
    ),
]


@pytest.mark.parametrize(("overrides", "sentence"), NONSENSE)
def test_what_makes_no_sense_is_refused_in_one_sentence(overrides: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        load("base", overrides)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith("--set: "), "the override is to blame, not the file"
    assert "\n" not in str(refusal.value)


def test_a_target_rebate_on_sales_may_pay_more_than_the_goods_cost() -> None:
    """Taylor's rebate of 10 on each unit above the target, at a price of 6."""
    plan = load("newsvendor-channel").scenario.policy.rebate
    assert (plan.kind, plan.counts) == ("increment", "sales")
    assert plan.tiers[0].rate > 1.0


def test_a_cap_above_every_plan_is_allowed() -> None:
    assert load("base", (LAUNCH, "policy.rebate.cap=0.3"))


def test_cases_that_partners_bring_before_the_desk_are_found_too() -> None:
    assert load("base", ("policy.protection={stop_weeks=2, detection=0.0}", "policy.disputes.ruling.staff=1"))


def test_a_cap_of_an_order_at_most_holds_all_plans_together() -> None:
    plans = f"policy.rebate.yearly={{kind='all_units', tiers={HALF}}}", f"policy.rebate.tiers={HALF}"
    assert load("base", (*plans, "policy.rebate.cap=1.0"))


def test_festivals_of_a_year_that_is_played_are_known() -> None:
    events = '[{name="a", festival="618"}]'
    assert load("base", (LAST_YEAR, f"policy.promotion.events={events}", "run.weeks=52"))
    assert load("base", (LAST_YEAR, f'timetable=[{{weeks=[1, 52], set={{"policy.promotion.events"={events}}}}}]'))
