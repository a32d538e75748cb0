"""All gates, judged one by one, in this process or several."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from channellab import __version__
from channellab.calibration.evidence.finding import SEEDS, Finding
from channellab.calibration.evidence.run import SEED, experiments
from channellab.calibration.validation.books import books
from channellab.calibration.validation.exact import EXACT
from channellab.calibration.validation.facts import FACTS, QUICK
from channellab.experiments.executors import Place, warm
from channellab.experiments.flow import Failed, flow
from channellab.experiments.identity import environment
from channellab.experiments.replicate import replication_seeds
from channellab.scenarios.ready import names

Kind = Literal["exact", "identity", "fact"]
KINDS: tuple[Kind, ...] = ("exact", "identity", "fact")
EXACT_SEEDS, QUICK_SEEDS = 10, 5
"""Runs behind an exact gate; facts always have `SEEDS`."""
SLOW = ("REB1", "DIF1", "MMC", "BW3", "SS1")
"""Exact results whose markets take longest; a quick look leaves them out."""
LONG = ("VMI1", "LOG1", "SER1", "PALM", "GRY1", "DM1")
"""What takes longest of a quick look, the longest first; a minute to ten seconds."""
QUICK_BOOKS = ("base", "every-policy", "omnichannel", "grey-market", "role-recipe")


@dataclass(frozen=True)
class Gate:
    """One thing to be judged: an exact result, the books of a scenario, or a stylised fact."""

    kind: Kind
    name: str
    seeds: int


@dataclass(frozen=True)
class Validation:
    """Findings by gate, in the order of the gates."""

    judged: tuple[tuple[Gate, tuple[Finding, ...]], ...]
    quick: bool

    @property
    def passed(self) -> bool:
        """Whether every figure that has an expected one agrees with it."""
        return all(finding.verdict != "differs" for _, findings in self.judged for finding in findings)

    def document(self) -> dict[str, Any]:
        """As plain data; the same code gives the same document."""
        rows = [
            {"kind": gate.kind, **asdict(finding), "verdict": _words(finding)}
            for gate, findings in self.judged
            for finding in findings
        ]
        counts = {
            kind: {
                word: sum(row["kind"] == kind and row["verdict"] == word for row in rows)
                for word in ("passed", "failed", "no figure")
            }
            for kind in KINDS
        }
        facts = sorted({row["claim"] for row in rows if row["kind"] == "fact"})
        return {
            "kind": "validation",
            "version": __version__,
            "code": environment().code,
            "quick": self.quick,
            "passed": self.passed,
            "counts": counts,
            "facts": facts,
            "gates": rows,
        }

    def write(self, folder: Path) -> None:
        """``validation.json``."""
        (folder / "validation.json").write_text(json.dumps(self.document(), indent=2) + "\n", "utf-8")


def gates(quick: bool) -> list[Gate]:
    """What is judged: exact results first, then the books, then facts."""
    known = experiments()
    facts = [name for name in FACTS if name in known and (not quick or name in QUICK)]
    return [
        *(Gate("exact", name, QUICK_SEEDS if quick else EXACT_SEEDS) for name in EXACT if not (quick and name in SLOW)),
        *(Gate("identity", name, 1) for name in (QUICK_BOOKS if quick else names())),
        *(Gate("fact", name, SEEDS) for name in facts),
    ]


def validate(quick: bool, place: Place, progress: Callable[[int, int], None] | None = None) -> Validation:
    """Judges all gates; ``progress`` hears gates done and gates in all.

    Raises:
        ChannelLabError: a gate could not be judged.
    """
    wanted = gates(quick)
    found: dict[int, tuple[Finding, ...]] = {}
    turns = sorted(range(len(wanted)), key=lambda number: _turn(wanted[number], number))
    if place.workers > 1:
        warm(__name__)
    for done, (turn, outcome) in enumerate(flow(judge, [wanted[number] for number in turns], place), 1):
        if isinstance(outcome, Failed):
            raise outcome.again()
        found[turns[turn]] = tuple(outcome.value)
        if progress:
            progress(done, len(wanted))
    return Validation(tuple((gate, found[number]) for number, gate in enumerate(wanted)), quick)


def _turn(gate: Gate, number: int) -> tuple[int, int]:
    """Long ones first, so that none is alone at the end; then facts, which mostly take longer than books."""
    return (LONG.index(gate.name) if gate.name in LONG else len(LONG)), -number


def judge(gate: Gate) -> list[Finding]:
    """What a gate's markets show."""
    seeds = replication_seeds(SEED, gate.seeds)
    if gate.kind == "identity":
        return books(gate.name, seeds)
    return list((EXACT if gate.kind == "exact" else experiments())[gate.name](seeds))


def _words(finding: Finding) -> str:
    return {"agrees": "passed", "differs": "failed"}.get(finding.verdict, "no figure")
