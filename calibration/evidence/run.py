"""Finds the experiments of this package, and carries out those that are asked for."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence

from channellab.calibration import evidence
from channellab.calibration.evidence.finding import SEEDS, Experiment, Finding
from channellab.experiments.replicate import replication_seeds
from channellab.scenarios.errors import BadInput

SEED = 1
"""The first seed; the others follow from it."""


def experiments() -> dict[str, Experiment]:
    """All experiments by the id of their claim, in the order of the ids."""
    found: dict[str, Experiment] = {}
    for module in pkgutil.iter_modules(evidence.__path__):
        # A main module does its work when it is imported.
        if module.name != "__main__":
            found |= getattr(importlib.import_module(f"{evidence.__name__}.{module.name}"), "FINDINGS", {})
    return dict(sorted(found.items()))


def carry_out(claims: Sequence[str] = (), seeds: int = SEEDS) -> Iterator[Finding]:
    """What the experiments of these claims find, one after another; of all claims if none is named.

    Raises:
        BadInput: a claim has no experiment, or there are too few seeds for an interval.
    """
    known = experiments()
    for claim in claims:
        if claim not in known:
            raise BadInput("evidence", "", f"knows no claim {claim!r}, allowed are {', '.join(known)}")
    if seeds < 2:
        raise BadInput("evidence", "seeds", f"is {seeds}, allowed are whole numbers from 2")
    luck = replication_seeds(SEED, seeds)
    return (finding for claim in claims or known for finding in known[claim](luck))
