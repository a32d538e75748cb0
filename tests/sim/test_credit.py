"""Credit lines and cash limits: a market on paper, and what tight limits do to stock, service and cash."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.credit import debts
from channellab.sim.market import Market

from .on_paper import ONE_SHOP

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
BUYERS = ("distributors", "subdistributors", "retailers", "online")
Played = Callable[[str], Market]

ON_PAPER = (
    ONE_SHOP
    + """
[run]
warmup = 0
weeks = 5
[[products]]
name = "Tea"
[manufacturer]
payment_weeks = 4
stock = {rule = "base_stock", level = 40}
[distributors]
credit_line = 60.0
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 9}
[retailers]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 9}
"""
)
"""The distributor pays 6 a unit four weeks after it came, and may owe 60."""


def test_orders_beyond_the_line_are_not_placed(played: Played) -> None:
    market = played(ON_PAPER)
    # Weeks 1 and 2 fill the line with 4 + 6 units. From then on it wants 3, 3 + 8 and 3 + 8 + 2, and gets none before
    # the first invoice is paid at the end of week 5.
    wanted, cut = [4 * 6, 6 * 6, 3 * 6, 11 * 6, 13 * 6], [0, 0, 3 * 6, 11 * 6, 13 * 6]
    assert market.record.numbers["orders_wanted"] == wanted
    assert market.record.numbers["orders_cut"] == cut
    assert metrics.summary(market)["credit_limited_rate"] == pytest.approx(sum(cut) / sum(wanted))
    assert debts(market)[market.distributors.party] == [6 * 6]


def test_with_cash_for_it_they_are(played: Played) -> None:
    rich = played(ON_PAPER.replace("60.0", "60.0\ncash_limit = true\nworking_capital = 1000.0"))
    assert rich.record.numbers["orders_cut"] == [0] * 5
    assert rich.record.numbers["orders_wanted"] == [24, 36, 18, 48, 12]


def test_no_line_is_no_limit_and_counts_nothing(played: Played) -> None:
    market = played(ON_PAPER.replace("credit_line = 60.0", ""))
    assert market.record.numbers["orders_wanted"] == [0] * 5
    assert metrics.summary(market)["credit_limited_rate"] == 0.0


def lively(*overrides: str) -> Market:
    return Market(load(LIVELY, overrides).scenario)


STEADY = """
[run]
warmup = 4
weeks = 20
[network]
regions = "single"
sites_per_district = 8
sites_per_area = 4
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "poisson", mean = 10.0}
[[products]]
name = "Tea"
[distributors]
[subdistributors]
per_district = 1
[retailers]
"""
"""Plant, distributor and sub-distributor for eight shops that sell 10 units a week each; all pay after 4 weeks."""


@pytest.mark.parametrize(
    ("tier", "line"), [("distributors", 1500.0), ("subdistributors", 1500.0), ("retailers", 200.0)]
)
def test_a_tight_line_lowers_stock_and_service_in_the_shops(tier: str, line: float, played: Played) -> None:
    found = []
    for text in (STEADY, STEADY.replace(f"[{tier}]", f"[{tier}]\ncredit_line = {line}")):
        market = played(text)
        figures = metrics.summary(market)
        found.append([figures[name] for name in ("retail_stock", "fill_rate", "credit_limited_rate")])
    (free_stock, free_fill, free_cut), (stock, fill, cut) = found
    assert stock < free_stock
    assert fill < free_fill
    assert cut > free_cut == 0


@pytest.mark.parametrize("tier", BUYERS)
def test_nobody_owes_more_than_the_line(tier: str) -> None:
    market = lively(f"{tier}.credit_line=150.0", "policy.promotion.deals=[]")
    buyers, own = market.tiers[tier], market.goods.own
    partner = buyers.party != market.manufacturers.party[0]
    for _ in range(15):
        market.step()
        coming = (buyers.on_order[:, :own] * buyers.purchase_price[:, :own]).sum(axis=1)
        assert (debts(market)[buyers.party] + coming)[partner].max() <= 150.0 + 1e-9
    market.close()


@pytest.mark.parametrize("line", [0.0, 30.0])
def test_a_cash_limit_keeps_cash_above_what_the_line_allows(line: float) -> None:
    """What is owed is covered by cash and line, but for costs that come after an order; here there are none."""
    free = ("manufacturer.payment_weeks=0", "distributors.working_capital=500.0", "distributors.fixed_cost=0.0")
    free += ("distributors.stock.holding_cost=0.0", "logistics.freight_per_unit_km=0.0", "logistics.drop_cost=0.0")
    # Orders that are invoiced after a deal ended cost more than they did when they were placed.
    free += ("policy.promotion.deals=[]", "diversion.openness=0.0")
    limits = (f"distributors.credit_line={line}", "distributors.cash_limit=true")
    market, careless = lively(*free, *limits), lively(*free)
    lowest = []
    for one in (market, careless):
        worst = np.inf
        for _ in range(15):
            one.step()
            worst = min(worst, float((one.ledger.cash - debts(one))[one.distributors.party].min()))
        one.close()
        lowest.append(worst)
    assert lowest[0] >= -line - 1e-9
    assert lowest[1] < lowest[0]


def test_working_capital_counts_where_cash_limits_orders() -> None:
    poor, rich = (
        lively("distributors.cash_limit=true", f"distributors.working_capital={capital}") for capital in (50.0, 5000.0)
    )
    for market in (poor, rich):
        market.play(15)
        market.close()
    assert metrics.summary(poor)["credit_limited_rate"] > metrics.summary(rich)["credit_limited_rate"]
    assert metrics.summary(poor)["units_sold"] < metrics.summary(rich)["units_sold"]
