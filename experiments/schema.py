"""The database of a study folder: which tables there are, how it is opened, and what is said when that fails."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from channellab.scenarios.errors import BadInput, ChannelLabError

VERSION = 1
DATABASE, WRITER = "study.sqlite", "writer.lock"
_TABLES = """
CREATE TABLE environments (
    number INTEGER PRIMARY KEY, code TEXT NOT NULL, packages TEXT NOT NULL, cpu TEXT NOT NULL,
    UNIQUE (code, packages, cpu));
CREATE TABLE scenarios (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, base TEXT NOT NULL, settings BLOB NOT NULL);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    scenario TEXT NOT NULL REFERENCES scenarios,
    seed INTEGER NOT NULL,
    environment INTEGER NOT NULL REFERENCES environments,
    status TEXT NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'done', 'failed')),
    metrics TEXT, money_imbalance REAL, goods_imbalance INTEGER,
    error TEXT, trace TEXT, seconds REAL);
CREATE INDEX runs_by_status ON runs (status);
CREATE TABLE plan (
    number INTEGER PRIMARY KEY,
    scenario TEXT NOT NULL, policy TEXT NOT NULL, inputs TEXT NOT NULL, replication INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES runs,
    UNIQUE (scenario, policy, inputs, replication));
CREATE TABLE series (
    run INTEGER NOT NULL REFERENCES runs, name TEXT NOT NULL, stream BLOB NOT NULL, PRIMARY KEY (run, name));
"""
"""environments, scenarios: what runs depend on. runs: one row a run; a failed one has the
scenario '' where its values make none. plan: which run answers which point of a design. series: tables of runs that are
in no shard yet."""


def open_to_write(folder: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """The database of a study, made where there is none, and a connection that keeps other writers out while open.

    Raises:
        BadInput: the folder cannot be written, holds something else, is of a newer version, or is being written.
    """
    with spoken(folder):
        _refuse_strangers(folder)
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise BadInput(str(folder), "", "cannot be used as a study: it is read-only")
        folder.mkdir(parents=True, exist_ok=True)
        writer = only_writer(folder)
        try:
            database = sqlite3.connect(folder / DATABASE, isolation_level=None)
            _check_version(database, folder)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            if not _version(database):
                database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        except BaseException:
            writer.close()
            raise
    return database, writer


def remove(folder: Path) -> None:
    """Removes a study that holds nothing, with its folder, unless something else lies there."""
    files = [*folder.iterdir()]
    if all(file.name.startswith((DATABASE, WRITER)) for file in files):
        with suppress(OSError):
            for file in files:
                file.unlink()
            folder.rmdir()


def open_to_read(folder: Path) -> sqlite3.Connection:
    """The database of a study, also while it is written, and from a folder that may not be.

    Raises:
        BadInput: it holds no study, or one of a newer version.
    """
    file = folder / DATABASE
    if not file.is_file():
        raise BadInput(str(folder), "", "holds no study; channellab batch and search write one with --out")
    with spoken(folder):
        # Without a right to write, only a study that nobody is writing can be read; it has no log beside it.
        may_write = os.access(folder, os.W_OK) or Path(f"{file}-wal").exists()
        uri = f"{file.absolute().as_uri()}?mode=ro{'' if may_write else '&immutable=1'}"
        database = sqlite3.connect(uri, uri=True, isolation_level=None)
        _check_version(database, folder)
    return database


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """Errors of the database and of files become one sentence about the folder.

    Raises:
        BadInput: the folder cannot be used. ChannelLabError: the disk is full.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _told(folder, str(error), "full" in str(error)) from error
    except OSError as error:
        raise _told(folder, error.strerror or str(error), error.errno == 28) from error


def _told(folder: Path, reason: str, full: bool) -> ChannelLabError:
    if full:
        return ChannelLabError(
            f"{folder}: the disk is full; what has finished is kept, make room and repeat the command"
        )
    return BadInput(str(folder), "", f"cannot be used as a study: {reason}")


def _refuse_strangers(folder: Path) -> None:
    if folder.is_dir() and not (folder / DATABASE).exists():
        others = sorted(path.name for path in folder.iterdir() if path.name != WRITER)
        if others:
            raise BadInput(str(folder), "", f"holds {others[0]}, which is no study; allowed is a new or empty folder")


def only_writer(folder: Path) -> sqlite3.Connection:
    """A lock on a folder that the system lets go when this process ends, however it ends.

    Raises:
        BadInput: another process has it.
    """
    lock = sqlite3.connect(folder / WRITER, timeout=0.5, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if "locked" not in str(error):
            raise
        raise BadInput(str(folder), "", "is being written by another channellab; wait for it or end it") from None
    return lock


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _check_version(database: sqlite3.Connection, folder: Path) -> None:
    if _version(database) > VERSION:
        database.close()
        problem = f"was written by a newer channellab (version {VERSION} of a study is known); install that one"
        raise BadInput(str(folder), "", problem)
