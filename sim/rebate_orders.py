"""Orders one by one: in promotions they earn more, and all rebates on one together stay below a cap.

A plan says what a period earns. Over what was invoiced in it that is a rate, which every order of the period earns,
times the multiplier of the week in which it was invoiced. Plans are paid in the order of their names, each as far as
the cap on the order leaves room.
"""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.scenarios.arrays import Floats, Index, Ints

if TYPE_CHECKING:
    from channellab.sim.rebate_accounts import Rebates

Arrays = dict[str, npt.NDArray[Any]]
COLUMNS = ("bought", "factor", "cap", "used")


@dataclass
class Orders:
    """What F partners were invoiced in each of W weeks, as far as accounts still run on it; empty without limits.

    Attributes:
        week: (W,) number of the week. bought: (W, F) money. factor, cap: (W, F) multiplier and cap on them.
        used: (W, F) rebates of closed accounts on them, money.
    """

    week: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    bought: Floats = field(default_factory=lambda: np.empty((0, 0)))
    factor: Floats = field(default_factory=lambda: np.empty((0, 0)))
    cap: Floats = field(default_factory=lambda: np.empty((0, 0)))
    used: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def of(self, places: Index | Ints) -> "Orders":
        """Those of some of the partners."""
        if not self.week.size:
            return Orders()
        return Orders(self.week, *(np.take(getattr(self, name), places, axis=1) for name in COLUMNS))


def note_orders(book: "Rebates", bought: Floats, week: int) -> None:
    """Writes down what was invoiced this week, once anybody has a multiplier or a cap, and forgets closed weeks."""
    orders = book.orders
    if not (orders.week.size or (book.factor != 1.0).any() or np.isfinite(book.cap).any()):
        return
    running = book.since[book.plan >= 0]
    keep = orders.week >= running.min(initial=week)
    for name, row in (("bought", bought), ("factor", book.factor), ("cap", book.cap), ("used", np.zeros(bought.size))):
        older = getattr(orders, name).reshape(-1, bought.size)
        setattr(orders, name, np.concatenate([older if keep.all() else older[keep], row[None, :]]))
    orders.week = np.append(orders.week[keep], week)


def limited(orders: Orders, since: Index, spent: Floats, raw: Floats) -> tuple[Floats, Floats]:
    """What accounts pay, if a plan gives them so much and others have taken their part of the orders.

    Args:
        orders: those of P partners, `used` by their other accounts. since, spent: (P,) when their accounts began, and
            what was invoiced on them. raw: (P,) what the plan gives, money.

    Returns:
        (P,) money; (W, P) the part of it that is paid on each order.
    """
    bought = np.where(orders.week[:, None] >= since, orders.bought, 0.0)
    rate = np.divide(raw, spent, out=np.zeros_like(raw), where=spent > 0.0)
    room = np.where(bought > 0.0, orders.cap, 0.0) * bought - orders.used
    paid = np.minimum(rate * orders.factor * bought, np.maximum(room, 0.0))
    # Week by week, as sums in any other order would differ in their last digits.
    before = np.subtract.reduce(np.concatenate([spent[None, :], bought]))
    total = np.cumsum(paid, axis=0)[-1]
    return np.where(spent > 0.0, rate * np.maximum(before, 0.0) + total, raw), paid


def dump(orders: Orders) -> Arrays:
    """All of it as arrays."""
    return {f"rebates.orders.{column.name}": getattr(orders, column.name).copy() for column in fields(orders)}


def restore(orders: Orders, arrays: Arrays) -> None:
    """Puts it back."""
    for column in fields(orders):
        setattr(orders, column.name, arrays[f"rebates.orders.{column.name}"].copy())
