"""Rebate accounts as data: what direct buyers have bought and earned, under which plans, and what they are owed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Table, state
from channellab.agents.kernels.books import owed
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.policies.rebates import NO_PAST
from channellab.scenarios.settings.rebate_plans import RebatePlan
from channellab.scenarios.settings.rebates import PLAN_NAMES, read, written
from channellab.sim import rebate_orders
from channellab.sim.rebate_orders import Orders

Arrays = dict[str, npt.NDArray[Any]]
CLAIMS = ("payee", "name", "due", "claim")


Places = Ints | slice
"""Places of some accounts among others: a slice where they stand together."""


class Held(NamedTuple):
    """A accounts of a group of parties, name after name of the plans.

    Attributes:
        name: (A,) number of the name. rows, parties: (A,) who has it, as a place in the group and as a party.
        place: (A,) of the account among all in the book, see `Rebates.place`.
        weeks: (A,) of a whole period. first: (A,) a measured week in which one begins. by_orders: (A,) whether it
            counts what is invoiced.
        plans: number of the name, plan and places of each plan. names: number and places of each name.
        who: (R,) places in the group of those who have any. line, seat: (A,) which of the names and of these it is of.
    """

    name: Ints
    rows: Ints
    parties: Index | Ints
    place: Ints
    weeks: Ints
    first: Ints
    by_orders: Flags
    plans: list[tuple[int, RebatePlan, Places]]
    names: list[tuple[int, slice]]
    who: Ints
    line: Ints
    seat: Ints


@dataclass
class Rebates(Table):
    """The accounts of F parties under plans of N names, and the claims that are not yet paid.

    Attributes:
        plan: (N, F) number of the plan in `plans`, -1 without. since: (N, F) week in which the running account began.
        purchases: (N, F) money spent on it since, less what was paid for goods returned; what is below 0 at the end of
            a period counts against the next one. accrued: (N, F) rebate earned by that so far.
        spent: (N, F) what was invoiced since, whatever counts. kept: (N, F) share of it all that was not clawed back.
        usual: (N, F) weekly purchases of earlier periods that a partner is measured by, `NO_PAST` without.
        fresh: (N, F) of the purchases, for new customers. first: (N, F) first orders of new products, as invoiced.
        factor, cap: (F,) multiplier on orders invoiced this week, and most that all rebates on one may pay, as a share.
        clawback: (F,) share of what it is owed that a partner loses by a case. cases: (F,) cases seen so far.
        blots: (N, F) price cases since the account began. seen: (F,) price cases seen so far, by who was caught.
        launched: (F, K0) whether a partner has had its first order of a new product.
        plans: name and plan of all that were in force at some time.
        payee, name, due, claim: (C,) rebates of past periods: party, number of the plan's name, week of payment, money.
        before: (F,) what was owed at the start of the week. moved: rebates booked this week, up or down, money.
        orders: what was invoiced week by week, where that matters.
        holds: (F,) who has any plan. in_use: numbers of the names under which anybody has one.
        held: by group of parties, their accounts, as far as anybody has asked; see `count_holders`.
        booked: (N, F) rebates booked this week, net. paid: (F,) rebates paid this week, and paid_under: (N, F) by name.
    """

    plan: Index = state()
    since: Index = state()
    purchases: Floats = state()
    accrued: Floats = state()
    spent: Floats = state()
    kept: Floats = state()
    factor: Floats = state()
    cap: Floats = state()
    clawback: Floats = state()
    cases: Ints = state()
    usual: Floats = state()
    fresh: Floats = state()
    first: Floats = state()
    blots: Floats = state()
    seen: Ints = state()
    launched: Flags = state()
    before: Floats = field(default_factory=lambda: np.zeros(0))
    booked: Floats = field(default_factory=lambda: np.zeros(0))
    paid: Floats = field(default_factory=lambda: np.zeros(0))
    paid_under: Floats = field(default_factory=lambda: np.zeros(0))
    plans: list[tuple[str, RebatePlan]] = field(default_factory=list)
    payee: Index = field(default_factory=lambda: np.empty(0, np.int32))
    name: Index = field(default_factory=lambda: np.empty(0, np.int32))
    due: Index = field(default_factory=lambda: np.empty(0, np.int32))
    claim: Floats = field(default_factory=lambda: np.empty(0))
    orders: Orders = field(default_factory=Orders)
    moved: float = 0.0
    holds: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    in_use: tuple[int, ...] = ()
    held: dict[str, Held] = field(default_factory=dict)

    @classmethod
    def of(cls, parties: int, skus: int) -> "Rebates":
        """Accounts without a plan."""
        each = (len(PLAN_NAMES), parties)
        return cls(
            plan=np.full(each, -1, np.int32),
            since=np.ones(each, np.int32),
            purchases=np.zeros(each),
            accrued=np.zeros(each),
            spent=np.zeros(each),
            kept=np.ones(each),
            factor=np.ones(parties),
            cap=np.full(parties, np.inf),
            clawback=np.zeros(parties),
            cases=np.zeros(parties, np.int64),
            usual=np.full(each, NO_PAST),
            fresh=np.zeros(each),
            first=np.zeros(each),
            blots=np.zeros(each),
            seen=np.zeros(parties, np.int64),
            launched=np.zeros((parties, skus), np.bool_),
            before=np.zeros(parties),
            booked=np.zeros(each),
            paid=np.zeros(parties),
            paid_under=np.zeros(each),
            holds=np.zeros(parties, np.bool_),
        )

    @property
    def idle(self) -> bool:
        """Whether nobody has a plan and nothing is owed."""
        return not (self.in_use or self.due.size)

    def count_holders(self) -> None:
        """Finds out who has a plan and under which names, whenever `plan` has changed."""
        has = self.plan >= 0
        self.holds, self.held = np.asarray(has.any(axis=0)), {}
        self.in_use = tuple(np.flatnonzero(has.any(axis=1)).tolist())

    def accounts(self, group: str, party: Index | Ints) -> Held:
        """Accounts of a group of parties, looked up once."""
        if group not in self.held:
            self.held[group] = self.under(self.in_use, party)
        return self.held[group]

    def under(self, names: Iterable[int], party: Index | Ints) -> Held:
        """Accounts of some parties under plans of some names."""
        found = [(name, np.flatnonzero(self.plan[name, party] >= 0)) for name in names]
        found = [(name, rows) for name, rows in found if rows.size]
        sizes = np.array([rows.size for _, rows in found], np.int64)
        name = np.repeat(np.array([name for name, _ in found], np.int64), sizes)
        rows = np.concatenate([np.empty(0, np.int64), *(rows for _, rows in found)])
        ends = np.cumsum(sizes)
        starts = (ends - sizes).tolist()
        spans = [(n, slice(*span)) for (n, _), *span in zip(found, starts, ends.tolist(), strict=True)]
        numbers = self.plan[name, party[rows]]
        plans = [(n, *one) for n, span in spans for one in self._each_plan(numbers, span)]
        weeks, first, by_orders = (
            np.zeros(rows.size, np.int64),
            np.zeros(rows.size, np.int64),
            np.zeros(rows.size, np.bool_),
        )
        for _, plan, at in plans:
            weeks[at], first[at], by_orders[at] = plan.period_weeks, plan.first_week, plan.counts == "purchases"
        who, seat = np.unique(rows, return_inverse=True)
        line = np.repeat(np.arange(len(found)), sizes)
        place = self.place(name, party[rows])
        return Held(name, rows, party[rows], place, weeks, first, by_orders, plans, spans, who, line, seat)

    def place(self, name: Ints | int, party: Index | Ints) -> Ints:
        """Places of accounts in columns (N, F) read line by line, where they are found quicker than by two numbers."""
        return name * self.before.size + party.astype(np.int64, copy=False)

    def _each_plan(self, numbers: Index, span: slice) -> Iterator[tuple[RebatePlan, Places]]:
        """The plans of one name, and the places of who has them."""
        for number in np.unique(numbers[span]).tolist():
            places = span.start + np.flatnonzero(numbers[span] == number)
            yield self.plans[number][1], span if places.size == span.stop - span.start else places

    def owed(self) -> Floats:
        """(F,) what the brand owes: accrued, and claimed but not yet paid."""
        return owed(self.accrued, self.payee, self.claim)

    def open_week(self) -> None:
        """Starts a new week's count."""
        self.moved = 0.0
        if not self.idle or self.before.any() or self.paid.any():
            self.before, self.paid = self.owed(), np.zeros_like(self.paid)
            self.booked[:] = self.paid_under[:] = 0.0

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
        **rebate_orders.dump(book.orders),
        "rebates.plans": np.frombuffer(plans.encode(), np.uint8),
    }


def restore(book: Rebates, arrays: Arrays) -> None:
    """Puts dumped accounts back. Raises KeyError or ValueError where they do not fit."""
    for name, column in book.state_columns():
        column[...] = arrays[f"rebates.{name}"]
    for name in CLAIMS:
        setattr(book, name, arrays[f"rebates.{name}"].copy())
    rebate_orders.restore(book.orders, arrays)
    book.count_holders()
    book.plans = [read(plan) for plan in json.loads(arrays["rebates.plans"].tobytes())]
