"""The end of a search: the best candidates played again on fresh seeds, beside today, and what may be said of them.

What a search saw of its best candidates is too good, as it chose them for it. So the finalists are played on seeds that
the search has never seen, and the one that is recommended once more on others.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from optuna.trial import FrozenTrial, TrialState

from channellab.experiments import described, pareto
from channellab.experiments.described import put
from channellab.experiments.display import Shown
from channellab.experiments.ensemble import ANSWER, CONFIRM, FRESH, TODAY, Ensemble, Results, scenarios
from channellab.experiments.finalists import finalists
from channellab.experiments.inputs import Values
from channellab.experiments.pairs import paired
from channellab.experiments.replicate import LEVEL
from channellab.experiments.robust import judged
from channellab.experiments.sampling import Asker
from channellab.experiments.search_file import SearchFile
from channellab.experiments.trials import (
    CANDIDATE,
    able,
    first_front,
    gains,
    is_done,
    is_feasible,
    is_up,
    told,
    values_of,
)
from channellab.scenarios.arrays import Flags, Floats
from channellab.scenarios.errors import ChannelLabError
from channellab.scenarios.metrics import CATALOGUE

SAMPLES = 1000
_LUCK = 0x626F6F74


@dataclass(frozen=True)
class Front(Shown):
    """What a search found.

    Attributes:
        found: all of it but the time, as plain data. candidates: one row a candidate.
        convergence: how good the search had become after each batch. elapsed: seconds.
    """

    found: dict[str, Any]
    candidates: pd.DataFrame
    convergence: pd.DataFrame
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
        today = self.found[TODAY]
        rows = [{"candidate": TODAY, **today.get("values", {}), **_flat(today)}]
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
        """Writes ``search.json``, ``candidates.csv``, ``convergence.csv`` and ``front.csv``, each whole."""
        put(folder / "search.json", json.dumps(self.document(), indent=2) + "\n")
        put(folder / "convergence.csv", self.convergence.to_csv(index=False))
        put(folder / "candidates.csv", self.candidates.to_csv(index=False))
        put(folder / "front.csv", self.frame.to_csv(index=False))


def final(asker: Asker, ensemble: Ensemble) -> Front:
    """Plays today and the finalists on fresh seeds and judges them together.

    Raises:
        ChannelLabError: neither today nor any finalist could be played.
    """
    file, trials = ensemble.study.file, asker.chosen()
    chosen = finalists(trials, ensemble.study)
    named: list[tuple[str, Values]] = [(TODAY, {})]
    named += [(f"candidate {trial.user_attrs[CANDIDATE]}", values_of(trial)) for trial in chosen]
    played = ensemble.play(named, 0, file.search.fresh, FRESH)
    fine = [n for n, each in enumerate(played) if not each.error]
    if not fine:
        raise ChannelLabError(f"nothing could be played on fresh seeds; today: {played[0].error}")
    verdict = _Verdict(file, [played[n] for n in fine], ensemble.seed)
    places = {n: place for place, n in enumerate(fine)}
    rows = [_row(trial, verdict, places[n], places.get(0), file) for n, trial in enumerate(chosen, 1) if n in places]
    today = {"values": ensemble.today(), **verdict.told(places[0])} if 0 in places else {}
    recommended = _recommend(rows, file, named, ensemble)
    found = {
        **_study(ensemble),
        "evaluations": len(trials),
        "failed": sum(trial.state == TrialState.FAIL for trial in trials),
        "stopped_early": sum(bool(trial.user_attrs.get("stopped")) for trial in trials),
        "markets": len(ensemble.markets),
        "replications": file.replications,
        "fresh": file.search.fresh,
        "seed": ensemble.seed,
        TODAY: today,
        "finalists": rows,
        "recommended": recommended,
        "importance": asker.importance(),
    }
    return Front(found, _candidates(trials, file), convergence(trials, file))


def _study(ensemble: Ensemble) -> dict[str, Any]:
    """What was searched, for whom, and how."""
    study, file = ensemble.study, ensemble.study.file
    ways = ({True: "up", False: "down"}[is_up(each)] for each in file.objectives)
    return {
        "kind": "search",
        "about": file.about,
        "scenarios": described.scenarios(scenarios(ensemble.study)),
        "constants": dict(study.constants),
        "levers": described.inputs(study.levers),
        "uncertainties": described.inputs(study.uncertainties),
        "objectives": [
            {
                "label": each.label,
                "metric": each.metric,
                "robust": each.robust,
                "direction": way,
                "unit": CATALOGUE[each.metric].unit,
            }
            for each, way in zip(file.objectives, ways, strict=True)
        ],
        "constraints": [
            {**each.model_dump(exclude_none=True), "unit": CATALOGUE[each.metric].unit} for each in file.constraints
        ],
        "sampler": file.search.sampler,
    }


def convergence(trials: Sequence[FrozenTrial], file: SearchFile) -> pd.DataFrame:
    """One row a batch: candidates so far, the share of the space between the worst and the best values of all that
    their front covers (hypervolume), and the best value of each objective so far; as the search saw them."""
    done = [trial for trial in trials if is_done(trial) and is_feasible(trial)]
    values = gains(done, file)
    numbers = np.array([int(trial.user_attrs[CANDIDATE]) for trial in done], np.int64)
    low, width = (values.min(axis=0), np.ptp(values, axis=0)) if done else (0.0, np.ones(values.shape[1]))
    shares, rows = (values - low) / np.where(width > 0, width, 1.0), []
    for start in range(0, len(trials), file.search.batch):
        last = min(start + file.search.batch, len(trials))
        known = numbers < last
        volume = pareto.hypervolume(shares[known], [-1e-9] * shares.shape[1])
        row: dict[str, float | None] = {"candidates": last, "hypervolume": volume}
        for n, each in enumerate(file.objectives):
            row[f"best {each.label}"] = told(each, float(values[known, n].max())) if known.any() else None
        rows.append(row)
    return pd.DataFrame(rows)


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
        self.front = pareto.front(self.values, self.feasible)
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
            "on_front": candidate in self.front,
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


def best_of(rows: Sequence[dict[str, Any]], file: SearchFile) -> dict[str, Any] | None:
    """Of the finalists that hold all bounds, are clearly better than today in something and clearly worse in nothing,
    the one whose least sure gain is the surest, to a per cent, and among such the one most surely on the front."""
    fit = [row for row in rows if row["feasible"] and row["against_today"] and _improves(row, file)]
    keys = [(round(_least_sure(row), 2), row["chance_of_front"], -row["candidate"]) for row in fit]
    return fit[keys.index(max(keys))] if fit else None


def _recommend(
    rows: Sequence[dict[str, Any]], file: SearchFile, named: Sequence[tuple[str, Values]], ensemble: Ensemble
) -> dict[str, Any] | None:
    """The best finalist, played once more beside today on seeds that had no say in its choice."""
    best = best_of(rows, file)
    if best is None:
        return None
    pair = [named[0], (f"candidate {best['candidate']}", best["values"])]
    again = ensemble.play(pair, 0, file.search.fresh, CONFIRM)
    if any(each.error for each in again):
        return None
    return {
        "candidate": best["candidate"],
        "values": best["values"],
        **_held_against(again, file, ensemble),
        "answered": _answered(pair, file, ensemble),
    }


def _held_against(played: Sequence[Results], file: SearchFile, ensemble: Ensemble) -> dict[str, Any]:
    """Today and a candidate on seeds that had no say in its choice, and whether it still beats today there."""
    verdict = _Verdict(file, played, ensemble.seed)
    gaps = {"feasible": bool(verdict.feasible[1]), "against_today": verdict.against(1, 0)}
    return {**gaps, "still_better": gaps["feasible"] and _improves(gaps, file)}


def _answered(pair: Sequence[tuple[str, Values]], file: SearchFile, ensemble: Ensemble) -> dict[str, Any]:
    """The recommended policy and today once more, on seeds of their own, with partners that answer."""
    told = {"settings": dict(ensemble.study.answer), "settle": file.answer.settle}
    played = ensemble.play(pair, 0, file.search.fresh, ANSWER)
    errors = [each.error for each in played if each.error]
    if errors:
        return {**told, "error": errors[0]}
    return {**told, "error": None, **_held_against(played, file, ensemble)}


def _improves(row: dict[str, Any], file: SearchFile) -> bool:
    gaps = [(each.sign, row["against_today"][each.label]["ci95"]) for each in file.objectives]
    better = [low > 0 if sign > 0 else high < 0 for sign, (low, high) in gaps]
    worse = [high < 0 if sign > 0 else low > 0 for sign, (low, high) in gaps]
    return any(better) and not any(worse)


def _least_sure(row: dict[str, Any]) -> float:
    """The smallest of the probabilities, over objectives, that the candidate is better than today."""
    return min(float(each["surely_better"]) for each in row["against_today"].values())


def _candidates(trials: Sequence[FrozenTrial], file: SearchFile) -> pd.DataFrame:
    labels = [each.label for each in file.objectives]
    first = {trial.number for trial in first_front(able(trials), file)}
    return pd.DataFrame(
        [
            {
                "candidate": trial.user_attrs[CANDIDATE],
                **values_of(trial),
                **dict(zip(labels, trial.values or [None] * len(labels), strict=True)),
                **{f"excess of {name.partition(' ')[2]}": value for name, value in trial.constraints.items()},
                "state": "failed" if trial.state == TrialState.FAIL else "done",
                "stopped": bool(trial.user_attrs.get("stopped")),
                "feasible": is_done(trial) and is_feasible(trial),
                "on_front": trial.number in first,
                "error": trial.user_attrs.get("error"),
            }
            for trial in trials
        ]
    )


def _flat(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for label, each in told.get("objectives", {}).items():
        found |= {label: each["mean"], f"{label} low": each["ci95"][0], f"{label} high": each["ci95"][1]}
    return found | {key: told.get(key) for key in ("feasible", "on_front", "chance_of_front")}
