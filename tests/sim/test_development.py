"""The market development fund: sums by hand, and what display does for those who spend on it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim.ledger import Account
from channellab.sim.market import Market

Write = Callable[..., Market]

MARKET = """
[run]
warmup = 0
weeks = 12
[network]
regions = "single"
sites_per_district = 1
sites_per_area = 1
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "series", series = [10, 10, 10, 10, 12, 12, 12, 12, 10, 10, 10, 10]}
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
stock = {rule = "base_stock", level = 40}
[policy.development]
rate = 0.05
period_weeks = 4
"""
"""The distributor buys and sells on 10 units a week for four weeks, then 12, then 10 again, with a margin of 1."""


@pytest.fixture
def market_of(tmp_path: Path) -> Write:
    def write(*overrides: str) -> Market:
        (tmp_path / "market.toml").write_text(MARKET)
        return Market(load(str(tmp_path / "market.toml"), overrides).scenario)

    return write


def test_a_fund_is_spent_and_paid_back_where_sales_have_grown(market_of: Write) -> None:
    market = market_of()
    party, rows = int(market.distributors.party[0]), []
    for _ in range(12):
        market.step()
        rows.append([market.ledger.entries[account, party] for account in (Account.MARKETING, Account.FUND)])
    market.close()
    spent, paid = np.array(rows).T
    # 5 % of 240, with as much of its own: 24, 6 a week. Sales grow by 8 units at 6, 48, which is more than 24.
    assert spent[:8] == pytest.approx([0, 0, 0, 0, -6, -6, -6, -6])
    assert paid[:8] == pytest.approx([0, 0, 0, 0, 0, 0, 0, 12])
    # The margin grew by 8 for the 24: what is expected falls from 0.6 half-way to 1/3, 0.467, which with half from the
    # brand is less than a unit of money. So nothing more is spent, and nothing paid.
    assert market.development.gain[party] == pytest.approx((0.6 + 8 / 24) / 2)
    assert not spent[8:].any()
    assert not paid[8:].any()
    assert market.record.money_imbalance < 1e-9


def test_a_fund_is_not_paid_without_proof(market_of: Write) -> None:
    market = market_of("policy.development.proof=2.5", "development.prior_gain=5.0")
    party = int(market.distributors.party[0])
    market.play(8)
    # 48 of growth for 24 spent is a return of 2 only: nothing is paid, and the partner expects it less.
    assert market.ledger.entries[Account.FUND, party] == 0.0
    assert market.development.paid[party] == 0.5
    assert market.development.weekly[party] > 0.0
    market.close()


def paid_and_spent(market: Market, weeks: int = 12) -> tuple[list[float], list[float]]:
    """By week what the distributor spends on display and what the brand pays it for that."""
    party, rows = int(market.distributors.party[0]), []
    for _ in range(weeks):
        market.step()
        rows.append([market.ledger.entries[account, party] for account in (Account.MARKETING, Account.FUND)])
    market.close()
    assert market.record.money_imbalance < 1e-9
    spent, paid = np.array(rows).T
    return spent.tolist(), paid.tolist()


def test_a_fund_that_ends_inside_a_period_is_paid_for_the_weeks_until_then(market_of: Write) -> None:
    spent, paid = paid_and_spent(market_of("timetable=[{weeks=[7, 12], set={'policy.development.rate'=0.0}}]"))
    # Two weeks at 6, in which sales have grown by 2 units at 6 a week: 24 for 12. The brand pays its half in week 7.
    assert spent == pytest.approx([0, 0, 0, 0, -6, -6, *[0] * 6])
    assert paid == pytest.approx([*[0] * 6, 6, *[0] * 5])


def test_weeks_without_proof_are_not_paid_either(market_of: Write) -> None:
    ends = "timetable=[{weeks=[7, 12], set={'policy.development.rate'=0.0}}]"
    assert not any(paid_and_spent(market_of(ends, "policy.development.proof=2.5"))[1])


def test_other_terms_settle_what_was_done_and_spend_what_is_left(market_of: Write) -> None:
    sure = ("development.prior_gain=5.0", "development.learning=0.0")
    changed = "timetable=[{weeks=[7, 12], set={'policy.development.rate'=0.1, 'policy.development.brand_share'=0.25}}]"
    spent, paid = paid_and_spent(market_of(changed, *sure))
    # What is left of 12 from the brand, 3 a week, is now a quarter of what is spent. Nothing is paid for weeks 7 and 8,
    # as sales grew no more. Two weeks at 72 under 5 %, and two under 10 %, are a fund of 21.6; with its own part 86.4.
    assert spent == pytest.approx([0, 0, 0, 0, -6, -6, -12, -12, *[-21.6] * 4])
    assert paid == pytest.approx([*[0] * 6, 6, *[0] * 5])


def test_a_shorter_period_spends_the_fund_sooner(market_of: Write) -> None:
    sure = ("development.prior_gain=5.0", "development.learning=0.0")
    shorter = "timetable=[{weeks=[6, 12], set={'policy.development.period_weeks'=3}}]"
    spent, paid = paid_and_spent(market_of(shorter, *sure))
    # Periods of three weeks end in week 6: the three weeks' worth that are left are spent in it.
    assert spent[4:6] == pytest.approx([-6, -18])
    assert sum(spent[4:6]) == pytest.approx(-24)
    assert paid[5] == pytest.approx(3)


@pytest.mark.slow
@pytest.mark.parametrize(("gain", "grows"), [(1.0, True), (0.0, False)])
def test_display_brings_sales_as_far_as_it_draws_shoppers(gain: float, grows: bool) -> None:
    """Paired over 20 seeds: units sold with the fund less those without; without any gain it does nothing."""
    small = ("network.district_count=31", "consumers.count=4000", "run.warmup=13", "run.weeks=39", "leads.share=0.0")
    fund = (*small, f"development.display_gain={gain}", "development.prior_gain=5.0", "development.display_half=1.0")
    change = []
    for seed in range(20):
        sold = []
        for rate in (0.0, 0.03):
            market = Market(load("one-tier", (*fund, f"policy.development.rate={rate}")).scenario, seed=seed)
            market.play(52)
            market.close()
            sold.append(sum(market.record.numbers["units_sold"][13:]))
        change.append((sold[1] - sold[0]) / sold[0])
    mean, error = float(np.mean(change)), float(np.std(change, ddof=1) / np.sqrt(20))
    print(f"display_gain {gain}: units {mean:+.4f}, 95 % {mean - 2.093 * error:+.4f} to {mean + 2.093 * error:+.4f}")
    assert (mean - 2.093 * error > 0.0) if grows else change == [0.0] * 20


@pytest.mark.slow
def test_a_period_that_is_cut_short_pays_back_about_as_much_of_what_was_spent() -> None:
    """Paired over 20 seeds: a fund that ends in the middle of its second period, and one that ends with it."""
    small = ("network.district_count=31", "consumers.count=4000", "run.warmup=13", "run.weeks=39", "leads.share=0.0")
    fund = (*small, "policy.development.rate=0.03", "development.prior_gain=5.0", "development.display_half=1.0")
    shares = []
    for seed in range(20):
        for last in (19, 26):
            ends = f"timetable=[{{weeks=[{last + 1}, 39], set={{'policy.development.rate'=0.0}}}}]"
            market = Market(load("one-tier", (*fund, ends)).scenario, seed=seed)
            market.play(26)
            spent = paid = 0.0
            for _ in range(14):
                market.step()
                spent += float(market.ledger.flow[Account.MARKETING])
                paid += float(market.ledger.flow[Account.FUND])
            market.close()
            assert market.record.money_imbalance < 1e-9
            shares.append(paid / spent)
    cut, whole = np.array(shares).reshape(20, 2).T
    gap = cut - whole
    mean, error = float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(20))
    print(f"cut {cut.mean():.3f}, whole {whole.mean():.3f}, apart {mean:+.3f} +- {2.093 * error:.3f}")
    assert cut.min() > 0.0
    assert abs(mean) < 0.1
