"""What a page carries so that its numbers can be made again from it alone: scenarios, seeds, and what came out.

It is JSON in an element that no browser shows. A hash over it tells whether somebody has changed it.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from channellab.reports.folder import RESULT, Folder
from channellab.scenarios.files import Loaded
from channellab.scenarios.fitted import table_files
from channellab.scenarios.identity import TABLES, built_in, resolve

FORMAT = 1
ELEMENT = "channellab-inputs"
"""Id of the element."""
LARGEST = 500_000
"""Bytes of a fitted market's tables that a page carries for each of its scenarios."""


def of_result(folder: Folder) -> dict[str, Any]:
    """Inputs and result of a run or a comparison; empty where the folder lacks a scenario's file."""
    if folder.scenarios.keys() != {*folder.document.scenarios}:
        return {}
    result = json.loads((folder.path / RESULT).read_text(encoding="utf-8"))
    result.pop("elapsed_s", None)
    return {
        "kind": "run" if folder.document.baseline is None else "compare",
        "scenarios": {name: packed(folder.scenarios[name]) for name in folder.document.scenarios},
        "draws": _draws(folder.path),
        "result": result,
    }


def packed(loaded: Loaded) -> dict[str, Any]:
    """A scenario with every default, and the tables of its own regions; plain data."""
    network, tables = loaded.scenario.network, {}
    for key in TABLES:
        name = getattr(network, key)
        if name is not None and name not in built_in() and (loaded.base / name).is_file():
            tables[key] = (
                (loaded.base / name).read_bytes().decode("utf-8")
            )  # ends of lines as they are: they are hashed
    return {"settings": resolve(loaded.scenario), "tables": tables, **_fitted(loaded)}


def _fitted(loaded: Loaded) -> dict[str, dict[str, str]]:
    """The tables of a fitted market in base 64, by file name; nothing of a market without, or with too large ones."""
    name = loaded.scenario.consumers.demand.tables
    kept = [file for file in table_files(loaded.base / name) if file.is_file()] if name is not None else []
    if not kept or sum(file.stat().st_size for file in kept) > LARGEST:
        return {}
    return {"fitted": {file.name: b64encode(file.read_bytes()).decode("ascii") for file in kept}}


def embedded(data: Mapping[str, Any]) -> Markup:
    """As text of the element, with format and hash; nothing in it can end the element."""
    if not data:
        return Markup("")
    whole = {"format": FORMAT, **data}
    text = json.dumps({"sha256": digest(whole), **whole}, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal of plain data, whatever the order of its keys."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _draws(folder: Path) -> list[dict[str, Any]]:
    """By replication, the uncertain values that it was played with."""
    import pandas as pd

    file = folder / "uncertainty.csv"
    if not file.is_file():
        return []
    rows = pd.read_csv(file, dtype=str, keep_default_na=False).drop(columns="replication").to_dict("records")
    return [{str(key): _value(value) for key, value in row.items()} for row in rows]


def _value(text: str) -> int | float | bool | str:
    """A cell as what it was when it was written: Python reads floats back to the last bit.

    >>> [_value(cell) for cell in ("3", "0.1", "True", "list")]
    [3, 0.1, True, 'list']
    """
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"True": True, "False": False}.get(text, text)
