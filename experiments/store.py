"""The store of a study: a folder with a database that is the ledger of runs, and Parquet shards of their tables.

Only the parent writes. A run is written down the moment it ends, so that nothing that has finished is ever lost; its
tables lie in the database until all runs of their shard have ended and go into Parquet together. Every step can be
repeated: after a `kill -9` at any moment the next opening finds each run once, and goes on.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from channellab.experiments import schema, series
from channellab.experiments.flow import Failed, Outcome
from channellab.experiments.identity import Environment, digest, environment
from channellab.experiments.play import Run, play
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import Loaded
from channellab.scenarios.identity import resolve, scenario_hash
from channellab.scenarios.keys import frozen
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.scenario import AboutSettings, TitleSettings

SHARD = 100
"""Runs in a shard; one file a run was 16 times slower to write and 50 times slower to query."""
SERIES = "series"
REFUSED = "refused"
"""State of a run that failed because its values make no scenario, so that there is nothing to play again."""


@dataclass(frozen=True)
class Point:
    """One run that a design wants.

    Attributes:
        scenario, policy: names for people. inputs: by key, the values that vary. replication: from 1. seed: of the run.
        loaded: the scenario with all of that in it, or why there is none.
    """

    scenario: str
    policy: str
    inputs: dict[str, Any]
    replication: int
    seed: int
    loaded: Loaded | BadInput


@dataclass(frozen=True)
class Kept:
    """What a worker sends back of a run: its figures, its tables as Arrow streams, and where it was played."""

    metrics: dict[str, float]
    money_imbalance: float
    goods_imbalance: int
    tables: dict[str, bytes]
    environment: Environment


@dataclass(frozen=True)
class Task:
    """What a worker needs to play a run: scenario, seed, and the environment that it is planned for."""

    loaded: Loaded
    seed: int
    environment: Environment


def play_kept(task: Task) -> Kept:
    """Plays a run and keeps what is stored of it.

    Raises:
        ChannelLabError: this worker has other code or packages than the parent, so that the run would be another one.
    """
    here = environment()
    if (here.code, here.packages) != (task.environment.code, task.environment.packages):
        raise ChannelLabError("the worker has other code or packages than the parent, allowed are the same")
    return kept(play(task.loaded, task.seed), here)


def kept(run: Run, here: Environment) -> Kept:
    """What is stored of a run."""
    return Kept(run.metrics, run.money_imbalance, run.goods_imbalance, series.encoded(run), here)


class Store:
    """A study folder, open to be written."""

    def __init__(self, folder: Path) -> None:
        """Opens it, or makes it.

        Raises:
            BadInput: the folder cannot be used.
        """
        self.folder, self._is_new = folder, not folder.exists()
        self.database, self._writer = schema.open_to_write(folder)
        self.here = environment()
        self._environments: dict[Environment, int] = {}
        self._hashed: tuple[Loaded, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Closes it; where what was given is wrong, a folder that was made for it is not left behind."""
        is_wrong = kind is not None and issubclass(kind, BadInput)
        unused = self._is_new and is_wrong and not self.database.execute("SELECT 1 FROM runs LIMIT 1").fetchone()
        self.database.close()
        if unused:
            schema.remove(self.folder)
        self._writer.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """All of a block's writing, or none."""
        with schema.spoken(self.folder):
            self.database.execute("BEGIN IMMEDIATE")
            try:
                yield self.database
            except BaseException:
                self.database.rollback()
                raise
            self.database.execute("COMMIT")

    def plan(self, points: Iterable[Point]) -> list[int]:
        """Writes down which runs are wanted; their numbers, one a point. Runs that are known keep their number."""
        with self.change() as database:
            numbers = [self._plan(point) for point in points]
            database.execute("DELETE FROM runs WHERE status = 'planned' AND number NOT IN (SELECT run FROM plan)")
        return numbers

    def states(self, numbers: Iterable[int]) -> dict[int, str]:
        """By number, in order, the state of runs: planned, done, failed, or `REFUSED`."""
        query = "SELECT number, CASE WHEN status = 'failed' AND scenario = '' THEN ? ELSE status END FROM runs"
        known = dict(self.database.execute(query, (REFUSED,)).fetchall())
        return {number: known[number] for number in sorted(set(numbers))}

    def figures(self, number: int) -> tuple[dict[str, float] | None, str | None]:
        """Metrics of a run that is done, or the error of one that failed."""
        query = "SELECT metrics, error FROM runs WHERE number = ?"
        metrics, error = self.database.execute(query, (number,)).fetchone()
        return (json.loads(metrics) if metrics else None), error

    def tasks(self, numbers: Iterable[int]) -> Iterator[Task]:
        """What a worker needs to play runs, read as it is wanted."""
        query = "SELECT scenario, seed FROM runs WHERE number = ?"
        last: tuple[str, Loaded] | None = None
        for number in numbers:
            which, seed = self.database.execute(query, (number,)).fetchone()
            if last is None or last[0] != which:
                last = which, self.scenario(which)
            yield Task(last[1], seed, self.here)

    def scenario(self, identity: str) -> Loaded:
        """A scenario by its hash, as it was played."""
        row = self.database.execute("SELECT name, base, settings FROM scenarios WHERE hash = ?", (identity,)).fetchone()
        return unpacked(*row)

    def write(self, number: int, outcome: "Outcome[Kept]") -> None:
        """Writes down how a run has ended, within a `change`."""
        if isinstance(outcome, Failed):
            told = {"status": "failed", "error": outcome.error, "trace": outcome.trace, "seconds": outcome.seconds}
        else:
            kept = outcome.value
            told = {
                "status": "done",
                "error": None,
                "trace": None,
                "seconds": outcome.seconds,
                "metrics": json.dumps(kept.metrics),
                "money_imbalance": kept.money_imbalance,
                "goods_imbalance": kept.goods_imbalance,
                "environment": self._environment(kept.environment),
            }
            self.database.executemany(
                "INSERT OR REPLACE INTO series VALUES (?, ?, ?)",
                [(number, name, stream) for name, stream in kept.tables.items()],
            )
        columns = ", ".join(f"{name} = :{name}" for name in told)
        self.database.execute(f"UPDATE runs SET {columns} WHERE number = :number", {**told, "number": number})

    def shelve(self) -> None:
        """Moves tables into their shards, of all shards whose runs have ended."""
        waiting = self.database.execute(
            "SELECT shard FROM (SELECT DISTINCT run / :size AS shard FROM series) WHERE NOT EXISTS (SELECT 1 FROM runs"
            " WHERE number >= shard * :size AND number < (shard + 1) * :size AND status = 'planned') ORDER BY shard",
            {"size": SHARD},
        )
        for (shard,) in waiting.fetchall():
            self._shelve(shard)

    def _shelve(self, shard: int) -> None:
        ends = (shard * SHARD, (shard + 1) * SHARD)
        with schema.spoken(self.folder):
            for name in series.TABLES:
                rows = self.database.execute(
                    "SELECT run, stream FROM series WHERE run >= ? AND run < ? AND name = ? ORDER BY run", (*ends, name)
                )
                series.write_shard(shard_file(self.folder, name, shard), dict(rows.fetchall()))
        with self.change() as database:
            database.execute("DELETE FROM series WHERE run >= ? AND run < ?", ends)

    def _plan(self, point: Point) -> int:
        names = (point.scenario, point.policy, json.dumps(point.inputs, sort_keys=True), point.replication)
        if isinstance(point.loaded, BadInput):
            number = self._refused(point.loaded, names, point.seed)
        else:
            number = self._wanted(point.loaded, point.seed)
        self.database.execute(
            "INSERT INTO plan (scenario, policy, inputs, replication, run) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (scenario, policy, inputs, replication) DO UPDATE SET run = excluded.run",
            (*names, number),
        )
        return number

    def _wanted(self, loaded: Loaded, seed: int) -> int:
        """The number of a run, which is planned if it is new."""
        identity = self._hash(loaded)
        run = self.here.run_id(identity, seed)
        known = self._number(run)
        if known is not None:
            return known
        self.database.execute(
            "INSERT OR IGNORE INTO scenarios VALUES (?, ?, ?, ?)",
            (identity, loaded.name, str(loaded.base), packed(loaded.scenario)),
        )
        return self._new(run, identity, seed)

    def _refused(self, problem: BadInput, names: tuple[Any, ...], seed: int) -> int:
        """The number of a run that has failed before it could be played; it has no scenario and took no time."""
        run = self.here.run_id(digest([str(problem), *names]), seed)
        known = self._number(run)
        if known is not None:
            return known
        number = self._new(run, "", seed)
        told = ("failed", f"{REFUSED}: {problem}", number)
        self.database.execute("UPDATE runs SET status = ?, error = ? WHERE number = ?", told)
        return number

    def _new(self, run: str, scenario: str, seed: int) -> int:
        here = self._environment(self.here)
        done = self.database.execute(
            "INSERT INTO runs (id, scenario, seed, environment, number)"
            " VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(number) + 1, 0) FROM runs))",
            (run, scenario, seed, here),
        )
        return int(done.lastrowid or 0)  # the number, which is the table's key

    def _hash(self, loaded: Loaded) -> str:
        """Neighbouring points often share their scenario."""
        if self._hashed is None or self._hashed[0] is not loaded:
            self._hashed = loaded, scenario_hash(neutral(loaded.scenario), loaded.base)
        return self._hashed[1]

    def _number(self, run: str) -> int | None:
        row = self.database.execute("SELECT number FROM runs WHERE id = ?", (run,)).fetchone()
        return None if row is None else int(row[0])

    def _environment(self, place: Environment) -> int:
        if place not in self._environments:
            values = (place.code, place.packages, place.cpu)
            self.database.execute("INSERT OR IGNORE INTO environments (code, packages, cpu) VALUES (?, ?, ?)", values)
            (number,) = self.database.execute(
                "SELECT number FROM environments WHERE code = ? AND packages = ? AND cpu = ?", values
            ).fetchone()
            self._environments[place] = number
        return self._environments[place]


def neutral(scenario: Scenario) -> Scenario:
    """Without what decides nothing: words for people, and the seed, which a run has for itself."""
    run = scenario.run.model_copy(update={"seed": 0})
    return scenario.model_copy(update={"title": TitleSettings(en="", zh=""), "about": AboutSettings(), "run": run})


def packed(scenario: Scenario) -> bytes:
    """A resolved scenario, small."""
    return zlib.compress(json.dumps(resolve(scenario), sort_keys=True).encode())


def unpacked(name: str, base: str, settings: bytes) -> Loaded:
    """A scenario that was packed."""
    return Loaded(Scenario.model_validate(frozen(json.loads(zlib.decompress(settings)))), Path(base), name)


def shard_file(folder: Path, name: str, shard: int) -> Path:
    """The file of a table's shard."""
    return folder / SERIES / f"{name}-{shard:05}.parquet"
