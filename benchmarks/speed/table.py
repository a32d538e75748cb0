"""The rows of the benchmark: a figure, what it should be, and whether it is."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        name: short name, the same in every run. figure: what is measured, in words.
        value: None where it could not be measured. why: the reason of that, or of a value that says little.
        form: how the value is written, a format specification and a unit such as ``.2f ms``.
        at_least, at_most: the target; at most one of them.
    """

    name: str
    figure: str
    value: float | None
    form: str = ".2f"
    at_least: float | None = None
    at_most: float | None = None
    why: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a value or a target."""
        if self.value is None or self.at_least is None is self.at_most:
            return None
        return self.value >= self.at_least if self.at_least is not None else self.value <= (self.at_most or 0.0)

    def cells(self) -> tuple[str, str, str, str]:
        """Figure, value, target and verdict, as shown."""
        verdict = {True: "met", False: "missed", None: "not measured" if self.value is None else ""}[self.met]
        return self.figure, self._written(self.value), self._target(), ": ".join(filter(None, [verdict, self.why]))

    def document(self) -> dict[str, Any]:
        """The row as plain data for JSON."""
        return {**vars(self), "met": self.met}

    def _target(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"

    def _written(self, value: float | None) -> str:
        if value is None:
            return ""
        spec, _, unit = self.form.partition(" ")
        return f"{value:{spec}} {unit}".rstrip()


HEADINGS = ("Figure", "Measured", "Target", "Verdict")


def machine() -> str:
    """The kind of machine, in words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version().rpartition('.')[0]}"


@dataclass(frozen=True)
class Phase:
    """Median milliseconds of a phase of the week, by number of consumers."""

    name: str
    milliseconds: dict[str, float]

    def cells(self) -> tuple[str, ...]:
        """Name and times, as shown."""
        return self.name, *(f"{time:.2f}" for time in self.milliseconds.values())


def headings(phases: Sequence[Phase]) -> tuple[str, ...]:
    """Headings of the table of phases."""
    return "Phase, ms", *(f"{count} consumers" for count in phases[0].milliseconds)


def print_table(title: str, heads: Sequence[str], rows: Sequence[Row] | Sequence[Phase]) -> None:
    """Shows rows to people."""
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number in (1, 2) else "left")
    for row in rows:
        missed = isinstance(row, Row) and row.met is False
        table.add_row(*row.cells(), style="bold red" if missed else None)
    console = Console()
    Console(width=console.width if console.is_terminal else 140).print(table, markup=False)


def markdown(heads: Sequence[str], rows: Sequence[Row] | Sequence[Phase]) -> str:
    """The rows as a Markdown table."""
    sides = [":--", *("--:" if number in (1, 2) else ":--" for number in range(1, len(heads)))]
    lines = [heads, sides, *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
