"""Rebates: what direct buyers of the brand earn by what they buy, and what that makes them do.

A partner may have several plans at once, each with an account of its own. A rebate is booked as it is earned and lent
back to the brand until it is paid, so that it enters profits with the purchases that earn it. Periods are counted from
the first measured week. An account that begins or ends inside a period is held against thresholds in proportion to its
weeks.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.scenarios.policies.promotions import MOST_WEEKS, running
from channellab.scenarios.policies.rebates import NO_PAST, Accounts, Ahead
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.rebate_kinds import LaunchPlanSettings
from channellab.scenarios.settings.rebate_plans import RebatePlan
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.scenarios.timetable import DISTRIBUTORS, ONLINE, Terms, effective
from channellab.sim.chain import MAKERS, OUTLETS, WHOLESALERS
from channellab.sim.customers import count_new
from channellab.sim.ledger import Account
from channellab.sim.rebate_accounts import CLAIMS, Rebates
from channellab.sim.rebate_orders import limited, note_orders

if TYPE_CHECKING:
    from channellab.sim.market import Market

DAYS = 7.0
LAUNCH = PLAN_NAMES.index("launch")


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
        for parties, place, role, group in direct_groups(market):
            here = effective(market.scenario, market.measured_week, place, role, group)
            for title, one in here.policy.rebate.plans().items():
                plan[PLAN_NAMES.index(title), parties] = book.number(title, one)
            _set_limits(market, parties, here)
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
    points = bought + _launch(market)
    _welcome(market)
    note_orders(book, bought, week)
    _claw_back(market)
    taken = book.orders.used.copy()
    for name in book.names():
        parties = np.flatnonzero(book.plan[name] >= 0)
        book.spent[name, parties] += bought[parties]
        for plan, at in _by_plan(book, name, parties):
            counted = sold if plan.counts == "sales" else bought if name == LAUNCH else points
            book.purchases[name, parties[at]] += counted[parties[at]]
        end = _end(market, name, parties)
        earned, paid = _owed(market, name, parties, end, taken)
        _book(market, name, parties, earned)
        if paid.size:
            taken[:, parties] += paid
            book.orders.used[:, parties[end == week]] += paid[:, end == week]
        _claim(market, name, parties[end == week], week)
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
    return np.asarray(np.minimum(rate, book.cap[tier.party]))


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


def promoted_need(market: "Market", tier_name: str) -> Ints | int:
    """Units (F, K) of own goods that a tier wants beyond need because orders earn more rebate this week than later.

    A unit ordered now saves the multiplier's part of the rebate that the firm expects, if it is invoiced this week.
    """
    tier, own, book = market.tiers[tier_name], market.goods.own, market.rebates
    factor = book.factor[tier.party]
    rows = np.flatnonzero((factor > 1.0) & (book.plan[:, tier.party] >= 0).any(axis=0) & (tier.lead_days < DAYS))
    if not rows.size:
        return 0
    rate = expected_rate(market, tier_name)[rows]
    more = np.minimum(rate * factor[rows], book.cap[tier.party[rows]]) - rate
    units: Ints = np.zeros(tier.stock.shape, np.int64)
    for sku in range(own):
        saving = more * tier.purchase_price[rows, sku]
        units[rows, sku] = market.rules.stocking_up(
            tier.mean[rows, sku], saving, market.holding_rate[tier_name], MOST_WEEKS
        )
    return units


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
            value = others[:, None] + units * price[here, None]
            each = np.repeat(parties[at], most + 1)
            told = _told(book, name, plan, each, np.repeat(part, most + 1), value.ravel())
            # Of a period that has not begun it knows no new customers yet.
            begun = np.repeat(~new, most + 1)
            told = replace(told, fresh=told.fresh * begun, first=told.first * begun)
            earned = market.rules.rebate(plan, told).reshape(value.shape) * part[:, None]
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
    need = _worth(tier.mean[some, :own], price)
    expected = book.purchases[name, parties] + coming + weeks.clip(min=0.0) * need
    for plan, at in _by_plan(book, name, parties):
        if plan.counts == "sales":
            continue
        part = _part(book, name, plan, parties[at], end[at])
        ahead = plan.period_weeks * need[at]
        told = _told(book, name, plan, parties[at], part, expected[at], ahead)
        threshold, jump = market.rules.next_threshold(plan, told)
        step.gap[here[at]], step.jump[here[at]] = threshold * part - expected[at], jump * part
    step.weeks[here] = weeks
    return step


def direct_groups(market: "Market") -> Iterator[tuple[Index, str, str, str]]:
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
    for plan, at in _launches(book, parties):
        here = parties[at]
        for sku in _new_products(market, plan):
            first = here[(value[here, sku] > 0.0) & ~book.launched[here, sku]]
            book.first[LAUNCH, first] += value[first, sku]
            book.launched[first, sku] = True
            more[here] += (plan.points - 1.0) * value[here, sku]
    return more


def _launches(book: Rebates, parties: Index | Ints) -> Iterator[tuple[LaunchPlanSettings, Ints]]:
    """The launch packages that any of the parties has, and their places among them."""
    for plan, at in _by_plan(book, LAUNCH, parties):
        yield cast(LaunchPlanSettings, plan), at


def _new_products(market: "Market", plan: LaunchPlanSettings) -> list[int]:
    """Numbers of the SKUs that a launch package is about."""
    return [market.goods.names.index(name) for name in plan.products]


def stock_up(market: "Market", tier_name: str, wanted: Ints) -> None:
    """Adds to a tier's orders, (F, K), what firms take more than need of a first order at a discount."""
    tier, book = market.tiers[tier_name], market.rebates
    rows = np.flatnonzero(book.plan[LAUNCH, tier.party] >= 0)
    for plan, at in _launches(book, tier.party[rows]):
        here = rows[at]
        for sku in _new_products(market, plan):
            new = here[~book.launched[tier.party[here], sku] & (tier.on_order[here, sku] == 0)]
            saving = plan.discount * tier.purchase_price[new, sku]
            more = market.rules.stocking_up(
                tier.mean[new, sku], saving, market.holding_rate[tier_name], plan.most_weeks
            )
            wanted[new, sku] += more


def _sold_value(market: "Market") -> Floats:
    """(F,) what partners sold on this week, at cost, if any plan looks at it."""
    if any(plan.counts == "sales" for _, plan in market.rebates.plans):
        return sold_on(market)[0]
    return np.zeros(market.rebates.before.size)


def sold_on(market: "Market") -> tuple[Floats, Floats]:
    """What partners sold to consumers or delivered to their buyers this week: (F,) at cost, and (F,) the margin on it.

    Cost is what they pay this week themselves, and the margin what they charge beyond it.
    """
    cost, margin = np.zeros((2, market.rebates.before.size))
    own, first = market.goods.own, 0
    for name in (*OUTLETS, *WHOLESALERS):
        tier = market.tiers[name]
        units, paid = (tier.sold if name in OUTLETS else tier.delivered)[:, :own], tier.purchase_price[:, :own]
        asked = tier.price[:, :own]
        if name in OUTLETS:
            asked = market.counter_price[first : first + tier.party.size, :own]
            first += tier.party.size
        np.add.at(cost, tier.party, _worth(units, paid))
        np.add.at(margin, tier.party, _worth(units, asked - paid))
    return cost, margin


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
        earned[at] = market.rules.rebate(plan, _told(book, name, plan, parties[at], part, bought[at])) * part
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


def _owed(market: "Market", name: int, parties: Index | Ints, end: Ints, taken: Floats) -> tuple[Floats, Floats]:
    """What accounts that end in the given weeks are owed after cap, multiplier and clawback, and on which orders."""
    book = market.rebates
    earned = _earned(market, name, parties, end)
    paid = np.empty((0, parties.size))
    by_orders = np.zeros(parties.size, np.bool_)
    for plan, at in _by_plan(book, name, parties):
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
    for plan, at in _by_plan(book, name, parties):
        delay[at] = plan.pay_delay_weeks
    some = book.accrued[name, parties] > 0.0
    book.payee = np.concatenate([book.payee, parties[some].astype(np.int32)])
    book.name = np.concatenate([book.name, np.full(int(some.sum()), name, np.int32)])
    book.due = np.concatenate([book.due, (last + delay[some]).astype(np.int32)])
    book.claim = np.concatenate([book.claim, book.accrued[name, parties[some]]])
    for plan, at in _by_plan(book, name, parties):
        some = parties[at]
        part = _part(book, name, plan, some, np.full(some.size, last))
        moved = plan.moved_on(_told(book, name, plan, some, part, book.purchases[name, some]))
        book.usual[name, some] = moved / plan.period_weeks
    _open(book, name, parties, last + 1)


def _open(book: Rebates, name: int, parties: Index | Ints, week: int) -> None:
    """Begins accounts with a week."""
    for column in (book.purchases, book.accrued, book.fresh, book.first, book.spent):
        column[name, parties] = 0.0
    book.kept[name, parties] = 1.0
    book.since[name, parties] = week


def _told(
    book: Rebates,
    name: int,
    plan: RebatePlan,
    parties: Index | Ints,
    part: Floats,
    purchases: Floats,
    ahead: Floats | float = 0.0,
) -> Accounts:
    """What a plan is told of accounts with some purchases, as if they lasted a whole period."""
    usual = book.usual[name, parties]
    return Accounts(
        purchases=purchases / part,
        usual=np.where(usual >= 0.0, usual * plan.period_weeks, NO_PAST),
        ahead=np.full(purchases.shape, ahead),
        fresh=book.fresh[name, parties] / part,
        first=book.first[name, parties] / part,
    )


def _worth(units: Floats | Ints, price: Floats) -> Floats:
    """(F,) value of (F, K0) units, added up SKU by SKU."""
    value = np.zeros(units.shape[0])
    for sku in range(units.shape[1]):
        value = value + units[:, sku] * price[:, sku]
    return value
