"""Stages of a calibration, each written when it is finished, so that the same command goes on after a kill.

A stage is a file in the folder: it is written beside and put in place whole, and whoever finds it does not compute it
again. The folder belongs to one calibration: code, packages, settings and data.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.history_file import Calibration
from channellab.experiments.identity import digest, environment
from channellab.experiments.schema import WRITER, only_writer
from channellab.scenarios.errors import BadInput

IDENTITY = "calibration.json"
LIBRARIES = ("channellab", "numba", "numpy", "optuna", "pandas", "scipy")


class Stages:
    """The folder of a calibration, which nobody else writes to until the block ends.

    Args:
        folder: made where there is none.

    Raises:
        BadInput: the folder cannot be written, is being written, or holds another calibration or something else.
    """

    def __init__(self, folder: Path, calibration: Calibration) -> None:
        self.folder = folder
        here = {"calibration": identity(calibration), "about": calibration.file.about}
        told = {**here, **again(calibration)}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known = (folder / IDENTITY).exists()
            if not known and any(path.name != WRITER for path in folder.iterdir()):
                raise _bad(folder, "holds files that are no calibration's, allowed is a new or empty folder")
            if known and not _same(json.loads((folder / IDENTITY).read_text("utf-8")), here):
                raise _bad(folder, "holds a calibration of other data, settings or code, allowed is a new folder")
            self._writer = only_writer(folder)
            if not known:
                self.text(IDENTITY, json.dumps(told, ensure_ascii=False, indent=1))
        except (OSError, ValueError, sqlite3.Error) as error:
            raise _bad(folder, f"cannot be used: {getattr(error, 'strerror', None) or error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def text(self, name: str, text: str) -> None:
        """Writes a file whole or not at all."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(text if text.endswith("\n") else text + "\n", "utf-8")
        part.replace(path)

    def json(self, name: str, make: Callable[[], Any]) -> Any:
        """Plain data of a stage: read where it is written already, else made and written."""
        path = self.folder / name
        if not path.exists():
            self.text(name, json.dumps(make(), ensure_ascii=False, indent=1, allow_nan=False))
        return json.loads(path.read_text("utf-8"))

    def table(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A table of a stage, CSV."""
        path = self.folder / name
        if not path.exists():
            self.text(name, make().to_csv(index=False))
        return pd.read_csv(path)

    def arrays(self, name: str, make: Callable[[], Sequence[NDArray[np.float64]]]) -> list[NDArray[np.float64]]:
        """Vectors of a stage, as one file each."""
        first = self.folder / f"{name}_0.npy"
        if not first.exists():
            made = list(make())
            for number in reversed(range(len(made))):  # the first one comes last: it says that all are there
                path = self.folder / f"{name}_{number}.npy"
                path.parent.mkdir(parents=True, exist_ok=True)
                part = path.with_name(path.name + ".part")
                with part.open("wb") as file:
                    np.save(file, made[number], allow_pickle=False)
                part.replace(path)
        count = len(list(first.parent.glob(f"{first.name.removesuffix('0.npy')}*.npy")))
        return [np.load(self.folder / f"{name}_{number}.npy", allow_pickle=False) for number in range(count)]

    def lines(self, name: str) -> list[Any]:
        """Plain data of a stage that grows line by line; a line that a kill cut off is dropped."""
        path, found = self.folder / name, []
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                try:
                    found.append(json.loads(line))
                except ValueError:
                    break
            self.text(name, "".join(json.dumps(each) + "\n" for each in found) or "\n")
        return found

    def add_line(self, name: str, data: Any) -> None:
        """Adds a line."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(data) + "\n")
            file.flush()
            os.fsync(file.fileno())


def identity(calibration: Calibration) -> str:
    """Of all that decides the result."""
    here = environment()
    with as_file(files("channellab") / "calibration") as root:
        code = {path.name: file_digest(path) for path in sorted(root.glob("*.py"))}
    return digest([here.code, here.packages, here.cpu, code, _settings(calibration), data_of(calibration)])


def again(calibration: Calibration) -> dict[str, Any]:
    """What it takes to calibrate again: the file, with defaults, and where the data were and what they are.

    ``folder`` is written as the user wrote it, if that is relative: paths of a machine are nobody else's.
    """
    folder = calibration.path("")
    if folder.is_absolute() and folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    return {
        "file": _settings(calibration),
        "folder": "" if folder.is_absolute() else folder.as_posix(),
        "data": data_of(calibration),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def data_of(calibration: Calibration) -> dict[str, str]:
    """SHA-256 of every data file, by the name that it has in the calibration file; empty of one that is not there."""
    history = calibration.file.history
    levels = [level.series for level in calibration.file.levels.values()]
    names = {history.file, history.outlets, history.products, *levels} - {None}
    return {name: file_digest(calibration.path(name)) for name in sorted(map(str, names))}


def _settings(calibration: Calibration) -> dict[str, Any]:
    settings = calibration.file.model_dump(mode="json", exclude={"about"})
    settings["history"]["folder"] = ""
    return settings


def _same(found: Any, here: dict[str, Any]) -> bool:
    return isinstance(found, dict) and all(found.get(key) == value for key, value in here.items())


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # whoever reads it says what is wrong


def _bad(folder: Path, problem: str) -> BadInput:
    return BadInput(f"--out {folder}", "", problem)
