"""Orders one by one: in promotions they earn more, and all rebates on one together stay below a cap.

A plan says what a period earns. Over what was invoiced in it that is a rate, which every order of the period earns,
times the multiplier of the week in which it was invoiced. Plans are paid in the order of their names, each as far as
the cap on the order leaves room.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.scenarios.arrays import Floats
from channellab.sim.weekly import Weekly

if TYPE_CHECKING:
    from channellab.sim.rebate_accounts import Held, Rebates

Arrays = dict[str, npt.NDArray[Any]]
COLUMNS = ("bought", "factor", "cap", "used")


@dataclass
class Orders(Weekly):
    """What F partners were invoiced in each of W weeks, as far as accounts still run on it; empty without limits.

    Lines, (W, 4, F), are by `COLUMNS`.
    """

    block: Floats = field(default_factory=lambda: np.empty((0, len(COLUMNS), 0)))

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


def note_orders(book: "Rebates", held: "Held", bought: Floats, week: int) -> None:
    """Writes down what was invoiced this week, once anybody has a multiplier or a cap, and forgets closed weeks."""
    orders = book.orders
    if not (orders.week.size or (book.factor != 1.0).any() or np.isfinite(book.cap).any()):
        return
    orders.keep(orders.week >= book.since.take(held.place).min(initial=week))
    orders.add(week, np.stack([bought, book.factor, book.cap, np.zeros(bought.size)]))


def dump(orders: Orders) -> Arrays:
    """All of it as arrays."""
    columns = {f"rebates.orders.{name}": orders.lines[:, number].copy() for number, name in enumerate(COLUMNS)}
    return {"rebates.orders.week": orders.week.copy(), **columns}


def restore(orders: Orders, arrays: Arrays) -> None:
    """Puts it back."""
    lines = np.stack([arrays[f"rebates.orders.{name}"] for name in COLUMNS], axis=1)
    orders.put_back(arrays["rebates.orders.week"], lines)
