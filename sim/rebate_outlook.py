"""What rebates make partners do: they price by what they expect, buy ahead of need, and order what earns most."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.columns import lines, rows_of
from channellab.agents.kernels.books import add_rows
from channellab.agents.kernels.outlook import line_up, look_ahead, worth_of
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.policies.promotions import MOST_WEEKS
from channellab.sim.rebate_accounts import Held
from channellab.sim.rebate_periods import (
    COMPLIANCE,
    accounts_of,
    earned_on,
    launches,
    new_products,
    period_end,
    share_of_period,
    told_of,
    worth,
)

if TYPE_CHECKING:
    from channellab.sim.market import Market

DAYS = 7.0


class Steps(NamedTuple):
    """The next threshold ahead of R firms under plans of each of N names.

    Attributes:
        gap: (N, R) money missing to it if only need is bought, infinite without one. jump: (N, R) what reaching it
            pays.
        weeks: (N, R) weeks from arrival of what is ordered now to the end of the period.
    """

    gap: Floats
    jump: Floats
    weeks: Floats


def cost_to_price(market: "Market", name: str) -> Floats:
    """Purchase prices from which a tier prices, (F, K0): less the part that it passes on of the rebate it expects."""
    tier = market.tiers[name]
    cost: Floats = tier.purchase_price
    if not accounts_of(market, name).parties.size:
        return cost
    passed = getattr(market.scenario, name).pass_through * expected_rate(market, name)
    return np.asarray(cost * (1.0 - passed)[:, None])


def expected_rate(market: "Market", tier_name: str) -> Floats:
    """(F,) rebates over purchases that firms of a tier expect of the running periods, all plans together.

    They expect to go on buying what they need: their forecast of demand at this week's prices.
    """
    tier, book, held = market.tiers[tier_name], market.rebates, accounts_of(market, tier_name)
    need, nothing = _worth_of(market, tier_name, tier.mean), np.zeros(held.who.size)
    before = np.full(held.who.size, max(market.week, 1) - 1.0)
    expected, _, part = _look_ahead(market, held, before, nothing, need)
    earned = earned_on(market, held, expected, part)
    share = np.divide(earned, expected, out=np.zeros_like(expected), where=expected > 0.0)
    rate = np.bincount(held.rows, share, tier.party.size)
    return np.asarray(np.minimum(rate, book.cap[tier.party]))


def buy_ahead(market: "Market", tier_name: str, wanted: Ints) -> None:
    """Adds to a tier's orders, (F, K), what firms buy ahead of need for the sake of a threshold.

    They look at the next threshold of each plan, and at what it pays together with nearer ones of plans whose period
    ends at the same time; they take the one that is worth most.
    """
    tier, own, held = market.tiers[tier_name], market.goods.own, accounts_of(market, tier_name)
    if not held.parties.size:
        return
    who, holding = held.who, market.holding_rate[tier_name]
    need, price = rows_of(tier.mean[:, :own], who), rows_of(tier.purchase_price[:, :own], who)
    steps = _steps(market, tier_name, held, tier.on_order[:, :own] + wanted[:, :own])
    add_rows(wanted, who, market.rules.buying_ahead(*steps, need, price, holding))


def _steps(market: "Market", tier_name: str, held: Held, coming: Ints) -> Steps:
    """The next thresholds of purchases ahead of the firms of a tier who have any accounts.

    Args:
        coming: (F, K0) units on order and about to be ordered.
    """
    tier, book = market.tiers[tier_name], market.rebates
    need = _worth_of(market, tier_name, tier.mean)
    comes = market.week + np.floor(tier.lead_days[held.who] / DAYS)
    expected, left, part = _look_ahead(market, held, comes, _worth_of(market, tier_name, coming), need)
    told = told_of(book, held.place, held.weeks, part, expected, held.weeks * need[held.seat])
    threshold, pays = np.full(expected.size, np.inf), np.zeros(expected.size)
    for _, plan, at in held.plans:
        if plan.counts != "sales" and plan.has_thresholds:
            threshold[at], pays[at] = market.rules.next_threshold(plan, told.at(at))
    names = len(held.names), held.who.size
    return Steps(*line_up(*names, held.line, held.seat, threshold, pays, part, expected, left))


def _worth_of(market: "Market", tier_name: str, units: Floats | Ints) -> Floats:
    """(R,) worth of units (F, K) of own goods, at what they cost, to the firms of a tier who have any accounts."""
    own, who = market.goods.own, accounts_of(market, tier_name).who
    return worth_of(lines(units[:, :own]), lines(market.tiers[tier_name].purchase_price[:, :own]), who)


def _look_ahead(market: "Market", held: Held, comes: Floats, coming: Floats, need: Floats) -> Floats:
    """See `look_ahead`."""
    book, end = market.rebates, period_end(market, held)
    flow = comes, coming, need
    return look_ahead(book.purchases.ravel(), book.since.ravel(), held.place, held.seat, end, held.weeks, *flow)


def promoted_need(market: "Market", tier_name: str) -> Ints | int:
    """Units (F, K) of own goods that a tier wants beyond need because orders earn more rebate this week than later.

    A unit ordered now saves the multiplier's part of the rebate that the firm expects, if it is invoiced this week.
    """
    tier, own, book = market.tiers[tier_name], market.goods.own, market.rebates
    if not accounts_of(market, tier_name).parties.size or not (book.factor > 1.0).any():
        return 0
    factor = book.factor[tier.party]
    rows = np.flatnonzero((factor > 1.0) & book.holds[tier.party] & (tier.lead_days < DAYS))
    if not rows.size:
        return 0
    rate = expected_rate(market, tier_name)[rows]
    more = np.minimum(rate * factor[rows], book.cap[tier.party[rows]]) - rate
    need, saving = tier.mean[rows, :own], more[:, None] * tier.purchase_price[rows, :own]
    holding = market.holding_rate[tier_name]
    units: Ints = np.zeros_like(tier.stock)
    units[rows, :own] = market.rules.stocking_up(need.ravel(), saving.ravel(), holding, MOST_WEEKS).reshape(need.shape)
    return units


def stock_up(market: "Market", tier_name: str, wanted: Ints) -> None:
    """Adds to a tier's orders, (F, K), what firms take more than need of a first order at a discount."""
    tier, book = market.tiers[tier_name], market.rebates
    for plan, here in launches(accounts_of(market, tier_name)):
        for sku in new_products(market, plan):
            new = here[~book.launched[tier.party[here], sku] & (tier.on_order[here, sku] == 0)]
            if not new.size:
                continue
            saving = plan.discount * tier.purchase_price[new, sku]
            more = market.rules.stocking_up(
                tier.mean[new, sku], saving, market.holding_rate[tier_name], plan.most_weeks
            )
            wanted[new, sku] += more


def usual_units(market: "Market", tier_name: str) -> Floats:
    """(F, K0) units a week that firms of a tier expect to need; a unit of each SKU where nothing is expected yet."""
    mean = market.tiers[tier_name].mean[:, : market.goods.own]
    return np.where(mean.any(axis=1)[:, None], mean, 1.0)


def at_risk(market: "Market", tier_name: str) -> Floats:
    """(F,) money that firms of a tier expect to lose by one more case against their prices: rebates for a clean record.

    Like all rebates that they expect, before multiplier and cap, and on going on to buy what they need.
    """
    tier, own, book = market.tiers[tier_name], market.goods.own, market.rebates
    lost, held = np.zeros(tier.party.size), accounts_of(market, tier_name)
    end = period_end(market, held)
    part = share_of_period(book, held, end)
    for name, plan, at in held.plans:
        if name == COMPLIANCE:
            rows, place = held.rows[at], held.place[at]
            need = worth(usual_units(market, tier_name)[rows], tier.purchase_price[rows, :own])
            expected = book.purchases.take(place) + (end[at] - max(market.week, 1) + 1) * need
            told = told_of(book, place, held.weeks[at], part[at], expected)
            blotted = replace(told, cases=told.cases + 1.0)
            lost[rows] = (market.rules.rebate(plan, told) - market.rules.rebate(plan, blotted)) * part[at]
    return lost


def rewards(market: "Market", sku: int, most: int) -> tuple[Floats, Floats]:
    """Rebates that retailers expect if they sell, or buy, 0 to ``most`` units of a SKU of what they order now.

    They expect to buy and sell what they need in all other weeks of the period, and of all other SKUs.

    Returns:
        (O, most + 1) each, money.
    """
    shops, own, book = market.retailers, market.goods.own, market.rebates
    by_sold, by_bought = np.zeros((2, shops.party.size, most + 1))
    units, late = np.arange(most + 1), np.floor(shops.lead_days / 7.0).astype(np.int64)
    need, price = worth(shops.mean[:, :own], shops.purchase_price[:, :own]), shops.purchase_price[:, sku]
    held = accounts_of(market, "retailers")
    end = period_end(market, held)
    share = share_of_period(book, held, end)
    for _, plan, at in held.plans:
        here, place, last = held.rows[at], held.place[at], end[at]
        # Goods are invoiced when they arrive, and sold from the week after.
        week = market.week + late[here] + (plan.counts == "sales")
        new = week > last
        left = np.where(new, plan.period_weeks, last - market.week) - 1
        part = np.where(new, 1.0, share[at])
        others = np.where(new, 0.0, book.purchases.take(place)) + left * need[here]
        others = others + need[here] - shops.mean[here, sku] * price[here]
        value = others[:, None] + units * price[here, None]
        place, parts = np.repeat(place, most + 1), np.repeat(part, most + 1)
        told = told_of(book, place, plan.period_weeks, parts, value.ravel())
        # Of a period that has not begun it knows no new customers yet.
        begun = np.repeat(~new, most + 1)
        told = replace(told, fresh=told.fresh * begun, first=told.first * begun)
        earned = market.rules.rebate(plan, told).reshape(value.shape) * part[:, None]
        (by_sold if plan.counts == "sales" else by_bought)[here] += earned
    return by_sold, by_bought
