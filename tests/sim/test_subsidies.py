"""Strategic subsidies on small markets: sums by hand, and what partners do for the money."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.ledger import Account
from channellab.sim.market import Market
from channellab.sim.subsidies import satisfaction_of_buyers

Write = Callable[..., Market]

MARKET = """
[run]
warmup = 0
weeks = 12
[network]
regions = "single"
sites_per_district = 1
sites_per_area = 1
[logistics]
drop_cost = 3.0
freight_per_unit_km = 0.01
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "series", series = [2]}
[[products]]
name = "Tea"
ex_factory_price = 6.0
distributor_price = 7.0
[manufacturer]
stock = {rule = "base_stock", level = 400}
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 40}
[retailers]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 10}
"""
"""The shop sells 2 units a week; the distributor earns 1 on each and pays 3 and a little for the way."""
FREE = "policy.subsidies.freight.city_tier=1"


@pytest.fixture
def market_of(tmp_path: Path) -> Write:
    def write(*overrides: str) -> Market:
        (tmp_path / "market.toml").write_text(MARKET)
        return Market(load(str(tmp_path / "market.toml"), overrides).scenario)

    return write


def deliveries(market: Market, weeks: int = 12) -> list[int]:
    sent = []
    for _ in range(weeks):
        market.step()
        sent.append(int(market.distributors.delivered.sum()))
    market.close()
    return sent


def test_the_brand_pays_its_share_of_the_freight(market_of: Write) -> None:
    market = market_of(FREE, "policy.subsidies.freight.share=0.25")
    market.step()
    party = int(market.distributors.party[0])
    paid = -market.ledger.entries[Account.FREIGHT, party]
    freight = 3.0 + 2 * 0.01 * market.retailers.distance[0]
    assert paid == pytest.approx(freight)
    assert market.ledger.entries[Account.SUBSIDIES, party] == pytest.approx(0.25 * freight)
    found = metrics.summary(market)
    assert found["subsidy_cost_rate"] == pytest.approx(found["trade_spend_rate"] - _support(market), abs=1e-12)
    market.close()


def _support(market: Market) -> float:
    """Trade spend on support alone, per sell-in at list."""
    numbers = market.record.numbers
    sell_in = sum(numbers["gross_sell_in"])
    return float(market.retailers.support.sum()) / sell_in if sell_in else 0.0


def test_a_distributor_waits_until_a_drop_pays_and_less_long_with_freight_paid(market_of: Write) -> None:
    """Two units earn 2 and cost 3 and more; half of the freight paid, they earn their way each week."""
    always = deliveries(market_of())
    alone = deliveries(market_of("logistics.drops_must_pay=true"))
    helped = deliveries(market_of("logistics.drops_must_pay=true", FREE, "policy.subsidies.freight.share=0.5"))
    assert sum(n > 0 for n in alone) < sum(n > 0 for n in always)
    assert min(n for n in alone if n) >= 4
    assert helped == always


def test_smaller_cities_alone() -> None:
    """Sub-distributors deliver inside their district: they are paid where it is small enough, and nowhere else."""
    lively = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
    market = Market(load(lively).scenario)
    district_tier = market.roads.table.district_tier[market.subdistributors.district]
    market.close()
    bar = int(district_tier.max())
    assert (district_tier < bar).any()
    market = Market(load(lively, (f"policy.subsidies.freight.city_tier={bar}",)).scenario)
    paid = np.zeros(district_tier.size)
    for _ in range(6):
        market.step()
        paid += market.subsidies.for_freight[market.subdistributors.party]
    market.close()
    assert ((paid > 0.0) <= (district_tier >= bar)).all()
    assert (paid > 0.0).any()


SHOPS = (
    *("network.district_count=31", "consumers.count=4000", "run.warmup=13", "run.weeks=39", "leads.share=0.0"),
    *("policy.subsidies.satisfaction.bar=0.5", "consumers.memory.service_weight=0.8"),
)


def test_shops_are_paid_for_what_their_buyers_say() -> None:
    market = Market(load("one-tier", (*SHOPS, "policy.subsidies.satisfaction.amount=1000.0")).scenario, seed=1)
    market.play(26)
    shops, found = market.retailers, satisfaction_of_buyers(market)
    due = np.where(shops.authorised & (found >= 0.0), 1000.0 * np.clip((found - 0.5) / 0.5, 0.0, 1.0), 0.0)
    assert market.ledger.entries[Account.SUBSIDIES, shops.party] == pytest.approx(due)
    served = market.subsidies.effort > 0.0
    assert served.any(), "some expect to earn more than they spend"
    before = shops.service.copy()
    market.step()
    assert (shops.service[served] != before[served]).any()
    spent = -market.ledger.entries[Account.SERVICE, shops.party]
    assert spent == pytest.approx(market.subsidies.effort)
    market.close()
    assert market.record.money_imbalance < 1e-9


@pytest.mark.parametrize(
    "changed",
    [
        "{'policy.subsidies.satisfaction.amount'=0.0}",
        "{'policy.subsidies.satisfaction.bar'=0.45}",
        "{'policy.subsidies.satisfaction.period_weeks'=6}",
        "{'layout.core'='exclusive', 'layout.potential'='exclusive', 'layout.edge'='exclusive'}",
    ],
)
def test_weeks_until_other_terms_are_paid_under_the_old_ones(changed: str) -> None:
    """Five weeks of a second period of thirteen, after the first in warm-up."""
    paid = (*SHOPS, "policy.subsidies.satisfaction.amount=1000.0", f"timetable=[{{weeks=[6, 39], set={changed}}}]")
    market = Market(load("one-tier", paid).scenario, seed=1)
    market.play(18)
    shops, found, before = market.retailers, satisfaction_of_buyers(market), market.subsidies.weeks.copy()
    had = market.retailers.authorised.copy()
    market.step()
    over = np.ones(had.size, np.bool_) if "layout" not in changed else ~shops.authorised
    due = np.where(had & over & (found >= 0.0), 1000.0 * 5 / 13 * np.clip((found - 0.5) / 0.5, 0.0, 1.0), 0.0)
    assert (before[had] == 5.0).all()
    assert due.any()
    # With periods of six weeks another one ends with this week, the first of its part.
    week = np.where(
        satisfaction_of_buyers(market) >= 0.0, np.clip((satisfaction_of_buyers(market) - 0.5) / 0.5, 0, 1), 0
    )
    due += (1000.0 / 6 * week * shops.authorised) if "period" in changed else 0.0
    assert market.subsidies.for_satisfaction[shops.party] == pytest.approx(due)
    assert market.ledger.entries[Account.SUBSIDIES, shops.party] == pytest.approx(due)
    assert (market.subsidies.effort[had & over] == 0.0).all() == ("amount" in changed or "layout" in changed)
    market.close()
    assert market.record.money_imbalance < 1e-9


def test_a_shop_that_leaves_inside_a_period_is_paid_nothing_for_it() -> None:
    paid = (*SHOPS, "policy.subsidies.satisfaction.amount=1000.0")
    market = Market(load("one-tier", paid).scenario, seed=1)
    market.play(18)
    row = int(np.flatnonzero(market.retailers.authorised & (satisfaction_of_buyers(market) > 0.6))[0])
    next(firm for firm in list(market.agents) if (firm.table, firm.row) == ("retailers", row)).remove()
    market.play(8)
    assert not market.subsidies.for_satisfaction[market.retailers.party[row]]
    assert not market.subsidies.weeks[row]
    market.close()


def test_a_shop_is_paid_once_for_taking_the_brand_on() -> None:
    paid = (
        *("network.district_count=31", "consumers.count=4000", "run.warmup=4", "run.weeks=40"),
        *("retailers.shelf_space=3", "retailers.review_weeks=4"),
        *(
            "policy.subsidies.outlets.amount=50.0",
            "policy.subsidies.outlets.weeks=6",
            "policy.subsidies.outlets.bar=1.0",
        ),
    )
    market = Market(load("category", paid).scenario, seed=1)
    weeks = np.zeros(market.retailers.party.size)
    for _ in range(24):
        market.step()
        weeks += market.subsidies.for_outlets[market.retailers.party] > 0.0
    market.close()
    assert (weeks == 6).any()
    assert weeks.max() == 6
