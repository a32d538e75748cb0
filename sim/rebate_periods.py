"""Periods of rebate accounts: when they end, what a plan is told of them, and what they earn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import numpy as np

from channellab.agents.columns import Floats, Index, Ints
from channellab.scenarios.policies.rebates import NO_PAST, Accounts
from channellab.scenarios.settings.rebate_kinds import LaunchPlanSettings
from channellab.scenarios.settings.rebate_plans import RebatePlan
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.rebate_accounts import Rebates

if TYPE_CHECKING:
    from channellab.sim.market import Market

LAUNCH = PLAN_NAMES.index("launch")


def by_plan(book: Rebates, name: int, parties: Index | Ints) -> Iterator[tuple[RebatePlan, Ints]]:
    """Each plan of a name that any of the parties has, and their places among them."""
    numbers = book.plan[name, parties]
    # Asked very often, and as a rule about parties that all have the same plan: cheaper than sorting them.
    for number in sorted(set(numbers.tolist())):
        yield book.plans[number][1], (numbers == number).nonzero()[0]


def period_end(market: "Market", name: int, parties: Index | Ints) -> Ints:
    """Last week of the period that this week belongs to."""
    end = np.zeros(parties.size, np.int64)
    for plan, at in by_plan(market.rebates, name, parties):
        before = market.scenario.run.warmup + plan.first_week - 1
        end[at] = before + ((max(market.week, 1) - before - 1) // plan.period_weeks + 1) * plan.period_weeks
    return end


def share_of_period(book: Rebates, name: int, plan: RebatePlan, parties: Index | Ints, end: Ints) -> Floats:
    """Weeks of an account over those of a whole period."""
    return np.asarray((end - book.since[name, parties] + 1) / plan.period_weeks)


def earned_by(market: "Market", name: int, parties: Index | Ints, end: Ints, purchases: Floats | None = None) -> Floats:
    """What purchases (those so far, if none are given) earn in accounts that end in the given weeks."""
    book = market.rebates
    bought = book.purchases[name, parties] if purchases is None else purchases
    earned = np.zeros(parties.size)
    for plan, at in by_plan(book, name, parties):
        part = share_of_period(book, name, plan, parties[at], end[at])
        earned[at] = market.rules.rebate(plan, told_of(book, name, plan, parties[at], part, bought[at])) * part
    return earned


def told_of(
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
        # More than what was bought since may have been returned.
        purchases=np.maximum(purchases, 0.0) / part,
        usual=np.where(usual >= 0.0, usual * plan.period_weeks, NO_PAST),
        ahead=np.full(purchases.shape, ahead),
        fresh=book.fresh[name, parties] / part,
        first=book.first[name, parties] / part,
        cases=book.blots[name, parties],
    )


def worth(units: Floats | Ints, price: Floats) -> Floats:
    """(F,) value of (F, K0) units, added up SKU by SKU."""
    value = np.zeros(units.shape[0])
    for sku in range(units.shape[1]):
        value = value + units[:, sku] * price[:, sku]
    return value


def launches(book: Rebates, parties: Index | Ints) -> Iterator[tuple[LaunchPlanSettings, Ints]]:
    """The launch packages that any of the parties has, and their places among them."""
    for plan, at in by_plan(book, LAUNCH, parties):
        yield cast(LaunchPlanSettings, plan), at


def new_products(market: "Market", plan: LaunchPlanSettings) -> list[int]:
    """Numbers of the SKUs that a launch package is about."""
    return [market.goods.names.index(name) for name in plan.products]
