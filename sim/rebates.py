"""Rebates: what direct buyers of the brand earn by what they buy, and what that makes them do.

A partner may have several plans at once, each with an account of its own. A rebate is booked as it is earned and lent
back to the brand until it is paid, so that it enters profits with the purchases that earn it. Periods are counted from
the first measured week. An account that begins or ends inside a period is held against thresholds in proportion to its
weeks.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.scenarios.policies.rebates import Accounts, Ahead
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.rebate_plans import RebatePlan
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.scenarios.timetable import DISTRIBUTORS, ONLINE, effective
from channellab.sim.chain import MAKERS, OUTLETS, WHOLESALERS
from channellab.sim.ledger import Account
from channellab.sim.rebate_accounts import CLAIMS, Rebates

if TYPE_CHECKING:
    from channellab.sim.market import Market


class Step(NamedTuple):
    """The next threshold ahead of R firms under plans of one name.

    Attributes:
        gap: (R,) money missing to it if only need is bought, infinite without one. jump: (R,) what reaching it pays.
        weeks: (R,) weeks from arrival of what is ordered now to the end of the period.
    """

    gap: Floats
    jump: Floats
    weeks: Floats


def set_plans(market: "Market") -> None:
    """Puts the plans in force; where a plan changes within a period, its account is closed under the old one."""
    book = market.rebates
    lapse(market)
    plan = np.full(book.plan.shape, -1, np.int32)
    if market.manufacturers.active[0]:
        for parties, place, role, group in _direct_groups(market):
            here = effective(market.scenario, market.measured_week, place, role, group)
            for title, one in here.policy.rebate.plans().items():
                plan[PLAN_NAMES.index(title), parties] = book.number(title, one)
    for name in np.flatnonzero((plan != book.plan).any(axis=1)).tolist():
        changed = plan[name] != book.plan[name]
        running = np.flatnonzero(changed & (book.plan[name] >= 0) & (book.since[name] < market.week))
        _close(market, name, running, market.week - 1)
        book.plan[name, changed], book.since[name, changed] = plan[name, changed], max(market.week, 1)


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
            book.purchases[name, lost], book.plan[name, lost] = 0.0, -1


def settle_rebates(market: "Market") -> None:
    """Books what this week's invoices earn, closes periods that end, and pays what is due."""
    book, week = market.rebates, market.week
    if book.idle:
        return
    bought, sold = -market.ledger.entries[Account.EX_FACTORY], _sold_on(market)
    for name in book.names():
        parties = np.flatnonzero(book.plan[name] >= 0)
        for plan, at in _by_plan(book, name, parties):
            book.purchases[name, parties[at]] += (sold if plan.counts == "sales" else bought)[parties[at]]
        end = _end(market, name, parties)
        _book(market, name, parties, _earned(market, name, parties, end))
        _close(market, name, parties[end == week], week)
    now = book.due <= week
    np.add.at(book.paid, book.payee[now], book.claim[now])
    maker = int(market.manufacturers.party[0])
    market.ledger.pay(Account.REBATE_PAYMENT, maker, book.payee[now], book.claim[now])
    for column in CLAIMS:
        setattr(book, column, getattr(book, column)[~now])


def cost_to_price(market: "Market", name: str) -> Floats:
    """Purchase prices from which a tier prices, (F, K0): less the part that it passes on of the rebate it expects."""
    tier = market.tiers[name]
    cost: Floats = tier.purchase_price
    if not (market.rebates.plan[:, tier.party] >= 0).any():
        return cost
    passed = getattr(market.scenario, name).pass_through * expected_rate(market, name)
    return np.asarray(cost * (1.0 - passed)[:, None])


def expected_rate(market: "Market", tier_name: str) -> Floats:
    """(F,) rebates over purchases that firms of a tier expect of the running periods, all plans together.

    They expect to go on buying what they need: their forecast of demand at this week's prices.
    """
    tier, own, book = market.tiers[tier_name], market.goods.own, market.rebates
    rate = np.zeros(tier.party.size)
    for name in book.names():
        rows = np.flatnonzero(book.plan[name, tier.party] >= 0)
        parties = tier.party[rows]
        end = _end(market, name, parties)
        need = _worth(tier.mean[rows, :own], tier.purchase_price[rows, :own])
        expected = book.purchases[name, parties] + (end - max(market.week, 1) + 1) * need
        earned = _earned(market, name, parties, end, expected)
        rate[rows] += np.divide(earned, expected, out=np.zeros_like(expected), where=expected > 0.0)
    return rate


def buy_ahead(market: "Market", tier_name: str, wanted: Ints) -> None:
    """Adds to a tier's orders, (F, K), what firms buy ahead of need for the sake of a threshold.

    They look at the next threshold of each plan, and at what it pays together with nearer ones of plans whose period
    ends at the same time; they take the one that is worth most.
    """
    tier, own, book = market.tiers[tier_name], market.goods.own, market.rebates
    rows = np.flatnonzero((book.plan[:, tier.party] >= 0).any(axis=0))
    if not rows.size:
        return
    steps = [_step(market, tier_name, name, rows, wanted) for name in book.names()]
    need, price = tier.mean[rows, :own], tier.purchase_price[rows, :own]
    best = Ahead(np.zeros((rows.size, own), np.int64), np.zeros(rows.size))
    for step in steps:
        jump = step.jump.copy()
        for other in steps:
            if other is not step:
                jump += np.where((other.weeks == step.weeks) & (other.gap <= step.gap), other.jump, 0.0)
        found: Ahead = market.rules.buying_ahead(
            step.gap, jump, need, price, market.holding_rate[tier_name], step.weeks
        )
        better = found.worth > best.worth
        best = Ahead(np.where(better[:, None], found.units, best.units), np.where(better, found.worth, best.worth))
    wanted[rows, :own] += best.units


def rewards(market: "Market", sku: int, most: int) -> tuple[Floats, Floats]:
    """Rebates that retailers expect if they sell, or buy, 0 to ``most`` units of a SKU of what they order now.

    They expect to buy and sell what they need in all other weeks of the period, and of all other SKUs.

    Returns:
        (O, most + 1) each, money.
    """
    shops, own, book = market.retailers, market.goods.own, market.rebates
    by_sold, by_bought = np.zeros((2, shops.party.size, most + 1))
    units, late = np.arange(most + 1), np.floor(shops.lead_days / 7.0).astype(np.int64)
    need, price = _worth(shops.mean[:, :own], shops.purchase_price[:, :own]), shops.purchase_price[:, sku]
    for name in book.names():
        rows = np.flatnonzero(book.plan[name, shops.party] >= 0)
        parties = shops.party[rows]
        end = _end(market, name, parties)
        for plan, at in _by_plan(book, name, parties):
            here = rows[at]
            # Goods are invoiced when they arrive, and sold from the week after.
            week = market.week + late[here] + (plan.counts == "sales")
            new = week > end[at]
            left = np.where(new, plan.period_weeks, end[at] - market.week) - 1
            part = np.where(new, 1.0, _part(book, name, plan, parties[at], end[at]))
            others = np.where(new, 0.0, book.purchases[name, parties[at]]) + left * need[here]
            others = others + need[here] - shops.mean[here, sku] * price[here]
            value = (others[:, None] + units * price[here, None]) / part[:, None]
            earned = market.rules.rebate(plan, Accounts(value.ravel())).reshape(value.shape) * part[:, None]
            (by_sold if plan.counts == "sales" else by_bought)[here] += earned
    return by_sold, by_bought


def rebate_gap(market: "Market") -> float:
    """By how much the ledger's rebates miss what the accounts say is owed and booked, over all parties; money."""
    book, entries = market.rebates, market.ledger.entries
    partners = np.ones(book.before.size, np.bool_)
    partners[market.manufacturers.party] = False
    booked = (entries[Account.REBATES] - entries[Account.REBATE_PAYMENT])[partners]
    owed = np.abs(book.owed()[partners] - book.before[partners] - booked).max(initial=0.0)
    by_plan = np.abs(book.booked.sum(axis=0)[partners] - entries[Account.REBATES, partners]).max(initial=0.0)
    return float(max(owed, by_plan))


def _step(market: "Market", tier_name: str, name: int, rows: Ints, wanted: Ints) -> Step:
    """The next threshold under plans of one name for some rows of a tier that orders so much for need."""
    tier, own, book = market.tiers[tier_name], market.goods.own, market.rebates
    step = Step(np.full(rows.size, np.inf), np.zeros(rows.size), np.full(rows.size, -1.0))
    here = np.flatnonzero(book.plan[name, tier.party[rows]] >= 0)
    some = rows[here]
    parties, price = tier.party[some], tier.purchase_price[some, :own]
    end = _end(market, name, parties)
    weeks = end - market.week - np.floor(tier.lead_days[some] / 7.0)
    coming = _worth(tier.on_order[some, :own] + wanted[some, :own], price)
    expected = book.purchases[name, parties] + coming + weeks.clip(min=0.0) * _worth(tier.mean[some, :own], price)
    for plan, at in _by_plan(book, name, parties):
        if plan.counts == "sales":
            continue
        part = _part(book, name, plan, parties[at], end[at])
        threshold, jump = market.rules.next_threshold(plan, Accounts(expected[at] / part))
        step.gap[here[at]], step.jump[here[at]] = threshold * part - expected[at], jump * part
    step.weeks[here] = weeks
    return step


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


def _sold_on(market: "Market") -> Floats:
    """(F,) what partners sold to consumers or delivered to their buyers this week, at what it costs them to buy."""
    book, sold = market.rebates, np.zeros(market.rebates.before.size)
    if not any(plan.counts == "sales" for _, plan in book.plans):
        return sold
    own = market.goods.own
    for name, column in (*((name, "sold") for name in OUTLETS), *((name, "delivered") for name in WHOLESALERS)):
        tier = market.tiers[name]
        np.add.at(sold, tier.party, _worth(getattr(tier, column)[:, :own], tier.purchase_price[:, :own]))
    return sold


def _by_plan(book: Rebates, name: int, parties: Index | Ints) -> Iterator[tuple[RebatePlan, Ints]]:
    """Each plan of a name that any of the parties has, and their places among them."""
    numbers = book.plan[name, parties]
    for number in np.unique(numbers).tolist():
        yield book.plans[number][1], np.flatnonzero(numbers == number)


def _end(market: "Market", name: int, parties: Index | Ints) -> Ints:
    """Last week of the period that this week belongs to."""
    end = np.zeros(parties.size, np.int64)
    for plan, at in _by_plan(market.rebates, name, parties):
        before = market.scenario.run.warmup + plan.first_week - 1
        end[at] = before + ((max(market.week, 1) - before - 1) // plan.period_weeks + 1) * plan.period_weeks
    return end


def _part(book: Rebates, name: int, plan: RebatePlan, parties: Index | Ints, end: Ints) -> Floats:
    """Weeks of an account over those of a whole period."""
    return np.asarray((end - book.since[name, parties] + 1) / plan.period_weeks)


def _earned(market: "Market", name: int, parties: Index | Ints, end: Ints, purchases: Floats | None = None) -> Floats:
    """What purchases (those so far, if none are given) earn in accounts that end in the given weeks."""
    book = market.rebates
    bought = book.purchases[name, parties] if purchases is None else purchases
    earned = np.zeros(parties.size)
    for plan, at in _by_plan(book, name, parties):
        part = _part(book, name, plan, parties[at], end[at])
        earned[at] = market.rules.rebate(plan, Accounts(bought[at] / part)) * part
    return earned


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


def _close(market: "Market", name: int, parties: Index | Ints, last: int) -> None:
    """Ends accounts with a week: what they have earned becomes a claim, and new ones begin."""
    book = market.rebates
    if not parties.size:
        return
    _book(market, name, parties, _earned(market, name, parties, np.full(parties.size, last)))
    delay = np.zeros(parties.size, np.int32)
    for plan, at in _by_plan(book, name, parties):
        delay[at] = plan.pay_delay_weeks
    some = book.accrued[name, parties] > 0.0
    book.payee = np.concatenate([book.payee, parties[some].astype(np.int32)])
    book.name = np.concatenate([book.name, np.full(int(some.sum()), name, np.int32)])
    book.due = np.concatenate([book.due, (last + delay[some]).astype(np.int32)])
    book.claim = np.concatenate([book.claim, book.accrued[name, parties[some]]])
    book.purchases[name, parties], book.accrued[name, parties] = 0.0, 0.0
    book.since[name, parties] = last + 1


def _worth(units: Floats | Ints, price: Floats) -> Floats:
    """(F,) value of (F, K0) units, added up SKU by SKU."""
    value = np.zeros(units.shape[0])
    for sku in range(units.shape[1]):
        value = value + units[:, sku] * price[:, sku]
    return value
