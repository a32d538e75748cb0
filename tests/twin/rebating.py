"""Rebates, buying ahead and credit in plain loops: one firm after the other."""

import math
from collections.abc import Sequence
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np

from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.policies.rebates import Accounts
from channellab.scenarios.settings.rebate_kinds import (
    CompliancePlanSettings,
    GradePlanSettings,
    GrowthPlanSettings,
    LaunchPlanSettings,
    NewCustomerPlanSettings,
    TargetPlanSettings,
)
from channellab.scenarios.settings.rebate_plans import VolumePlanSettings

ROUNDING = 1e-9
Step = tuple[float, float, float]
"""A step ahead: money missing to it, what it pays, and the weeks that are left."""


def rebate(plan: Any, accounts: Accounts) -> Floats:
    """What the account of each firm earns."""
    return np.array([earned_by(plan, one) for one in singly(accounts)], np.float64)


def singly(accounts: Accounts) -> list[Any]:
    """The account of each firm by itself, its figures by name.

    >>> singly(Accounts.of(np.array([1.0, 2.0])))[1].purchases
    2.0
    """
    columns = {column.name: getattr(accounts, column.name).tolist() for column in fields(accounts)}
    rows = zip(*columns.values(), strict=True)
    return [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in rows]


def earned_by(plan: Any, account: Any) -> float:
    """What one account earns under a plan of any kind; those of other kinds than channellab's own say it themselves."""
    bought, past = account.purchases, account.usual
    match plan:
        case VolumePlanSettings():
            return by_tiers(bought, plan.tiers, plan.kind)
        case GradePlanSettings():
            grade = grade_of(past, plan.grades)
            return grade.base_rate * bought + grade.growth_rate * max(bought - past, 0.0) if grade else 0.0
        case GrowthPlanSettings():
            return plan.rate * counted(bought, past, account.fresh, plan.new_share)
        case TargetPlanSettings():
            return plan.rate * bought + plan.bonus if bought >= goal_of(plan, past) * (1.0 - ROUNDING) else 0.0
        case NewCustomerPlanSettings():
            return plan.rate * min(account.fresh, bought)
        case CompliancePlanSettings():
            return plan.rate * bought if account.cases <= plan.most_cases else 0.0
        case LaunchPlanSettings():
            return plan.discount * min(account.first, bought)
    return float(plan.earned(_alone(account))[0])


def grade_of(past: float, grades: Sequence[Any]) -> Any:
    """The grade that the purchases of the last period give; None without one, and without a past."""
    found = [grade for grade in grades if past >= grade.from_purchases * (1.0 - ROUNDING)]
    return found[-1] if found and past >= 0.0 else None


def counted(bought: float, past: float, fresh: float, new_share: float) -> float:
    """The growth that counts: as much as new customers bear out."""
    grown = max(bought - past, 0.0) if past >= 0.0 else 0.0
    return min(grown, fresh / new_share) if new_share else grown


def goal_of(plan: Any, past: float) -> float:
    """What a target asks for."""
    if plan.kind == "fixed":
        return float(plan.goal)
    return float(plan.growth * past) if past > 0.0 else math.inf


def _alone(account: Any) -> Accounts:
    return Accounts(**{name: np.array([value]) for name, value in vars(account).items()})


def by_tiers(purchases: float, tiers: Sequence[Any], kind: str) -> float:
    """What the purchases of one firm earn.

    >>> from channellab.scenarios.settings.rebates import RebatePolicySettings
    >>> by_tiers(3.2e6, RebatePolicySettings().tiers, "all_units")
    256000.0
    """
    if kind == "none":
        return 0.0
    earned = 0.0
    for number, tier in enumerate(tiers):
        if kind == "all_units":
            if reaches(purchases, tier):
                earned = tier.rate * purchases
        else:
            end = tiers[number + 1].from_purchases if number + 1 < len(tiers) else math.inf
            earned += tier.rate * max(min(purchases, end) - tier.from_purchases, 0.0)
    return earned


def reaches(purchases: float, tier: Any) -> bool:
    """Whether purchases reach a tier, but for rounding."""
    return bool(purchases >= tier.from_purchases * (1.0 - ROUNDING))


def next_threshold(plan: Any, accounts: Accounts) -> tuple[Floats, Floats]:
    """The next threshold ahead of each firm, and what reaching it pays at once."""
    ahead = [one_threshold(plan, one) for one in singly(accounts)]
    return np.array([threshold for threshold, _ in ahead]), np.array([jump for _, jump in ahead])


def one_threshold(plan: Any, account: Any) -> tuple[float, float]:
    """The same for one firm."""
    bought = account.purchases
    match plan:
        case VolumePlanSettings():
            return next_tier(bought, plan.tiers, plan.kind)
        case GradePlanSettings():
            now, rate = grade_of(bought, plan.grades), 0.0
            higher = list(plan.grades)
            if now:
                higher, rate = higher[higher.index(now) + 1 :], now.base_rate
            if not higher:
                return math.inf, 0.0
            return higher[0].from_purchases, (higher[0].base_rate - rate) * account.ahead
        case TargetPlanSettings():
            goal = goal_of(plan, account.usual)
            if math.isinf(goal) or bought >= goal * (1.0 - ROUNDING):
                return math.inf, 0.0
            return goal, plan.rate * goal + plan.bonus
    threshold, jump = plan.next_threshold(_alone(account))
    return float(threshold[0]), float(jump[0])


def next_tier(purchases: float, tiers: Sequence[Any], kind: str) -> tuple[float, float]:
    """The next tier above some purchases."""
    rate = 0.0
    for tier in tiers:
        if not reaches(purchases, tier):
            return tier.from_purchases, (tier.rate - rate) * tier.from_purchases if kind == "all_units" else 0.0
        rate = tier.rate
    return math.inf, 0.0


def buying_ahead(gap: Floats, jump: Floats, weeks: Floats, need: Floats, price: Floats, holding: float) -> Ints:
    """What each firm buys ahead of need: for the step that is worth most, the first of equals."""
    rows = list[list[int]]()
    for firm, (weekly, prices) in enumerate(zip(need.tolist(), price.tolist(), strict=True)):
        best, most = [0] * len(weekly), 0.0
        steps = list(zip(*(column[:, firm].tolist() for column in (gap, jump, weeks)), strict=True))
        for number, (missing, _, left) in enumerate(steps):
            units, worth = ahead_of_need(missing, reached_by(number, steps), weekly, prices, holding, left)
            if worth > most:
                best, most = units, worth
        rows.append(best)
    return np.array(rows, np.int64).reshape(need.shape)


def reached_by(number: int, steps: list[Step]) -> float:
    """What a step pays together with nearer ones whose periods end in the same week.

    >>> reached_by(0, [(5.0, 1.0, 2.0), (4.0, 10.0, 2.0), (6.0, 100.0, 2.0), (3.0, 1000.0, 1.0)])
    11.0
    """
    missing, money, left = steps[number]
    for other, (gap, jump, weeks) in enumerate(steps):
        if other != number and weeks == left and gap <= missing:
            money += jump
    return money


def ahead_of_need(
    gap: float, jump: float, need: list[float], price: list[float], holding: float, weeks: float
) -> tuple[list[int], float]:
    """What one firm buys ahead: what is missing to the threshold, if that pays, and pays no less than a week later."""
    nothing = [0] * len(need), 0.0
    weekly = 0.0
    for units, money in zip(need, price, strict=True):
        weekly += units * money
    if not 0.0 < gap < math.inf or weekly <= 0.0:
        return nothing
    cover = gap / weekly
    missing = [math.ceil(cover * units - ROUNDING) for units in need]
    cost = holding * sum(missing)
    worth_now = jump - cost * (weeks + cover / 2.0) if weeks >= 0.0 else 0.0
    worth_later = jump - cost * (weeks - 1.0 + cover / 2.0) if weeks >= 1.0 else 0.0
    return (missing, worth_now) if worth_now > 0.0 and worth_now >= worth_later else nothing


def stocking_up(need: Floats, saving: Floats, holding: float, most_weeks: float) -> Ints:
    """What each firm takes more than need."""
    rows = [more_at_once(*row, holding, most_weeks) for row in zip(need.tolist(), saving.tolist(), strict=True)]
    return np.array(rows, np.int64)


def more_at_once(need: float, saving: float, holding: float, most_weeks: float) -> int:
    """What one firm takes more than need of a cheaper SKU: as long as keeping a unit costs no more than it saves."""
    weeks = most_weeks if saving > 0.0 else 0.0
    if holding > 0.0:
        weeks = min(saving / holding, most_weeks)
    return math.floor(need * weeks + ROUNDING)


def within_credit(wanted: Ints, price: Floats, room: Floats) -> Ints:
    """What each firm may order."""
    rows = [affordable(*row) for row in zip(wanted.tolist(), price.tolist(), room.tolist(), strict=True)]
    return np.array(rows, np.int64).reshape(wanted.shape)


def affordable(wanted: list[int], price: list[float], room: float) -> list[int]:
    """What one firm may order: all, or the same share of every SKU.

    >>> affordable([10, 5], [6.0, 8.0], 60.0), affordable([10, 5], [6.0, 8.0], -5.0)
    ([6, 3], [0, 0])
    """
    value = 0.0
    for units, money in zip(wanted, price, strict=True):
        value += units * money
    if value <= max(room, 0.0):
        return list(wanted)
    share = max(room, 0.0) / value
    return [math.floor(units * share + ROUNDING) for units in wanted]
