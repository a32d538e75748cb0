"""Ranking and selection: which of a few scenarios is best in one metric, with a stated probability of being right.

The procedure is KN (Kim and Nelson, 2001, "A fully sequential procedure for indifference-zone selection in simulation",
ACM TOMACS 11). It plays all candidates on the same seeds, drops one as soon as another is clearly ahead of it, and ends
with one left. If the best is ahead of the rest by at least the indifference zone, it is chosen with at least the stated
probability; if others are within the zone, one of them may be chosen, which then makes little difference.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.experiments import described
from channellab.experiments.display import Shown
from channellab.experiments.executors import Place, opened
from channellab.experiments.replicate import Progress, changed, ends, figures, replication_seeds, summarise, weeks_of
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import CATALOGUE

CANDIDATES = 20
START = 10
"""Replications of all candidates before any may be dropped; their variances are estimated from these."""
ROUND = 4
"""Replications that are played at once after that; fewer may be used."""
Sample = Callable[[Sequence[int], int, int], Floats]
"""``sample(candidates, first, last)``: larger is better, (candidates, last - first), by number of replication."""


@dataclass(frozen=True)
class Choice:
    """What the procedure found.

    Attributes:
        best: number of the candidate that is left, or leads when the replications ended.
        dropped: by candidate, after how many replications it was dropped, None for those left.
        values: by candidate, its values; (replications,).
        sure: whether one alone was left, so that the stated probability holds.
    """

    best: int
    dropped: tuple[int | None, ...]
    values: tuple[Floats, ...]
    sure: bool


def kn(
    sample: Sample, candidates: int, zone: float, *, start: int = START, level: float = 0.95, most: int = 10**6
) -> Choice:
    """Chooses among ``candidates`` by KN with c = 1, until one is left or ``most`` replications are played."""
    factor = 2 * _eta(candidates, start, 1 - level) * (start - 1)
    known = sample(range(candidates), 0, start)
    values = list(known)
    spread = np.var(known[:, None, :] - known[None, :, :], axis=2, ddof=1)
    left, played, step = list(range(candidates)), start, start
    dropped: list[int | None] = [None] * candidates
    while True:
        left = _still_in([values[i][:step] for i in left], left, spread, factor, zone, step, dropped)
        if len(left) == 1 or step >= most:
            break
        if step == played:
            more = sample(left, played, min(played + ROUND, most))
            for row, candidate in enumerate(left):
                values[candidate] = np.concatenate([values[candidate], more[row]])
            played = min(played + ROUND, most)
        step += 1
    best = max(left, key=lambda i: float(values[i][:step].mean()))
    return Choice(
        best, tuple(dropped), tuple(v[: d or step] for v, d in zip(values, dropped, strict=True)), len(left) == 1
    )


def _eta(candidates: int, start: int, error: float) -> float:
    power = -2 / (start - 1)
    return 0.5 * (float((2 * error / (candidates - 1)) ** power) - 1)


def _still_in(
    values: list[Floats],
    left: list[int],
    spread: Floats,
    factor: float,
    zone: float,
    step: int,
    dropped: list[int | None],
) -> list[int]:
    """Those that no other is ahead of by more than what luck could still turn."""
    means = np.array([each.mean() for each in values])
    among = spread[np.ix_(left, left)]
    slack = np.maximum(zone / (2 * step) * (factor * among / zone**2 - step), 0.0)
    behind = np.any(means[:, None] < means[None, :] - slack, axis=1)
    out = {candidate for candidate, is_behind in zip(left, np.atleast_1d(behind), strict=True) if is_behind}
    for candidate in out:
        dropped[candidate] = step
    return [candidate for candidate in left if candidate not in out]


@dataclass(frozen=True)
class Selection(Shown):
    """The best of some scenarios in a metric.

    Attributes:
        scenarios: the candidates. metric: that decides. zone: the indifference zone in its unit. level: probability.
        seed: of the first replication. choice: what was found; its values have the sign of the metric's direction.
    """

    scenarios: tuple[Loaded, ...]
    metric: str
    zone: float
    level: float
    seed: int
    choice: Choice
    elapsed: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(each.name for each in self.scenarios)

    @property
    def best(self) -> str:
        """Name of the scenario chosen."""
        return self.names[self.choice.best]

    @property
    def heading(self) -> str:
        """Which is best."""
        return f"{self.best} is best in {self.metric}" if self.choice.sure else f"{self.best} leads in {self.metric}"

    @property
    def frame(self) -> pd.DataFrame:
        """One row a scenario: replications, mean, interval, whether and when it was dropped."""
        rows = self.document()["candidates"]
        return pd.DataFrame([{"scenario": name, **row, **ends(row["ci95"])} for name, row in rows.items()]).drop(
            columns="ci95"
        )

    def document(self) -> dict[str, Any]:
        """As plain data; everything but ``elapsed_s`` repeats exactly."""
        sign = -1.0 if CATALOGUE[self.metric].direction == "down" else 1.0
        return {
            "kind": "select",
            "scenarios": described.scenarios(self.scenarios),
            "metric": self.metric,
            **described.metrics([self.metric])[self.metric],
            "best": self.best,
            "sure": self.choice.sure,
            "indifference": self.zone,
            "level": self.level,
            "seed": self.seed,
            "candidates": {
                name: {"replications": each.size, **summarise((sign * each).tolist()), "dropped_after": dropped}
                for name, each, dropped in zip(self.names, self.choice.values, self.choice.dropped, strict=True)
            },
            "elapsed_s": round(self.elapsed, 3),
        }

    def write(self, folder: Path) -> None:
        """Writes ``selection.json``, ``candidates.csv``, the scenarios, and ``replications.csv`` with a row a run."""
        (folder / "selection.json").write_text(json.dumps(self.document(), indent=2) + "\n", encoding="utf-8")
        self.frame.to_csv(folder / "candidates.csv", index=False)
        described.write_scenarios(self.scenarios, folder)
        sign = -1.0 if CATALOGUE[self.metric].direction == "down" else 1.0
        rows = [
            {"scenario": name, "replication": number, self.metric: sign * value}
            for name, values in zip(self.names, self.choice.values, strict=True)
            for number, value in enumerate(values.tolist(), 1)
        ]
        pd.DataFrame(rows).to_csv(folder / "replications.csv", index=False)


def select(
    scenarios: Sequence[Loaded],
    metric: str,
    zone: float,
    *,
    seed: int | None = None,
    weeks: int | None = None,
    level: float = 0.95,
    most: int = 200,
    workers: int = 1,
    progress: Progress | None = None,
) -> Selection:
    """The best of up to twenty scenarios in a metric; the result does not depend on the number of workers.

    Args:
        zone: smallest difference that is worth telling apart, in the unit of the metric.
        level: probability of choosing the best if it is ahead by that much. most: replications of a scenario.

    Raises:
        BadInput: there are too few or too many scenarios, or the metric has no direction.
    """
    _check(scenarios, metric, zone, level, most)
    sign = -1.0 if CATALOGUE[metric].direction == "down" else 1.0
    shared = scenarios[0].scenario.run.seed if seed is None else seed
    loaded = [changed(each, shared, weeks) for each in scenarios]
    seeds, start, done = replication_seeds(shared, most), time.perf_counter(), 0

    def sample(which: Sequence[int], first: int, last: int) -> Floats:
        nonlocal done
        tasks = [(loaded[candidate], luck) for candidate in which for luck in seeds[first:last]]
        total = sum(weeks_of(each) for each, _ in tasks)
        before = done
        told = progress and (lambda now, more: progress(before + now, before + more))
        found = figures(tasks, crew, total, told)
        done += total
        return sign * np.array([each[metric] for each in found]).reshape(len(which), last - first)

    with opened(Place(workers)) as crew:
        choice = kn(sample, len(scenarios), zone, start=min(START, most), level=level, most=most)
    return Selection(tuple(loaded), metric, zone, level, shared, choice, time.perf_counter() - start)


def _check(scenarios: Sequence[Loaded], metric: str, zone: float, level: float, most: int) -> None:
    names = [each.name for each in scenarios]
    if not 2 <= len(names) <= CANDIDATES:
        raise BadInput("select", "scenarios", f"are {len(names)}, allowed are 2 to {CANDIDATES}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise BadInput("select", "scenarios", f"name {twice[0]!r} twice, allowed are different scenarios")
    if metric not in CATALOGUE or CATALOGUE[metric].direction == "none":
        raise BadInput("select", "metric", f"is {metric!r}, allowed are metrics with a direction, see docs/metrics.md")
    if not 0 < zone < float("inf"):
        raise BadInput("select", "indifference", f"is {zone}, allowed are values above 0")
    if not 0.5 < level < 1:
        raise BadInput("select", "level", f"is {level}, allowed are values between 0.5 and 1")
    if most < 3:
        raise BadInput("select", "most", f"is {most}, allowed are values from 3")
