"""A report says how the gates went that stand beside its result."""

import json
from pathlib import Path

from channellab.reports.validity import FILE, validity


def _gates(*verdicts: tuple[str, str]) -> str:
    return json.dumps({"gates": [{"claim": claim, "verdict": verdict} for claim, verdict in verdicts]})


def test_failed_gates_are_named_once_and_those_without_a_figure_not_counted(tmp_path: Path) -> None:
    gates = _gates(("DM1", "passed"), ("OOS1", "failed"), ("OOS1", "failed"), ("KOL2", "no figure"))
    (tmp_path / FILE).write_text(gates, "utf-8")
    result = tmp_path / "result"
    result.mkdir()
    told = validity(result, "en")
    assert "1 of 3 passed" in told
    assert told.count("OOS1") == 1
    assert "KOL2" not in told


def test_without_gates_or_with_a_broken_file_it_says_that_there_are_none(tmp_path: Path) -> None:
    nothing = validity(tmp_path, "zh")
    (tmp_path / FILE).write_text("{", "utf-8")
    assert validity(tmp_path, "zh") == nothing
