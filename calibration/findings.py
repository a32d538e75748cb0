"""What was found out about a history, each as one row of the data report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["dropped", "repaired", "warning", "note"]
_SHOWN = 10


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        severity: ``dropped`` rows are not used, ``repaired`` ones are with another value, a ``warning`` puts results
            into doubt, a ``note`` does not.
        subject: what it is about, such as ``units`` or ``price endogeneity``.
        text: one sentence. count: rows, series or weeks it is about. rows: their numbers in the file, if it is rows.
    """

    severity: Severity
    subject: str
    text: str
    count: int = 0
    rows: tuple[int, ...] = ()

    @property
    def listed(self) -> str:
        """The row numbers as people read them, the first ten.

        >>> Finding("dropped", "units", "are negative", 2, (3, 8)).listed
        'rows 3, 8'
        """
        return numbered(self.rows)


def numbered(rows: Sequence[int], shown: int = _SHOWN) -> str:
    """Row numbers as people read them, the first few."""
    if not rows:
        return ""
    more = f" and {len(rows) - shown:,} more" if len(rows) > shown else ""
    return f"row{'s' * (len(rows) > 1)} {', '.join(map(str, rows[:shown]))}{more}"
