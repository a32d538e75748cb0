"""A calibration again: what its page carries, and the same calibration from that and the data of a history.

Sales histories are somebody's, so a page holds hashes of them and not the data.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.calibration.calibrate import calibrate
from channellab.calibration.diffusion import DiffusionSettings, DiffusionStudy, fit_diffusion
from channellab.calibration.history_file import Calibration, CalibrationFile
from channellab.calibration.stages import IDENTITY, data_of, file_digest
from channellab.experiments.replicate import Progress
from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import frozen

TABLES = ("holdout.csv", "estimates.csv", "elasticities.csv")
"""Tables whose numbers are compared, one by one."""
WHOLE = ("forecasts.csv", "fitted_weeks.csv")
"""Tables that are compared by their hash: they can be long."""


def carried_by(folder: Path) -> dict[str, Any]:
    """What the page of a calibration carries; empty where the calibration is an older one that does not tell."""
    try:
        told = json.loads((folder / IDENTITY).read_text("utf-8"))
        made = {key: told[key] for key in ("file", "folder", "data", "versions")}
        made["file"] = {**made["file"], "history": _named(made["file"]["history"])}
        made["data"] = {_name(name): digest for name, digest in made["data"].items()}
        return {"kind": "calibration", "scenarios": {}, **made, "result": _result(folder)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def refitted(data: Mapping[str, Any], workers: int, progress: Progress | None, places: Sequence[Path]) -> Any:
    """The result of calibrating again, as `carried_by` has it.

    Args:
        places: folders in which the data may be, the first that has them counts.

    Raises:
        BadInput: they are nowhere, or not the same.
    """
    calibration = _calibration(data, _found(data, places))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "again"
        calibrate(calibration, folder, workers, lambda _, done, every: progress(done, every) if progress else None)
        return _result(folder)


def curve_again(data: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a diffusion, fitted again to the years in it."""
    told = data["result"]
    settings = {"file": "the report", **{key: told[key] for key in ("series", "consumers", "replications")}}
    years = tuple(int(each["year"]) for each in told["curve"])
    adoptions = np.array([each["adoptions"] for each in told["curve"]], np.float64)
    return fit_diffusion(DiffusionStudy(DiffusionSettings.model_validate(settings), years, adoptions)).document()


def _calibration(data: Mapping[str, Any], folder: Path) -> Calibration:
    file = CalibrationFile.model_validate(frozen(data["file"]))
    calibration = Calibration("the report's calibration", folder, file)
    here = data_of(calibration)
    for name, before in data["data"].items():
        if here.get(name) != before:
            problem = f"is not the file that the report was made from (SHA-256 {str(here.get(name))[:12]} here"
            raise BadInput(str(folder / name), "", f"{problem}, {before[:12]} there); allowed is that file")
    return calibration


def _found(data: Mapping[str, Any], places: Sequence[Path]) -> Path:
    names = sorted(data["data"])
    for place in (*places, *([Path(data["folder"])] if data["folder"] else [])):
        if all((place / name).is_file() for name in names):
            return place
    told = ", ".join(names)
    raise BadInput("the report", "", f"is of a calibration, which needs its data: --data FOLDER says where {told} is")


def _result(folder: Path) -> dict[str, Any]:
    result = json.loads((folder / "result.json").read_text("utf-8"))
    result.pop("calibration", None)
    tables = {name: _rows(folder / name) for name in TABLES}
    return {**result, "tables": tables, "files": {name: file_digest(folder / name) for name in WHOLE}}


def _rows(file: Path) -> list[dict[str, Any]]:
    table = pd.read_csv(file)
    return [
        {str(key): None if pd.isna(value) else value for key, value in row.items()} for row in table.to_dict("records")
    ]


def _named(history: Mapping[str, Any]) -> dict[str, Any]:
    """Files by names that lead nowhere on this machine."""
    return {**history, **{key: _name(history[key]) for key in ("file", "outlets", "products") if history[key]}}


def _name(name: str) -> str:
    return Path(name).name if Path(name).is_absolute() else name
