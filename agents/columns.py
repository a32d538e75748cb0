"""Firms live twice: as rows of numpy columns, where the hot work runs, and as persistent Mesa agents.

An agent's declared fields are descriptors into the columns of its own market, so Mesa's AgentSet, groupby,
DataCollector and ``remove()`` work on firms, and two live markets never see each other.
"""

from collections.abc import Iterator
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, ClassVar, cast

import mesa
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from channellab.agents.view import MarketView


def state() -> Any:
    """A column that changes and is saved with the market; the others follow from scenario and seed."""
    return field(metadata={"state": True})


def by_sku(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same numbers (..., F, K), which lie in memory SKU by SKU.

    Numpy then takes the goods of one brand, a few SKUs of many firms, in one go, where it would otherwise stop behind
    every firm; that is five to ten times as fast.
    """
    return np.ascontiguousarray(column.swapaxes(-1, -2)).swapaxes(-1, -2)


def lines(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same numbers (F, K) SKU by SKU, (K, F): loops are compiled once, for columns that lie like this."""
    return np.ascontiguousarray(column.T)


def rows_of(column: npt.NDArray[Any], rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Rows (N, K) of a column, some perhaps several times, which lie SKU by SKU."""
    return column.T.take(rows, axis=1).T


class Table:
    """Base of the column sets; subclasses are dataclasses of arrays with one row per agent."""

    def lie_by_sku(self) -> None:
        """Puts columns over firms and SKUs, (F, K) or (W, F, K) with W weeks, SKU by SKU."""
        for column in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            values = getattr(self, column.name)
            if values.ndim == 2 or column.name == "history":
                setattr(self, column.name, by_sku(values))

    def state_columns(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Names and arrays of the columns that are saved."""
        for column in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            if column.metadata.get("state"):
                yield column.name, getattr(self, column.name)


class Column:
    """A declared field of a firm: reads and writes one cell (or row) of its market's columns."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, firm: Any, owner: type | None = None) -> Any:
        if firm is None:
            return self
        cell = getattr(firm.columns, self.name)[firm.row]
        if isinstance(cell, np.ndarray):
            # What a reader keeps must not change with the market, and a change of the copy must not be lost silently.
            cell = cell.copy()
            cell.flags.writeable = False
        return cell

    def __set__(self, firm: Any, value: Any) -> None:
        getattr(firm.columns, self.name)[firm.row] = value


class Firm(mesa.Agent):
    """A firm of the market: a persistent Mesa agent over one row of columns."""

    table: ClassVar[str]
    active = Column("active")
    party = Column("party")

    def __init__(self, market: "MarketView", row: int) -> None:
        super().__init__(cast("mesa.Model", market))
        self.row = row

    @property
    def columns(self) -> Any:
        """The columns of the firm's own market."""
        return getattr(self.market, self.table)

    @property
    def market(self) -> "MarketView":
        """The firm's own market, as far as agents see it."""
        return cast("MarketView", self.model)

    @property
    def cash(self) -> float:
        """Cash of the firm, in money."""
        return float(self.market.ledger.cash[self.party])

    def remove(self) -> None:
        """Leaves the market: nothing is ordered, made or sold by it any more; its stock is written off next week."""
        self.active = False
        super().remove()
