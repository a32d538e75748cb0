"""What a scenario is, whoever wrote it and wherever it lies: plain data and its hash."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from channellab.scenarios.errors import BadInput
from channellab.scenarios.fitted import table_files
from channellab.scenarios.keys import plain
from channellab.scenarios.settings import Scenario

TABLES = ("regions", "edges", "districts")
"""Keys under ``network`` that hold the name of a built-in table or the path of a CSV file."""
_DATA = Path(__file__).parent / "data"


@cache
def built_in() -> frozenset[str]:
    """Names of the region tables that ship with the lab."""
    suffix = "_regions.csv"
    return frozenset(path.name.removesuffix(suffix) for path in _DATA.glob(f"*{suffix}"))


def resolve(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data for JSON, with every default filled in."""
    data: dict[str, Any] = plain(scenario)
    return data


def scenario_hash(scenario: Scenario, base: Path) -> str:
    """SHA-256 in hexadecimal, the same on every machine: CSV files and fitted tables count by their content.

    Args:
        scenario: any scenario.
        base: folder that relative paths belong to.

    Raises:
        BadInput: if a file cannot be read.
    """
    data = resolve(scenario)
    for key in TABLES:
        name = data["network"][key]
        if name is not None and name not in built_in():
            data["network"][key] = f"sha256:{_content_hash(base / name, f'network.{key}')}"
    demand = data["consumers"]["demand"]
    if demand["tables"] is not None:
        hashes = [_content_hash(path, "consumers.demand.tables") for path in table_files(base / demand["tables"])]
        demand["tables"] = f"sha256:{hashlib.sha256(''.join(hashes).encode()).hexdigest()}"
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _content_hash(path: Path, key: str) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(str(path), key, f"cannot be read: {reason}") from None
