"""The mechanism index: where each mechanism of channel management is, what shows that it works, and what is not built.

Declared in ``mechanisms.toml``; the page ``docs/mechanisms.md`` is rendered from it.
"""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

State = Literal["built", "in part", "not built"]
SUBJECTS = {
    "A": "Who is in the market",
    "B": "Layout and partner life cycle",
    "C": "Prices",
    "D": "Incentives and enablement",
    "E": "Protection and conflict",
    "F": "Supply, stock and money",
    "G": "What is measured",
    "H": "Claims that experiments test",
}
_INTRO = """# Mechanisms

Rendered from `reports/mechanisms.toml` by `python -m channellab.reports.odd`; do not edit by hand.

What channel management is made of, where the lab has it, and what it has not. *Settings* are keys or tables of a
scenario ([settings.md](settings.md)), *metrics* stand in [metrics.md](metrics.md), and the formulas in
[model.md](model.md). What *shows it* are claims of [evidence.md](evidence.md), which say how large an effect is in the
model and what was published, tests, and scenarios of the library. A test holds every name on this page against the
code."""
_HEAD = ("id", "mechanism", "settings", "files", "metrics", "what shows it", "state")


class Mechanism(BaseModel):
    """One row of the index.

    Attributes:
        id: a letter of `SUBJECTS` and a number. settings: dotted keys or tables. files: below the root of the code.
        evidence: claims. tests: files. scenarios: of the library. lacks: what is not built, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-H][1-9]\d?$")
    name: str = Field(min_length=1)
    settings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    lacks: str = ""

    @property
    def state(self) -> State:
        """Whether it is built: all of it, or part of it, or nothing."""
        if not self.lacks:
            return "built"
        return "in part" if self.files else "not built"


@cache
def mechanisms() -> tuple[Mechanism, ...]:
    """All of them, in the order of the page."""
    text = files("channellab.reports").joinpath("mechanisms.toml").read_text(encoding="utf-8")
    return tuple(Mechanism.model_validate(row) for row in tomllib.loads(text)["mechanisms"])


def mechanisms_page() -> str:
    """The index, subject by subject."""
    parts = [_INTRO, _counted(mechanisms())]
    for letter, title in SUBJECTS.items():
        rows = [_row(each) for each in mechanisms() if each.id.startswith(letter)]
        parts.append(f"## {letter}. {title}\n\n" + "\n".join(_line(cells) for cells in (_HEAD, ("---",) * 7, *rows)))
    return "\n\n".join(parts) + "\n"


def _counted(all_of_them: Sequence[Mechanism]) -> str:
    built, part, missing = (sum(each.state == state for each in all_of_them) for state in get_args(State))
    return f"Of {len(all_of_them)} rows {built} are built, {part} in part, and {missing} are not built."


def _row(each: Mechanism) -> Sequence[str]:
    state = each.state if each.state == "built" else f"**{each.state}**: {each.lacks}"
    shown = [*each.evidence, *(_linked(file) for file in each.tests), *(f"`{name}`" for name in each.scenarios)]
    linked = _joined(_linked(file) for file in each.files)
    return each.id, each.name, _code(each.settings), linked, _code(each.metrics), _joined(shown), state


def _linked(file: str) -> str:
    return f"[{file.removeprefix('tests/')}](../{file})"


def _code(names: Iterable[str]) -> str:
    return _joined(f"`{name}`" for name in names)


def _joined(cells: Iterable[str]) -> str:
    return ", ".join(cells)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
