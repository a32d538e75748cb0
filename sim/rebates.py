"""Rebates: what direct buyers of the brand earn by what they buy.

A partner may have several plans at once, each with an account of its own. A rebate is booked as it is earned and lent
back to the brand until it is paid, so that it enters profits with the purchases that earn it. Periods are counted from
the first measured week. An account that begins or ends inside a period is held against thresholds in proportion to its
weeks.
"""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.kernels.books import add_rows, rebate_gaps
from channellab.agents.kernels.orders import paid_on_orders
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.policies.promotions import running
from channellab.scenarios.settings.rebates import PLAN_NAMES, RebatePolicySettings
from channellab.scenarios.timetable import Terms
from channellab.sim.chain import MAKERS
from channellab.sim.customers import count_new
from channellab.sim.direct_buyers import direct_terms, sold_on
from channellab.sim.ledger import Account
from channellab.sim.rebate_accounts import CLAIMS, Held, Rebates
from channellab.sim.rebate_orders import note_orders
from channellab.sim.rebate_periods import (
    COMPLIANCE,
    LAUNCH,
    all_accounts,
    earned_by,
    launches,
    new_products,
    period_end,
    told_of,
)
from channellab.sim.returns import returned_value

if TYPE_CHECKING:
    from channellab.sim.market import Market


def set_plans(market: "Market") -> None:
    """Puts the plans in force; where a plan changes within a period, its account is closed under the old one."""
    book = market.rebates
    lapse(market)
    plan = np.full(book.plan.shape, -1, np.int32)
    numbers: dict[RebatePolicySettings, dict[int, int]] = {}
    for parties, here in direct_terms(market):
        policy = here.policy.rebate
        if policy not in numbers:
            plans = policy.plans().items()
            numbers[policy] = {PLAN_NAMES.index(title): book.number(title, one) for title, one in plans}
        for name, number in numbers[policy].items():
            plan[name, parties] = number
        _set_limits(market, parties, here)
    if not (book.plan[COMPLIANCE] >= 0).any():
        book.seen[:] = market.partners.map_cases
    turned = np.flatnonzero((plan != book.plan).any(axis=1)).tolist()
    for name in turned:
        changed = plan[name] != book.plan[name]
        running = np.flatnonzero(changed & (book.plan[name] >= 0) & (book.since[name] < market.week))
        _close(market, name, running, market.week - 1)
        _open(book, name, np.flatnonzero(changed), max(market.week, 1))
        book.plan[name, changed] = plan[name, changed]
    if turned:
        book.count_holders()


def set_limits(market: "Market") -> None:
    """Puts in force what goes with the promotion calendar, where all plans stay as they are, but for who has left."""
    lapse(market)
    for parties, here in direct_terms(market):
        _set_limits(market, parties, here)


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
    if book.idle or market.everybody_there:
        return
    gone = np.full(book.before.size, not market.manufacturers.active[0])
    for _, tier in market.staffed_tiers():
        gone[tier.party] |= ~tier.active
    if not (gone & book.holds).any():
        return
    for name in book.in_use:
        lost = np.flatnonzero(gone & (book.plan[name] >= 0))
        _book(market, name, lost, np.zeros(lost.size))
        _open(book, name, lost, market.week)
        book.plan[name, lost] = -1
    book.count_holders()


def settle_rebates(market: "Market") -> None:
    """Books what this week's invoices earn, closes periods that end, and pays what is due."""
    book, week = market.rebates, market.week
    if book.idle:
        # Who owes nobody takes nothing back, and does not catch up on it later.
        book.cases[:] = market.partners.caught
        return
    bought, sold = -market.ledger.entries[Account.EX_FACTORY], _sold_value(market)
    net = bought - returned_value(market)
    points = net + _launch(market)
    _welcome(market)
    _record_prices(market)
    held = all_accounts(market)
    note_orders(book, held, bought, week)
    _claw_back(market)
    book.spent.ravel()[held.place] += bought[held.parties]
    counted = points[held.parties]
    for name, plan, at in held.plans:
        if plan.counts == "sales" or name == LAUNCH:
            counted[at] = (sold if plan.counts == "sales" else net)[held.parties[at]]
    book.purchases.ravel()[held.place] += counted
    end = period_end(market, held)
    earned, paid = _owed(book, held, earned_by(market, held, end))
    _book(market, held.name, held.parties, earned)
    over = end == week
    for line in np.unique(held.line[over]).tolist():
        name, at = held.names[line]
        _end_period(market, name, held.parties[at][over[at]], paid[:, at][:, over[at]])
    _pay_claims(market)


def _end_period(market: "Market", name: int, parties: Index | Ints, paid: Floats) -> None:
    """Ends accounts with this week, of which so much is paid on each order, (W, P)."""
    book = market.rebates
    if paid.size:
        book.orders.used[:, parties] += paid
    _claim(market, name, parties, market.week)


def _pay_claims(market: "Market") -> None:
    """Pays the claims that are due."""
    book = market.rebates
    now = book.due <= market.week
    if not now.any():
        return
    np.add.at(book.paid, book.payee[now], book.claim[now])
    np.add.at(book.paid_under, (book.name[now], book.payee[now]), book.claim[now])
    maker = int(market.manufacturers.party[0])
    market.ledger.pay(Account.REBATE_PAYMENT, maker, book.payee[now], book.claim[now])
    for column in CLAIMS:
        setattr(book, column, getattr(book, column)[~now])


def rebate_gap(market: "Market") -> float:
    """By how much the ledger's rebates miss what the accounts say is owed and booked, over all parties; money."""
    book, entries = market.rebates, market.ledger.entries
    posted = entries[Account.REBATES], entries[Account.REBATE_PAYMENT]
    return rebate_gaps(book.owed(), book.before, book.booked, *posted, int(market.manufacturers.party[0]))


def _record_prices(market: "Market") -> None:
    """Price cases of the week, against partners and the outlets that they supply, where a plan looks at them."""
    book = market.rebates
    who = np.flatnonzero(book.plan[COMPLIANCE] >= 0)
    if not who.size:
        return
    new = (market.partners.map_cases - book.seen).astype(np.float64)
    if not new.any():
        return
    book.seen[:] = market.partners.map_cases
    patron, outlets = market.patron, market.shelves.party
    supplied = (patron >= 0) & (patron != outlets)
    np.add.at(new, patron[supplied], new[outlets[supplied]])
    book.blots[COMPLIANCE, who] += new[who]


def _welcome(market: "Market") -> None:
    """Adds up what new customers took, where a plan looks at it."""
    book = market.rebates
    looking = {PLAN_NAMES.index(name) for name, plan in book.plans if plan.by_customers}
    looks = [name for name in book.in_use if name in looking]
    if not looks and not market.customers.known:
        return
    party, since, value = count_new(market)
    for name in looks:
        new = (since >= book.since[name, party]) & (book.plan[name, party] >= 0)
        np.add.at(book.fresh[name], party[new], value[new])


def _launch(market: "Market") -> Floats:
    """Notes first orders of new products; returns what more than their value counts, (F,) money."""
    book, more = market.rebates, np.zeros(market.rebates.before.size)
    if LAUNCH not in book.in_use:
        return more
    value = np.zeros(book.launched.shape)
    for name in MAKERS:
        came = market.deliveries[name]
        add_rows(value, came.buyer, came.by_sku)
    for plan, here in launches(all_accounts(market)):
        for sku in new_products(market, plan):
            first = here[(value[here, sku] > 0.0) & ~book.launched[here, sku]]
            book.first[LAUNCH, first] += value[first, sku]
            book.launched[first, sku] = True
            more[here] += (plan.points - 1.0) * value[here, sku]
    return more


def _sold_value(market: "Market") -> Floats:
    """(F,) what partners sold on this week, at cost, if any plan looks at it."""
    book = market.rebates
    if any(plan.counts == "sales" for _, plan in book.plans):
        return sold_on(market, book.holds)[0]
    return np.zeros(book.before.size)


def _book(market: "Market", name: Ints | int, parties: Index | Ints, earned: Floats) -> None:
    """Books new amounts earned on accounts of one name or each of its own, lent back to the brand until it is paid."""
    book, maker = market.rebates, int(market.manufacturers.party[0])
    change = earned - book.accrued[name, parties]
    for rises, amount in ((change > 0.0, change), (change < 0.0, -change)):
        if not rises.any():
            continue
        who, money = parties[rises], amount[rises]
        payer, payee = (maker, who) if amount is change else (who, maker)
        market.ledger.pay(Account.REBATES, payer, payee, money)
        market.ledger.pay(Account.ACCRUED_REBATES, payee, payer, money)
        book.moved += float(money.sum())
    book.booked[name, parties] += change
    book.accrued[name, parties] = earned


def _owed(book: Rebates, held: Held, earned: Floats) -> tuple[Floats, Floats]:
    """What accounts are owed after cap, multiplier and clawback, (A,), and on which orders, (W, A).

    Args:
        earned: (A,) what they have earned.
    """
    orders, paid = book.orders, np.empty((0, earned.size))
    if orders.week.size:
        whose = held.parties.astype(np.int64, copy=False), held.seat, held.by_orders
        since, spent = book.since.take(held.place), book.spent.take(held.place)
        earned, paid = paid_on_orders(orders.week, orders.lines, *whose, since, spent, earned)
    return earned * book.kept.take(held.place), paid


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
    held = book.under([name], parties)
    kept, paid = _owed(book, held, earned_by(market, held, np.full(parties.size, last)))
    _book(market, name, parties, kept)
    if paid.size:
        book.orders.used[:, parties] += paid
    _claim(market, name, parties, last)


def _claim(market: "Market", name: int, parties: Index | Ints, last: int) -> None:
    """What accounts have earned that end with a week becomes a claim, and new ones begin."""
    book = market.rebates
    numbers, delay = book.plan[name, parties], np.zeros(parties.size, np.int32)
    for number in sorted(set(numbers.tolist())):
        plan, at = book.plans[number][1], np.flatnonzero(numbers == number)
        these, whole = parties[at], plan.period_weeks
        part = (last - book.since[name, these] + 1) / whole
        moved = plan.moved_on(told_of(book, book.place(name, these), whole, part, book.purchases[name, these]))
        book.usual[name, these], delay[at] = moved / whole, plan.pay_delay_weeks
    some = book.accrued[name, parties] > 0.0
    book.payee = np.concatenate([book.payee, parties[some].astype(np.int32)])
    book.name = np.concatenate([book.name, np.full(int(some.sum()), name, np.int32)])
    book.due = np.concatenate([book.due, (last + delay[some]).astype(np.int32)])
    book.claim = np.concatenate([book.claim, book.accrued[name, parties[some]]])
    _open(book, name, parties, last + 1)


def _open(book: Rebates, name: int, parties: Index | Ints, week: int) -> None:
    """Begins accounts with a week."""
    # Returns beyond what was bought in a period count against the next one.
    book.purchases[name, parties] = np.minimum(book.purchases[name, parties], 0.0)
    for column in (book.accrued, book.fresh, book.first, book.spent, book.blots):
        column[name, parties] = 0.0
    book.kept[name, parties] = 1.0
    book.since[name, parties] = week
