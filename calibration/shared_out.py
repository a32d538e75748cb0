"""Methods that take long to learn: workers share out the series, each of which is learned from by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from channellab.calibration.case import Case, apart_of
from channellab.calibration.holdout import Fitted
from channellab.calibration.one_thread import one_thread
from channellab.calibration.references import Plain, PlainFitted
from channellab.experiments.executors import Crew, common
from channellab.experiments.flow import ordered
from channellab.scenarios.arrays import Floats

SIZE = 100
"""Series in a piece."""


class Part(NamedTuple):
    """A method by its number, an origin and a level, or None for the single series."""

    method: int
    origin: int
    level: str | None


@dataclass(frozen=True)
class Piece:
    """Some series of a part."""

    part: Part
    first: int
    last: int


def learned(case: Case, crew: Crew) -> Mapping[Part, Fitted]:
    """What slow methods learned, of every part that is asked for."""
    slow = [number for number, method in enumerate(case.methods) if isinstance(method, Plain) and method.slow]
    counts = {
        Part(number, origin, level): count
        for number in slow
        for origin in case.origins
        for level, count in _counts(case, origin).items()
    }
    pieces = [
        Piece(part, first, min(first + SIZE, count))
        for part, count in counts.items()
        for first in range(0, count, SIZE)
    ]
    rows = iter(list(ordered(expected, pieces, crew)))
    return {
        part: PlainFitted(np.concatenate([next(rows) for _ in range(0, count, SIZE)])) for part, count in counts.items()
    }


def _counts(case: Case, origin: int) -> dict[str | None, int]:
    """How many series there are at each level; the single series are needed where some of a sum are apart."""
    found: dict[str | None, int] = {name: of.count for name, of in case.levels.items()}
    if any(apart_of(case.task(origin), of).any() for of in case.levels.values()):
        found[None] = len(case.history.series)
    return found


@one_thread
def expected(piece: Piece) -> Floats:
    """What a worker does: what a slow method expects of a piece, (last - first, W)."""
    case: Case = common()
    method, task = case.methods[piece.part.method], case.task(piece.part.origin, piece.part.level)
    assert isinstance(method, Plain)
    inside = slice(piece.first, piece.last)
    return method.expected(task.history.matrix("units")[inside], task.learn[inside])
