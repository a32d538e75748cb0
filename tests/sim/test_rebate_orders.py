"""Promotion multiplier, cap and clawback of rebates, by pencil and paper."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim.ledger import Account
from channellab.sim.market import Market

from .on_paper import ONE_SHOP

Write = Callable[..., Market]

MARKET = (
    ONE_SHOP
    + """
[run]
warmup = 1
weeks = 5
[[products]]
name = "Tea"
ex_factory_price = 6.0
[manufacturer]
stock = {rule = "base_stock", level = 400}
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 9}
[retailers]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 9}
[policy.promotion]
events = [{name = "sale", weeks = [2, 2], discount = 0.0}]
[policy.rebate]
kind = "increment"
period_weeks = 4
pay_delay_weeks = 1
tiers = [{rate = 0.2}]
"""
)
"""The distributor is invoiced 24, 36, 18, 48 and 12 in the measured weeks, and earns 20 % of it; week 2 has a sale."""
MULTIPLIER = "policy.rebate.promotion_multiplier=1.5"
CLAWBACK, FOUND = "policy.rebate.clawback=0.25", "policy.protection.detection=0.1"
SPRINT = ("policy.rebate.sprint.kind=fixed", "policy.rebate.sprint.period_weeks=2", "policy.rebate.sprint.goal=50.0")


@pytest.fixture
def market_of(tmp_path: Path) -> Write:
    def write(*overrides: str) -> Market:
        (tmp_path / "market.toml").write_text(MARKET)
        return Market(load(str(tmp_path / "market.toml"), overrides).scenario)

    return write


def accrued(market: Market) -> list[float]:
    """What the distributor has earned so far by the end of each measured week."""
    party, found = int(market.distributors.party[0]), []
    while market.measured_week < market.scenario.run.weeks:
        market.step()
        found.append(float(market.ledger.entries[Account.REBATES, party]))
    market.close()
    assert market.record.money_imbalance < 1e-9
    return np.cumsum(found[1:]).tolist()


PLAIN = [4.8, 12.0, 15.6, 25.2, 27.6]


@pytest.mark.parametrize(
    ("overrides", "earned"),
    [
        ((), PLAIN),
        # In the sale 36 earn 30 %, 10.8 instead of 7.2.
        ((MULTIPLIER,), [4.8, 15.6, 19.2, 28.8, 31.2]),
        # At most a quarter of an order: 36 earn 9.
        ((MULTIPLIER, "policy.rebate.cap=0.25"), [4.8, 13.8, 17.4, 27.0, 29.4]),
        # 60 and 66 in two weeks each reach 50, and earn 4 % besides; in the sale 24 % x 1.5 = 36 %.
        ((MULTIPLIER, *SPRINT, "policy.rebate.sprint.rate=0.04"), [4.8, 15.6 + 0.96 + 2.16, 22.32, 34.56, 36.96]),
        # At most 25 % of each order: the volume rebate comes first, of the sprint's 36 x 6 % nothing is left.
        (
            (MULTIPLIER, *SPRINT, "policy.rebate.sprint.rate=0.04", "policy.rebate.cap=0.25"),
            [4.8, 4.8 + 9.0 + 0.96, 18.36, 30.6, 33.0],
        ),
    ],
    ids=["plain", "multiplier", "cap", "two plans", "two plans under a cap"],
)
def test_orders_in_a_sale_earn_more_up_to_the_cap(
    overrides: tuple[str, ...], earned: list[float], market_of: Write
) -> None:
    assert accrued(market_of("distributors.stock.holding_cost=100.0", *overrides)) == pytest.approx(earned)


def test_no_order_ever_earns_more_than_the_cap(market_of: Write) -> None:
    market = market_of(
        *(MULTIPLIER, *SPRINT, "policy.rebate.cap=0.22", "policy.rebate.yearly.kind=all_units"),
        *("policy.rebate.yearly.period_weeks=5", "policy.rebate.yearly.tiers=[{rate=0.15}]"),
    )
    party = int(market.distributors.party[0])
    market.play(6)
    orders = market.rebates.orders
    spent, used = orders.bought[:, party], orders.used[:, party]
    assert (used <= 0.22 * spent + 1e-9).all()
    assert used.sum() + market.rebates.accrued[:, party].sum() > 0.2 * spent.sum()
    market.close()


def test_partners_order_more_of_what_earns_more_this_week(market_of: Write) -> None:
    stock = "distributors.stock={rule='order_up_to', safety_factor=0.0, holding_cost=0.1}"
    found = {}
    for factor in (1.0, 1.5):
        market = market_of(stock, f"policy.rebate.promotion_multiplier={factor}")
        market.play(2)
        need, ordered = market.distributors.mean.item(), []
        for _ in range(2):
            market.step()
            ordered.append(int(market.distributors.ordered.sum()))
        found[factor] = ordered
        need = market.distributors.mean.item() if factor == 1.0 else need
        market.close()
    # A unit ordered in the sale saves 0.5 x 0.2 x 6 = 0.6, what keeping it for 6 weeks costs.
    assert found[1.5][0] - found[1.0][0] == pytest.approx(6 * 4.5, abs=6)
    assert found[1.5][1] < found[1.0][1] or found[1.0][1] == 0


def test_a_case_costs_part_of_what_is_owed_and_of_the_running_account(market_of: Write) -> None:
    terms = "policy.rebate.period_weeks=2", "policy.rebate.pay_delay_weeks=9"
    market = market_of(CLAWBACK, FOUND, *terms)
    party = int(market.distributors.party[0])
    market.play(3)
    assert market.rebates.owed()[party] == pytest.approx(0.2 * (12 + 24 + 36))
    market.partners.caught[party] += 1
    before = float(market.rebates.claim.sum())
    market.step()
    assert float(market.rebates.claim.sum()) == pytest.approx(0.75 * before)
    assert market.rebates.accrued[0, party] == pytest.approx(0.75 * 0.2 * 18)
    assert market.ledger.entries[Account.REBATES, party] == pytest.approx(0.75 * 0.2 * 18 - 0.25 * before)
    market.step()
    # What is earned from then on in the period is cut as well, and the next period is whole again.
    assert float(market.rebates.claim[-1]) == pytest.approx(0.75 * 0.2 * (18 + 48))
    market.step()
    assert market.rebates.accrued[0, party] == pytest.approx(0.2 * 12)
    assert market.record.money_imbalance < 1e-9
    market.close()


def test_cases_of_before_a_plan_cost_nothing_of_it(market_of: Write) -> None:
    """Nobody had a rebate when they happened."""
    later = 'timetable=[{weeks=[3, 9], set={"policy.rebate.kind"="increment"}}]'
    market = market_of(CLAWBACK, FOUND, "policy.rebate.kind=none", later)
    party = int(market.distributors.party[0])
    market.step()
    market.partners.caught[party] += 2
    market.play(3)
    assert market.rebates.accrued[0, party] == pytest.approx(0.2 * 18)
    market.close()


@pytest.mark.parametrize("key", ["tiers=[{rate=0.3}]", "grades.grades=[{name='gold', base_rate=0.3}]"])
def test_a_cap_below_a_plans_own_rate_is_refused(key: str, market_of: Write) -> None:
    with pytest.raises(BadInput, match=r"policy\.rebate\.cap is 0\.25, allowed are values from the highest rate of"):
        market_of("policy.rebate.cap=0.25", f"policy.rebate.{key}")
