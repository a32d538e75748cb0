"""Sensitivity studies as they are written: inputs, outcomes, bounds of success, and how points are chosen.

```toml
scenario = "base"
replications = 2                           # from 2, so that noise can be told apart
[levers]
policy.funds.district_support = {low = 0.0, high = 60.0}
[uncertainties]
consumers.season_amplitude = {low = 0.0, high = 0.3}
[[success]]                                # where this is broken, the policy has failed
metric = "channel_profit"
at_least = 0.0
[sensitivity]
method = "sobol"
points = 32
```
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from channellab.experiments.inputs import (
    Declared,
    Input,
    Values,
    constants,
    inputs,
    loaded_with,
    outcomes,
    placed,
    read_study,
)
from channellab.experiments.refusals import some_playable, tried
from channellab.experiments.replicate import changed, replication_seeds
from channellab.experiments.search_file import Constraint
from channellab.experiments.store import Point
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded

LEVELS = 4
"""Levels of Morris's grid; an elementary effect spans two thirds of an input's range."""


class SensitivitySettings(Declared):
    """How: ``points`` are Morris's trajectories, or the base of Sobol's sample, a power of two."""

    method: Literal["morris", "sobol"] = "sobol"
    points: int = Field(32, ge=4, le=1_000_000)
    seed: int = Field(1, ge=0, lt=2**32)

    @model_validator(mode="after")
    def _power(self) -> "SensitivitySettings":
        if self.method == "sobol" and self.points & (self.points - 1):
            raise ValueError(f"points is {self.points}, allowed are powers of two where the method is sobol")
        return self


class OutcomeSettings(Declared):
    """Metrics that the study is about."""

    metrics: tuple[str, ...] = Field(("channel_profit",), min_length=1)


class SensitivityFile(Declared):
    """A study as it is written; where a bound of ``success`` is broken, the policy has failed."""

    about: str = ""
    scenario: str
    weeks: int | None = Field(None, ge=1)
    seed: int | None = Field(None, ge=0, lt=2**63)
    replications: int = Field(2, ge=2, le=10_000)
    constants: dict[str, Any] = Field(default_factory=dict)
    levers: dict[str, Any] = Field(default_factory=dict)
    uncertainties: dict[str, Any] = Field(default_factory=dict)
    outcomes: OutcomeSettings = Field(default_factory=lambda: OutcomeSettings.model_validate({}))
    success: tuple[Constraint, ...] = ()
    sensitivity: SensitivitySettings = Field(default_factory=lambda: SensitivitySettings.model_validate({}))


@dataclass(frozen=True)
class SensitivityStudy:
    """A study that was read and checked; of its inputs so many are levers, the others uncertainties."""

    where: str
    folder: Path
    file: SensitivityFile
    constants: Values
    inputs: tuple[Input, ...]
    levers: int

    @property
    def problem(self) -> dict[str, Any]:
        """In SALib's words: every input from 0 to 1."""
        names = [each.key for each in self.inputs]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def shares(self) -> Floats:
        """Where in its range every input lies, (points, inputs)."""
        from SALib.sample import morris, sobol

        how = self.file.sensitivity
        if how.method == "morris":
            return np.asarray(morris.sample(self.problem, how.points, num_levels=LEVELS, seed=how.seed), np.float64)
        drawn = sobol.sample(self.problem, how.points, calc_second_order=False, seed=how.seed)
        return np.asarray(drawn, np.float64)

    def points(self, shares: Floats) -> list[Point]:
        """The runs, point by point and seed by seed.

        Raises:
            BadInput: the scenario cannot be read or played with the constants alone, or no point makes a scenario.
        """
        return [*some_playable(self._points(shares))]

    def load(self) -> Loaded:
        """The scenario with the constants alone, played for the weeks and on the seed of the study.

        Raises:
            BadInput: it cannot be read, or the constants are not allowed in it.
        """
        loaded = loaded_with(self.file.scenario, self.constants, self.where, self.folder)
        return changed(loaded, self.file.seed, self.file.weeks)

    def _points(self, shares: Floats) -> Iterator[Point]:
        seeds = replication_seeds(self.load().scenario.run.seed, self.file.replications)
        bare = loaded_with(self.file.scenario, {}, self.where, self.folder)
        for number, row in enumerate(shares):
            values = {each.key: placed(each, float(share)) for each, share in zip(self.inputs, row, strict=True)}
            made = tried(bare, {**self.constants, **values}, self.where, self.file.seed, self.file.weeks)
            for n, seed in enumerate(seeds, 1):
                yield Point(bare.name, f"point {number}", values, n, seed, made)


def read_sensitivity(path: Path) -> SensitivityStudy:
    """Reads and checks a study.

    Raises:
        BadInput: for the first thing that is wrong.
    """
    file: SensitivityFile = read_study(path, SensitivityFile)
    where = str(path)
    levers = inputs(file.levers, where)
    found = (*levers, *inputs(file.uncertainties, where))
    keys = [each.key for each in found]
    if len({*keys}) < 2 or len({*keys}) < len(keys):
        raise BadInput(where, "", "declares fewer than two different levers and uncertainties, allowed are two or more")
    outcomes(file.outcomes.metrics, where, "outcomes.metrics")
    outcomes([each.metric for each in file.success], where, "success")
    return SensitivityStudy(where, path.parent, file, constants(file.constants, where), found, len(levers))
