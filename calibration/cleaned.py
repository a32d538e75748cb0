"""Rows of a history while they are cleaned: whatever is dropped or replaced is told with the numbers of the rows."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from channellab.calibration.findings import Finding, Severity, numbered
from channellab.calibration.tables import Table
from channellab.scenarios.arrays import Flags
from channellab.scenarios.errors import BadInput


@dataclass
class Cleaned:
    """Rows in our columns.

    Attributes:
        table: the file. rows: our columns, and ``row``, the number in the file; dropped rows are gone.
        tolerance: share of rows that may be bad. dates: whether periods are days since 1970, not week numbers.
        findings: what was dropped or replaced.
    """

    table: Table
    rows: pd.DataFrame
    tolerance: float
    dates: bool = False
    findings: list[Finding] = field(default_factory=list)

    def drop(self, bad: Flags, subject: str, key: str, **facts: Any) -> None:
        """Leaves out rows; the key is that of the sentence that tells it."""
        self.tell("dropped", bad, subject, key, **facts)
        if bad.any():
            self.rows = self.rows[~bad].reset_index(drop=True)

    def blank(self, bad: Flags, column: str, key: str, **facts: Any) -> None:
        """Makes cells of a column missing."""
        self.tell("repaired", bad, column, key, **facts)
        if bad.any():
            self.rows.loc[bad, column] = np.nan

    def tell(self, severity: Severity, rows: Flags, subject: str, key: str, **facts: Any) -> None:
        """Adds a finding about these rows, if there are any."""
        if rows.any():
            numbers = tuple(self.rows["row"].to_numpy()[rows].tolist())
            self.findings.append(Finding(severity, subject, key, len(numbers), numbers, facts))

    def refuse_many(self, bad: Flags, column: str, problem: str, key: str, filled: Flags | None = None) -> None:
        """Takes a mapping for wrong where too many of its cells are bad.

        Args:
            column: its name in the file. key: the setting that names it. filled: cells that say something, of which too
                many are bad, by default all.

        Raises:
            BadInput: more than the tolerated share are.
        """
        of = len(bad) if filled is None else int(filled.sum())
        if bad.sum() > self.tolerance * of:
            rows = self.rows["row"].to_numpy()[bad].tolist()
            cell = str(self.table.data[column].iloc[rows[0] - self.first_row])[:40]
            those = " that are not 0" if of < len(bad) else ""
            share = f"in {bad.sum() / of:.0%} of the rows{those} ({numbered(rows, 3)}; there it is {cell!r})"
            raise BadInput(self.table.where, repr(column), f"{problem} {share}; {key} may name the wrong column")

    @property
    def first_row(self) -> int:
        """Number of the file's first row."""
        return self.table.first
