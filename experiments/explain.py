"""Which part of the change from one scenario to another made which part of the difference.

The two scenarios differ in groups of settings: policy families, the layout, the timetable, and whatever else differs.
Every combination of groups taken from the one or the other is played on the same seeds, and the difference is split by
Shapley's value (1953): a group's part is what its change adds, averaged over all orders in which the groups could be
changed. For each seed the parts add up to the whole; so do their means.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from channellab.experiments import described
from channellab.experiments.display import Shown
from channellab.experiments.executors import Place
from channellab.experiments.pairs import paired
from channellab.experiments.replicate import Progress, changed, ends, figures, replication_seeds, weeks_of
from channellab.scenarios import timetable
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain as complain
from channellab.scenarios.files import Loaded
from channellab.scenarios.identity import resolve
from channellab.scenarios.keys import dotted, frozen
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.settings import Scenario

EXACT = 6
"""With up to so many groups all orders count; with more, a sample of them, which still adds up."""
ORDERS = 24
"""Orders in the sample, each with its reverse."""
_WORDS = {"title", "about", "schema_version"}
Team = frozenset[str]


@dataclass(frozen=True)
class Explanation(Shown):
    """A difference and its parts.

    Attributes:
        start, end: the scenarios. groups: that differ. seeds: of the replications.
        whole: by metric, end less start, (replications,). parts: by metric and group, (replications,).
        runs: that were played. elapsed: seconds.
    """

    start: Loaded
    end: Loaded
    groups: tuple[str, ...]
    seeds: tuple[int, ...]
    whole: Mapping[str, Floats]
    parts: Mapping[str, Mapping[str, Floats]]
    runs: int
    elapsed: float

    @property
    def heading(self) -> str:
        """What was explained."""
        ends = f"From {self.start.name} to {self.end.name}"
        return f"{ends}: Shapley values of {len(self.groups)} groups, {self.runs} runs"

    @property
    def frame(self) -> pd.DataFrame:
        """One row a metric and group, the whole among the groups: mean, interval."""
        return pd.DataFrame(
            [
                {"metric": metric, "group": group, **entry, **ends(entry["ci95"])}
                for metric, told in self.document()["metrics"].items()
                for group, entry in {"whole": told["whole"], **told["parts"]}.items()
            ]
        ).drop(columns="ci95")

    def document(self) -> dict[str, Any]:
        """As plain data; everything but ``elapsed_s`` repeats exactly."""
        return {
            "kind": "explain",
            "from": self.start.name,
            "to": self.end.name,
            "scenarios": described.scenarios((self.start, self.end)),
            "groups": list(self.groups),
            "seed": self.seeds[0],
            "replications": len(self.seeds),
            "runs": self.runs,
            "metrics": {
                name: {
                    "unit": metric.unit,
                    "direction": metric.direction,
                    "whole": _told(self.whole[name], metric.direction),
                    "parts": {group: _told(self.parts[name][group], metric.direction) for group in self.groups},
                }
                for name, metric in CATALOGUE.items()
            },
            "elapsed_s": round(self.elapsed, 3),
        }

    def write(self, folder: Path) -> None:
        """Writes ``explanation.json``, ``explanation.csv`` and the scenarios."""
        (folder / "explanation.json").write_text(json.dumps(self.document(), indent=2) + "\n", encoding="utf-8")
        self.frame.to_csv(folder / "explanation.csv", index=False)
        described.write_scenarios((self.start, self.end), folder)


def explain(
    start: Loaded,
    end: Loaded,
    *,
    seed: int | None = None,
    weeks: int | None = None,
    replications: int = 8,
    workers: int = 1,
    progress: Progress | None = None,
) -> Explanation:
    """Splits what ``end`` has over ``start`` by groups of settings; the result does not depend on the workers.

    Raises:
        BadInput: the scenarios do not differ, or a combination of their settings is refused.
    """
    if replications < 2:
        raise BadInput("explain", "replications", f"is {replications}, allowed are whole numbers from 2")
    shared = start.scenario.run.seed if seed is None else seed
    start, end = (changed(each, shared, weeks) for each in (start, end))
    groups = differing(start.scenario, end.scenario)
    if not groups:
        raise BadInput("explain", "", f"{start.name} and {end.name} do not differ, so that there is nothing to explain")
    orders = chosen_orders(groups, shared)
    teams = sorted({Team(order[:size]) for order in orders for size in range(len(groups) + 1)}, key=_in_order)
    mixed = {team: mix(start, end, team) for team in teams}
    seeds, began = replication_seeds(shared, replications), time.perf_counter()
    tasks = [(mixed[team], luck) for team in teams for luck in seeds]
    found = figures(tasks, Place(workers), sum(weeks_of(loaded) for loaded, _ in tasks), progress)
    values = {team: found[n * replications : (n + 1) * replications] for n, team in enumerate(teams)}
    whole, parts = {}, {}
    for metric in CATALOGUE:
        table = {team: np.array([each[metric] for each in runs]) for team, runs in values.items()}
        whole[metric] = table[Team(groups)] - table[Team()]
        parts[metric] = shapley(table, orders)
    elapsed = time.perf_counter() - began
    return Explanation(start, end, groups, tuple(seeds), whole, parts, len(tasks), elapsed)


def differing(start: Scenario, end: Scenario) -> tuple[str, ...]:
    """Groups of settings in which two scenarios differ: tables of the scenario, and families of ``policy``."""
    one, other = resolve(start), resolve(end)
    tables = [name for name in one if name not in _WORDS and name != "policy" and one[name] != other[name]]
    families = [name for name in one["policy"] if one["policy"][name] != other["policy"][name]]
    return (*tables, *(f"policy.{name}" for name in families))


def mix(start: Loaded, end: Loaded, team: Team) -> Loaded:
    """The first scenario with some groups of the second.

    Raises:
        BadInput: together they make no sense.
    """
    data, other = resolve(start.scenario), resolve(end.scenario)
    for group in team:
        table, _, family = group.partition(".")
        if family:
            data[table][family] = other[table][family]
        else:
            data[table] = other[table]
    try:
        scenario = Scenario.model_validate(frozen(data))
        timetable.check_keys(scenario, start.name)
    except (ValidationError, BadInput) as error:
        problem = _problem(error)
        told = f"{start.name} with {', '.join(sorted(team))} of {end.name} makes no scenario: {problem}"
        raise BadInput("explain", "", f"{told}; allowed are scenarios whose groups can be changed one by one") from None
    return Loaded(scenario, end.base if "network" in team else start.base, start.name)


def _problem(error: ValidationError | BadInput) -> str:
    if isinstance(error, BadInput):
        return f"{error.key} {error.problem}"
    complaint = complain(error, Scenario)
    return f"{dotted(complaint.parts)} {complaint.problem}"


def chosen_orders(groups: Sequence[str], seed: int) -> list[tuple[str, ...]]:
    """Orders in which the groups are changed: all of them, or a sample that follows from the seed."""
    if len(groups) <= EXACT:
        return list(permutations(groups))
    luck = np.random.default_rng([len(groups), seed])
    drawn = [tuple(groups[place] for place in luck.permutation(len(groups))) for _ in range(ORDERS)]
    return [order for each in drawn for order in (each, each[::-1])]


def shapley(values: Mapping[Team, Floats], orders: Sequence[tuple[str, ...]]) -> dict[str, Floats]:
    """By group, what its change adds to a value, averaged over orders; the parts add up to the whole.

    >>> table = {Team(team): np.array([value]) for team, value in (("", 0.0), ("a", 1.0), ("b", 2.0), ("ab", 5.0))}
    >>> {group: float(part[0]) for group, part in shapley(table, [("a", "b"), ("b", "a")]).items()}
    {'a': 2.0, 'b': 3.0}
    """
    groups = orders[0]
    if len(orders) == factorial(len(groups)):
        return {group: _exact(values, group, groups) for group in sorted(groups)}
    added = {group: np.zeros_like(values[Team()]) for group in sorted(groups)}
    for order in orders:
        for size, group in enumerate(order):
            added[group] += values[Team(order[: size + 1])] - values[Team(order[:size])]
    return {group: each / len(orders) for group, each in added.items()}


def _exact(values: Mapping[Team, Floats], group: str, groups: Sequence[str]) -> Floats:
    """The same over all orders, by Shapley's weights of teams."""
    others, count = [each for each in groups if each != group], len(groups)
    part = np.zeros_like(values[Team()])
    for size in range(count):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for team in combinations(sorted(others), size):
            part = part + weight * (values[Team((*team, group))] - values[Team(team)])
    return part


def _in_order(team: Team) -> tuple[int, list[str]]:
    return len(team), sorted(team)


def _told(values: Floats, direction: str) -> dict[str, Any]:
    """Mean and interval over seeds."""
    found = paired(values, np.zeros_like(values), direction)
    return {"mean": found.mean, "ci95": [found.low, found.high]}
