"""A batch: the runs of a design, played wherever there is room, kept in a study folder, and never played twice."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from channellab.experiments import frames
from channellab.experiments.display import Shown
from channellab.experiments.executors import Crew, Place
from channellab.experiments.flow import Failed, flow
from channellab.experiments.store import REFUSED, SHARD, Point, Store, play_kept

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Batch(Shown):
    """A study folder after a batch.

    Attributes:
        folder: of the study. runs: that the design wants. played: now. known: of before.
        refused: of points whose values make no scenario. failed: of all, these among them. elapsed: seconds it took.
    """

    folder: Path
    runs: int
    played: int
    known: int
    refused: int
    failed: int
    elapsed: float

    @property
    def heading(self) -> str:
        """What has been done, in words."""
        return self.sentence()

    @property
    def frame(self) -> pd.DataFrame:
        """One row a run: names, inputs, replication, seed, status, metrics."""
        return frames.runs(self.folder)

    def table(self, name: str) -> pd.DataFrame:
        """A table of all runs, such as ``weekly``."""
        return frames.table(self.folder, name)

    def sentence(self) -> str:
        """What has been done, in words."""
        told = f"{self.runs} runs: {self.played} played in {self.elapsed:.1f} s, {self.known} known from before"
        told += f", {self.refused} whose values make no scenario" if self.refused else ""
        return f"{told}; {self.folder} holds them"

    def document(self) -> dict[str, Any]:
        """What has been done, as plain data; everything but ``elapsed_s`` repeats exactly."""
        counts = {name: getattr(self, name) for name in ("runs", "played", "known", "refused", "failed")}
        return {"study": str(self.folder), **counts, "elapsed_s": round(self.elapsed, 3)}


def play_points(
    points: Iterable[Point],
    folder: Path,
    place: Place,
    *,
    retry: bool = False,
    progress: Progress | None = None,
) -> Batch:
    """Plays the runs that are not in the study yet; however it is stopped, the same call goes on from there.

    Args:
        folder: of the study, made where there is none.
        retry: also runs that failed before, but for those whose values make no scenario.
        progress: hears runs done and runs in all.

    Raises:
        BadInput: the folder cannot be used, or the design cannot be played; then a new folder is not left behind.
        ChannelLabError: the disk is full, or the cluster is gone.
    """
    start = time.perf_counter()
    with Store(folder) as store:
        states = store.states(store.plan(points))
        todo = [number for number, state in states.items() if state == "planned" or (retry and state == "failed")]
        refused = sum(state == REFUSED for state in states.values())
        failed = refused + sum(state == "failed" and not retry for state in states.values())
        failed += play_numbers(
            store, todo, place, lambda done: progress and progress(len(states) - len(todo) + done, len(states))
        )
    known = len(states) - len(todo) - refused
    return Batch(folder, len(states), len(todo), known, refused, failed, time.perf_counter() - start)


def play_numbers(
    store: Store, numbers: Sequence[int], place: Place | Crew, heard: Callable[[int], Any] | None = None
) -> int:
    """Plays planned runs and writes each down as it ends; how many failed."""
    failed = 0
    try:
        with closing(flow(play_kept, store.tasks(numbers), place)) as outcomes:
            for done, (index, outcome) in enumerate(outcomes, 1):
                with store.change():
                    store.write(numbers[index], outcome)
                failed += isinstance(outcome, Failed)
                if done % SHARD == 0:
                    store.shelve()
                if heard:
                    heard(done)
    finally:
        store.shelve()
    return failed
