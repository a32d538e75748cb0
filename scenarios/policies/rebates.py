"""Rebate arithmetic: pure functions over arrays of firms, all in money unless said otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from channellab.scenarios.arrays import Floats, Ints, from_elsewhere, sound
from channellab.scenarios.errors import BadInput

NO_PAST = -1.0
"""Stands for the purchases of earlier periods where there were none."""
REACHED = 1e-9
"""Share of a threshold that may be missing from a sum of invoices by rounding."""


class Tier(Protocol):
    """A threshold and the rate that holds from it."""

    @property
    def from_purchases(self) -> float:
        """Purchases in a period from which the tier holds."""

    @property
    def rate(self) -> float:
        """Share of purchases that is paid back."""


def rebate(purchases: Floats, tiers: Sequence[Tier], kind: str) -> Floats:
    """What the purchases of a period earn.

    Args:
        purchases: (F,) value bought in the period. tiers: by rising threshold.
        kind: ``all_units`` pays the rate of the tier reached on all purchases, so that each threshold is worth a jump;
            ``increment`` pays the rate of each tier on the slice between its threshold and the next, so that only the
            slope changes (Kolay, Shaffer & Ordover 2004 on all-units discounts); ``none`` pays nothing.

    Returns:
        (F,) money.

    Purchases of 3.2 M where 1 M earn 5 % and 3 M earn 8 %: 0.08 x 3.2 M = 256,000 on all units, and on the increment
    0.05 x (3 M - 1 M) + 0.08 x (3.2 M - 3 M) = 100,000 + 16,000 = 116,000.

    >>> from channellab.scenarios.settings.rebates import RebatePolicySettings
    >>> plan = RebatePolicySettings().tiers
    >>> rebate(np.array([3.2e6]), plan, "all_units"), rebate(np.array([3.2e6]), plan, "increment")
    (array([256000.]), array([116000.]))
    """
    earned = np.zeros(purchases.shape)
    if kind == "none":
        return earned
    if kind == "all_units":
        steps = _steps_of_tiers(tuple(tiers))
        return steps.rate[_steps_reached(purchases, steps)] * purchases
    ends = [*(tier.from_purchases for tier in tiers[1:]), np.inf]
    for tier, end in zip(tiers, ends, strict=True):
        earned = earned + tier.rate * (np.minimum(purchases, end) - tier.from_purchases).clip(min=0.0)
    return earned


def next_threshold(purchases: Floats, tiers: Sequence[Tier], kind: str) -> tuple[Floats, Floats]:
    """The next threshold above some purchases, and what reaching it pays at once beyond the rate already earned.

    Returns:
        (F,) threshold, infinite above the last; (F,) value of reaching it: on all units the rise of the rate x the
        threshold, on the increment nothing, as no unit already bought earns more.

    >>> from channellab.scenarios.settings.rebates import RebatePolicySettings
    >>> plan = RebatePolicySettings().tiers
    >>> next_threshold(np.array([0.4e6, 2.9e6, 5e6]), plan, "all_units")
    (array([1000000., 3000000.,      inf]), array([50000., 90000.,     0.]))
    """
    steps = _steps_of_tiers(tuple(tiers))
    place = _steps_reached(purchases, steps)
    pays = steps.pays[place] if kind == "all_units" else np.zeros(purchases.shape)
    return steps.threshold[place], pays


class Grade(Protocol):
    """A grade of partners: the purchases it takes, and what it pays."""

    @property
    def from_purchases(self) -> float:
        """Purchases of the last period from which a partner has the grade."""

    @property
    def base_rate(self) -> float:
        """Share of all purchases that is paid back."""

    @property
    def growth_rate(self) -> float:
        """Share of what exceeds the purchases of the last period that is paid back besides."""


def graded(purchases: Floats, usual: Floats, grades: Sequence[Grade]) -> Floats:
    """What purchases earn a partner of a grade: the base rate on all, the growth rate on the increment.

    Args:
        purchases: (F,) of this period. usual: (F,) of the last one, which gives the grade. grades: by rising threshold.

    Gold from 1 M at 5 % and 10 % of growth: 1.5 M after 1.2 M earn 0.05 x 1.5 M + 0.1 x 0.3 M.

    >>> from channellab.scenarios.settings.rebate_kinds import GradeSettings
    >>> gold = GradeSettings(name="gold", from_purchases=1e6, base_rate=0.05, growth_rate=0.1)
    >>> graded(np.array([1.5e6, 1.5e6]), np.array([1.2e6, NO_PAST]), [gold])
    array([105000.,      0.])
    """
    steps = _steps_of_grades(tuple(grades))
    # Without a past there is no grade, even where the first begins with nothing.
    place = np.where(usual >= 0.0, _steps_reached(usual, steps), 0)
    grown = np.maximum(purchases - usual, 0.0)
    return np.asarray(steps.rate[place] * purchases + steps.growth_rate[place] * grown)


def next_grade(purchases: Floats, ahead: Floats, grades: Sequence[Grade]) -> tuple[Floats, Floats]:
    """The next grade that purchases of this period give in the next one, and what its base rate adds there.

    Args:
        purchases: (F,) of this period. ahead: (F,) what a partner expects to buy in the next one.

    >>> from channellab.scenarios.settings.rebate_kinds import GradeSettings
    >>> gold = GradeSettings(name="gold", from_purchases=1e6, base_rate=0.05, growth_rate=0.1)
    >>> next_grade(np.array([0.9e6]), np.array([2e6]), [gold])
    (array([1000000.]), array([100000.]))
    """
    steps = _steps_of_grades(tuple(grades))
    place = _steps_reached(purchases, steps)
    return steps.threshold[place], steps.pays[place] * ahead


def increment_counted(purchases: Floats, usual: Floats, fresh: Floats, new_share: float) -> Floats:
    """(F,) growth over the usual purchases that earns: at most what new customers bought over `new_share`.

    Without a past there is no growth. 1.5 M after 1.2 M have grown by 0.3 M; where half of it must come from new
    customers, and they bought for 0.1 M, 0.2 M counts:

    >>> increment_counted(np.array([1.5e6]), np.array([1.2e6]), np.array([1e5]), 0.5)
    array([200000.])
    """
    grown = np.where(usual >= 0.0, np.maximum(purchases - usual, 0.0), 0.0)
    return np.minimum(grown, fresh / new_share) if new_share > 0.0 else grown


def target_of(usual: Floats, kind: str, goal: float, growth: float) -> Floats:
    """(F,) purchases that a target asks for: a fixed sum, or a multiple of the usual; none without a past.

    >>> target_of(np.array([100.0, NO_PAST]), "growth", 0.0, 1.1).tolist()
    [110.00000000000001, inf]
    """
    if kind == "fixed":
        return np.full(usual.shape, goal)
    return np.where(usual > 0.0, growth * usual, np.inf)


def reached(purchases: Floats, threshold: Floats | float) -> npt.NDArray[np.bool_]:
    """Whether purchases reach a threshold, but for rounding."""
    return np.asarray(purchases >= threshold * (1.0 - REACHED))


class Steps(NamedTuple):
    """The T thresholds of a plan as arrays, worked out once for each plan.

    Attributes:
        enough: (T,) rising purchases from which they are reached, but for rounding.
        threshold, pays: (T + 1,) the next one after so many have been reached, infinite after the last, and what
            reaching it pays: money, or a share of purchases.
        rate, growth_rate: (T + 1,) shares that are paid back then, of purchases and of their growth.
    """

    enough: Floats
    threshold: Floats
    pays: Floats
    rate: Floats
    growth_rate: Floats


@lru_cache(maxsize=1024)
def _steps_of_tiers(tiers: tuple[Tier, ...]) -> Steps:
    rate = [0.0, *(tier.rate for tier in tiers)]
    pays = [(now - before) * tier.from_purchases for tier, (before, now) in zip(tiers, pairwise(rate), strict=True)]
    return _steps([tier.from_purchases for tier in tiers], pays, rate, [0.0 for _ in rate])


@lru_cache(maxsize=1024)
def _steps_of_grades(grades: tuple[Grade, ...]) -> Steps:
    rate = [0.0, *(grade.base_rate for grade in grades)]
    rises = [now - before for before, now in pairwise(rate)]
    growth = [0.0, *(grade.growth_rate for grade in grades)]
    return _steps([grade.from_purchases for grade in grades], rises, rate, growth)


def _steps(thresholds: list[float], pays: list[float], rate: list[float], growth: list[float]) -> Steps:
    enough = np.array(thresholds, np.float64) * (1.0 - REACHED)
    return Steps(enough, *map(np.array, ([*thresholds, np.inf], [*pays, 0.0], rate, growth)))


def _steps_reached(purchases: Floats, steps: Steps) -> Ints:
    """(F,) how many thresholds purchases reach, see `reached`."""
    return np.searchsorted(steps.enough, purchases, side="right")


def stocking_up(need: Floats, saving: Floats, holding: float, most_weeks: float) -> Ints:
    """Units that firms take more than need when each saves money: until holding the last one costs what it saves.

    Args:
        need: (F,) units needed a week. saving: (F,) money per unit. holding: money per unit and week.
        most_weeks: most weeks of need.

    A unit kept for 6 weeks at 0.1 a week costs the 0.6 that it saves:

    >>> stocking_up(np.array([10.0, 10.0]), np.array([0.6, 6.0]), 0.1, 8.0)
    array([60, 80])
    """
    weeks = np.minimum(saving / holding, most_weeks) if holding > 0.0 else np.where(saving > 0.0, most_weeks, 0.0)
    return np.floor(need * weeks + REACHED).astype(np.int64)


@dataclass(frozen=True)
class Accounts:
    """What a rebate plan is told of F partners' accounts, each as if it lasted a whole period.

    Attributes:
        purchases: (F,) what counts as bought in the period, money.
        usual: (F,) purchases of earlier periods that the partner is measured by, `NO_PAST` where there are none.
        ahead: (F,) purchases that it expects of the next period; 0 when the account is settled.
        fresh: (F,) purchases for customers that it supplies for the first time in the period.
        first: (F,) what its first orders of new products were invoiced at.
        cases: (F,) cases in the period for advertising below the minimum price, its own and those of its outlets.
    """

    purchases: Floats
    usual: Floats
    ahead: Floats
    fresh: Floats
    first: Floats
    cases: Floats

    @classmethod
    def of(cls, purchases: Floats, **told: Floats) -> "Accounts":
        """Accounts with these purchases; of what else is not given, partners have no past and nothing."""
        nothing = {column.name: np.zeros(purchases.shape) for column in fields(cls)}
        past = np.full(purchases.shape, NO_PAST)
        return cls(**nothing | {"usual": past} | told | {"purchases": purchases})

    def at(self, places: npt.NDArray[Any] | slice) -> "Accounts":
        """The accounts at some places among these."""
        return Accounts(
            self.purchases[places],
            self.usual[places],
            self.ahead[places],
            self.fresh[places],
            self.first[places],
            self.cases[places],
        )


class Plan(Protocol):
    """What all plans can do; see `channellab.scenarios.settings.rebate_plans.RebatePlan`."""

    def earned(self, accounts: Accounts) -> Floats:
        """What whole periods with these accounts earn."""

    def next_threshold(self, accounts: Accounts) -> tuple[Floats, Floats]:
        """The next threshold of purchases, and what reaching it pays at once."""


def earned_under(plan: Plan, accounts: Accounts) -> Floats:
    """(F,) money that accounts earn under a plan.

    Raises:
        BadInput: another distribution brought the plan, and it gives no money for each of them.
    """
    earned = plan.earned(accounts)
    if from_elsewhere(plan) and not sound(earned, accounts.purchases.shape):
        raise BadInput(
            "scenario",
            "policy.rebate.others",
            f"has a {type(plan).__name__} that gives no amount from 0 for each partner; allowed are finite numbers, "
            "see docs/rebate-plans.md",
        )
    return earned


def threshold_under(plan: Plan, accounts: Accounts) -> tuple[Floats, Floats]:
    """(F,) next threshold under a plan, and (F,) what reaching it pays at once."""
    return plan.next_threshold(accounts)
