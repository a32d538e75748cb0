"""Optuna as the one who chooses candidates: they are asked for in batches, before any of a batch is known.

The storage holds all that must survive: which candidates were asked for, what they are, what came of them. Every
candidate is chosen with luck of its own number and from what earlier batches have told, so that a search that was
killed anywhere goes on as if it had not been. A trial that was killed while it was being chosen is reaped.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from re import sub
from typing import Any, Self

import numpy as np
import optuna
from optuna.exceptions import StorageInternalError
from optuna.samplers import (
    BaseSampler,
    NSGAIIISampler,
    NSGAIISampler,
    PartialFixedSampler,
    RandomSampler,
    TPESampler,
)
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from channellab.experiments.inputs import Values
from channellab.experiments.proposals import even, fewest, proposals
from channellab.experiments.search_file import SearchStudy
from channellab.experiments.trials import CANDIDATE, VALUES, distribution, is_up, meant, written
from channellab.scenarios.errors import BadInput, ChannelLabError

STORAGE = "search.sqlite"
IDENTITY, BATCH = "identity", "batch"


class _SortedNsga2(NSGAIISampler):
    """Parents in one order, whether they were just selected or are read again after an interruption."""

    def select_parent(self, study: optuna.Study, generation: int) -> list[FrozenTrial]:
        return sorted(super().select_parent(study, generation), key=lambda trial: trial.number)


class _SortedNsga3(NSGAIIISampler):
    """The same."""

    def select_parent(self, study: optuna.Study, generation: int) -> list[FrozenTrial]:
        return sorted(super().select_parent(study, generation), key=lambda trial: trial.number)


class Asker:
    """Asks Optuna for candidates and tells it what came of them."""

    def __init__(self, study: SearchStudy, folder: Path, storage: str | None = None) -> None:
        """Opens the search's storage, or makes it.

        Args:
            storage: URL of a database; by default a SQLite file in the folder.

        Raises:
            BadInput: the storage cannot be used, or holds another search.
        """
        self.study, self.search = study, study.file.search
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.distributions = {lever.key: distribution(lever) for lever in study.levers}
        self._proposed: tuple[int, list[Values]] = -1, []
        self.url = storage or f"sqlite:///{folder / STORAGE}"
        self.optuna = self._open(self.url, folder.resolve().name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.remove_session()
        self._database.engine.dispose()

    @contextmanager
    def spoken(self) -> Iterator[None]:
        """What goes wrong with the storage while it is used becomes one sentence.

        Raises:
            ChannelLabError: the disk is full, or the database is gone.
        """
        try:
            yield
        except (SQLAlchemyError, StorageInternalError) as error:
            raise ChannelLabError(
                f"{_hidden(self.url)}: the search cannot be kept there: {_reason(error)}; what has finished is kept, so"
                " see to it and repeat the command"
            ) from error

    def reap(self) -> int:
        """Ends trials that were being chosen when the search was killed; how many there were."""
        stale = [trial for trial in self._trials() if trial.state == TrialState.RUNNING and not _is_chosen(trial)]
        for trial in stale:
            self.optuna.tell(trial.number, state=TrialState.FAIL)
        return len(stale)

    def chosen(self) -> list[FrozenTrial]:
        """All candidates that have been chosen, by their number."""
        return sorted(filter(_is_chosen, self._trials()), key=lambda trial: int(trial.user_attrs[CANDIDATE]))

    def next_batch(self) -> list[FrozenTrial]:
        """The candidates of the batch that has not been told yet, after choosing those that are still missing."""
        chosen = self.chosen()
        count, (start, end) = len(chosen), self.optuna.user_attrs.get(BATCH, (0, 0))
        if count == end and not _waiting(chosen):
            start, end = count, min(count + self.search.batch, self.search.evaluations)
            self.optuna.set_user_attr(BATCH, (start, end))
        told = chosen[:start]
        for number in range(count, end):
            self._choose(number, told)
        return _waiting(self.chosen() if end > count else chosen)

    @property
    def batch_start(self) -> int:
        """Number of the first candidate of the batch."""
        start, _ = self.optuna.user_attrs.get(BATCH, (0, 0))
        return int(start)

    def tell(
        self, trial: FrozenTrial, values: Sequence[float] | None, excess: dict[str, float], notes: dict[str, Any]
    ) -> None:
        """What came of a candidate: one value an objective, or None if it failed; and by how much it breaks what."""
        handle = Trial(self.optuna, trial._trial_id)
        for name, note in notes.items():
            handle.set_user_attr(name, note)
        if values is None:
            self.optuna.tell(handle, state=TrialState.FAIL)
            return
        for name, value in excess.items():
            if name not in trial.constraints:
                handle.set_constraint(name, value)
        self.optuna.tell(handle, list(values))

    def importance(self) -> dict[str, dict[str, float]]:
        """By objective, the share of each lever in how good candidates differ from others (PED-ANOVA)."""
        done = [trial for trial in self._trials() if trial.state == TrialState.COMPLETE]
        found = {}
        for number, objective in enumerate(self.study.file.objectives):
            values = {trial.values[number] for trial in done}
            found[objective.label] = self._importance(number) if len(done) >= 4 and len(values) > 1 else {}
        return found

    def _importance(self, number: int) -> dict[str, float]:
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
        sign = -1.0 if is_up(self.study.file.objectives[number]) else 1.0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that it takes lower values for better, which the sign sees to
            shares = optuna.importance.get_param_importances(
                self.optuna, evaluator=evaluator, target=lambda trial: sign * float(trial.values[number])
            )
        return {lever.key: float(shares.get(lever.key, 0.0)) for lever in self.study.levers}

    def _open(self, url: str, name: str) -> optuna.Study:
        ways = {True: StudyDirection.MAXIMIZE, False: StudyDirection.MINIMIZE}
        directions = [ways[is_up(each)] for each in self.study.file.objectives]
        try:
            self._database = _database(url)
            found = optuna.create_study(
                storage=self._database, study_name=name, directions=directions, load_if_exists=True
            )
        except Exception as error:  # each kind of database has errors of its own
            raise BadInput(f"--storage {_hidden(url)}", "", f"cannot be used: {_reason(error)}") from error
        known = found.user_attrs.get(IDENTITY)
        if known is None:
            found.set_user_attr(IDENTITY, self.study.identity)
        elif known != self.study.identity:
            problem = (
                "differs from the study that was searched here before, allowed are more evaluations; name a new folder"
            )
            raise BadInput(self.study.where, "", problem)
        return found

    def _choose(self, number: int, told: Sequence[FrozenTrial]) -> None:
        self.optuna.sampler = self._sampler(number, told)
        trial = self.optuna.ask(self.distributions)
        trial.set_user_attr(VALUES, {lever.key: meant(lever, trial.params[lever.key]) for lever in self.study.levers})
        trial.set_user_attr(CANDIDATE, number)

    def _sampler(self, candidate: int, told: Sequence[FrozenTrial]) -> BaseSampler:
        """The sampler of the study with the luck of one candidate; at first candidates spread evenly.

        Args:
            told: candidates of earlier batches; asking the storage for them has it read those that wait, every time.
        """
        seed = int(np.random.SeedSequence([self.search.seed, candidate]).generate_state(1)[0])
        if self.search.sampler == "random":
            return RandomSampler(seed=seed)
        known = [trial for trial in told if trial.state == TrialState.COMPLETE]
        start = enough(self.study)
        if len(known) < start:
            return self._fixed(even(self.study, candidate), sampler(self.search.sampler, start, seed))
        if self.search.sampler != "gp":
            return sampler(self.search.sampler, start, seed)
        if self._proposed[0] != len(told):
            self._proposed = len(told), proposals(told, self.study, len(told), self.search.batch)
        return self._fixed(self._proposed[1][candidate - len(told)], RandomSampler(seed=seed))

    def _fixed(self, values: Values, otherwise: BaseSampler) -> BaseSampler:
        """Chooses these values."""
        chosen = {key: written(value) for key, value in values.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return PartialFixedSampler(chosen, otherwise)

    def _trials(self) -> list[FrozenTrial]:
        return self.optuna.get_trials(deepcopy=False)


def _hidden(url: str) -> str:
    """Without the password that there may be in it.

    >>> _hidden("postgresql+psycopg://me:secret@host/name")
    'postgresql+psycopg://me:***@host/name'
    """
    return sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", url)


def _reason(error: BaseException) -> str:
    """What the database itself says, in one line."""
    while not isinstance(error, SQLAlchemyError) and error.__cause__:
        error = error.__cause__
    return " ".join(str(getattr(error, "orig", None) or error).split())[:200]


def _database(url: str) -> optuna.storages.RDBStorage:
    """The database at a URL; SQLite need not reach the disk at every step, as its log outlives the process anyway."""
    storage = optuna.storages.RDBStorage(url)
    if url.startswith("sqlite"):
        event.listen(storage.engine, "connect", _relax)
        storage.engine.dispose()  # connections are made anew, with that
    return storage


def _relax(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def enough(study: SearchStudy) -> int:
    """Candidates that must be known before a sampler learns from them."""
    batch = study.file.search.batch
    return {"tpe": max(batch, 10), "gp": max(batch, fewest(study.levers))}.get(study.file.search.sampler, max(batch, 2))


def sampler(name: str, start: int, seed: int) -> BaseSampler:
    """Optuna's sampler of this name; ``gp`` has none, as what it wants is known before it asks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        match name:
            case "tpe":
                return TPESampler(seed=seed, n_startup_trials=start)
            case "nsga2":
                return _SortedNsga2(population_size=start, seed=seed)
            case "nsga3":
                return _SortedNsga3(population_size=start, seed=seed)
            case _:
                return RandomSampler(seed=seed)


def _waiting(chosen: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    return [trial for trial in chosen if trial.state == TrialState.RUNNING]


def _is_chosen(trial: FrozenTrial) -> bool:
    return CANDIDATE in trial.user_attrs
