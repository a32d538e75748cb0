"""Rebate accounts as data: what direct buyers have bought and earned, under which plans, and what they are owed."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Floats, Index, Table, state
from channellab.scenarios.settings.rebate_plans import RebatePlan
from channellab.scenarios.settings.rebates import PLAN_NAMES, read, written

Arrays = dict[str, npt.NDArray[Any]]
CLAIMS = ("payee", "name", "due", "claim")


@dataclass
class Rebates(Table):
    """The accounts of F parties under plans of N names, and the claims that are not yet paid.

    Attributes:
        plan: (N, F) number of the plan in `plans`, -1 without. since: (N, F) week in which the running account began.
        purchases: (N, F) money spent on it since. accrued: (N, F) rebate earned by that so far.
        plans: name and plan of all that were in force at some time.
        payee, name, due, claim: (C,) rebates of past periods: party, number of the plan's name, week of payment, money.
        before: (F,) what was owed at the start of the week. moved: rebates booked this week, up or down, money.
        booked: (N, F) rebates booked this week, net. paid: (F,) rebates paid this week.
    """

    plan: Index = state()
    since: Index = state()
    purchases: Floats = state()
    accrued: Floats = state()
    before: Floats = field(default_factory=lambda: np.zeros(0))
    booked: Floats = field(default_factory=lambda: np.zeros(0))
    paid: Floats = field(default_factory=lambda: np.zeros(0))
    plans: list[tuple[str, RebatePlan]] = field(default_factory=list)
    payee: Index = field(default_factory=lambda: np.empty(0, np.int32))
    name: Index = field(default_factory=lambda: np.empty(0, np.int32))
    due: Index = field(default_factory=lambda: np.empty(0, np.int32))
    claim: Floats = field(default_factory=lambda: np.empty(0))
    moved: float = 0.0

    @classmethod
    def of(cls, parties: int) -> "Rebates":
        """Accounts without a plan."""
        each = (len(PLAN_NAMES), parties)
        return cls(
            plan=np.full(each, -1, np.int32),
            since=np.ones(each, np.int32),
            purchases=np.zeros(each),
            accrued=np.zeros(each),
            before=np.zeros(parties),
            booked=np.zeros(each),
            paid=np.zeros(parties),
        )

    @property
    def idle(self) -> bool:
        """Whether nobody has a plan and nothing is owed."""
        return not ((self.plan >= 0).any() or self.due.size)

    def names(self) -> list[int]:
        """Numbers of the names under which anybody has a plan."""
        return [int(name) for name in np.flatnonzero((self.plan >= 0).any(axis=1))]

    def owed(self) -> Floats:
        """(F,) what the brand owes: accrued, and claimed but not yet paid."""
        accrued = self.accrued.sum(axis=0)
        return np.asarray(accrued + np.bincount(self.payee, self.claim, accrued.size))

    def open_week(self) -> None:
        """Starts a new week's count."""
        self.moved = 0.0
        if not self.idle or self.before.any() or self.paid.any():
            self.before, self.paid = self.owed(), np.zeros_like(self.paid)
            self.booked[:] = 0.0

    def number(self, name: str, plan: RebatePlan) -> int:
        """Number of a plan."""
        if (name, plan) not in self.plans:
            self.plans.append((name, plan))
        return self.plans.index((name, plan))


def dump(book: Rebates) -> Arrays:
    """Accounts, claims and plans as arrays."""
    plans = json.dumps([written(name, plan) for name, plan in book.plans])
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
    book.plans = [read(plan) for plan in json.loads(arrays["rebates.plans"].tobytes())]
