"""Calibrations of a scenario's parameters to figures of a market, as they are written.

```toml
scenario = "base"
weeks = 52
replications = 3                       # runs a point, over which its figures are means
[parameters]                           # what is not known, within these bounds
consumers.purchase_frequency = {low = 0.5, high = 2.0}
[targets.fill_rate]                    # what was measured, and how surely
value = 0.95
error = 0.01
[search]
evaluations = 120
```
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from channellab.experiments.inputs import Declared, Input, Values, constants, inputs, outcomes, read_study
from channellab.scenarios.errors import BadInput


class Target(Declared):
    """A figure that the market should have, and its standard error (0: as uncertain as a run of the model)."""

    value: float
    error: float = Field(0.0, ge=0)


class TargetSearch(Declared):
    """How to search: points that are simulated, and the luck of choosing them."""

    evaluations: int = Field(120, ge=16, le=100_000)
    seed: int = Field(1, ge=0, lt=2**32)


class TargetsFile(Declared):
    """A calibration as it is written."""

    about: str = ""
    scenario: str
    weeks: int | None = Field(None, ge=1)
    replications: int = Field(3, ge=2, le=10_000)
    constants: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(min_length=1, max_length=12)
    targets: dict[str, Target] = Field(min_length=1)
    search: TargetSearch = Field(default_factory=lambda: TargetSearch.model_validate({}))


@dataclass(frozen=True)
class TargetsStudy:
    """A calibration that was read and checked."""

    where: str
    folder: Path
    file: TargetsFile
    constants: Values
    parameters: tuple[Input, ...]


def read_targets(path: Path) -> TargetsStudy:
    """Reads and checks a calibration to targets.

    Raises:
        BadInput: for the first thing that is wrong.
    """
    file: TargetsFile = read_study(path, TargetsFile)
    where = str(path)
    found = inputs(file.parameters, where)
    for each in found:
        if each.span is None or each.span.steps is not None:
            raise BadInput(where, each.key, "is a list of values, allowed is a span {low, high} without steps")
    for name in file.targets:
        outcomes([name], where, f"targets.{name}")
    if len(file.targets) < len(found):
        raise BadInput(
            where, "targets", f"are {len(file.targets)} for {len(found)} parameters, allowed are as many at least"
        )
    return TargetsStudy(where, path.parent, file, constants(file.constants, where), tuple(found))
