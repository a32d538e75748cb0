"""What rebates make partners do: they price by what they expect, buy ahead of need, and order what earns most."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.columns import Floats, Ints
from channellab.scenarios.policies.promotions import MOST_WEEKS
from channellab.scenarios.policies.rebates import Ahead
from channellab.sim.rebate_periods import (
    LAUNCH,
    by_plan,
    earned_by,
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


class Step(NamedTuple):
    """The next threshold ahead of R firms under plans of one name.

    Attributes:
        gap: (R,) money missing to it if only need is bought, infinite without one. jump: (R,) what reaching it pays.
        weeks: (R,) weeks from arrival of what is ordered now to the end of the period.
    """

    gap: Floats
    jump: Floats
    weeks: Floats


class Flow(NamedTuple):
    """What R firms of a tier buy, money: (R,) coming, on order and about to be ordered, and (R,) need of a week."""

    coming: Floats
    need: Floats


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
        end = period_end(market, name, parties)
        need = worth(tier.mean[rows, :own], tier.purchase_price[rows, :own])
        expected = book.purchases[name, parties] + (end - max(market.week, 1) + 1) * need
        earned = earned_by(market, name, parties, end, expected)
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
    need, price = tier.mean[rows, :own], tier.purchase_price[rows, :own]
    flow = Flow(worth(tier.on_order[rows, :own] + wanted[rows, :own], price), worth(need, price))
    found_steps = (_step(market, tier_name, name, rows, flow) for name in book.names())
    # Plans without a threshold ahead of anybody change nothing.
    steps = [step for step in found_steps if step is not None and (step.gap < np.inf).any()]
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


def _step(market: "Market", tier_name: str, name: int, rows: Ints, flow: Flow) -> Step | None:
    """The next threshold under plans of one name for some rows of a tier; None where no plan counts purchases."""
    tier, book = market.tiers[tier_name], market.rebates
    step = Step(np.full(rows.size, np.inf), np.zeros(rows.size), np.full(rows.size, -1.0))
    here = np.flatnonzero(book.plan[name, tier.party[rows]] >= 0)
    some, need = rows[here], flow.need[here]
    parties = tier.party[some]
    plans = [(plan, at) for plan, at in by_plan(book, name, parties) if plan.counts != "sales"]
    if not plans:
        return None
    end = period_end(market, name, parties)
    weeks = end - market.week - np.floor(tier.lead_days[some] / 7.0)
    expected = book.purchases[name, parties] + flow.coming[here] + weeks.clip(min=0.0) * need
    for plan, at in plans:
        part = share_of_period(book, name, plan, parties[at], end[at])
        ahead = plan.period_weeks * need[at]
        told = told_of(book, name, plan, parties[at], part, expected[at], ahead)
        threshold, jump = market.rules.next_threshold(plan, told)
        step.gap[here[at]], step.jump[here[at]] = threshold * part - expected[at], jump * part
    step.weeks[here] = weeks
    return step


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


def stock_up(market: "Market", tier_name: str, wanted: Ints) -> None:
    """Adds to a tier's orders, (F, K), what firms take more than need of a first order at a discount."""
    tier, book = market.tiers[tier_name], market.rebates
    rows = np.flatnonzero(book.plan[LAUNCH, tier.party] >= 0)
    for plan, at in launches(book, tier.party[rows]):
        here = rows[at]
        for sku in new_products(market, plan):
            new = here[~book.launched[tier.party[here], sku] & (tier.on_order[here, sku] == 0)]
            saving = plan.discount * tier.purchase_price[new, sku]
            more = market.rules.stocking_up(
                tier.mean[new, sku], saving, market.holding_rate[tier_name], plan.most_weeks
            )
            wanted[new, sku] += more


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
    for name in book.names():
        rows = np.flatnonzero(book.plan[name, shops.party] >= 0)
        parties = shops.party[rows]
        end = period_end(market, name, parties)
        for plan, at in by_plan(book, name, parties):
            here = rows[at]
            # Goods are invoiced when they arrive, and sold from the week after.
            week = market.week + late[here] + (plan.counts == "sales")
            new = week > end[at]
            left = np.where(new, plan.period_weeks, end[at] - market.week) - 1
            part = np.where(new, 1.0, share_of_period(book, name, plan, parties[at], end[at]))
            others = np.where(new, 0.0, book.purchases[name, parties[at]]) + left * need[here]
            others = others + need[here] - shops.mean[here, sku] * price[here]
            value = others[:, None] + units * price[here, None]
            each = np.repeat(parties[at], most + 1)
            told = told_of(book, name, plan, each, np.repeat(part, most + 1), value.ravel())
            # Of a period that has not begun it knows no new customers yet.
            begun = np.repeat(~new, most + 1)
            told = replace(told, fresh=told.fresh * begun, first=told.first * begun)
            earned = market.rules.rebate(plan, told).reshape(value.shape) * part[:, None]
            (by_sold if plan.counts == "sales" else by_bought)[here] += earned
    return by_sold, by_bought
