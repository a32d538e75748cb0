"""The witness notices: each of these errors outside the rules has to be found in one of the twenty markets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.agents.draws import Stream
from channellab.sim import (
    credit,
    detection,
    development,
    dispatch,
    disputes,
    goodwill,
    kols,
    leads,
    lifecycle,
    listing,
    market,
    minimum_prices,
    newsvendor,
    ordering,
    penalties,
    pricing,
    promotions,
    protection,
    rebates,
    record,
    returns,
    settlement,
    subsidies,
    supply,
    terms,
    week,
)
from channellab.sim.invoices import Invoices
from channellab.sim.reach import Reach
from channellab.sim.rules import COMPILED

from .cases import WEEKS, Case, case
from .shown import likely_first, note
from .sums import check_sums
from .witness import Witness

RIGHT_PRICES, RIGHT_EX_FACTORY, RIGHT_REACH = terms.set_prices, terms._set_prices_ex_factory, Reach.share
RIGHT_REVIEW, RIGHT_LIKING = listing.review_listings, listing.buyers_liking
RIGHT_NEW, RIGHT_CHANGE = rebates.count_new, development._change
RIGHT_WANTED, RIGHT_ORDERS, RIGHT_LOAD = ordering._wanted, ordering._outlets_order, dispatch._load
RIGHT_DISPERSIONS = record.dispersions
RIGHT_CONTEST, RIGHT_DESK = penalties.contested, disputes.Desk.open_week
RIGHT_TURNS, RIGHT_DRAW = disputes.People._trigger_put, disputes.Desk._draw


def nothing(*args: Any, **kwargs: Any) -> None:
    """Does not do what it should."""


def half_price(market: Any) -> None:
    RIGHT_PRICES(market)
    market.retailers.price *= 0.5


def no_dispersion(market: Any) -> dict[str, float]:
    return dict.fromkeys(RIGHT_DISPERSIONS(market), 0.0)


def street_first(market: Any, links: Any) -> None:
    for link in links:
        RIGHT_LOAD(market, [link])


def reviewed_at_once(market: Any) -> None:
    site, market.retailers.site = market.retailers.site, 0 * market.retailers.site
    RIGHT_REVIEW(market)
    market.retailers.site = site


def no_orders_online(market: Any, name: str) -> None:
    if name != "online":
        RIGHT_ORDERS(market, name)


def all_buy_alike(market: Any) -> None:
    RIGHT_EX_FACTORY(market)
    market.online.purchase_price[:, : market.goods.own] = market.manufacturers.ex_factory_price


def punished_at_once(market: Any, cases: Any) -> Any:
    disputed = RIGHT_CONTEST(market, cases)
    for dispute in disputed:
        market.desk.file(dispute)
    return []


def never_wrong(desk: Any, stream: Any, dispute: Any) -> float:
    return 1.0 if stream == Stream.DISPUTE_RULED else RIGHT_DRAW(desk, stream, dispute)


def always_as_at_first(desk: Any, settings: Any) -> None:
    RIGHT_DESK(desk, desk.settings)


def last_first(people: Any, event: Any) -> None:
    people.put_queue.reverse()
    RIGHT_TURNS(people, event)
    people.put_queue.reverse()


def as_if_nothing_had_passed(market: Any) -> None:
    """An error of the past: what came and went within the week was missing from what was there before."""
    for name in ("retailers", "online", "distributors", "subdistributors"):
        tier = market.tiers[name]
        before = tier.stock + tier.in_transit - tier.received
        tier.unit_cost[:] = market.rules.receive(before, tier.unit_cost, tier.received, tier.received_value)


def all_traffic_for_the_brand(market: Any) -> Any:
    online, own = market.online, market.goods.own
    takings = online.sold * market.counter_price[market.first_online :]
    cost = online.platform_fee[:, None] * takings + online.delivery_cost[:, None] * online.sold
    return cost[:, :own].sum(axis=1) + online.traffic_cost * online.visits, cost[:, own:].sum(axis=1)


def nobody_online(self: Any, sites: Any, shops: Any, watching: Any) -> float:
    return RIGHT_REACH(self, sites, shops & False, watching)


ERRORS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "nobody shares in the support": (terms, "_support", nothing),
    "new terms come with half the price": (terms, "set_prices", half_price),
    "prices know no policy": (pricing, "_keep_to_policy", nothing),
    "policy binds shops without the brand": (
        pricing,
        "carried_brand",
        lambda market: np.ones((len(market.shelves.price), market.goods.own), np.bool_),
    ),
    "no event is held": (pricing, "_hold_events", nothing),
    "minimum prices bind nobody": (pricing, "keep_to_minimum", nothing),
    "scan-backs lower no price": (pricing, "cost_after_scan_backs", lambda market, cost: cost),
    "promotions are never paid for": (settlement, "pay_promotions", nothing),
    "nobody prepares for promotions": (ordering, "stock_ahead", lambda market, name: 0),
    "forecasts take events as they come": (ordering, "usual_demand", lambda market, name: market.tiers[name].demand),
    "suppliers look no further ahead than shops": (promotions, "_lag", lambda market, name: 0),
    "prices are never scanned": (week, "police_prices", nothing),
    "cases bring nothing": (minimum_prices, "_judge", nothing),
    "nobody learns": (pricing, "_learn", nothing),
    "nobody looks at neighbours": (week, "watch_market", nothing),
    "groups price by their rule": (pricing, "_price_groups", nothing),
    "stock positions forget what is owed": (
        ordering,
        "_wanted",
        lambda market, name, owed: RIGHT_WANTED(market, name, 0 * owed),
    ),
    "suppliers learn of no orders": (ordering, "_sellers_order", nothing),
    "online shops order nothing": (ordering, "_outlets_order", no_orders_online),
    "the street is loaded first": (dispatch, "_load", street_first),
    "the brand's own online shops pay like others": (terms, "_set_prices_ex_factory", all_buy_alike),
    "online shops know no timetable": (terms, "_online_terms", nothing),
    "opinion leaders are free": (settlement, "pay_kols", nothing),
    "a livestream has no event price": (kols, "_event_prices", nothing),
    "nobody hires opinion leaders": (terms, "set_kol_terms", nothing),
    "platforms are free": (settlement, "_platforms", nothing),
    "the brand pays for all visits": (settlement, "online_costs", all_traffic_for_the_brand),
    "orders survive their supplier": (lifecycle, "_cancel_with_leavers", nothing),
    "shoppers wait before closed doors": (lifecycle, "_send_home", nothing),
    "goods that come and go in one week cost nothing": (settlement, "_value_receipts", as_if_nothing_had_passed),
    "online shops reach nobody": (Reach, "share", nobody_online),
    "roads are free": (dispatch, "_pay_for_the_way", nothing),
    "rivals deliver nothing": (dispatch, "_rivals", nothing),
    "warehouses are free": (settlement, "_holding", nothing),
    "rents are free": (settlement, "_overheads", nothing),
    "rebates are never earned": (settlement, "settle_rebates", nothing),
    "rebates stay what they were": (rebates, "_book", nothing),
    "rebates are never closed": (rebates, "_close", nothing),
    "leavers keep their rebates": (lifecycle, "lapse", nothing),
    "plans never change": (terms, "set_plans", nothing),
    "rebates stay with who earns them": (
        pricing,
        "cost_to_price",
        lambda market, name: market.tiers[name].purchase_price,
    ),
    "nobody buys ahead": (ordering, "buy_ahead", nothing),
    "nothing spoils": (week, "throw_away", nothing),
    "nothing is returned": (week, "send_back", nothing),
    "returned goods never arrive": (settlement, "take_back", nothing),
    "rights to return are used again and again": (returns, "use_up", nothing),
    "rights to return never lapse": (
        returns,
        "_first_open",
        lambda market, party: np.zeros(party.size, np.int64),
    ),
    "returned goods count as bought": (rebates, "returned_value", lambda market: 0.0),
    "shops order as if nothing could be returned": (
        newsvendor,
        "refunds",
        lambda market, sku: np.zeros((2, market.retailers.party.size)),
    ),
    "shops order by their stock rule alone": (ordering, "order_for_profit", nothing),
    "shops expect no rebate": (
        newsvendor,
        "rewards",
        lambda market, sku, most: np.zeros((2, market.retailers.party.size, most + 1)),
    ),
    "all orders are alike": (rebates, "note_orders", nothing),
    "a case costs no rebate": (rebates, "_claw_back", nothing),
    "a promotion is a week like others": (ordering, "promoted_need", lambda market, name: 0),
    "display is free": (settlement, "settle_development", nothing),
    "the fund has no terms": (terms, "set_development", nothing),
    "a fund that ends inside a period is not settled": (
        development,
        "_change",
        lambda market, who, new: RIGHT_CHANGE(market, who[new.rate[who] > 0.0], new),
    ),
    "a fund goes on as if terms were the same": (
        development,
        "_change",
        lambda market, who, new: RIGHT_CHANGE(market, who[new.rate[who] == 0.0], new),
    ),
    "a subsidy that ends inside a period is not paid": (subsidies, "_close", nothing),
    "subsidies have no terms": (terms, "set_subsidies", nothing),
    "subsidies are never paid": (settlement, "settle_subsidies", nothing),
    "the brand pays no freight": (dispatch, "pay_freight", nothing),
    "partners have no grades": (
        subsidies,
        "grades_reached",
        lambda market: np.zeros(market.ledger.cash.size, np.int64),
    ),
    "every drop is made": (dispatch, "_worth_sending", lambda market, link, sent: sent),
    "no order is made larger for a discount": (ordering, "order_up", nothing),
    "no discount is agreed on": (ordering, "agree_on_orders", nothing),
    "discounts are not taken off": (
        dispatch,
        "agreed_price",
        lambda market, buyer, rows: market.tiers[buyer].purchase_price[rows, : market.goods.own],
    ),
    "discounts are not counted": (dispatch, "note_given", nothing),
    "nothing is pushed": (
        ordering,
        "push_down",
        lambda market, seller, owed: np.zeros_like(market.tiers[seller].stock),
    ),
    "shops list for the margin alone": (listing, "extra_for_listing", nothing),
    "shops never serve better": (terms, "serve", nothing),
    "own money serves nobody": (week, "renew_service", nothing),
    "price records stay clean": (rebates, "_record_prices", nothing),
    "no customer is new": (rebates, "_welcome", nothing),
    "known customers are new": (
        rebates,
        "count_new",
        lambda market: (lambda party, since, value: (party, 0 * since + market.week, value))(*RIGHT_NEW(market)),
    ),
    "new products get no discount": (
        rebates,
        "_launch",
        lambda market: np.zeros(market.ledger.cash.size),
    ),
    "first orders are like others": (ordering, "stock_up", nothing),
    "nothing is sold on": (rebates, "_sold_value", lambda market: np.zeros(market.ledger.cash.size)),
    "credit is endless": (ordering, "keep_within_means", lambda market, name, wanted: np.full(len(wanted), np.inf)),
    "debts leave the credit line alone": (
        credit,
        "debts",
        lambda market: np.zeros(market.ledger.cash.size),
    ),
    "average costs never change": (settlement, "_value_receipts", nothing),
    "debts are never paid": (Invoices, "collect", nothing),
    "stock is worth nothing": (record, "inventory_value", lambda market: np.zeros(market.ledger.cash.size)),
    "prices never differ": (record, "dispersions", no_dispersion),
    "moments are not kept": (record, "_moments", nothing),
    "leads are handled for nothing": (settlement, "pay_for_leads", nothing),
    "advice leads nowhere": (week, "take_in_advised", nothing),
    "closed leads are not set free": (leads, "_close", nothing),
    "leads arise on Mondays": (leads, "uniforms", lambda seed, stream, who, week: 0.0 * who),
    "everybody is reached": (Reach, "share", lambda self, *flags: 1.0),
    "shops never review what they list": (week, "review_listings", nothing),
    "all shops review at once": (week, "review_listings", reviewed_at_once),
    "shops list goods of rivals that have left, and of a brand that is not theirs": (
        listing,
        "_allowed",
        lambda market: np.ones(market.retailers.listed.shape, np.bool_),
    ),
    "buyers like everything alike": (
        market,
        "buyers_liking",
        lambda *args: np.ones_like(RIGHT_LIKING(*args)),
    ),
    "shipments are never unusual": (detection, "unusual", lambda share, threshold: share < 0.0),
    "usual shipments are those of last week": (detection, "excess", lambda sent, usual: np.ones(usual.shape)),
    "nobody is audited": (detection, "_audited", lambda market, terms, watched, share: watched & False),
    "nobody scans": (detection, "found_by_scans", lambda rate, units: 0.0 * rate),
    "found goods make no case": (protection, "find", lambda market, terms, guarded, seen: []),
    "contracts never end": (week, "dismiss", nothing),
    "nobody takes over the buyers": (supply, "dismissed", lambda market, name: market.tiers[name].active & False),
    "every case counts": (penalties, "overlooked", lambda market, terms, case: False),
    "nobody contests a case": (penalties, "contested", lambda market, cases: []),
    "penalties do not wait for rulings": (penalties, "contested", punished_at_once),
    "the dispute desk is free": (protection, "desk_cost", lambda market: 0.0),
    "rulings are never wrong": (disputes.Desk, "_draw", never_wrong),
    "disputes hurt nobody": (goodwill, "_add_disputes", nothing),
    "deadlines pass unseen": (disputes.Desk, "_above", lambda self, level: None),
    "the desk never changes": (disputes.Desk, "open_week", always_as_at_first),
    "who came last is dealt with first": (disputes.People, "_trigger_put", last_first),
    "who has left is not wound up": (week, "retire", nothing),
}


def watch(small: Case) -> None:
    witness = Witness(small, small.market(COMPILED))
    for _ in range(WEEKS):
        witness.week()
    check_sums(witness.diary, witness.market)
    witness.market.close()


@pytest.mark.parametrize("error", ERRORS)
def test_the_witness_notices(error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*ERRORS[error])
    with pytest.raises(AssertionError, match="the witness counts"):  # noqa: PT012  # the first market that shows it
        for number in likely_first(error):
            tried = number
            watch(case(number, tmp_path))
    note(error, tried)
