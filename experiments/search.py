"""Search for good policies: candidates chosen in batches, played in an ensemble of markets, judged, and told.

One parent does all of the choosing, so that results do not depend on who plays the runs; whatever is killed goes on.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from optuna.trial import FrozenTrial, TrialState
from scipy.special import stdtr

from channellab.experiments import pareto
from channellab.experiments.ensemble import Ensemble, Results, scenarios
from channellab.experiments.executors import Place, opened
from channellab.experiments.front import Front, final
from channellab.experiments.replicate import Progress
from channellab.experiments.robust import judged
from channellab.experiments.sampling import Asker
from channellab.experiments.search_file import Objective, SearchStudy
from channellab.experiments.store import Store
from channellab.experiments.trials import CANDIDATE, told, values_of
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import ChannelLabError

HOPELESS = 0.01
"""A candidate plays no more if a known one is better in every objective, each with a one-sided p value below this."""
PAIRS = 4
"""Fewest pairs of runs for such a test."""
TRIES = 20
"""Candidates after which a search gives up if none of them could be played."""


def search(
    study: SearchStudy,
    folder: Path,
    place: Place,
    *,
    storage: str | None = None,
    progress: Progress | None = None,
) -> Front:
    """Searches, or goes on searching, and plays the best candidates again on fresh seeds.

    Args:
        folder: of the study, made where there is none. storage: URL of a database for the search itself.
        progress: hears runs done and, about, runs in all.

    Raises:
        BadInput: the study cannot be searched, or the folder holds another one.
        ChannelLabError: nothing could be played, the disk is full, or the cluster is gone.
    """
    start = time.perf_counter()
    scenarios(study)  # what is wrong with them is told before anything is written
    with Store(folder) as store, Asker(study, folder, storage) as asker, asker.spoken(), opened(place) as crew:
        counted = _Counted(progress)
        ensemble = Ensemble(study, store, crew, counted.one)
        counted.total = _runs(study, len(ensemble.markets))
        _Search(asker, ensemble).run()
        found = final(asker, ensemble)
    return found.after(time.perf_counter() - start)


@dataclass
class _Counted:
    """Tells how many runs are done; early stops and known runs make the total an upper bound."""

    progress: Progress | None
    total: int = 0
    done: int = field(default=0, init=False)

    def one(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, max(self.total, self.done))


def _runs(study: SearchStudy, markets: int) -> int:
    search = study.file.search
    finals = (min(search.finalists, search.evaluations) + 5) * search.fresh
    return markets * (search.evaluations * study.file.replications + finals)


class _Search:
    def __init__(self, asker: Asker, ensemble: Ensemble) -> None:
        self.asker, self.ensemble = asker, ensemble
        self.file = ensemble.study.file
        self.known: dict[int, Results] = {}

    def run(self) -> None:
        """Batch after batch, until as many candidates are told as the study wants."""
        self.asker.reap()
        while True:
            batch = self.asker.next_batch()
            if not batch:
                return
            self._recall()
            results = self._play(batch)
            self._check_hope(results)
            self._tell(batch, results)

    def _check_hope(self, results: Sequence[Results]) -> None:
        tried, wanted = self.asker.batch_start + len(results), self.file.search.evaluations
        if not self.known and all(each.error for each in results) and tried >= min(TRIES, wanted):
            raise ChannelLabError(f"none of {tried} candidates could be played; the last: {results[-1].error}")

    def _recall(self) -> None:
        """Results of candidates told before this batch; after an interruption they are read from the store."""
        missing = [
            trial
            for trial in self.asker.chosen()[: self.asker.batch_start]
            if trial.state == TrialState.COMPLETE and _number(trial) not in self.known
        ]
        for trial in missing:
            last = self.file.replications if not trial.user_attrs["stopped"] else self._first()
            self.known[_number(trial)] = self._played([trial], 0, last)[0]

    def _play(self, batch: Sequence[FrozenTrial]) -> list[Results]:
        """A part of the replications of all, and the rest of those that are not hopeless after that."""
        first, every = self._first(), self.file.replications
        results = self._played(batch, 0, first)
        if first == every:
            return results
        rivals = self._rivals(first)
        going = [n for n, each in enumerate(results) if not each.error and not self._is_hopeless(each, rivals)]
        more = self._played([batch[n] for n in going], first, every)
        for n, each in zip(going, more, strict=True):
            results[n] = results[n].joined(each)
        return results

    def _played(self, trials: Sequence[FrozenTrial], first: int, last: int) -> list[Results]:
        if not trials:
            return []
        named = [(f"candidate {_number(trial)}", values_of(trial)) for trial in trials]
        return self.ensemble.play(named, first, last)

    def _first(self) -> int:
        """Replications before the test; all of them where no test can be made."""
        half = self.file.replications // 2
        plain = all(objective.robust == "mean" for objective in self.file.objectives)
        if not (self.file.search.early_stop and plain and half * len(self.ensemble.markets) >= PAIRS):
            return self.file.replications
        return half

    def _rivals(self, first: int) -> list[Floats]:
        """What the feasible candidates of earlier batches that nobody beats have, (pairs, objectives) each."""
        known = [each for _, each in sorted(self.known.items())]
        if not known:
            return []
        values = np.array([[score.mean() for score in _scores(each, self.file.objectives)] for each in known])
        allowed = np.array([all(e <= 0 for e in self._excess(each).values()) for each in known])
        return [self._pairs(known[n], first) for n in pareto.front(values, allowed)]

    def _pairs(self, results: Results, first: int) -> Floats:
        return np.array([score[:, :first].ravel() for score in _scores(results, self.file.objectives)]).T

    def _is_hopeless(self, results: Results, rivals: Sequence[Floats]) -> bool:
        mine = self._pairs(results, self._first())
        return any(all(clearly_below(mine[:, n], rival[:, n]) for n in range(mine.shape[1])) for rival in rivals)

    def _tell(self, batch: Sequence[FrozenTrial], results: Sequence[Results]) -> None:
        """In the order of the candidates; regret counts from the best that is known with this batch."""
        fine = [each for each in results if not each.error]
        known = [*self.known.values(), *fine]
        best = [
            np.max([objective.sign * each.of(objective.metric).mean(axis=1) for each in known], axis=0)
            if known
            else None
            for objective in self.file.objectives
        ]
        for trial, each in zip(batch, results, strict=True):
            if each.error:
                self.asker.tell(trial, None, {}, {"error": each.error})
                continue
            values = [
                told(
                    objective,
                    float(judged(objective.sign * each.of(objective.metric).mean(axis=1)[None], objective, top)[0]),
                )
                for objective, top in zip(self.file.objectives, best, strict=True)
            ]
            stopped = each.figures.shape[1] < self.file.replications
            self.asker.tell(trial, values, self._excess(each), {"stopped": stopped})

    def _excess(self, results: Results) -> dict[str, float]:
        return {
            f"{number} {constraint.metric}": constraint.excess(float(results.of(constraint.metric).mean()))
            for number, constraint in enumerate(self.file.constraints)
        }


def clearly_below(mine: Floats, other: Floats) -> bool:
    """Whether paired values are below others with a one-sided p value (Student) under `HOPELESS`."""
    gaps = other - mine
    error = float(gaps.std(ddof=1)) / np.sqrt(gaps.size)
    if error == 0:
        return bool(gaps.mean() > 0)
    return bool(stdtr(gaps.size - 1, -gaps.mean() / error) < HOPELESS)


def _scores(results: Results, objectives: Sequence[Objective]) -> list[Floats]:
    """By objective, values of which more is better, (markets, replications)."""
    return [objective.sign * results.of(objective.metric) for objective in objectives]


def _number(trial: FrozenTrial) -> int:
    return int(trial.user_attrs[CANDIDATE])
