"""A CSV file of the user as typed columns; every complaint names the row as a spreadsheet numbers it (header = 1)."""

import csv
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from channellab.scenarios.errors import BadInput


@dataclass(frozen=True)
class Rows:
    """The filled rows of one CSV file: n cells per column, spaces around them removed.

    Attributes:
        where: the file as the user named it.
        numbers: length n, the row number of each row.
        columns: column name to its n texts.
    """

    where: str
    numbers: tuple[int, ...]
    columns: dict[str, tuple[str, ...]]

    def bad(self, row: int, column: str, problem: str) -> BadInput:
        """The error for the cell of ``column`` in the ``row``-th filled row, counted from 0."""
        return BadInput(self.where, f"row {self.numbers[row]}, {column}", problem)

    def text(self, column: str, default: Sequence[str]) -> tuple[str, ...]:
        """The column's texts; ``default`` (length n) where the column or a cell is missing."""
        cells = self.columns.get(column, ("",) * len(default))
        return tuple(cell or fallback for cell, fallback in zip(cells, default, strict=True))

    def ids(self, column: str) -> tuple[str, ...]:
        """The column's texts, each present and different from all others.

        Raises:
            BadInput: for an empty or a repeated id.
        """
        first: dict[str, int] = {}
        for row, cell in enumerate(self.columns[column]):
            if not cell:
                raise self.bad(row, column, "is empty")
            if cell in first:
                raise self.bad(row, column, f"is {cell!r} again, first used in row {first[cell]}")
            first[cell] = self.numbers[row]
        return tuple(first)

    def chosen(self, column: str, allowed: Collection[str], source: str) -> NDArray[np.int64]:
        """The column as positions in ``allowed``; ``source`` says in the message what the allowed texts are.

        Raises:
            BadInput: for a text that is not allowed, with the nearest one that is.
        """
        position = {name: index for index, name in enumerate(allowed)}
        for row, cell in enumerate(self.columns[column]):
            if cell not in position:
                near = get_close_matches(cell, position, 1)
                raise self.bad(row, column, f"is {cell!r}, {source}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return np.array([position[cell] for cell in self.columns[column]], np.int64)

    def numeric(
        self, column: str, low: float, high: float, default: Sequence[float] | None = None
    ) -> NDArray[np.float64]:
        """The column as float64[n] from ``low`` to ``high``; ``default`` (length n), if given, fills what is blank.

        Raises:
            BadInput: for a cell that is no finite number in the range.
        """
        return np.array(self._parsed(column, float, f"numbers from {low:g} to {high:g}", low, high, default))

    def whole(self, column: str, low: int, high: int, default: Sequence[float] | None = None) -> NDArray[np.int64]:
        """The column as int64[n] from ``low`` to ``high``; ``default`` (length n), if given, fills what is blank.

        Raises:
            BadInput: for a cell that is no whole number in the range.
        """
        allowed = f"whole numbers from {low} to {high}"
        return np.array(self._parsed(column, _whole, allowed, low, high, default), np.int64)

    def unverified(self) -> tuple[str, ...]:
        """The columns ``x`` whose ``x_status`` has a cell that does not begin with "verified"."""
        status = {name: cells for name, cells in self.columns.items() if name.endswith("_status")}
        return tuple(
            name.removesuffix("_status")
            for name, cells in status.items()
            if not all(cell.startswith("verified") for cell in cells)
        )

    def _parsed(
        self,
        column: str,
        parse: Callable[[str], float],
        allowed: str,
        low: float,
        high: float,
        default: Sequence[float] | None,
    ) -> list[float]:
        def value(row: int, cell: str) -> float:
            if default is not None and not cell:
                return default[row]
            with suppress(ValueError):
                if low <= (number := parse(cell)) <= high:
                    return number
            raise self.bad(row, column, f"is {cell!r}, allowed are {allowed}")

        cells = self.columns.get(column, ("",) * len(self.numbers))
        return [value(row, cell) for row, cell in enumerate(cells)]


def _whole(cell: str) -> float:
    value = float(cell)
    if not value.is_integer():
        raise ValueError(cell)
    return value


def read_rows(path: Path, where: str, required: Sequence[str]) -> Rows:
    """Read a CSV file in UTF-8 (with or without byte-order mark) whose first row names the columns.

    Args:
        path: the file; ``where`` is its name in messages.
        required: columns that must be there; more may be.

    Raises:
        BadInput: if it cannot be read, is not UTF-8 or not a table, or lacks a required column or any filled row.
    """
    header, *records = _records(path, where)
    names = [name.strip() for name in header]
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadInput(where, "row 1", f"has the column {twice[0]!r} twice")
    if missing := [name for name in required if name not in names]:
        raise BadInput(where, "row 1", f"has no column {missing[0]!r}, found are {', '.join(names)}")
    filled = {number: cells for number, cells in enumerate(records, 2) if any(cell.strip() for cell in cells)}
    if not filled:
        raise BadInput(where, "", "has no rows below its header")
    for number, cells in filled.items():
        if len(cells) != len(names):
            problem = f"has {len(cells)} cells where the header has {len(names)}; quote texts that hold a comma"
            raise BadInput(where, f"row {number}", f"{problem} and write numbers without one")
    columns = {name: tuple(cells[at].strip() for cells in filled.values()) for at, name in enumerate(names)}
    return Rows(where, tuple(filled), columns)


def _records(path: Path, where: str) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = list(csv.reader(file, strict=True))
    except UnicodeDecodeError:
        raise BadInput(where, "", 'is not UTF-8 text; save it as "CSV UTF-8"') from None
    except (OSError, csv.Error) as error:
        raise BadInput(where, "", f"cannot be read as a table: {error}") from None
    if not records or not any(cell.strip() for cell in records[0]):
        raise BadInput(where, "", "is empty, expected is a first row with the names of the columns")
    return records
