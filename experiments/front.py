"""The end of a search: the best candidates played again on fresh seeds, beside today, and what may be said of them.

What a search saw of its best candidates is too good, as it chose them for it. So the finalists are played on seeds that
the search has never seen, and the one that is recommended once more on others.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from optuna.trial import FrozenTrial, TrialState

from channellab.agents.columns import Flags, Floats
from channellab.experiments import pareto
from channellab.experiments.display import Shown
from channellab.experiments.ensemble import CONFIRM, FRESH, TODAY, Ensemble, Results
from channellab.experiments.inputs import Values
from channellab.experiments.pairs import paired
from channellab.experiments.replicate import LEVEL
from channellab.experiments.robust import judged
from channellab.experiments.sampling import CANDIDATE, Asker, told, values_of
from channellab.experiments.search_file import Objective, SearchFile
from channellab.scenarios.metrics import CATALOGUE

SAMPLES = 1000
_LUCK = 0x626F6F74


@dataclass(frozen=True)
class Front(Shown):
    """What a search found.

    Attributes:
        found: all of it but the time, as plain data. candidates: one row a candidate. elapsed: seconds.
    """

    found: dict[str, Any]
    candidates: pd.DataFrame
    elapsed: float = 0.0

    def after(self, elapsed: float) -> "Front":
        """With the time it took."""
        return replace(self, elapsed=elapsed)

    @property
    def heading(self) -> str:
        """How much was searched, and what is recommended."""
        found = self.recommended
        told = (
            "nobody is clearly better than today" if found is None else f"candidate {found['candidate']} is recommended"
        )
        return f"{self.found['evaluations']} candidates, finalists on {self.found['fresh']} fresh seeds; {told}"

    @property
    def frame(self) -> pd.DataFrame:
        """One row a finalist, today first: levers, objectives on fresh seeds with their intervals, chances."""
        rows = [{"candidate": TODAY, **_flat(self.found[TODAY])}]
        rows += [{"candidate": each["candidate"], **each["values"], **_flat(each)} for each in self.found["finalists"]]
        return pd.DataFrame(rows)

    @property
    def recommended(self) -> dict[str, Any] | None:
        """The candidate that is recommended, if any."""
        found: dict[str, Any] | None = self.found["recommended"]
        return found

    def document(self) -> dict[str, Any]:
        """As plain data; everything but ``elapsed_s`` repeats exactly."""
        return {**self.found, "elapsed_s": round(self.elapsed, 3)}

    def write(self, folder: Path) -> None:
        """Writes ``search.json``, ``candidates.csv`` and ``front.csv``, each whole."""
        _put(folder / "search.json", json.dumps(self.document(), indent=2) + "\n")
        _put(folder / "candidates.csv", self.candidates.to_csv(index=False))
        _put(folder / "front.csv", self.frame.to_csv(index=False))


def final(asker: Asker, ensemble: Ensemble) -> Front:
    """Plays today and the finalists on fresh seeds and judges them together."""
    file, trials = ensemble.study.file, asker.chosen()
    chosen = finalists(trials, file)
    named: list[tuple[str, Values]] = [(TODAY, {})]
    named += [(f"candidate {trial.user_attrs[CANDIDATE]}", values_of(trial)) for trial in chosen]
    played = ensemble.play(named, 0, file.search.fresh, FRESH)
    fine = [n for n, each in enumerate(played) if not each.error]
    verdict = _Verdict(file, [played[n] for n in fine], ensemble.seed)
    places = {n: place for place, n in enumerate(fine)}
    rows = [_row(trial, verdict, places[n], places.get(0), file) for n, trial in enumerate(chosen, 1) if n in places]
    recommended = _recommend(rows, file, named, ensemble)
    found = {
        "objectives": [
            {"label": each.label, "direction": "up" if each.sign > 0 else "down", "unit": CATALOGUE[each.metric].unit}
            for each in file.objectives
        ],
        "constraints": [each.model_dump(exclude_none=True) for each in file.constraints],
        "evaluations": len(trials),
        "failed": sum(trial.state == TrialState.FAIL for trial in trials),
        "stopped_early": sum(bool(trial.user_attrs.get("stopped")) for trial in trials),
        "markets": len(ensemble.markets),
        "replications": file.replications,
        "fresh": file.search.fresh,
        "seed": ensemble.seed,
        TODAY: verdict.told(places[0]) if 0 in places else {},
        "finalists": rows,
        "recommended": recommended,
        "importance": asker.importance(),
    }
    return Front(found, _candidates(trials, file))


def finalists(trials: Sequence[FrozenTrial], file: SearchFile) -> list[FrozenTrial]:
    """Feasible candidates worth a second look: fronts one after the other, within a front by the first objective."""
    left = [trial for trial in trials if trial.state == TrialState.COMPLETE and not trial.user_attrs["stopped"]]
    left = [trial for trial in left if all(value <= 0 for value in trial.constraints.values())]
    distinct = {json.dumps(values_of(trial), sort_keys=True): trial for trial in reversed(left)}
    left, found = sorted(distinct.values(), key=lambda trial: trial.number), list[FrozenTrial]()
    while left and len(found) < file.search.finalists:
        values = np.array([_better(trial, file.objectives) for trial in left])
        first = pareto.front(values, np.ones(len(left), np.bool_))
        found += [left[n] for n in sorted(first, key=lambda n: -values[n, 0])]
        left = [trial for n, trial in enumerate(left) if n not in first]
    return found[: file.search.finalists]


class _Verdict:
    """Candidates, today among them, judged together on the same seeds."""

    def __init__(self, file: SearchFile, played: Sequence[Results], seed: int) -> None:
        self.file = file
        scores = [[o.sign * each.of(o.metric) for o in file.objectives] for each in played]
        self.scores = np.array(scores).transpose(1, 0, 2, 3)  # objectives, candidates, markets, replications
        self.bounds = [np.array([each.of(c.metric) for each in played]) for c in file.constraints]
        count = self.scores.shape[3]
        draws = np.random.default_rng([_LUCK, seed]).integers(count, size=(SAMPLES, count))
        self.values = self._judge(np.arange(count))
        self.feasible = self._allowed(np.arange(count))
        self.samples = np.array([self._judge(draw) for draw in draws])
        self.chance = pareto.chance_of_front(self.samples, np.array([self._allowed(draw) for draw in draws]))

    def _judge(self, replications: Any) -> Floats:
        """(candidates, objectives), of which more is better, from these replications."""
        means = self.scores[:, :, :, replications].mean(axis=3)
        return np.array([judged(each, o) for each, o in zip(means, self.file.objectives, strict=True)]).T

    def _allowed(self, replications: Any) -> Flags:
        held = np.ones(self.scores.shape[1], np.bool_)
        for constraint, values in zip(self.file.constraints, self.bounds, strict=True):
            means = values[:, :, replications].mean(axis=(1, 2))
            held &= np.array([constraint.excess(float(mean)) <= 0 for mean in means])
        return held

    def told(self, candidate: int) -> dict[str, Any]:
        """Objectives with intervals, whether bounds hold, and how surely the candidate is on the front."""
        objectives = {}
        for n, objective in enumerate(self.file.objectives):
            low, high = self._interval(candidate, n)
            ends = sorted((told(objective, low), told(objective, high)))
            objectives[objective.label] = {"mean": told(objective, float(self.values[candidate, n])), "ci95": ends}
        return {
            "objectives": objectives,
            "feasible": bool(self.feasible[candidate]),
            "chance_of_front": float(self.chance[candidate]),
        }

    def against(self, candidate: int, other: int) -> dict[str, Any]:
        """Paired differences of the means over all markets."""
        found = {}
        for n, objective in enumerate(self.file.objectives):
            mine, theirs = (objective.sign * self.scores[n, place].mean(axis=0) for place in (candidate, other))
            direction = "up" if objective.sign > 0 else "down"
            gap = paired(mine, theirs, direction)
            found[objective.label] = {
                "mean": gap.mean,
                "ci95": [gap.low, gap.high],
                "surely_better": gap.surely_better,
            }
        return found

    def _interval(self, candidate: int, number: int) -> tuple[float, float]:
        """Student's for a mean over markets, else that of the bootstrap over replications."""
        if self.file.objectives[number].robust == "mean":
            means = self.scores[number, candidate].mean(axis=0)
            found = paired(means, np.zeros_like(means), "up")
            return found.low, found.high
        ends = np.quantile(self.samples[:, candidate, number], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(ends[0]), float(ends[1])


def _row(trial: FrozenTrial, verdict: _Verdict, place: int, today: int | None, file: SearchFile) -> dict[str, Any]:
    in_search = dict(zip([each.label for each in file.objectives], trial.values, strict=True))
    return {
        "candidate": int(trial.user_attrs[CANDIDATE]),
        "values": values_of(trial),
        **verdict.told(place),
        "in_search": in_search,
        "against_today": {} if today is None else verdict.against(place, today),
    }


def _recommend(
    rows: Sequence[dict[str, Any]], file: SearchFile, named: Sequence[tuple[str, Values]], ensemble: Ensemble
) -> dict[str, Any] | None:
    """Of the finalists that hold all bounds, are clearly better than today in something and clearly worse in nothing,
    the one that is most surely on the front; played once more beside today on seeds that had no say in that."""
    able = [row for row in rows if row["feasible"] and row["against_today"] and _improves(row, file)]
    if not able:
        return None
    best = max(able, key=lambda row: (row["chance_of_front"], -row["candidate"]))
    pair = [named[0], (f"candidate {best['candidate']}", best["values"])]
    again = ensemble.play(pair, 0, file.search.fresh, CONFIRM)
    if any(each.error for each in again):
        return None
    verdict = _Verdict(file, again, ensemble.seed)
    return {
        "candidate": best["candidate"],
        "values": best["values"],
        "feasible": bool(verdict.feasible[1]),
        "against_today": verdict.against(1, 0),
    }


def _improves(row: dict[str, Any], file: SearchFile) -> bool:
    gaps = [(each.sign, row["against_today"][each.label]["ci95"]) for each in file.objectives]
    better = [low > 0 if sign > 0 else high < 0 for sign, (low, high) in gaps]
    worse = [high < 0 if sign > 0 else low > 0 for sign, (low, high) in gaps]
    return any(better) and not any(worse)


def _better(trial: FrozenTrial, objectives: Sequence[Objective]) -> list[float]:
    """Values of which more is better."""
    return [told(objective, value) for objective, value in zip(objectives, trial.values, strict=True)]


def _candidates(trials: Sequence[FrozenTrial], file: SearchFile) -> pd.DataFrame:
    labels = [each.label for each in file.objectives]
    return pd.DataFrame(
        [
            {
                "candidate": trial.user_attrs[CANDIDATE],
                **values_of(trial),
                **dict(zip(labels, trial.values or [None] * len(labels), strict=True)),
                **{f"excess of {name.partition(' ')[2]}": value for name, value in trial.constraints.items()},
                "state": "failed" if trial.state == TrialState.FAIL else "done",
                "stopped": bool(trial.user_attrs.get("stopped")),
                "error": trial.user_attrs.get("error"),
            }
            for trial in trials
        ]
    )


def _flat(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for label, each in told.get("objectives", {}).items():
        found |= {label: each["mean"], f"{label} low": each["ci95"][0], f"{label} high": each["ci95"][1]}
    return found | {key: told.get(key) for key in ("feasible", "chance_of_front")}


def _put(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=".", dir=file.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        sink.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(file)
