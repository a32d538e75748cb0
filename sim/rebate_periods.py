"""Periods of rebate accounts: when they end, what a plan is told of them, and what they earn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import numpy as np

from channellab.agents.kernels.outlook import end_of_periods, tell
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.policies.rebates import Accounts
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
    return end_of_periods(max(market.week, 1), market.scenario.run.warmup + held.first, held.weeks)


def share_of_period(book: Rebates, held: Held, end: Ints) -> Floats:
    """(A,) weeks of an account over those of a whole period."""
    return np.asarray((end - book.since.take(held.place) + 1) / held.weeks)


def earned_by(market: "Market", held: Held, end: Ints) -> Floats:
    """(A,) what purchases so far earn in accounts that end in the given weeks."""
    book = market.rebates
    return earned_on(market, held, book.purchases.take(held.place), share_of_period(book, held, end))


def earned_on(market: "Market", held: Held, purchases: Floats, part: Floats) -> Floats:
    """(A,) what purchases earn in accounts that last so large a part of a whole period."""
    told = told_of(market.rebates, held.place, held.weeks, part, purchases)
    earned = np.zeros(purchases.size)
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
    whole = np.full(place.size, weeks) if isinstance(weeks, int) else weeks
    later = np.zeros(place.size) if ahead is None else ahead
    columns = (column.ravel() for column in (book.usual, book.fresh, book.first, book.blots))
    return Accounts(*tell(place, purchases, part, whole, later, *columns))


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
