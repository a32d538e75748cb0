"""What each kind of rebate plan makes partners do: one market with and without it, under the same luck."""

from functools import cache

import numpy as np
import pytest

from channellab.experiments.pairs import paired
from channellab.scenarios.files import load
from channellab.sim.market import Market

SEEDS = range(1, 21)
WARMUP, WEEKS = 13, 26
MARKET = (
    "consumers.count=800",
    "network.district_count=31",
    f"run.warmup={WARMUP}",
    f"run.weeks={WEEKS}",
    "policy.rebate.kind=none",
    "distributors.pass_through=1.0",
    "distributors.price={rule='markup', markup=0.1}",
    "subdistributors.price={rule='markup', markup=0.05}",
)
"""Distributors price from what goods cost them, less the rebate that they expect."""
SUPPLIED = ("layout.supply.core=distributors",)
"""Distributors supply the shops of core regions themselves."""
OPENED = (
    *SUPPLIED,
    "layout.core=exclusive",
    "timetable=[{weeks=[1, 26], set={'layout.core'='intensive'}}]",
)
"""The others of these shops become their customers in the first measured week."""
GROWTH = "policy.rebate.growth={rate=0.3, correction=0.5"
PLANS = {
    "yearly": ("policy.rebate.yearly={kind='all_units', tiers=[{from_purchases=100.0, rate=0.05}]}",),
    "grades": ("policy.rebate.grades={grades=[{name='all', from_purchases=0.0, base_rate=0.04, growth_rate=0.1}]}",),
    "growth": (GROWTH + "}",),
    "target": ("policy.rebate.target={kind='growth', growth=0.9, rate=0.05}",),
    "sprint": ("policy.rebate.sprint={kind='growth', growth=0.9, rate=0.05}",),
    "compliance": ("policy.rebate.compliance={rate=0.05}",),
}


@cache
def played(seed: int, *overrides: str) -> dict[str, float]:
    """Mean price of own goods to shops over the measured weeks, units sold, and rebates, money."""
    market = Market(load("base", (*MARKET, *overrides)).scenario, seed=seed)
    market.play(WARMUP)
    asked = []
    for _ in range(WEEKS):
        market.step()
        asked.append(float(market.retailers.purchase_price[:, : market.goods.own].mean()))
    sums = {name: sum(market.record.numbers[name][WARMUP:]) for name in ("units_sold", "rebates")}
    market.close()
    assert market.record.money_imbalance < 1e-9
    return {"price": float(np.mean(asked)), **sums}


def effect(name: str, plan: tuple[str, ...], *more: str) -> tuple[float, float]:
    """The 95 % interval of what a plan changes."""
    with_plan, without = ([played(seed, *more, *each)[name] for seed in SEEDS] for each in (plan, ()))
    found = paired(np.array(with_plan), np.array(without), "")
    return found.low, found.high


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANS)
def test_what_a_plan_is_expected_to_pay_lowers_prices_and_sells_more(kind: str) -> None:
    assert effect("rebates", PLANS[kind])[0] > 0
    assert effect("price", PLANS[kind])[1] < 0
    assert effect("units_sold", PLANS[kind])[0] > 0


@pytest.mark.slow
def test_growth_without_new_customers_earns_and_moves_less() -> None:
    guarded = (GROWTH + ", new_share=0.2}",)
    assert effect("rebates", guarded)[1] < effect("rebates", PLANS["growth"])[0]
    assert effect("price", guarded)[0] > effect("price", PLANS["growth"])[1]


@pytest.mark.slow
def test_new_customers_pay_where_there_are_any() -> None:
    bonus = ("policy.rebate.new_customers={rate=0.2}",)
    assert effect("price", bonus, *OPENED)[1] < 0
    assert effect("rebates", bonus, *SUPPLIED)[1] < effect("rebates", bonus, *OPENED)[0]
