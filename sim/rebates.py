"""Rebates: what direct buyers of the brand earn by what they buy.

A partner may have several plans at once, each with an account of its own. A rebate is booked as it is earned and lent
back to the brand until it is paid, so that it enters profits with the purchases that earn it. Periods are counted from
the first measured week. An account that begins or ends inside a period is held against thresholds in proportion to its
weeks.
"""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.scenarios.policies.promotions import running
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.scenarios.timetable import Terms, effective
from channellab.sim.chain import MAKERS, patrons
from channellab.sim.customers import count_new
from channellab.sim.direct_buyers import direct_groups, sold_on
from channellab.sim.ledger import Account
from channellab.sim.rebate_accounts import CLAIMS, Rebates
from channellab.sim.rebate_orders import limited, note_orders
from channellab.sim.rebate_periods import (
    LAUNCH,
    by_plan,
    earned_by,
    launches,
    new_products,
    period_end,
    share_of_period,
    told_of,
)
from channellab.sim.returns import returned_value

if TYPE_CHECKING:
    from channellab.sim.market import Market

COMPLIANCE = PLAN_NAMES.index("compliance")


def set_plans(market: "Market") -> None:
    """Puts the plans in force; where a plan changes within a period, its account is closed under the old one."""
    book = market.rebates
    lapse(market)
    plan = np.full(book.plan.shape, -1, np.int32)
    if market.manufacturers.active[0]:
        for parties, place, role, group in direct_groups(market):
            here = effective(market.scenario, market.measured_week, place, role, group)
            for title, one in here.policy.rebate.plans().items():
                plan[PLAN_NAMES.index(title), parties] = book.number(title, one)
            _set_limits(market, parties, here)
    if not (book.plan[COMPLIANCE] >= 0).any():
        book.seen[:] = market.partners.map_cases
    for name in np.flatnonzero((plan != book.plan).any(axis=1)).tolist():
        changed = plan[name] != book.plan[name]
        running = np.flatnonzero(changed & (book.plan[name] >= 0) & (book.since[name] < market.week))
        _close(market, name, running, market.week - 1)
        _open(book, name, np.flatnonzero(changed), max(market.week, 1))
        book.plan[name, changed] = plan[name, changed]


def _set_limits(market: "Market", parties: Index, here: Terms) -> None:
    """Multiplier, cap and clawback in force for partners."""
    book, policy = market.rebates, here.policy.rebate
    promoted = running(here.policy.promotion, market.measured_week)
    book.factor[parties] = policy.promotion_multiplier if promoted else 1.0
    book.cap[parties] = np.inf if policy.cap is None else policy.cap
    book.clawback[parties] = policy.clawback


def lapse(market: "Market") -> None:
    """Who has left forfeits the running accounts, and all do when the brand has left; claims of past periods stay."""
    book = market.rebates
    if book.idle:
        return
    gone = np.full(book.before.size, not market.manufacturers.active[0])
    for _, tier in market.staffed_tiers():
        gone[tier.party] |= ~tier.active
    for name in book.names():
        lost = np.flatnonzero(gone & (book.plan[name] >= 0))
        if lost.size:
            _book(market, name, lost, np.zeros(lost.size))
            _open(book, name, lost, market.week)
            book.plan[name, lost] = -1


def settle_rebates(market: "Market") -> None:
    """Books what this week's invoices earn, closes periods that end, and pays what is due."""
    book, week = market.rebates, market.week
    if book.idle:
        return
    bought, sold = -market.ledger.entries[Account.EX_FACTORY], _sold_value(market)
    net = bought - returned_value(market)
    points = net + _launch(market)
    _welcome(market)
    _record_prices(market)
    note_orders(book, bought, week)
    _claw_back(market)
    taken = book.orders.used.copy()
    for name in book.names():
        parties = np.flatnonzero(book.plan[name] >= 0)
        book.spent[name, parties] += bought[parties]
        for plan, at in by_plan(book, name, parties):
            counted = sold if plan.counts == "sales" else net if name == LAUNCH else points
            book.purchases[name, parties[at]] += counted[parties[at]]
        end = period_end(market, name, parties)
        earned, paid = _owed(market, name, parties, end, taken)
        _book(market, name, parties, earned)
        if paid.size:
            taken[:, parties] += paid
            book.orders.used[:, parties[end == week]] += paid[:, end == week]
        _claim(market, name, parties[end == week], week)
    now = book.due <= week
    np.add.at(book.paid, book.payee[now], book.claim[now])
    np.add.at(book.paid_under, (book.name[now], book.payee[now]), book.claim[now])
    maker = int(market.manufacturers.party[0])
    market.ledger.pay(Account.REBATE_PAYMENT, maker, book.payee[now], book.claim[now])
    for column in CLAIMS:
        setattr(book, column, getattr(book, column)[~now])


def rebate_gap(market: "Market") -> float:
    """By how much the ledger's rebates miss what the accounts say is owed and booked, over all parties; money."""
    book, entries = market.rebates, market.ledger.entries
    partners = np.ones(book.before.size, np.bool_)
    partners[market.manufacturers.party] = False
    booked = (entries[Account.REBATES] - entries[Account.REBATE_PAYMENT])[partners]
    owed = np.abs(book.owed()[partners] - book.before[partners] - booked).max(initial=0.0)
    by_plan = np.abs(book.booked.sum(axis=0)[partners] - entries[Account.REBATES, partners]).max(initial=0.0)
    return float(max(owed, by_plan))


def _record_prices(market: "Market") -> None:
    """Price cases of the week, against partners and the outlets that they supply, where a plan looks at them."""
    book = market.rebates
    who = np.flatnonzero(book.plan[COMPLIANCE] >= 0)
    if not who.size:
        return
    new = (market.partners.map_cases - book.seen).astype(np.float64)
    book.seen[:] = market.partners.map_cases
    patron, outlets = patrons(market.tiers, market.manufacturers.party), market.shelves.party
    supplied = (patron >= 0) & (patron != outlets)
    np.add.at(new, patron[supplied], new[outlets[supplied]])
    book.blots[COMPLIANCE, who] += new[who]


def _welcome(market: "Market") -> None:
    """Adds up what new customers took, where a plan looks at it."""
    book = market.rebates
    looks = [name for name in book.names() if any(p.by_customers and n == PLAN_NAMES[name] for n, p in book.plans)]
    if not looks and not market.customers.known:
        return
    party, since, value = count_new(market)
    for name in looks:
        new = (since >= book.since[name, party]) & (book.plan[name, party] >= 0)
        np.add.at(book.fresh[name], party[new], value[new])


def _launch(market: "Market") -> Floats:
    """Notes first orders of new products; returns what more than their value counts, (F,) money."""
    book, more = market.rebates, np.zeros(market.rebates.before.size)
    parties = np.flatnonzero(book.plan[LAUNCH] >= 0)
    if not parties.size:
        return more
    value = np.zeros(book.launched.shape)
    for name in MAKERS:
        came = market.deliveries[name]
        np.add.at(value, came.buyer, came.by_sku)
    for plan, at in launches(book, parties):
        here = parties[at]
        for sku in new_products(market, plan):
            first = here[(value[here, sku] > 0.0) & ~book.launched[here, sku]]
            book.first[LAUNCH, first] += value[first, sku]
            book.launched[first, sku] = True
            more[here] += (plan.points - 1.0) * value[here, sku]
    return more


def _sold_value(market: "Market") -> Floats:
    """(F,) what partners sold on this week, at cost, if any plan looks at it."""
    if any(plan.counts == "sales" for _, plan in market.rebates.plans):
        return sold_on(market)[0]
    return np.zeros(market.rebates.before.size)


def _book(market: "Market", name: int, parties: Index | Ints, earned: Floats) -> None:
    """Books a new amount earned, lent back to the brand until it is paid."""
    book, maker = market.rebates, int(market.manufacturers.party[0])
    change = earned - book.accrued[name, parties]
    for rises, amount in ((change > 0.0, change), (change < 0.0, -change)):
        who, money = parties[rises], amount[rises]
        payer, payee = (maker, who) if amount is change else (who, maker)
        market.ledger.pay(Account.REBATES, payer, payee, money)
        market.ledger.pay(Account.ACCRUED_REBATES, payee, payer, money)
        book.moved += float(money.sum())
    book.booked[name, parties] += change
    book.accrued[name, parties] = earned


def _owed(market: "Market", name: int, parties: Index | Ints, end: Ints, taken: Floats) -> tuple[Floats, Floats]:
    """What accounts that end in the given weeks are owed after cap, multiplier and clawback, and on which orders."""
    book = market.rebates
    earned = earned_by(market, name, parties, end)
    paid = np.empty((0, parties.size))
    by_orders = np.zeros(parties.size, np.bool_)
    for plan, at in by_plan(book, name, parties):
        by_orders[at] = plan.counts == "purchases"
    if book.orders.week.size:
        amount, paid = limited(book, name, parties, earned, taken)
        earned, paid = np.where(by_orders, amount, earned), np.where(by_orders, paid, 0.0)
    return earned * book.kept[name, parties], paid


def _claw_back(market: "Market") -> None:
    """Who was found to break the rules this week loses part of what it is owed: claims, and running accounts."""
    book, partners = market.rebates, market.partners
    new = partners.caught - book.cases
    book.cases[:] = partners.caught
    hit = np.flatnonzero((new > 0) & (book.clawback > 0.0))
    if not hit.size:
        return
    keep = np.ones(new.size)
    keep[hit] = (1.0 - book.clawback[hit]) ** new[hit]
    book.kept *= keep
    lost = book.claim * (1.0 - keep[book.payee])
    maker = int(market.manufacturers.party[0])
    market.ledger.pay(Account.REBATES, book.payee, maker, lost)
    market.ledger.pay(Account.ACCRUED_REBATES, maker, book.payee, lost)
    book.moved += float(lost.sum())
    np.add.at(book.booked, (book.name, book.payee), -lost)
    book.claim = book.claim - lost


def _close(market: "Market", name: int, parties: Index | Ints, last: int) -> None:
    """Ends accounts with a week before their period does."""
    book = market.rebates
    if not parties.size:
        return
    earned, paid = _owed(market, name, parties, np.full(parties.size, last), book.orders.used)
    _book(market, name, parties, earned)
    if paid.size:
        book.orders.used[:, parties] += paid
    _claim(market, name, parties, last)


def _claim(market: "Market", name: int, parties: Index | Ints, last: int) -> None:
    """What accounts have earned that end with a week becomes a claim, and new ones begin."""
    book = market.rebates
    if not parties.size:
        return
    delay = np.zeros(parties.size, np.int32)
    for plan, at in by_plan(book, name, parties):
        delay[at] = plan.pay_delay_weeks
    some = book.accrued[name, parties] > 0.0
    book.payee = np.concatenate([book.payee, parties[some].astype(np.int32)])
    book.name = np.concatenate([book.name, np.full(int(some.sum()), name, np.int32)])
    book.due = np.concatenate([book.due, (last + delay[some]).astype(np.int32)])
    book.claim = np.concatenate([book.claim, book.accrued[name, parties[some]]])
    for plan, at in by_plan(book, name, parties):
        some = parties[at]
        part = share_of_period(book, name, plan, some, np.full(some.size, last))
        moved = plan.moved_on(told_of(book, name, plan, some, part, book.purchases[name, some]))
        book.usual[name, some] = moved / plan.period_weeks
    _open(book, name, parties, last + 1)


def _open(book: Rebates, name: int, parties: Index | Ints, week: int) -> None:
    """Begins accounts with a week."""
    # Returns beyond what was bought in a period count against the next one.
    book.purchases[name, parties] = np.minimum(book.purchases[name, parties], 0.0)
    for column in (book.accrued, book.fresh, book.first, book.spent, book.blots):
        column[name, parties] = 0.0
    book.kept[name, parties] = 1.0
    book.since[name, parties] = week
