"""Rebate accounts as data: what direct buyers have bought and earned, under which plan, and what they are owed."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Floats, Index, Table, state
from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.settings.rebates import RebatePolicySettings

Arrays = dict[str, npt.NDArray[Any]]
CLAIMS = ("payee", "due", "claim")


@dataclass
class Rebates(Table):
    """The accounts of F parties and the claims that are not yet paid.

    Attributes:
        plan: (F,) number of the plan in `plans`, -1 without. since: (F,) week in which the running account began.
        purchases: (F,) money spent on it since. accrued: (F,) rebate earned by that so far.
        plans: all plans that were in force at some time.
        payee, due, claim: (C,) rebates of past periods: party, week of payment, money.
        before: (F,) what was owed at the start of the week. moved: rebates booked this week, up or down, money.
        paid: (F,) rebates paid this week.
    """

    plan: Index = state()
    since: Index = state()
    purchases: Floats = state()
    accrued: Floats = state()
    before: Floats = field(default_factory=lambda: np.zeros(0))
    paid: Floats = field(default_factory=lambda: np.zeros(0))
    plans: list[RebatePolicySettings] = field(default_factory=list)
    payee: Index = field(default_factory=lambda: np.empty(0, np.int32))
    due: Index = field(default_factory=lambda: np.empty(0, np.int32))
    claim: Floats = field(default_factory=lambda: np.empty(0))
    moved: float = 0.0

    @classmethod
    def of(cls, parties: int) -> "Rebates":
        """Accounts without a plan."""
        purchases, accrued, before, paid = np.zeros((4, parties))
        plan, since = np.full(parties, -1, np.int32), np.ones(parties, np.int32)
        return cls(plan, since, purchases, accrued, before, paid)

    @property
    def idle(self) -> bool:
        """Whether nobody has a plan and nothing is owed."""
        return not ((self.plan >= 0).any() or self.due.size)

    def owed(self) -> Floats:
        """(F,) what the brand owes: accrued, and claimed but not yet paid."""
        return self.accrued + np.bincount(self.payee, self.claim, self.accrued.size)

    def open_week(self) -> None:
        """Starts a new week's count."""
        self.moved = 0.0
        if not self.idle or self.before.any() or self.paid.any():
            self.before, self.paid = self.owed(), np.zeros_like(self.paid)

    def number(self, plan: RebatePolicySettings) -> int:
        """Number of a plan; -1 for a plan that pays nothing."""
        if plan.kind == "none":
            return -1
        if plan not in self.plans:
            self.plans.append(plan)
        return self.plans.index(plan)


def dump(book: Rebates) -> Arrays:
    """Accounts, claims and plans as arrays."""
    plans = json.dumps([plain(plan) for plan in book.plans])
    return {
        **{f"rebates.{name}": column.copy() for name, column in book.state_columns()},
        **{f"rebates.{name}": getattr(book, name).copy() for name in CLAIMS},
        "rebates.plans": np.frombuffer(plans.encode(), np.uint8),
    }


def restore(book: Rebates, arrays: Arrays) -> None:
    """Puts dumped accounts back. Raises KeyError or ValueError where they do not fit."""
    for name, column in book.state_columns():
        column[...] = arrays[f"rebates.{name}"]
    for name in CLAIMS:
        setattr(book, name, arrays[f"rebates.{name}"].copy())
    plans = json.loads(arrays["rebates.plans"].tobytes())
    book.plans = [RebatePolicySettings.model_validate(frozen(plan)) for plan in plans]
