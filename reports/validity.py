"""How far the model that was used has been held against the world: what stands beside a result, if anything does."""

import json
from pathlib import Path
from typing import Any

from channellab.reports.language import words

FILE = "validation.json"


def validity(folder: Path, lang: str) -> str:
    """The gates' result beside a result or one folder up, in a sentence; or that there is none.

    The file is that of ``channellab validate --out``; gates without a published figure are not counted.
    """
    say = words(lang)
    for place in (folder / FILE, folder.parent / FILE):
        gates = _gates(place)
        if gates:
            failed = [str(gate.get("claim", "")) for gate in gates if gate["verdict"] == "failed"]
            told = say("report.validity_failed", names=say.several(list(dict.fromkeys(failed)))) if failed else ""
            return say("report.validity_gates", passed=len(gates) - len(failed), count=len(gates), failed=told)
    return say("report.validity_none")


def _gates(file: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["gates"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if not isinstance(found, list):
        return []
    return [gate for gate in found if isinstance(gate, dict) and gate.get("verdict") in ("passed", "failed")]
