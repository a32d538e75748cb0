"""Fair comparisons: scenarios on the same seeds, so that they differ only by what the scenarios did."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from channellab.agents.columns import Floats
from channellab.experiments.replicate import LEVEL, Progress, Study, changed, play_all, replication_seeds
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import CATALOGUE

NOISE = 1e-12
"""Differences below this share of the values are rounding."""


@dataclass(frozen=True)
class Difference:
    """Scenario less baseline, over paired replications.

    Attributes:
        mean, low, high: mean difference and its two-sided 95 % Student interval.
        p: two-sided p value of no difference; p_holm: the same after Holm's correction over the whole comparison.
        effect_size: mean over standard deviation of the differences (Cohen's d for pairs), None where they do not vary.
        correlation: of the two scenarios over seeds, None where one of them does not vary.
        better: share of replications in which the scenario is the better one, by the metric's direction.
    """

    mean: float
    low: float
    high: float
    p: float
    p_holm: float
    effect_size: float | None
    correlation: float | None
    better: float | None


@dataclass(frozen=True)
class Comparison:
    """Studies of several scenarios on the same seeds, the baseline among them."""

    studies: dict[str, Study]
    baseline: str
    elapsed: float

    def differences(self) -> dict[str, dict[str, Difference]]:
        """By metric and scenario, what the scenario changes against the baseline."""
        others = [name for name in self.studies if name != self.baseline]
        base = self._values(self.baseline)
        raw = {
            (metric, other): paired(self._values(other)[metric], base[metric], CATALOGUE[metric].direction)
            for metric in CATALOGUE
            for other in others
        }
        adjusted = holm([difference.p for difference in raw.values()])
        found: dict[str, dict[str, Difference]] = {metric: {} for metric in CATALOGUE}
        for ((metric, other), difference), p in zip(raw.items(), adjusted, strict=True):
            found[metric][other] = Difference(**(vars(difference) | {"p_holm": p}))
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
        for name in ("weekly", "products", "regions", "money", "goods", "replications"):
            parts = [getattr(study, name).assign(scenario=label) for label, study in self.studies.items()]
            table = pd.concat(parts, ignore_index=True)
            table[["scenario", *parts[0].columns[:-1]]].to_csv(folder / f"{name}.csv", index=False)
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
    replications: int = 8,
    workers: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Plays several scenarios on the same seeds; the result does not depend on the number of workers.

    Args:
        baseline: name of the scenario the others are held against; by default the first.
        seed: for all scenarios; by default that of the baseline, so that luck is shared.
        weeks: in place of each scenario's own. replications: at least 2. workers: processes, at least 1.

    Raises:
        BadInput: a scenario is named twice, the baseline is none of them, or there is nothing to compare.
    """
    chosen = _checked(scenarios, baseline, replications, workers)
    shared = chosen.scenario.run.seed if seed is None else seed
    loaded = [changed(each, shared, weeks) for each in scenarios]
    seeds = replication_seeds(shared, replications)
    total = sum(each.scenario.run.warmup + each.scenario.run.weeks for each in loaded) * replications
    start = time.perf_counter()
    tasks = [(each, luck) for each in loaded for luck in seeds]
    runs = play_all(tasks, workers, total, progress)
    elapsed = time.perf_counter() - start
    studies = {
        each.name: Study(each, tuple(runs[n * replications : (n + 1) * replications]), elapsed)
        for n, each in enumerate(loaded)
    }
    return Comparison(studies, chosen.name, elapsed)


def paired(values: Floats, base: Floats, direction: str) -> Difference:
    """The difference of two (N,) arrays of paired replications, before any correction for multiple comparisons.

    >>> paired(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.5, 2.5]), "up").mean
    1.0
    """
    gaps = values - base
    # Sums in another order may differ in the last digits; that is no difference.
    gaps[np.abs(gaps) <= NOISE * np.maximum(np.abs(values), np.abs(base))] = 0.0
    count, mean, spread = gaps.size, float(gaps.mean()), float(gaps.std(ddof=1))
    error = spread / np.sqrt(count)
    half = float(error * stdtrit(count - 1, 0.5 + LEVEL / 2))
    p = 2.0 * float(stdtr(count - 1, -abs(mean) / error)) if error > 0 else float(mean == 0)
    gains = {"up": gaps > 0, "down": gaps < 0}.get(direction)
    return Difference(
        mean=mean,
        low=mean - half,
        high=mean + half,
        p=p,
        p_holm=p,
        effect_size=mean / spread if spread > 0 else None,
        correlation=_correlation(values, base),
        better=None if gains is None else float(gains.mean()),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment.

    >>> [round(p, 10) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    adjusted, running = [0.0] * len(order), 0.0
    for rank, place in enumerate(order.tolist()):
        running = max(running, min((len(order) - rank) * p_values[place], 1.0))
        adjusted[place] = running
    return adjusted


def _correlation(values: Floats, base: Floats) -> float | None:
    if values.std() == 0 or base.std() == 0:
        return None
    return float(np.corrcoef(values, base)[0, 1])


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
    rest = {key: parts[key] for key in ("p", "p_holm", "effect_size", "correlation", "better")}
    return {"mean": difference.mean, "ci95": [difference.low, difference.high], **rest}
