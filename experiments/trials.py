"""Candidates as Optuna keeps them: what levers may be, what was chosen and told, in its words and in ours."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from channellab.experiments import pareto
from channellab.experiments.inputs import Input, Values
from channellab.experiments.search_file import Objective, SearchFile
from channellab.scenarios.arrays import Floats
from channellab.scenarios.show import toml_value

CANDIDATE, VALUES = "candidate", "values"
_PLAIN = (bool, int, float, str)


def distribution(lever: Input) -> BaseDistribution:
    """What a lever may be, in Optuna's words; values that it does not know are written as TOML."""
    if lever.span is None:
        return CategoricalDistribution([written(value) for value in lever.values or ()])
    low, high, is_log = lever.span.low, lever.span.high, lever.span.scale == "log"
    return IntDistribution(int(low), int(high), log=is_log) if lever.whole else FloatDistribution(low, high, log=is_log)


def meant(lever: Input, chosen: Any) -> Any:
    """The value that stands for what Optuna chose."""
    if lever.span is not None:
        return chosen
    return next(
        value for value in lever.values or () if written(value) == chosen and type(written(value)) is type(chosen)
    )


def values_of(trial: FrozenTrial) -> Values:
    """Values of the levers of a candidate."""
    return dict(trial.user_attrs[VALUES])


def is_up(objective: Objective) -> bool:
    """Whether Optuna is to maximise what it is told of an objective; regret is to be small."""
    return objective.robust != "regret" and objective.sign > 0


def told(objective: Objective, better: float) -> float:
    """What Optuna is told, from a figure of which more is better."""
    return -better if objective.robust == "regret" else objective.sign * better


def written(value: Any) -> Any:
    return value if isinstance(value, _PLAIN) else toml_value(json.loads(json.dumps(value)))


def is_done(trial: FrozenTrial) -> bool:
    """Whether a candidate was told without a failure."""
    return trial.state == TrialState.COMPLETE


def better(trial: FrozenTrial, file: SearchFile) -> list[float]:
    """Values of which more is better."""
    return [told(objective, value) for objective, value in zip(file.objectives, trial.values, strict=True)]


def gains(trials: Sequence[FrozenTrial], file: SearchFile) -> Floats:
    """The same of some candidates, (candidates, objectives)."""
    return np.array([better(trial, file) for trial in trials]).reshape(len(trials), len(file.objectives))


def excesses(trials: Sequence[FrozenTrial]) -> Floats:
    """By how much candidates break every bound, (candidates, bounds)."""
    rows = [[trial.constraints[name] for name in sorted(trial.constraints)] for trial in trials]
    return np.array(rows, np.float64).reshape(len(trials), -1) if trials else np.empty((0, 0))


def is_feasible(trial: FrozenTrial) -> bool:
    """Whether a candidate broke no bound, as the search saw it."""
    return all(value <= 0 for value in trial.constraints.values())


def able(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Candidates that were played to the end and broke no bound, as the search saw them."""
    return [trial for trial in trials if is_done(trial) and not trial.user_attrs["stopped"] and is_feasible(trial)]


def first_front(trials: Sequence[FrozenTrial], file: SearchFile) -> list[FrozenTrial]:
    """Those that no other beats, as the search saw them."""
    return [trials[n] for n in pareto.front(gains(trials, file), np.ones(len(trials), np.bool_))]
