"""Runs that outlive the server: one file a run, named by the hash of all that decides it, in a folder that was named.

A file is a ZIP with the run's figures and told weeks as JSON and its tables as Arrow streams; nothing in it is code.
"""

import json
import zipfile
from contextlib import suppress
from dataclasses import asdict, fields
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import pandas as pd
import pyarrow as pa

from channellab.experiments.play import Run
from channellab.experiments.series import decoded
from channellab.reports.workshop.worker import Weeks
from channellab.scenarios.errors import BadInput

MOST = 2000
"""Runs in the folder; the oldest beyond are deleted when the server starts."""
TABLES = tuple(field.name for field in fields(Run) if field.type is pd.DataFrame)
PLAIN = tuple(field.name for field in fields(Run) if field.name not in TABLES)
Told = tuple[Run, list[Weeks]]


class Keeper:
    """A folder of runs; without one nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        """Makes the folder and clears away what is old.

        Raises:
            BadInput: there can be no such folder.
        """
        self.folder = folder
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                for old in sorted(folder.glob("*.run"), key=lambda file: -file.stat().st_mtime)[MOST:]:
                    old.unlink(missing_ok=True)
            except OSError as error:
                raise BadInput(f"--keep {folder}", "", f"cannot be used: {error.strerror or error}") from None

    def find(self, key: str) -> Told | None:
        """A run that was kept, and what it told on its way; a file that is not whole counts as none."""
        return None if self.folder is None else found(self.folder / f"{key}.run")

    def keep(self, key: str, run: Run, told: list[Weeks]) -> None:
        """Writes a run down, whole or not at all; where that cannot be, the room goes on without."""
        if self.folder is None:
            return
        with suppress(OSError), NamedTemporaryFile(prefix=".", dir=self.folder, delete=False) as aside:
            write(aside, run, told)
            aside.close()
            Path(aside.name).replace(self.folder / f"{key}.run")


def found(path: Path) -> Told | None:
    """A run that was written down, and what it told on its way; a file that is not whole counts as none."""
    try:
        with zipfile.ZipFile(path) as file:
            said = json.loads(file.read("run.json"))
            tables = {name: decoded(file.read(name)).to_pandas() for name in TABLES}
        weeks = [Weeks(**{**each, "weeks": tuple(each["weeks"])}) for each in said["told"]]
        return Run(**{name: said[name] for name in PLAIN}, **tables), weeks
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None


def write(to: IO[bytes], run: Run, told: list[Weeks], level: int = 1) -> None:
    """Writes a run down; ``level`` (1 to 9) is the effort to make it small."""
    said = {name: getattr(run, name) for name in PLAIN} | {"told": [asdict(each) for each in told]}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as file:
        file.writestr("run.json", json.dumps(said))
        for name in TABLES:
            file.writestr(name, _stream(getattr(run, name)))


def _stream(frame: pd.DataFrame) -> bytes:
    table, sink = pa.Table.from_pandas(frame, preserve_index=False), BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()
