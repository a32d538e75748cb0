"""Replications of one scenario: the same market under several seeds, and what they say together."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pydantic import ValidationError
from scipy.special import stdtrit

from channellab import __version__
from channellab.experiments.display import Shown
from channellab.experiments.executors import Crew, Place, tell
from channellab.experiments.flow import Failed, flow
from channellab.experiments.play import Run, play
from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain
from channellab.scenarios.files import Loaded, to_toml
from channellab.scenarios.identity import scenario_hash
from channellab.scenarios.metrics import CATALOGUE

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
Task = tuple[Loaded, int]
"""A scenario and a seed."""
LIBRARIES = ("mesa", "numba", "numpy", "networkx", "scipy", "simpy")
LEVEL = 0.95
TABLES = ("weekly", "products", "regions", "edges", "money", "goods", "rebates", "partners", "replications")


@dataclass(frozen=True)
class Study(Shown):
    """Replications of one scenario.

    Attributes:
        loaded: the scenario. runs: one a seed, in the order of the seeds. elapsed: seconds it took.
    """

    loaded: Loaded
    runs: tuple[Run, ...]
    elapsed: float

    @property
    def heading(self) -> str:
        """What was played."""
        run = self.loaded.scenario.run
        return f"{self.loaded.name}: {run.weeks} weeks, seed {run.seed}, replications: {len(self.runs)}"

    @property
    def frame(self) -> pd.DataFrame:
        """One row a metric: mean, ends of its 95 % interval (missing for a single run), unit."""
        told = self.document()["metrics"]
        return pd.DataFrame(
            [
                {"metric": name, "mean": each["mean"], **ends(each["ci95"]), "unit": each["unit"]}
                for name, each in told.items()
            ]
        )

    @property
    def weekly(self) -> pd.DataFrame:
        """One row a replication (from 1) and measured week, one column a metric."""
        return _stacked([run.weekly for run in self.runs])

    @property
    def products(self) -> pd.DataFrame:
        """Units and revenue by replication, measured week and SKU."""
        return _stacked([run.products for run in self.runs])

    @property
    def regions(self) -> pd.DataFrame:
        """One row a region, figures averaged over replications."""
        first = self.runs[0].regions
        numbers = ["numeric_distribution", "weighted_distribution", "units_sold", "revenue"]
        mean = np.mean([run.regions[numbers].to_numpy() for run in self.runs], axis=0)
        return first.assign(**dict(zip(numbers, mean.T, strict=True)))

    @property
    def edges(self) -> pd.DataFrame:
        """Roads between regions."""
        return self.runs[0].edges

    @property
    def money(self) -> pd.DataFrame:
        """Payments per year by account, payer and payee group, averaged over replications."""
        return _averaged([run.money for run in self.runs], ["account", "payer", "payee"], "money")

    @property
    def goods(self) -> pd.DataFrame:
        """Own units per year between regions, averaged over replications."""
        return _averaged([run.goods for run in self.runs], ["a", "b", "kind"], "units")

    @property
    def rebates(self) -> pd.DataFrame:
        """Rebates per year by plan and partner, averaged over replications."""
        values = ("money", "taken_back", "paid", "reached")
        return _averaged([run.rebates for run in self.runs], ["plan", "partner", "region"], *values)

    @property
    def partners(self) -> pd.DataFrame:
        """One row a replication and partner at its end; see `Run`."""
        return _stacked([run.partners for run in self.runs])

    @property
    def replications(self) -> pd.DataFrame:
        """One row a replication, one column a metric."""
        return pd.DataFrame([{"seed": run.seed, **run.metrics} for run in self.runs])

    def document(self) -> dict[str, Any]:
        """The result as plain data for JSON; everything but ``elapsed_s`` repeats exactly."""
        scenario = self.loaded.scenario
        values = {name: [run.metrics[name] for run in self.runs] for name in CATALOGUE}
        return {
            "scenario": self.loaded.name,
            "seed": scenario.run.seed,
            "weeks": scenario.run.weeks,
            "replications": len(self.runs),
            "metrics": {name: summarise(values[name]) | {"unit": CATALOGUE[name].unit} for name in CATALOGUE},
            "ledger": {
                "money_imbalance": max(run.money_imbalance for run in self.runs),
                "goods_imbalance": max(run.goods_imbalance for run in self.runs),
            },
            "versions": {"channellab": __version__, **{name: version(name) for name in LIBRARIES}},
            "scenario_hash": scenario_hash(scenario, self.loaded.base),
            "elapsed_s": round(self.elapsed, 3),
        }

    def write(self, folder: Path) -> None:
        """Writes ``result.json``, the tables as CSV and the resolved scenario into an existing folder."""
        (folder / "result.json").write_text(json.dumps(self.document(), indent=2) + "\n", encoding="utf-8")
        for name in TABLES:
            getattr(self, name).to_csv(folder / f"{name}.csv", index=False)
        self.write_scenario(folder)

    def write_scenario(self, folder: Path) -> None:
        """Writes the resolved scenario as ``scenario-NAME.toml``."""
        text = to_toml(self.loaded.scenario)
        (folder / f"scenario-{self.loaded.name}.toml").write_text(text, encoding="utf-8")


def run(
    loaded: Loaded,
    *,
    seed: int | None = None,
    weeks: int | None = None,
    replications: int = 1,
    workers: int = 1,
    progress: Progress | None = None,
) -> Study:
    """Plays a scenario under several seeds; the result does not depend on the number of workers.

    Args:
        seed, weeks: in place of the scenario's own.
        replications, workers: at least 1; processes are started for more than one worker.
        progress: hears weeks done and weeks in all.

    Raises:
        BadInput: the scenario cannot be played.
    """
    loaded = changed(loaded, seed, weeks)
    for key, value in (("replications", replications), ("workers", workers)):
        if value < 1:
            raise BadInput("run", key, f"is {value}, allowed are whole numbers from 1")
    settings = loaded.scenario.run
    seeds = replication_seeds(settings.seed, replications)
    start = time.perf_counter()
    place = Place(min(workers, replications))
    runs = play_all([(loaded, each) for each in seeds], place, replications * weeks_of(loaded), progress)
    return Study(loaded, tuple(runs), time.perf_counter() - start)


def play_all(tasks: Sequence[Task], place: Place | Crew, total: int, progress: Progress | None = None) -> list[Run]:
    """Plays every task and returns the runs in the order of the tasks.

    Args:
        place: where. total: weeks of all tasks, for ``progress``.

    Raises:
        ChannelLabError: a run failed.
    """
    return in_order(_play_told, tasks, place, total, progress)


def figures(
    tasks: Sequence[Task], place: Place | Crew, total: int, progress: Progress | None = None
) -> list[dict[str, float]]:
    """The metrics of every task in order, where nothing else of a run is wanted. See `play_all`."""
    return in_order(_metrics, tasks, place, total, progress)


def in_order(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    place: Place | Crew,
    total: int,
    progress: Progress | None = None,
) -> list[Result]:
    """What ``work`` gives for every item, in their order; the first that fails ends it all."""
    done = 0

    def hear(weeks: int) -> None:
        nonlocal done
        done += weeks
        if progress:
            progress(done, total)

    results: dict[int, Result] = {}
    for number, outcome in flow(work, items, place, hear):
        if isinstance(outcome, Failed):
            raise outcome.again()
        results[number] = outcome.value
    return [results[number] for number in range(len(items))]


def weeks_of(loaded: Loaded) -> int:
    """Weeks that a run of a scenario takes, warm-up included."""
    return loaded.scenario.run.warmup + loaded.scenario.run.weeks


def _play_told(task: Task) -> Run:
    return play(*task, tell)


def _metrics(task: Task) -> dict[str, float]:
    return play(*task, tell).metrics


def replication_seeds(seed: int, replications: int) -> list[int]:
    """Seeds of the replications: the first is the scenario's own, the others follow from it alone.

    Two scenarios with the same seed share all their luck, replication by replication.
    """
    drawn = np.random.SeedSequence(seed).generate_state(replications, np.uint64)
    return [seed, *(int(number) >> 1 for number in drawn.tolist())][:replications]


def summarise(values: list[float]) -> dict[str, Any]:
    """Mean and two-sided 95 % Student interval; no interval for a single value.

    >>> summarise([1.0, 3.0])["mean"]
    2.0
    """
    mean = float(np.mean(values))
    if len(values) == 1:
        return {"mean": mean, "ci95": None}
    half = float(np.std(values, ddof=1) / np.sqrt(len(values)) * stdtrit(len(values) - 1, 0.5 + LEVEL / 2))
    return {"mean": mean, "ci95": [mean - half, mean + half]}


def ends(interval: list[float] | None) -> dict[str, float | None]:
    """The ends of an interval by their names."""
    low, high = interval or (None, None)
    return {"low": low, "high": high}


def changed(loaded: Loaded, seed: int | None, weeks: int | None) -> Loaded:
    """The scenario with another seed or length, under the same bounds as in a file."""
    settings = loaded.scenario.run
    wanted = settings.model_copy(
        update={"seed": settings.seed if seed is None else seed, "weeks": settings.weeks if weeks is None else weeks}
    )
    try:
        checked = type(settings).model_validate(wanted.model_dump())
    except ValidationError as error:
        complaint = explain(error, type(settings))
        raise BadInput("run", ".".join(map(str, complaint.parts)), complaint.problem) from None
    return replace(loaded, scenario=loaded.scenario.model_copy(update={"run": checked}))


def _averaged(tables: list[pd.DataFrame], keys: list[str], *values: str) -> pd.DataFrame:
    total = pd.concat(tables).groupby(keys, as_index=False, sort=False)[[*values]].sum()
    return total.assign(**{value: total[value] / len(tables) for value in values})


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table.assign(replication=n) for n, table in enumerate(tables, 1)], ignore_index=True)[
        ["replication", *tables[0].columns]
    ]
