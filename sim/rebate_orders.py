"""Orders one by one: in promotions they earn more, and all rebates on one together stay below a cap.

A plan says what a period earns. Over what was invoiced in it that is a rate, which every order of the period earns,
times the multiplier of the week in which it was invoiced. Plans are paid in the order of their names, each as far as
the cap on the order leaves room.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.kernels.orders import paid_on_orders
from channellab.scenarios.arrays import Floats, Index, Ints

if TYPE_CHECKING:
    from channellab.sim.rebate_accounts import Rebates

Arrays = dict[str, npt.NDArray[Any]]
COLUMNS = ("bought", "factor", "cap", "used")
ROOM = 16
"""Weeks for which there is room at least."""


@dataclass
class Orders:
    """What F partners were invoiced in each of W weeks, as far as accounts still run on it; empty without limits.

    Weeks come at the end of a block with room for more, and go at its beginning, so that few of them copy anything.

    Attributes:
        block: (C, 4, F) weeks by `COLUMNS`: bought, money; multiplier and cap on it; used, the rebates of closed
            accounts on it, money. weeks: (C,) their numbers.
        first, last: those that count are the places from ``first`` to before ``last``.
    """

    block: Floats = field(default_factory=lambda: np.empty((0, len(COLUMNS), 0)))
    weeks: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    first: int = 0
    last: int = 0

    @property
    def lines(self) -> Floats:
        """(W, 4, F) the weeks that count."""
        return self.block[self.first : self.last]

    @property
    def week(self) -> Ints:
        """(W,) their numbers."""
        return self.weeks[self.first : self.last]

    @property
    def bought(self) -> Floats:
        """(W, F) money."""
        return self.lines[:, COLUMNS.index("bought")]

    @property
    def factor(self) -> Floats:
        """(W, F) multiplier."""
        return self.lines[:, COLUMNS.index("factor")]

    @property
    def cap(self) -> Floats:
        """(W, F) most that all rebates may pay, as a share."""
        return self.lines[:, COLUMNS.index("cap")]

    @property
    def used(self) -> Floats:
        """(W, F) rebates of closed accounts, money."""
        return self.lines[:, COLUMNS.index("used")]

    def of(self, places: Index | Ints) -> "Orders":
        """Those of some of the partners."""
        if not self.week.size:
            return Orders()
        return Orders(np.take(self.lines, places, axis=2), self.week, 0, self.week.size)

    def forget(self, before: int) -> None:
        """Drops the weeks before one."""
        self.first += int(np.searchsorted(self.week, before))

    def add(self, week: int, line: Floats) -> None:
        """Adds a week, of (4, F) numbers."""
        if self.last == len(self.block):
            self._make_room(line.shape)
        self.block[self.last], self.weeks[self.last] = line, week
        self.last += 1

    def _make_room(self, line: tuple[int, ...]) -> None:
        count = self.last - self.first
        block, weeks = np.empty((max(2 * count, ROOM), *line)), np.empty(max(2 * count, ROOM), np.int64)
        if count:
            block[:count], weeks[:count] = self.lines, self.week
        self.block, self.weeks, self.first, self.last = block, weeks, 0, count


def note_orders(book: "Rebates", bought: Floats, week: int) -> None:
    """Writes down what was invoiced this week, once anybody has a multiplier or a cap, and forgets closed weeks."""
    orders = book.orders
    if not (orders.week.size or (book.factor != 1.0).any() or np.isfinite(book.cap).any()):
        return
    orders.forget(int(book.since[book.plan >= 0].min(initial=week)))
    orders.add(week, np.stack([bought, book.factor, book.cap, np.zeros(bought.size)]))


def limited(orders: Orders, since: Index, spent: Floats, raw: Floats) -> tuple[Floats, Floats]:
    """What accounts pay, if a plan gives them so much and others have taken their part of the orders.

    Args:
        orders: those of P partners, `used` by their other accounts. since, spent: (P,) when their accounts began, and
            what was invoiced on them. raw: (P,) what the plan gives, money.

    Returns:
        (P,) money; (W, P) the part of it that is paid on each order.
    """
    return paid_on_orders(orders.week, orders.lines, since, spent, raw)


def dump(orders: Orders) -> Arrays:
    """All of it as arrays."""
    columns = {f"rebates.orders.{name}": orders.lines[:, number].copy() for number, name in enumerate(COLUMNS)}
    return {"rebates.orders.week": orders.week.copy(), **columns}


def restore(orders: Orders, arrays: Arrays) -> None:
    """Puts it back."""
    orders.weeks = arrays["rebates.orders.week"].copy()
    orders.block = np.stack([arrays[f"rebates.orders.{name}"] for name in COLUMNS], axis=1)
    orders.first, orders.last = 0, orders.weeks.size
