"""Uncertain parameters: drawn anew for every replication, so that intervals hold what is not known beside luck."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ConfigDict, Field

from channellab.experiments.inputs import Declared, Input, Values, drawn, inputs, read_study
from channellab.scenarios.errors import BadInput

_STREAM = 0x756E63
"""Keeps these draws apart from others on the same seed."""


@dataclass(frozen=True)
class Uncertainty:
    """Inputs that are not known, as a file declares them."""

    where: str
    inputs: tuple[Input, ...]

    def draw(self, seed: int, replication: int) -> Values:
        """The values of a replication; they follow from seed and number alone.

        Draws are independent, not evenly spread, so that Student's interval over replications is right.
        """
        return drawn(self.inputs, np.random.default_rng([_STREAM, seed, replication]))


class _File(Declared):
    """A file with a table ``uncertainties``; a design or a study is one too, whose other tables do not matter here."""

    model_config = ConfigDict(extra="ignore")
    uncertainties: dict[str, Any] = Field(min_length=1)


def read_uncertainty(path: Path) -> Uncertainty:
    """The uncertain inputs that a file declares.

    Raises:
        BadInput: it cannot be read, or declares none.
    """
    file = read_study(path, _File)
    found = inputs(file.uncertainties, str(path))
    if not found:
        raise BadInput(str(path), "uncertainties", "declares nothing, allowed are keys with lists or spans")
    return Uncertainty(str(path), tuple(found))
