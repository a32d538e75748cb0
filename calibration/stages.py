"""Stages of a calibration, each written when it is finished, so that the same command goes on after a kill.

A stage is a file in the folder: it is written beside and put in place whole, and whoever finds it does not compute it
again. The folder belongs to one calibration: code, packages, settings and data.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.history_file import Calibration
from channellab.experiments.identity import digest, environment
from channellab.scenarios.errors import BadInput

IDENTITY = "calibration.json"


class Stages:
    """The folder of a calibration.

    Args:
        folder: made where there is none.

    Raises:
        BadInput: the folder cannot be written, or holds another calibration or something else.
    """

    def __init__(self, folder: Path, calibration: Calibration) -> None:
        self.folder = folder
        here = {"calibration": identity(calibration), "about": calibration.file.about}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known = (folder / IDENTITY).exists()
            if not known and any(folder.iterdir()):
                raise _bad(folder, "holds files that are no calibration's, allowed is a new or empty folder")
            if known and json.loads((folder / IDENTITY).read_text("utf-8")) != here:
                raise _bad(folder, "holds a calibration of other data, settings or code, allowed is a new folder")
            if not known:
                self.text(IDENTITY, json.dumps(here, ensure_ascii=False, indent=1))
        except (OSError, ValueError) as error:
            raise _bad(folder, f"cannot be used: {getattr(error, 'strerror', None) or error}") from None

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
    history = calibration.file.history
    levels = [level.series for level in calibration.file.levels.values()]
    names = {history.file, history.outlets, history.products, *levels} - {None}
    here = environment()
    with as_file(files("channellab") / "calibration") as root:
        code = {path.name: _digest(path) for path in sorted(root.glob("*.py"))}
    data = {name: _digest(calibration.path(str(name))) for name in sorted(map(str, names))}
    settings = calibration.file.model_dump(mode="json", exclude={"about"})
    settings["history"]["folder"] = ""
    return digest([here.code, here.packages, here.cpu, code, settings, data])


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # whoever reads it says what is wrong


def _bad(folder: Path, problem: str) -> BadInput:
    return BadInput(f"--out {folder}", "", problem)
