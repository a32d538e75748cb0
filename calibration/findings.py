"""What was found out about a history, each as one row of the data report; the sentences are in ``findings.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Severity = Literal["dropped", "repaired", "warning", "note"]
_SHOWN = 10


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        severity: ``dropped`` rows are not used, ``repaired`` ones are with another value, a ``warning`` puts results
            into doubt, a ``note`` does not.
        subject: what it is about, such as ``units`` or ``price endogeneity``.
        key: of its sentence. facts: what the sentence names. count: rows, series or weeks it is about.
        rows: their numbers in the file, if it is rows.
    """

    severity: Severity
    subject: str
    key: str
    count: int = 0
    rows: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """In English.

        >>> Finding("dropped", "units", "negative", 2, (3, 8)).text
        'units are negative (returns are not sales)'
        """
        return sentence(self.key, {"column": self.subject, **self.facts})

    def document(self) -> dict[str, Any]:
        """As plain data."""
        facts = {"column": self.subject, **self.facts}
        told = {"severity": self.severity, "subject": self.subject, "text": self.text, "count": self.count}
        return {**told, "rows": list(self.rows), "key": self.key, "facts": facts}

    @property
    def listed(self) -> str:
        """The row numbers as people read them, the first ten.

        >>> Finding("dropped", "units", "negative", 2, (3, 8)).listed
        'rows 3, 8'
        """
        return numbered(self.rows)


def sentence(key: str, facts: Mapping[str, Any], lang: str = "en") -> str:
    """What was found, in a language.

    >>> sentence("no_season", {"weeks": 30}, "zh")
    '只有 30 周，不足一年，无法学到季节性'
    """
    names = sentences()["names"] if lang == "zh" else {}
    told = {name: names.get(value, value) if isinstance(value, str) else value for name, value in facts.items()}
    return sentences()[key][lang].format(**told)


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """By key, the sentence of each language; ``names`` has the Chinese of our columns and of other names in them."""
    return tomllib.loads(files("channellab.calibration").joinpath("findings.toml").read_text("utf-8"))


def numbered(rows: Sequence[int], shown: int = _SHOWN) -> str:
    """Row numbers as people read them, the first few."""
    if not rows:
        return ""
    more = f" and {len(rows) - shown:,} more" if len(rows) > shown else ""
    return f"row{'s' * (len(rows) > 1)} {', '.join(map(str, rows[:shown]))}{more}"
