"""Consumers: a population of columns, 100 thousand to millions, with a view of one made on demand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Table
from channellab.scenarios.arrays import Floats, Index

Float32 = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Watching = npt.NDArray[np.int16]


class Tastes(NamedTuple):
    """What stays as it is for N consumers; arrays (N,) unless said otherwise.

    Attributes:
        area: shopping area. segment: row in `Segments`.
        candidates: (N, C) sites considered, numbered within the area, nearest first.
        distance: (N, C) kilometres to them.
        far: (N, F) outlets considered elsewhere, numbered among all outlets, -1 = none. far_burden: (N, F) utility lost
            on the way to them.
        online: (N, E) online shops looked at. online_taste: utility of shopping online.
        price_sensitivity: utility per money. taste: utility of the brand. reservation: utility of any offer.
    """

    area: Index
    segment: Bytes
    candidates: Bytes
    distance: Float32
    far: Index
    far_burden: Float32
    online: Bytes
    online_taste: Float32
    price_sensitivity: Float32
    taste: Float32
    reservation: Float32


class Mind(NamedTuple):
    """What N consumers remember; arrays (N,), changed in place by the kernels.

    Attributes:
        aware: 1 = knows the brand. talks: what one who has bought tells friends: 1 = good, -1 = bad, 0 = nothing.
        adopted: week of the first purchase of the brand, counted from the start of warm-up; -1 = none.
        repeated: 1 = has bought the brand more than once.
        rest_until: first week with need again. waiting_for: offer (site x K + SKU) waited for, -1 = none.
        waited: weeks waited. gain: utility over not buying of the offer last waited for, in the week of the wish.
        loyalty: 0..1 towards `last_brand` (0 own, 1.. rivals, -1 none).
        online_habit: -1 (always in shops) to 1 (always online).
        last_site: last outlet, -1 = none. last_sku: SKU last bought. satisfaction: 0..1 with the brand.
        endorsement: utility of the brand that opinion leaders have lent it. watching: online shop whose stream or post
            is seen this week, considered beside the others; -1 = none. lead: 1 = in a sale that others conduct, and
            shops only for what is waited for.
        member: 1 = member of the brand's programme. points: money worth of them. this_year, last_year: own purchases
            in the programme's year and in the one before. favour: utility of the brand that membership lends it.
            subscribed: offer subscribed to, -1 = none.
    """

    aware: Bytes
    talks: npt.NDArray[np.int8]
    adopted: npt.NDArray[np.int16]
    repeated: Bytes
    rest_until: Index
    waiting_for: Index
    waited: npt.NDArray[np.int16]
    gain: Float32
    loyalty: Float32
    last_brand: npt.NDArray[np.int8]
    last_site: Index
    last_sku: npt.NDArray[np.int8]
    online_habit: Float32
    satisfaction: Float32
    endorsement: Float32
    watching: Watching
    lead: Bytes
    member: Bytes
    points: Float32
    this_year: Bytes
    last_year: Bytes
    favour: Float32
    subscribed: Index


class Segments(NamedTuple):
    """Means of the G segments; arrays (G,)."""

    need: Floats
    service_preference: Floats
    travel_burden: Floats
    delivery_burden: Floats


class Friends(NamedTuple):
    """The social network as a sparse matrix: friends of i are ``indices[start[i]:start[i + 1]]``; ties go both ways.

    Attributes:
        good, bad: (N,) friends who told good and bad things when all were last listened to.
        told: (N,) what each told then. All three follow from ``Mind.talks`` and spare consumers the asking.
    """

    start: npt.NDArray[np.int64]
    indices: Index
    good: Index
    bad: Index
    told: npt.NDArray[np.int8]


@dataclass(kw_only=True)
class ConsumerColumns(Table):
    """The whole population: tastes, memory, segments, friends."""

    tastes: Tastes
    mind: Mind
    segments: Segments
    friends: Friends

    def state_columns(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Names and arrays of what the consumers remember: the only part of them that changes."""
        yield from self.mind._asdict().items()

    @property
    def count(self) -> int:
        """Number of consumers."""
        return int(self.tastes.area.size)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, row: int) -> "Consumer":
        if not -self.count <= row < self.count:
            raise IndexError(f"consumer {row} of {self.count}")
        return Consumer(self, row % self.count)


class Consumer:
    """A view of one consumer: reads and writes the population's columns."""

    __slots__ = ("_population", "row")

    def __init__(self, population: ConsumerColumns, row: int) -> None:
        object.__setattr__(self, "_population", population)
        object.__setattr__(self, "row", row)

    def __getattr__(self, name: str) -> Any:
        for part in (self._population.tastes, self._population.mind):
            if name in part._fields:
                return getattr(part, name)[self.row]
        raise AttributeError(f"a consumer has no {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._population.mind._fields:
            raise AttributeError(f"{name!r} of a consumer cannot be changed")
        getattr(self._population.mind, name)[self.row] = value
