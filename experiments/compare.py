"""Fair comparisons: scenarios on the same seeds, so that they differ only by what the scenarios did."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.experiments.display import Shown
from channellab.experiments.executors import Crew, Place, opened
from channellab.experiments.families import PRIMARY, adjusted, primary_metrics
from channellab.experiments.inputs import Values, with_values
from channellab.experiments.pairs import Difference, paired
from channellab.experiments.play import Run
from channellab.experiments.precision import Precision, Reached
from channellab.experiments.replicate import Progress, Study, changed, play_all, replication_seeds, weeks_of
from channellab.experiments.uncertainty import Uncertainty
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import CATALOGUE


@dataclass(frozen=True)
class Comparison(Shown):
    """Studies of several scenarios on the same seeds, the baseline among them.

    Attributes:
        draws: by replication, the uncertain values it was played with.
        reached: how precise it is, where replications were added as needed.
        primary: metrics whose differences are judged together, apart from all the others.
    """

    studies: dict[str, Study]
    baseline: str
    elapsed: float
    draws: Sequence[Values] = ()
    reached: Reached | None = None
    primary: tuple[str, ...] = PRIMARY

    @property
    def heading(self) -> str:
        """What was compared."""
        others = ", ".join(name for name in self.studies if name != self.baseline)
        count = len(self.studies[self.baseline].runs)
        return f"{others} against {self.baseline}: {count} paired replications"

    @property
    def frame(self) -> pd.DataFrame:
        """One row a metric and scenario: its difference from the baseline, interval, and how sure that is."""
        return pd.DataFrame(
            [
                {
                    "metric": metric,
                    "scenario": scenario,
                    **vars(found),
                    "unit": CATALOGUE[metric].unit,
                    "primary": metric in self.primary,
                }
                for metric, scenarios in self.differences().items()
                for scenario, found in scenarios.items()
            ]
        )

    def differences(self) -> dict[str, dict[str, Difference]]:
        """By metric and scenario, what the scenario changes against the baseline."""
        others = [name for name in self.studies if name != self.baseline]
        base = self._values(self.baseline)
        raw = {
            (metric, other): paired(self._values(other)[metric], base[metric], CATALOGUE[metric].direction)
            for metric in CATALOGUE
            for other in others
        }
        judged = adjusted({key: difference.p for key, difference in raw.items()}, self.primary)
        found: dict[str, dict[str, Difference]] = {metric: {} for metric in CATALOGUE}
        for (metric, other), difference in raw.items():
            found[metric][other] = Difference(**(vars(difference) | {"p_holm": judged[metric, other]}))
        return found

    def document(self) -> dict[str, Any]:
        """The comparison as plain data for JSON; everything but ``elapsed_s`` repeats exactly."""
        single = {name: study.document() for name, study in self.studies.items()}
        first = single[self.baseline]
        differences = self.differences()
        return {
            "scenarios": list(self.studies),
            "baseline": self.baseline,
            "seed": first["seed"],
            "weeks": {name: document["weeks"] for name, document in single.items()},
            "replications": first["replications"],
            "precision": None if self.reached is None else vars(self.reached),
            "uncertainty": sorted({key for draw in self.draws for key in draw}),
            "primary": list(self.primary),
            "metrics": {
                name: {
                    "unit": metric.unit,
                    "scenarios": {s: _interval(document["metrics"][name]) for s, document in single.items()},
                    "differences": {s: _plain(difference) for s, difference in differences[name].items()},
                }
                for name, metric in CATALOGUE.items()
            },
            "ledger": {
                gap: max(document["ledger"][gap] for document in single.values())
                for gap in ("money_imbalance", "goods_imbalance")
            },
            "versions": first["versions"],
            "scenario_hash": {name: document["scenario_hash"] for name, document in single.items()},
            "elapsed_s": round(self.elapsed, 3),
        }

    def write(self, folder: Path) -> None:
        """Writes ``result.json``, all tables as CSV and the resolved scenarios into an existing folder."""
        (folder / "result.json").write_text(json.dumps(self.document(), indent=2) + "\n", encoding="utf-8")
        for name in ("weekly", "products", "regions", "money", "goods", "rebates", "partners", "replications"):
            parts = [getattr(study, name).assign(scenario=label) for label, study in self.studies.items()]
            table = pd.concat(parts, ignore_index=True)
            table[["scenario", *parts[0].columns[:-1]]].to_csv(folder / f"{name}.csv", index=False)
        if any(self.draws):
            drawn = pd.DataFrame([{"replication": n, **draw} for n, draw in enumerate(self.draws, 1)])
            drawn.to_csv(folder / "uncertainty.csv", index=False)
        for study in self.studies.values():
            study.write_scenario(folder)
        self.studies[self.baseline].edges.to_csv(folder / "edges.csv", index=False)

    def _values(self, name: str) -> dict[str, Floats]:
        runs = self.studies[name].runs
        return {metric: np.array([run.metrics[metric] for run in runs]) for metric in CATALOGUE}


def compare(
    scenarios: Sequence[Loaded],
    *,
    baseline: str | None = None,
    seed: int | None = None,
    weeks: int | None = None,
    replications: int | Precision = 8,
    workers: int = 1,
    uncertainty: Uncertainty | None = None,
    primary: Sequence[str] = PRIMARY,
    progress: Progress | None = None,
) -> Comparison:
    """Plays several scenarios on the same seeds; the result does not depend on the number of workers.

    Args:
        baseline: name of the scenario the others are held against; by default the first.
        seed: for all scenarios; by default that of the baseline, so that luck is shared.
        weeks: in place of each scenario's own. workers: processes, at least 1.
        replications: at least 2; or the precision until which they are added.
        uncertainty: inputs that are drawn anew for every replication, the same for all scenarios.
        primary: metrics that the comparison is made for: their differences are judged together, apart from all others.

    Raises:
        BadInput: a scenario is named twice, the baseline is none of them, a primary metric is none, or there is nothing
            to compare.
    """
    wanted = replications.start if isinstance(replications, Precision) else replications
    chosen, first = _checked(scenarios, baseline, wanted, workers), primary_metrics(primary)
    shared = chosen.scenario.run.seed if seed is None else seed
    start = time.perf_counter()
    loaded = [changed(each, shared, weeks) for each in scenarios]
    with opened(Place(min(workers, len(loaded) * wanted))) as crew:
        rounds = _Rounds(loaded, shared, crew, uncertainty, progress)
        rounds.play(wanted)
        reached = rounds.until(replications, chosen.name) if isinstance(replications, Precision) else None
    elapsed = time.perf_counter() - start
    return Comparison(rounds.studies(elapsed), chosen.name, elapsed, rounds.draws, reached, first)


class _Rounds:
    """Replications that are added round by round, each scenario on the same seeds and draws."""

    def __init__(
        self,
        scenarios: Sequence[Loaded],
        seed: int,
        crew: Crew,
        uncertainty: Uncertainty | None,
        progress: Progress | None,
    ) -> None:
        self.scenarios, self.seed, self.crew, self.progress = scenarios, seed, crew, progress
        self.uncertainty = uncertainty or Uncertainty("", ())
        self.draws: list[Values] = []
        self.runs: dict[str, list[Run]] = {each.name: [] for each in scenarios}
        self.weeks = 0

    @property
    def replications(self) -> int:
        """How many there are of each scenario."""
        return len(self.draws)

    def play(self, replications: int) -> None:
        """Adds what is missing to that many."""
        first = self.replications
        seeds = replication_seeds(self.seed, replications)[first:]
        self.draws += [self.uncertainty.draw(self.seed, number) for number in range(first, replications)]
        tasks = [
            (with_values(each, draw, self.uncertainty.where) if draw else each, luck)
            for each in self.scenarios
            for draw, luck in zip(self.draws[first:], seeds, strict=True)
        ]
        before, more = self.weeks, sum(weeks_of(loaded) for loaded, _ in tasks)
        told = self.progress
        runs = play_all(tasks, self.crew, more, told and (lambda done, total: told(before + done, before + total)))
        self.weeks += more
        for number, each in enumerate(self.scenarios):
            self.runs[each.name] += runs[number * len(seeds) : (number + 1) * len(seeds)]

    def until(self, wanted: Precision, baseline: str) -> Reached:
        """Adds replications until the widest interval is narrow enough, or there are as many as allowed."""
        while True:
            found = self._half_width(wanted.metric, baseline)
            if found <= wanted.half_width or self.replications >= wanted.most:
                because = (
                    "an interval narrow enough" if found <= wanted.half_width else "as many replications as allowed"
                )
                return Reached(wanted.metric, wanted.half_width, found, because)
            self.play(wanted.next(self.replications, found))

    def _half_width(self, metric: str, baseline: str) -> float:
        """Half of the widest interval of a difference, as a share of the baseline's mean."""
        values = {name: np.array([run.metrics[metric] for run in runs]) for name, runs in self.runs.items()}
        base = values.pop(baseline)
        direction = CATALOGUE[metric].direction
        halves = [(d.high - d.low) / 2 for d in (paired(each, base, direction) for each in values.values())]
        scale = abs(float(base.mean()))
        return max(halves) / scale if scale else (float("inf") if max(halves) else 0.0)

    def studies(self, elapsed: float) -> dict[str, Study]:
        """By name, what has been played."""
        return {each.name: Study(each, tuple(self.runs[each.name]), elapsed) for each in self.scenarios}


def _checked(scenarios: Sequence[Loaded], baseline: str | None, replications: int, workers: int) -> Loaded:
    names = [each.name for each in scenarios]
    for key, value, least in (("scenarios", len(names), 2), ("replications", replications, 2), ("workers", workers, 1)):
        if value < least:
            raise BadInput("compare", key, f"is {value}, allowed are whole numbers from {least}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise BadInput("compare", "scenarios", f"name {twice[0]!r} twice, allowed are different scenarios")
    if baseline is not None and baseline not in names:
        raise BadInput("compare", "baseline", f"is {baseline!r}, allowed are {', '.join(names)}")
    return scenarios[0 if baseline is None else names.index(baseline)]


def _interval(document: dict[str, Any]) -> dict[str, Any]:
    return {key: document[key] for key in ("mean", "ci95")}


def _plain(difference: Difference) -> dict[str, Any]:
    parts = vars(difference)
    rest = {key: parts[key] for key in ("p", "p_holm", "effect_size", "correlation", "better", "surely_better")}
    return {"mean": difference.mean, "ci95": [difference.low, difference.high], **rest}
