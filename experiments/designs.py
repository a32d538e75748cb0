"""Designs: which runs a batch wants, declared in a TOML file as scenarios x policies x values x seeds.

```toml
scenarios = ["base", "mine.toml"]         # of the library, or files beside the design
replications = 4                          # seeds that every point is played on

[policies.today]                          # named sets of settings
[policies.selective]
layout.core = "selective"

[levers]                                  # lists are crossed with one another and with everything else
policy.funds.district_support = [12.0, 24.0]
[uncertainties]                           # spans are sampled together
consumers.season_amplitude = {low = 0.0, high = 0.3}
[sampling]
method = "latin_hypercube"
points = 50
```
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field
from scipy.stats import qmc

from channellab.experiments.inputs import Declared, Input, Values, constants, inputs, loaded_with, outcomes, read_study
from channellab.experiments.refusals import some_playable, tried
from channellab.experiments.replicate import changed, replication_seeds
from channellab.experiments.store import Point
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded

MOST = 1_000_000
"""Runs of a design, so that a slip of the hand is noticed."""


class SamplingSettings(Declared):
    """How spans are sampled: points of a Latin hypercube or of a scrambled Sobol sequence."""

    method: Literal["latin_hypercube", "sobol"] = "latin_hypercube"
    points: int = Field(16, ge=1, le=MOST)
    seed: int = Field(1, ge=0, lt=2**63)


class OutcomeSettings(Declared):
    """Metrics that the study is about."""

    metrics: tuple[str, ...] = ("channel_profit",)


class DesignFile(Declared):
    """A design as it is written."""

    about: str = ""
    scenarios: tuple[str, ...] = Field(min_length=1)
    weeks: int | None = Field(None, ge=1)
    seed: int | None = Field(None, ge=0, lt=2**63)
    replications: int = Field(1, ge=1, le=100_000)
    constants: dict[str, Any] = Field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = Field(default_factory=dict)
    levers: dict[str, Any] = Field(default_factory=dict)
    uncertainties: dict[str, Any] = Field(default_factory=dict)
    outcomes: OutcomeSettings = Field(default_factory=OutcomeSettings)
    sampling: SamplingSettings = Field(default_factory=lambda: SamplingSettings.model_validate({}))


@dataclass(frozen=True)
class Design:
    """A design that was read and checked.

    Attributes:
        where: the file. folder: of the file. file: what it says.
        constants: for all runs. policies: by name. inputs: levers, so many of them, then uncertainties.
        outcomes: names of metrics.
    """

    where: str
    folder: Path
    file: DesignFile
    constants: Values
    policies: dict[str, Values]
    inputs: tuple[Input, ...]
    levers: int
    outcomes: tuple[str, ...]

    def values(self) -> list[Values]:
        """Every point of the design: all combinations of listed values with all sampled points of spans."""
        lists = [each for each in self.inputs if each.values is not None]
        spans = [each for each in self.inputs if each.values is None]
        sampled = sample(spans, self.file.sampling)
        crossed = product(*(each.values or () for each in lists))
        given = [dict(zip([each.key for each in lists], values, strict=True)) for values in crossed]
        return [{**some, **others} for some in given for others in sampled]

    def points(self) -> Iterator[Point]:
        """Every run that is wanted, scenario by scenario, policy by policy, value by value, seed by seed.

        All scenarios share the luck of the first, so that they can be compared.

        Raises:
            BadInput: a scenario cannot be read or played with the constants alone, or no point makes a scenario.
        """
        return some_playable(self._points())

    def load(self, scenario: str) -> Loaded:
        """A scenario with the constants alone, played for the weeks and on the seed of the design.

        Raises:
            BadInput: it cannot be read, or the constants are not allowed in it.
        """
        loaded = loaded_with(scenario, self.constants, self.where, self.folder)
        return changed(loaded, self.file.seed, self.file.weeks)

    def _points(self) -> Iterator[Point]:
        plain = [self.load(name) for name in self.file.scenarios]  # what is wrong with any of them is told at once
        values, seeds = self.values(), replication_seeds(plain[0].scenario.run.seed, self.file.replications)
        bare = [loaded_with(name, {}, self.where, self.folder) for name in self.file.scenarios]
        for loaded, policy, point in product(bare, self.policies, values):
            together = {**self.constants, **self.policies[policy], **point}
            made = tried(loaded, together, self.where, self.file.seed, self.file.weeks)
            for number, luck in enumerate(seeds, 1):
                yield Point(loaded.name, policy, point, number, luck, made)


def read_design(path: Path) -> Design:
    """Reads and checks a design.

    Raises:
        BadInput: for the first thing that is wrong.
    """
    file: DesignFile = read_study(path, DesignFile)
    where = str(path)
    levers, unsure = inputs(file.levers, where), inputs(file.uncertainties, where)
    found = (*levers, *unsure)
    twice = [each.key for each in found if [other.key for other in found].count(each.key) > 1]
    if twice:
        raise BadInput(where, twice[0], "is declared twice, allowed is one kind of input for a key")
    policies = {name: constants(table, f"{where}: policies.{name}") for name, table in file.policies.items()}
    wanted = outcomes(file.outcomes.metrics, where, "outcomes.metrics")
    fixed = constants(file.constants, where)
    design = Design(where, path.parent, file, fixed, policies or {"": {}}, found, len(levers), wanted)
    _check_size(design)
    return design


def sample(spans: list[Input], how: SamplingSettings) -> list[Values]:
    """Points that spread over all spans together; without spans the one empty point."""
    if not spans:
        return [{}]
    shares = _shares(len(spans), how)
    return [{each.key: each.at(float(share)) for each, share in zip(spans, row, strict=True)} for row in shares]


def _shares(width: int, how: SamplingSettings) -> Floats:
    """Points of the unit cube, (points, width)."""
    luck = np.random.default_rng(how.seed)
    if how.method == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(width, rng=luck).random(how.points))
    # All of a power of two and then the first of them, so that no point depends on how many are wanted.
    power = (how.points - 1).bit_length()
    return np.asarray(qmc.Sobol(width, rng=luck).random_base2(power)[: how.points])


def _check_size(design: Design) -> None:
    lists = [len(each.values) for each in design.inputs if each.values is not None]
    spans = any(each.values is None for each in design.inputs)
    size = int(np.prod([float(length) for length in lists]))
    size *= design.file.sampling.points if spans else 1
    size *= len(design.file.scenarios) * len(design.policies) * design.file.replications
    if size > MOST:
        raise BadInput(design.where, "", f"wants {size:,} runs, allowed are up to {MOST:,}")
