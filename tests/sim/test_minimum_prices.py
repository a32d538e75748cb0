"""Minimum prices on a market of three shops, worked out with pencil and paper, and what cannot be declared.

Shoppers ask each shop for 10 units a week. The list shop asks 10, both others 1.3 x 7 = 9.1; the minimum is 9.5. With
an elasticity of 12 the bold shop believes to sell (9.5 / 9.1)^12 = 1.68 times as much below: it earns 1.68 x 2.1 = 3.52
for each 2.50 at the minimum, and keeps on doing so until it expects to lose more than (3.52 - 2.50) / (1.68 x 9.1) =
6.7 % of its takings. With 2 the shy shop does not believe in discounts.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.ledger import Account
from channellab.sim.market import Market
from channellab.sim.rebate_outlook import at_risk
from channellab.sim.rebate_periods import COMPLIANCE

MARKET = """
[run]
warmup = 0
weeks = 6
seed = 7
[network]
regions = "single"
sites_per_district = 3
sites_per_area = 3
[consumers]
count = 3
outlets_considered = 1
demand = {source = "declared", law = "constant", mean = 10.0}
[[products]]
name = "Tea"
list_price = 10.0
distributor_price = 7.0
ex_factory_price = 6.0
unit_cost = 4.0
[retailers]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 20}
formats = [
    {name = "list", share = 0.34},
    {name = "bold", share = 0.33, price = {rule = "markup", elasticity = 12.0}},
    {name = "shy", share = 0.33, price = {rule = "markup", elasticity = 2.0}},
]
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 60}
[manufacturer]
stock = {rule = "base_stock", level = 90}
[policy.map]
minimum = 0.95
"""
WATCHED = ("policy.map.detection=1.0", "policy.map.takedown_weeks=2", "policy.map.penalty=0.5")
FEARLESS = ("compliance.prior_cost=0.0", "compliance.prior_cases=1e9")
Opened = Callable[..., Market]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens the market, with one shop of each kind."""

    def open_market(*overrides: str) -> Market:
        file = tmp_path / "shops.toml"
        file.write_text(MARKET, encoding="utf-8")
        market = Market(load(str(file), overrides).scenario)
        assert sorted(market.retailers.format.tolist()) == [0, 1, 2]
        return market

    return open_market


def played(market: Market, weeks: int = 6) -> Market:
    """The market after some weeks."""
    market.play(weeks)
    market.close()
    return market


def by_format(market: Market, column: np.ndarray) -> list[float]:
    """A column of the shops, list, bold and shy."""
    return [float(column[market.retailers.format == kind].item()) for kind in range(3)]


def test_who_believes_in_discounts_goes_below_an_unwatched_minimum(opened: Opened) -> None:
    market = played(opened(*FEARLESS))
    assert by_format(market, market.counter_price[:, 0]) == pytest.approx([10.0, 9.1, 9.5])
    found = metrics.summary(market)
    assert found["map_violation_rate"] == pytest.approx(1 / 3)
    assert found["conflict_by_map"] == pytest.approx(1 / 3 / 0.5 / 5)
    assert market.partners.map_weeks[market.retailers.party].sum() == 6
    assert found["policing_cost"] == 0.0


def test_the_ladder_is_a_warning_a_takedown_and_penalties(opened: Opened) -> None:
    market = opened(*WATCHED, *FEARLESS)
    bold = int(np.flatnonzero(market.retailers.format == 1)[0])
    party, seen = market.retailers.party[bold], []
    for _ in range(6):
        market.step()
        seen.append(
            (int(market.partners.map_cases[party]), int(market.retailers.sold[bold, 0]), market.ledger.flow.copy())
        )
    market.close()
    # Warned in week 1, taken down in weeks 3 and 4 for the case of week 2, fined from week 5 on.
    assert [cases for cases, _, _ in seen] == [1, 2, 2, 2, 3, 4]
    assert [sold for _, sold, _ in seen] == [10, 10, 0, 0, 10, 10]
    fines = [float(flow[Account.PENALTIES]) for _, _, flow in seen]
    assert fines == pytest.approx([0, 0, 0, 0, 0.5 * 91.0, 0.5 * 91.0])
    # Three shops are scanned at 0.2 each, two while the offers of one are down.
    assert [float(flow[Account.POLICING]) for _, _, flow in seen] == pytest.approx([0.6, 0.6, 0.4, 0.4, 0.6, 0.6])
    # A takedown of two weeks cost twice the margin of 2.1 on 9.1; two fines half the takings each.
    assert market.partners.map_cost[party] == pytest.approx(2 * 2.1 / 9.1 + 0.5 + 0.5)
    # Of 16 offers in stock in six weeks, the bold shop's four were below.
    assert metrics.summary(market)["map_violation_rate"] == pytest.approx(4 / 16)
    assert market.record.money_imbalance < 1e-9


def test_a_shop_gives_in_once_it_expects_to_lose_more_than_it_gains(opened: Opened) -> None:
    market = played(opened(*WATCHED, "compliance.prior_detection=0.0", "compliance.prior_cost=0.0"), 12)
    party = market.retailers.party[market.retailers.format == 1]
    cases = int(market.partners.map_cases[party].item())
    assert by_format(market, market.retailers.price[:, 0]) == pytest.approx([10.0, 9.5, 9.5])
    assert 2 <= cases < 10
    weeks, cost = cases, float(market.partners.map_cost[party].item())
    assert cases / (20 + weeks) * cost / (2 + cases) > 0.067


def test_monitoring_without_punishment_is_found_out(opened: Opened) -> None:
    """A threat of 5 % of takings is less than the gain; one of 10 % is not, and nobody ever finds out."""
    market = played(opened("policy.map.detection=1.0", "compliance.prior_cost=0.5"), 40)
    assert by_format(market, market.counter_price[:, 0])[1] == pytest.approx(9.1)
    assert by_format(market, market.partners.map_cases[market.retailers.party])[1] == 40
    market = played(opened("policy.map.detection=1.0"), 40)
    assert by_format(market, market.counter_price[:, 0])[1] == pytest.approx(9.5)
    assert not market.partners.map_cases.any()


def test_an_event_lowers_the_minimum_with_the_price(opened: Opened) -> None:
    market = played(opened('policy.promotion.events=[{name="sale", weeks=[3, 6], discount=0.3}]', *FEARLESS))
    assert by_format(market, market.counter_price[:, 0]) == pytest.approx([7.0, 0.7 * 9.1, 0.7 * 9.5])
    assert metrics.summary(market)["map_violation_rate"] == pytest.approx(1 / 3)


DIRECT = ("distributors.per_region=0", "retailers.formats.1.price.markup=0.5", "policy.map.detection=1.0")
"""Shops that buy from the brand at 6, so that the bold one asks 9 and earns (9.5 / 9)^12 x 3 = 5.74 instead of 3.5."""
CLEAN = ("policy.rebate.compliance.rate=0.5", "policy.rebate.compliance.period_weeks=10")


def test_a_rebate_for_a_clean_record_keeps_prices_up_until_it_is_lost(opened: Opened) -> None:
    """Ten weeks of ten units at 6 earn 300 at 50 %: more than three weeks' takings of 90 below the minimum.

    It gains (5.74 - 3.5) / (1.91 x 9) = 13 % of them, and believes a case to cost nothing else.
    """
    bold = {}
    for name, rebate in (("none", ()), ("clean", CLEAN), ("careless", (*CLEAN, "compliance.prior_detection=0.02"))):
        market = played(opened(*DIRECT, "compliance.prior_cost=0.0", *rebate), 6)
        bold[name] = (
            by_format(market, market.counter_price[:, 0])[1],
            by_format(market, market.partners.map_cases[market.retailers.party])[1],
        )
    # A case that is thought likely enough is avoided; who does not expect one has it at once, and has lost the rebate.
    assert bold == {"none": (9.0, 6.0), "clean": (9.5, 0.0), "careless": (9.0, 6.0)}


def test_a_case_costs_what_the_period_would_have_earned(opened: Opened) -> None:
    market = opened(*DIRECT, *CLEAN, "policy.rebate.compliance.most_cases=1")
    market.play(2)
    shops, book = market.retailers, market.rebates
    expected = 0.5 * (book.purchases[COMPLIANCE, shops.party] + 9 * 6.0 * shops.mean[:, 0])
    assert at_risk(market, "retailers").tolist() == [0.0] * 3  # one case more is forgiven
    book.blots[COMPLIANCE, shops.party] = 1.0
    assert at_risk(market, "retailers") == pytest.approx(expected)
    book.blots[COMPLIANCE, shops.party] = 2.0
    assert at_risk(market, "retailers").tolist() == [0.0] * 3  # it is lost already
    market.close()


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ("policy.map.penalty=3.0", "policy.map.penalty is 3, a penalty without detection"),
        ("policy.map.takedown_weeks=3", "policy.map.takedown_weeks is 3, a penalty without detection"),
        ("policy.map.minimum=1.2", "policy.map.minimum is 1.2"),
    ],
)
def test_a_minimum_price_that_makes_no_sense_is_refused(override: str, complaint: str, opened: Opened) -> None:
    with pytest.raises(BadInput) as refusal:
        opened(override)
    assert complaint in str(refusal.value)
