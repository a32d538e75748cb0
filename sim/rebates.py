"""Volume rebates: what direct buyers of the brand earn by what they buy, and what that makes them do.

A rebate is booked as it is earned and lent back to the brand until it is paid, so that it enters profits with the
purchases that earn it. Periods are counted from the first measured week. An account that begins or ends inside a period
is held against thresholds in proportion to its weeks.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.rebates import RebatePolicySettings
from channellab.scenarios.timetable import DISTRIBUTORS, ONLINE, effective
from channellab.sim.chain import MAKERS
from channellab.sim.ledger import Account
from channellab.sim.rebate_accounts import Rebates

if TYPE_CHECKING:
    from channellab.sim.market import Market


def set_plans(market: "Market") -> None:
    """Puts the plans in force; where a plan changes within a period, its account is closed under the old one."""
    book = market.rebates
    lapse(market)
    plan = np.full(book.plan.size, -1, np.int32)
    if market.manufacturers.active[0]:
        for parties, place, role, group in _direct_groups(market):
            here = effective(market.scenario, market.measured_week, place, role, group)
            plan[parties] = book.number(here.policy.rebate)
    changed = plan != book.plan
    running = np.flatnonzero(changed & (book.plan >= 0) & (book.since < market.week))
    _close(market, running, market.week - 1)
    book.plan[changed], book.since[changed] = plan[changed], max(market.week, 1)


def lapse(market: "Market") -> None:
    """Who has left forfeits the running account, and all do when the brand has left; claims of past periods stay."""
    book = market.rebates
    if book.idle:
        return
    gone = np.full(book.plan.size, not market.manufacturers.active[0])
    for _, tier in market.staffed_tiers():
        gone[tier.party] |= ~tier.active
    lost = np.flatnonzero(gone & (book.plan >= 0))
    if lost.size:
        _book(market, lost, np.zeros(lost.size))
        book.purchases[lost], book.plan[lost] = 0.0, -1


def settle_rebates(market: "Market") -> None:
    """Books what this week's invoices earn, closes periods that end, and pays what is due."""
    book, week = market.rebates, market.week
    if book.idle:
        return
    parties = np.flatnonzero(book.plan >= 0)
    book.purchases[parties] -= market.ledger.entries[Account.EX_FACTORY, parties]
    end = _end(market, parties)
    _book(market, parties, _earned(market, parties, end))
    _close(market, parties[end == week], week)
    now = book.due <= week
    np.add.at(book.paid, book.payee[now], book.claim[now])
    maker = int(market.manufacturers.party[0])
    market.ledger.pay(Account.REBATE_PAYMENT, maker, book.payee[now], book.claim[now])
    book.payee, book.due, book.claim = book.payee[~now], book.due[~now], book.claim[~now]


def cost_to_price(market: "Market", name: str) -> Floats:
    """Purchase prices from which a tier prices, (F, K0): less the part that it passes on of the rebate it expects."""
    tier = market.tiers[name]
    cost: Floats = tier.purchase_price
    if not (market.rebates.plan[tier.party] >= 0).any():
        return cost
    passed = getattr(market.scenario, name).pass_through * expected_rate(market, name)
    return np.asarray(cost * (1.0 - passed)[:, None])


def expected_rate(market: "Market", name: str) -> Floats:
    """(F,) rebate over purchases that firms of a tier expect of the running period.

    They expect to go on buying what they need: their forecast of demand at this week's prices.
    """
    tier, own, book = market.tiers[name], market.goods.own, market.rebates
    rate = np.zeros(tier.party.size)
    rows = np.flatnonzero(book.plan[tier.party] >= 0)
    parties = tier.party[rows]
    end = _end(market, parties)
    need = _worth(tier.mean[rows, :own], tier.purchase_price[rows, :own])
    expected = book.purchases[parties] + (end - max(market.week, 1) + 1) * need
    earned = _earned(market, parties, end, expected)
    rate[rows] = np.divide(earned, expected, out=np.zeros_like(expected), where=expected > 0.0)
    return rate


def buy_ahead(market: "Market", name: str, wanted: Ints) -> None:
    """Adds to a tier's orders, (F, K), what firms buy ahead of need for the sake of a threshold."""
    tier, own, book = market.tiers[name], market.goods.own, market.rebates
    rows = np.flatnonzero(book.plan[tier.party] >= 0)
    if not rows.size:
        return
    parties, price = tier.party[rows], tier.purchase_price[rows, :own]
    end = _end(market, parties)
    weeks = end - market.week - np.floor(tier.lead_days[rows] / 7.0)
    need = tier.mean[rows, :own]
    coming = _worth(tier.on_order[rows, :own] + wanted[rows, :own], price)
    expected = book.purchases[parties] + coming + weeks.clip(min=0.0) * _worth(need, price)
    threshold, jump = np.full(rows.size, np.inf), np.zeros(rows.size)
    for plan, at in _by_plan(book, parties):
        scale = _scale(book, plan, parties[at], end[at])
        ahead = market.rules.next_threshold(expected[at] / scale, plan.tiers, plan.kind)
        threshold[at], jump[at] = ahead[0] * scale, ahead[1] * scale
    holding = market.holding_rate[name]
    units = market.rules.forward_units(threshold - expected, jump, need, price, holding, weeks)
    wanted[rows, :own] += units


def rebate_gap(market: "Market") -> float:
    """By how much the ledger's rebates miss what the accounts say is owed, over all parties; money."""
    book, entries = market.rebates, market.ledger.entries
    partners = np.ones(book.plan.size, np.bool_)
    partners[market.manufacturers.party] = False
    booked = (entries[Account.REBATES] - entries[Account.REBATE_PAYMENT])[partners]
    return float(np.abs(book.owed()[partners] - book.before[partners] - booked).max(initial=0.0))


def _direct_groups(market: "Market") -> Iterator[tuple[Index, str, str, str]]:
    """Parties that buy from the brand, with region, role and partner group; the brand's own firms are none."""
    table, maker = market.roads.table, market.manufacturers.party[0]
    formats = [shop.name for shop in market.scenario.retailers.formats]
    for link in market.links:
        if link.seller not in MAKERS:
            continue
        buyers = market.tiers[link.buyer]
        partner = np.zeros(buyers.party.size, np.bool_)
        partner[link.rows] = True
        partner &= (buyers.party != maker) & buyers.active
        if link.buyer == "online":
            yield buyers.party[partner], "", "", ONLINE
            continue
        kind = buyers.format if link.buyer == "retailers" else np.zeros(buyers.party.size, np.int32)
        for region, number in np.unique(np.stack([buyers.region, kind])[:, partner], axis=1).T.tolist():
            group = formats[number] if link.buyer == "retailers" else DISTRIBUTORS
            here = partner & (buyers.region == region) & (kind == number)
            yield buyers.party[here], table.region_ids[region], ROLES[table.role[region]], group


def _by_plan(book: Rebates, parties: Index | Ints) -> Iterator[tuple[RebatePolicySettings, Ints]]:
    """Each plan that any of the parties has, and their places among them."""
    for number in np.unique(book.plan[parties]).tolist():
        yield book.plans[number], np.flatnonzero(book.plan[parties] == number)


def _end(market: "Market", parties: Index | Ints) -> Ints:
    """Last week of the period that this week belongs to."""
    end = np.zeros(parties.size, np.int64)
    warmup, week = market.scenario.run.warmup, max(market.week, 1)
    for plan, at in _by_plan(market.rebates, parties):
        end[at] = warmup + ((week - warmup - 1) // plan.period_weeks + 1) * plan.period_weeks
    return end


def _scale(book: Rebates, plan: RebatePolicySettings, parties: Index | Ints, end: Ints) -> Floats:
    """Weeks of an account over those of a whole period."""
    return np.asarray((end - book.since[parties] + 1) / plan.period_weeks)


def _earned(market: "Market", parties: Index | Ints, end: Ints, purchases: Floats | None = None) -> Floats:
    """What purchases (those so far, if none are given) earn in accounts that end in the given weeks."""
    book = market.rebates
    bought = book.purchases[parties] if purchases is None else purchases
    earned = np.zeros(parties.size)
    for plan, at in _by_plan(book, parties):
        scale = _scale(book, plan, parties[at], end[at])
        earned[at] = market.rules.rebate(bought[at] / scale, plan.tiers, plan.kind) * scale
    return earned


def _book(market: "Market", parties: Index | Ints, earned: Floats) -> None:
    """Books a new amount earned, lent back to the brand until it is paid."""
    book, maker = market.rebates, int(market.manufacturers.party[0])
    change = earned - book.accrued[parties]
    for rises, amount in ((change > 0.0, change), (change < 0.0, -change)):
        who, money = parties[rises], amount[rises]
        payer, payee = (maker, who) if amount is change else (who, maker)
        market.ledger.pay(Account.REBATES, payer, payee, money)
        market.ledger.pay(Account.ACCRUED_REBATES, payee, payer, money)
        book.moved += float(money.sum())
    book.accrued[parties] = earned


def _close(market: "Market", parties: Index | Ints, last: int) -> None:
    """Ends accounts with a week: what they have earned becomes a claim, and new ones begin."""
    book = market.rebates
    if not parties.size:
        return
    _book(market, parties, _earned(market, parties, np.full(parties.size, last)))
    delay = np.zeros(parties.size, np.int32)
    for plan, at in _by_plan(book, parties):
        delay[at] = plan.pay_delay_weeks
    some = book.accrued[parties] > 0.0
    book.payee = np.concatenate([book.payee, parties[some].astype(np.int32)])
    book.due = np.concatenate([book.due, (last + delay[some]).astype(np.int32)])
    book.claim = np.concatenate([book.claim, book.accrued[parties[some]]])
    book.purchases[parties], book.accrued[parties], book.since[parties] = 0.0, 0.0, last + 1


def _worth(units: Floats | Ints, price: Floats) -> Floats:
    """(F,) value of (F, K0) units, added up SKU by SKU."""
    value = np.zeros(units.shape[0])
    for sku in range(units.shape[1]):
        value = value + units[:, sku] * price[:, sku]
    return value
