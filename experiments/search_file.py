"""Studies of a search as they are written: levers, objectives, constraints, the ensemble of markets, and how to search.

```toml
scenarios = ["base", "price-war.toml"]     # every candidate is played in all of them
replications = 4
[levers]                                   # what the brand decides
policy.funds.district_support = {low = 0.0, high = 60.0}
layout.core = ["intensive", "selective"]
[uncertainties]                            # what it does not know; `draws` markets of each scenario
consumers.season_amplitude = {low = 0.0, high = 0.3}
[[objectives]]
metric = "channel_profit"
[[objectives]]
metric = "conflict_index"
robust = "worst"
[[constraints]]
metric = "overdue_rate"
at_most = 0.05
[search]
sampler = "nsga2"
evaluations = 200
```
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from channellab.experiments.identity import digest
from channellab.experiments.inputs import Declared, Input, Values, constants, inputs, outcomes, read_study
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

Robust = Literal["mean", "worst", "cvar", "regret"]


class Objective(Declared):
    """A metric that is to be large (``up``) or small (``down``), over all markets of the ensemble.

    Attributes:
        robust: mean over the markets; the worst of them; ``cvar``, the mean of the worst ``share`` of them; or
            ``regret``, the largest distance to the best candidate in the same market.
    """

    metric: str
    direction: Literal["up", "down"] | None = None
    robust: Robust = "mean"
    share: float = Field(0.2, gt=0, le=1)

    @property
    def sign(self) -> float:
        """1 where more is better, else -1."""
        return -1.0 if (self.direction or CATALOGUE[self.metric].direction) == "down" else 1.0

    @property
    def label(self) -> str:
        """Its name, different from that of the same metric judged otherwise."""
        return self.metric if self.robust == "mean" else f"{self.metric}.{self.robust}"


class Constraint(Declared):
    """Bounds on the mean of a metric over all markets of the ensemble."""

    metric: str
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _one(self) -> "Constraint":
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("at_most or at_least must be given, and only one of them")
        return self

    def excess(self, value: float) -> float:
        """By how much a value breaks it; not above 0 where it holds."""
        return value - self.at_most if self.at_most is not None else (self.at_least or 0.0) - value


class SearchSettings(Declared):
    """How to search.

    Attributes:
        evaluations: candidates. batch: candidates that are chosen together, before any of them is known.
        early_stop: candidates that are clearly worse than a known one after a part of their replications play no more.
        finalists: candidates played again on fresh seeds, ``fresh`` of them. draws: of the uncertainties.
    """

    sampler: Literal["tpe", "nsga2", "nsga3", "gp", "random"] = "tpe"
    evaluations: int = Field(100, ge=1, le=1_000_000)
    batch: int = Field(10, ge=1, le=10_000)
    seed: int = Field(1, ge=0, lt=2**32)
    early_stop: bool = True
    finalists: int = Field(12, ge=1, le=200)
    fresh: int = Field(16, ge=2, le=10_000)
    draws: int = Field(4, ge=1, le=1000)


ANSWERS: Values = {
    "conflict.from_unfairness": 0.5,
    "conflict.push_withheld": 2.0,
    "conflict.stock_withheld": 0.5,
}
"""Shops that find their share unfair resent the brand, recommend it less and order less, as in ``online-conflict``."""


class AnswerSettings(Declared):
    """How the recommended policy is tried again with partners that answer it.

    What partners learn (detection, demand, prices, rebates, what an online shop of their own would earn) has ``settle``
    more weeks before anything is measured, by default as many as are measured; and the ``settings`` hold, beside
    `ANSWERS` where the study says nothing of these. Rivals' reactions, or whatever else answers, can be set here too.
    """

    settle: int | None = Field(None, ge=0, le=1040)
    settings: dict[str, Any] = Field(default_factory=dict)


class SearchFile(Declared):
    """A study as it is written."""

    about: str = ""
    scenarios: tuple[str, ...] = Field(min_length=1)
    weeks: int | None = Field(None, ge=1)
    seed: int | None = Field(None, ge=0, lt=2**63)
    replications: int = Field(4, ge=1, le=10_000)
    constants: dict[str, Any] = Field(default_factory=dict)
    levers: dict[str, Any] = Field(min_length=1)
    uncertainties: dict[str, Any] = Field(default_factory=dict)
    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=6)
    constraints: tuple[Constraint, ...] = ()
    search: SearchSettings = Field(default_factory=lambda: SearchSettings.model_validate({}))
    answer: AnswerSettings = Field(default_factory=lambda: AnswerSettings.model_validate({}))


@dataclass(frozen=True)
class SearchStudy:
    """A study that was read and checked."""

    where: str
    folder: Path
    file: SearchFile
    constants: Values
    levers: tuple[Input, ...]
    uncertainties: tuple[Input, ...]
    answer: Values

    @property
    def identity(self) -> str:
        """Of all that decides which candidates are tried and how they are judged, but for how many there are."""
        data = self.file.model_dump(mode="json")
        for free in ("evaluations", "finalists", "fresh"):
            del data["search"][free]
        del data["about"], data["answer"]
        return digest(data)


def read_search(path: Path) -> SearchStudy:
    """Reads and checks a study.

    Raises:
        BadInput: for the first thing that is wrong.
    """
    file: SearchFile = read_study(path, SearchFile)
    where = str(path)
    levers, unsure = inputs(file.levers, where), inputs(file.uncertainties, where)
    twice = {each.key for each in levers} & {each.key for each in unsure}
    if twice:
        raise BadInput(where, min(twice), "is a lever and an uncertainty, allowed is one of them")
    for number, objective in enumerate(file.objectives):
        key = f"objectives.{number}.metric"
        outcomes([objective.metric], where, key)
        if objective.direction is None and CATALOGUE[objective.metric].direction == "none":
            raise BadInput(where, key, f"is {objective.metric!r}, which needs a direction, up or down")
    labels = [objective.label for objective in file.objectives]
    if len({*labels}) < len(labels):
        raise BadInput(where, "objectives", "name the same metric twice, allowed are different objectives")
    for number, constraint in enumerate(file.constraints):
        outcomes([constraint.metric], where, f"constraints.{number}.metric")
    fixed, answer = constants(file.constants, where), constants(file.answer.settings, f"{where}: answer.settings")
    own = {*fixed, *answer, *(each.key for each in (*levers, *unsure))}
    answer |= {key: value for key, value in ANSWERS.items() if key not in own}
    return SearchStudy(where, path.parent, file, fixed, tuple(levers), tuple(unsure), answer)
