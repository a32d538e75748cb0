"""The gates: what they cover, how they are judged, and that a failing one is told and ends with 1."""

import json

import numpy as np
import pytest

from channellab.calibration.evidence.finding import SEEDS, Finding
from channellab.calibration.evidence.run import experiments
from channellab.calibration.validation import exact, run
from channellab.calibration.validation.books import books
from channellab.calibration.validation.facts import FACTS, QUICK
from channellab.calibration.validation.run import Gate, judge
from channellab.cli import main
from channellab.scenarios.ready import names


def test_gates_cover_exact_results_the_books_of_the_library_and_facts() -> None:
    every = run.gates(quick=False)
    assert {gate.name for gate in every if gate.kind == "identity"} == set(names())
    facts = [gate for gate in every if gate.kind == "fact"]
    assert len(facts) >= 25
    assert {gate.seeds for gate in facts} == {SEEDS}
    assert set(FACTS) <= set(experiments()), "facts without an experiment"
    assert set(QUICK) <= set(FACTS)
    assert set(run.SLOW) < set(exact.EXACT)
    assert {gate.name for gate in run.gates(quick=True)} < {gate.name for gate in every}


def test_an_exact_gate_passes_within_the_interval_and_fails_outside() -> None:
    values = np.random.default_rng(1).normal(5.0, 0.1, 20)
    assert exact.exact("X", "", values, 5.0, "", "").verdict == "agrees"
    assert exact.exact("X", "", values, 5.5, "", "").verdict == "differs"
    certain = np.full(3, 60.0)
    assert exact.exact("X", "", certain, 60.0, "", "").verdict == "agrees"
    assert exact.exact("X", "", certain, 60.001, "", "").verdict == "differs"


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["DM1", "LOG1"])
def test_exact_gates_pass(claim: str) -> None:
    found = judge(Gate("exact", claim, 3))
    assert {finding.verdict for finding in found} == {"agrees"}


def test_books_balance() -> None:
    assert {finding.verdict for finding in books("weekly-base-stock", [1])} == {"agrees"}


def _finding(value: float) -> Finding:
    return Finding("OOS1", "A share.", "1", value, value - 0.01, value + 0.01, 20, "8 %", 0.08, 0.08, "", "base")


@pytest.mark.parametrize(("value", "code", "word"), [(0.08, 0, "passed"), (0.3, 1, "failed")])
def test_a_failing_gate_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: float, code: int, word: str
) -> None:
    monkeypatch.setattr(run, "gates", lambda quick: [Gate("fact", "OOS1", 20)])
    monkeypatch.setattr(run, "experiments", lambda: {"OOS1": lambda seeds: [_finding(value)]})
    assert main(["validate", "--workers", "1", "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert [row["verdict"] for row in told["gates"]] == [word]
    assert told["passed"] == (code == 0)
    assert told["counts"]["fact"][word] == 1
