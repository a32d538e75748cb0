"""Events and deals at work: stock comes before an event, orders after a deal stay out, and the brand pays its part."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim.ledger import Account
from channellab.sim.market import Market

SMALL = (
    *("network.district_count=31", "consumers.count=8000", "run.warmup=12", "run.weeks=20"),
    *("retailers.stock.holding_cost=0.05", "distributors.stock.holding_cost=0.1"),
)
SALE = 'policy.promotion.events=[{name="sale", weeks=[12, 12], discount=0.25, brand_share=0.4}]'
DEAL = 'policy.promotion.deals=[{kind="KIND", weeks=[12, 13], rate=0.1}]'
OFF_INVOICE, SCAN_BACK = DEAL.replace("KIND", "off_invoice"), DEAL.replace("KIND", "scan_back")


@cache
def weeks(*overrides: str) -> list[dict[str, Any]]:
    """What a small base market orders and sells by measured week, 1 first."""
    market, seen = Market(load("base", (*SMALL, *overrides)).scenario), []
    own = market.goods.own
    for _ in range(32):
        market.step()
        seen.append(
            {
                "sold": int(market.shelves.sold[:, :own].sum()),
                "shops": int(market.retailers.ordered[:, :own].sum()),
                "distributors": int(market.distributors.ordered.sum()),
                "paid": float(market.ledger.flow[Account.PROMOTION]),
                "price": float(market.counter_price[: market.first_store, :own].mean()),
                "served": float(market.shelves.served[:, :own].sum() / market.shelves.wished[:, :own].sum()),
                "response": market.retailers.response.mean(),
                "mean": float(market.retailers.mean[:, :own].sum()),
            }
        )
    market.close()
    return seen[12:]


def test_stock_is_built_before_an_event_and_not_after_it() -> None:
    plain, warned, blind = weeks(), weeks(SALE), weeks(SALE, "policy.promotion.notice_days=0")
    assert warned[11]["price"] == pytest.approx(0.75 * plain[11]["price"])
    assert warned[10]["shops"] > 1.2 * plain[10]["shops"]
    earlier, usual = (sum(week["distributors"] for week in run[7:10]) for run in (warned, plain))
    assert earlier > 1.1 * usual, "suppliers are ready a tier earlier"
    assert [week["shops"] for week in blind[:11]] == [week["shops"] for week in plain[:11]]
    assert warned[11]["served"] > blind[11]["served"]
    assert warned[11]["sold"] > 1.15 * plain[11]["sold"]
    assert warned[12]["response"] == warned[11]["response"] != warned[10]["response"]
    # A forecast that took the event for a better market would rise by a fifth of the lift.
    assert warned[11]["mean"] < 1.03 * plain[11]["mean"]


def test_the_brand_pays_its_part_of_an_event_for_what_is_sold() -> None:
    market = Market(load("base", (*SMALL, SALE)).scenario)
    market.play(12 + 12)
    shelves, own = market.shelves, market.goods.own
    others = shelves.party != market.manufacturers.party[0]
    units = shelves.sold[:, :own] * others[:, None]
    market.close()
    due = 0.4 * 0.25 * (units * shelves.recommended_price[:, :own]).sum()
    assert market.ledger.flow[Account.PROMOTION] == pytest.approx(due, rel=0.01)
    assert market.record.money_imbalance < 1e-9


def test_off_invoice_deals_are_bought_ahead_and_scan_backs_are_not() -> None:
    plain, off, back = weeks(), weeks(OFF_INVOICE), weeks(SCAN_BACK)
    orders = [[week["distributors"] for week in run] for run in (plain, off, back)]
    assert orders[1][11] < 1.2 * orders[0][11], "in its first week waiting costs nothing"
    assert orders[1][12] > 3 * orders[0][12]
    assert max(orders[1][13:17]) < 0.5 * min(orders[0][13:17]), "a trough follows"
    assert max(orders[2][11:13]) < 1.5 * max(orders[0][11:13])
    assert min(orders[2][13:17]) > 0.7 * min(orders[0][13:17])
    assert back[11]["price"] < plain[11]["price"], "shops that price from cost pass it on"
    assert back[11]["paid"] > 0 == plain[11]["paid"] == off[11]["paid"] == back[13]["paid"]


def test_more_is_bought_ahead_the_cheaper_it_is_to_hold() -> None:
    dear, cheap = (weeks(OFF_INVOICE, f"distributors.stock.holding_cost={cost}") for cost in (0.4, 0.1))
    usual = weeks()[12]["distributors"]
    assert cheap[12]["distributors"] - usual > 2 * (dear[12]["distributors"] - usual) > 0


def test_an_online_event_stops_at_the_floor() -> None:
    only_online = SALE.replace("brand_share", 'who=["online"], brand_share').replace("0.25", "0.5")
    market = Market(load("base", (*SMALL, only_online, 'online.shops=[{name="Mall"}]')).scenario)
    market.play(12 + 12)
    shops, own = market.retailers, market.goods.own
    street = np.array([market.counter_price[: market.first_store, k][shops.carries[:, k]].mean() for k in range(own)])
    assert market.counter_price[market.first_online, :own] == pytest.approx(0.9 * street)
    market.close()


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ('policy.promotion.events=[{name="a", weeks=[3, 2]}]', "events.0.weeks is [3, 2]"),
        ('policy.promotion.events=[{name="a"}]', "'a' has weeks absent and festival absent"),
        ('policy.promotion.events=[{name="a", festival="easter"}]', "festival is 'easter'"),
        (
            'policy.promotion.events=[{name="a", weeks=[3, 5]}, {name="b", weeks=[5, 6]}]',
            "events.1 holds in week 5 for all, as events.0 does",
        ),
        ('policy.promotion.deals=[{weeks=[3, 5]}, {weeks=[1, 3], who=["distributors"]}]', "in week 3 for distributors"),
        ('policy.promotion.events=[{name="a", weeks=[3, 5], who=["distributors"]}]', "events.0.who.0"),
        ('policy.promotion.deals=[{weeks=[3, 5], who=["kiosk"]}]', "deals.0.who.0"),
        ('timetable=[{weeks=[1, 2], set={"policy.promotion.deals"=[{weeks=[3, 5], who=["no"]}]}}]', 'deals".0.who.0'),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(override: str, complaint: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Market(load("one-tier", (override,)).scenario)
    assert complaint in str(refusal.value)


def test_small_shops_do_not_make_the_channel_run_away() -> None:
    market = Market(load("every-policy", ("consumers.count=3000",)).scenario)
    for _ in range(50):
        market.step()
        assert market.distributors.ordered.sum() < 100 * market.retailers.demand.sum()
