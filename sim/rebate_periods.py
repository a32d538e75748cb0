"""Periods of rebate accounts: when they end, what a plan is told of them, and what they earn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import numpy as np

from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.policies.rebates import NO_PAST, Accounts
from channellab.scenarios.settings.rebate_kinds import LaunchPlanSettings
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.rebate_accounts import Held, Rebates

if TYPE_CHECKING:
    from channellab.sim.market import Market

LAUNCH = PLAN_NAMES.index("launch")
COMPLIANCE = PLAN_NAMES.index("compliance")


def accounts_of(market: "Market", tier: str) -> Held:
    """Accounts of the firms of a tier."""
    return market.rebates.accounts(tier, market.tiers[tier].party)


def all_accounts(market: "Market") -> Held:
    """Everybody's accounts."""
    book = market.rebates
    return book.accounts("", np.arange(book.holds.size))


def period_end(market: "Market", held: Held) -> Ints:
    """(A,) last week of the period that this week belongs to."""
    before = market.scenario.run.warmup + held.first - 1
    whole = (max(market.week, 1) - before - 1) // held.weeks + 1
    return np.asarray(before + whole * held.weeks)


def share_of_period(book: Rebates, held: Held, end: Ints) -> Floats:
    """(A,) weeks of an account over those of a whole period."""
    return np.asarray((end - book.since.take(held.place) + 1) / held.weeks)


def earned_by(market: "Market", held: Held, end: Ints, purchases: Floats | None = None) -> Floats:
    """(A,) what purchases (those so far, if none are given) earn in accounts that end in the given weeks."""
    book = market.rebates
    bought = book.purchases.take(held.place) if purchases is None else purchases
    part = share_of_period(book, held, end)
    told = told_of(book, held.place, held.weeks, part, bought)
    earned = np.zeros(bought.size)
    for _, plan, at in held.plans:
        earned[at] = market.rules.rebate(plan, told.at(at))
    return earned * part


def told_of(
    book: Rebates,
    place: Ints,
    weeks: Ints | int,
    part: Floats,
    purchases: Floats,
    ahead: Floats | None = None,
) -> Accounts:
    """What plans are told of accounts with some purchases, as if they lasted a whole period of so many weeks."""
    usual = book.usual.take(place)
    return Accounts(
        # More than what was bought since may have been returned.
        purchases=np.maximum(purchases, 0.0) / part,
        usual=np.where(usual >= 0.0, usual * weeks, NO_PAST),
        ahead=np.zeros(purchases.size) if ahead is None else ahead,
        fresh=book.fresh.take(place) / part,
        first=book.first.take(place) / part,
        cases=book.blots.take(place),
    )


def worth(units: Floats | Ints, price: Floats) -> Floats:
    """(F,) value of (F, K0) units, added up SKU by SKU."""
    value = np.zeros(units.shape[0])
    for sku in range(units.shape[1]):
        value = value + units[:, sku] * price[:, sku]
    return value


def launches(held: Held) -> Iterator[tuple[LaunchPlanSettings, Ints]]:
    """The launch packages among some accounts, and the rows of those who have them."""
    for name, plan, at in held.plans:
        if name == LAUNCH:
            yield cast(LaunchPlanSettings, plan), held.rows[at]


def new_products(market: "Market", plan: LaunchPlanSettings) -> list[int]:
    """Numbers of the SKUs that a launch package is about."""
    return [market.goods.names.index(name) for name in plan.products]
