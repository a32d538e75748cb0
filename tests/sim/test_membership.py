"""Members and subscribers: what they are paid, what it costs the brand, and what they buy with and without it."""

from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market, region_table

OWN = [
    *("network.district_count=31", "consumers.count=4000", "consumers.awareness.initial=1.0", "run.warmup=4"),
    *("run.weeks=48", 'online.shops=[{name="Own", owner="brand"}]', "online.stock.level=5000"),
    *("online.stock.rule=base_stock", "manufacturer.plants=[]"),
]
CLUB = ("membership.join=0.2", "membership.join_direct=1.0")
WEEKS = 52


def played(*overrides: str, weeks: int = WEEKS) -> Market:
    scenario = load("one-tier", [*OWN, *overrides]).scenario
    market = Market(scenario, region_table(scenario, Path()))
    market.play(weeks)
    market.close()
    return market


@pytest.fixture(scope="module")
def without() -> Market:
    return played()


def test_nobody_joins_where_there_is_no_programme(without: Market) -> None:
    found = metrics.summary(without)
    assert found["members_share"] == found["subscribers_share"] == 0.0
    assert not without.record.flows[Account.MEMBERSHIP].any()


def test_a_programme_that_gives_nothing_changes_nothing_but_its_cost(without: Market) -> None:
    club = played(*CLUB, 'membership.tiers=[{name="all"}]', "membership.message_cost=0.1")
    ours, theirs = metrics.summary(club), metrics.summary(without)
    messages = sum(club.record.numbers["members"][4:]) * 0.1
    assert messages > 0
    assert ours["units_sold"] == theirs["units_sold"]
    cost = theirs["manufacturer_profit"] - ours["manufacturer_profit"]
    assert cost == pytest.approx(messages * 52 / 48, rel=1e-9)


def test_what_members_are_paid_is_what_they_earned() -> None:
    """With one tier of 10 %, points given less points held are the money paid out."""
    market = played(
        *("membership.join=1.0", "membership.join_direct=1.0"),
        'membership.tiers=[{name="all", points=0.1}]',
        "membership.redeem_from=3.0",
        "run.warmup=0",
    )
    mind, shelves = market.consumers.mind, market.shelves
    takings = float(np.stack(market.record.sku_revenue)[:, : market.goods.own].sum())
    paid = float(market.record.flows[Account.MEMBERSHIP, Group.MANUFACTURER, Group.HOUSEHOLDS])
    assert paid > 0
    assert 0.1 * takings == pytest.approx(paid + float(mind.points.astype(np.float64).sum()), rel=1e-5)
    # Who has just bought holds less than can be paid out, or what the last purchase brought.
    assert float(mind.points.max()) < 3.0 + 0.1 * float(shelves.price.max())


def test_purchases_of_this_year_and_the_last_make_the_tier() -> None:
    market = played("membership.join=1.0", "membership.join_direct=1.0", weeks=54)
    mind = market.consumers.mind
    assert mind.last_year.sum() == sum(market.record.numbers["units_sold"][:52])
    assert mind.this_year.sum() == sum(market.record.numbers["units_sold"][52:])


def test_points_and_nudge_bring_members_back(without: Market) -> None:
    """A paired experiment: the claim is a direction; how much depends on what the programme gives."""
    clubs = [played(*CLUB, f"membership.nudge={nudge}") for nudge in (0.3, 0.8)]
    rates = [metrics.summary(market)["repurchase_rate"] for market in (without, *clubs)]
    assert rates == sorted(rates)
    assert rates[2] > rates[0]


def test_subscribers_come_back_and_leave_when_the_offer_is_worth_too_little(without: Market) -> None:
    settings = (*CLUB, "membership.subscribe=1.0", "membership.subscription_discount=0.1")
    club = played(*settings)
    assert metrics.summary(club)["subscribers_share"] > 0
    assert metrics.summary(club)["repurchase_rate"] > metrics.summary(without)["repurchase_rate"]
    subscribed = club.consumers.mind.subscribed
    assert ((subscribed < 0) | (subscribed // len(club.goods.names) == club.first_online)).all()
    # Without wares worth buying everybody who has a need ends the subscription.
    club.shelves.price[:] = 1e6
    club.step()
    had_need = int((subscribed >= 0).sum())
    assert club.benefits.churned > 0
    assert int((club.consumers.mind.subscribed >= 0).sum()) <= had_need


def test_the_discount_of_subscribers_is_paid_back() -> None:
    cheap, dear = (
        played(*CLUB, "membership.subscribe=1.0", f"membership.subscription_discount={discount}", weeks=3)
        for discount in (0.0, 0.2)
    )
    assert cheap.benefits.refunded == 0.0
    assert 0 < dear.benefits.refunded <= 0.2 * float(np.stack(dear.record.sku_revenue)[-1].sum())
    assert dear.record.money_imbalance < 1e-9


def test_tiers_that_do_not_rise_are_refused() -> None:
    with pytest.raises(BadInput, match=r"tiers have purchases \[0, 0\], allowed are rising numbers from 0"):
        load("one-tier", ['membership.tiers=[{name="a"}, {name="b"}]'])
