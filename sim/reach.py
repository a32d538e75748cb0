"""Reach: how many consumers have an own offer in stock among the outlets they consider.

Consumers of an area who consider the same outlets are counted once, as a set of bits, so that the weekly count does not
grow with the population.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.consumers import Tastes
from channellab.agents.kernels.census import Bits, by_watching, reached
from channellab.scenarios.arrays import Flags, Ints

CHUNK = 65_536


class Reach:
    """Distinct consideration sets of a population.

    Attributes:
        area: (S,) shopping area of each set. people: (S,) consumers.
        sites, shops: (S,) the set, one bit a site of the area, and one bit an online shop.
        far: (S, F) outlets elsewhere, -1 = none.
    """

    def __init__(self, tastes: Tastes, sites_per_area: int) -> None:
        self.tastes, self.sites_per_area = tastes, sites_per_area
        self.areas = int(tastes.area.max()) + 1
        parts = []
        for first in range(0, tastes.area.size, CHUNK):
            rows = slice(first, first + CHUNK)
            keys = (tastes.area[rows].astype(np.uint64), _bits(tastes.candidates[rows]), _bits(tastes.online[rows]))
            # Outlets elsewhere are counted from 1, so that none is 0.
            keys = (*keys, *(tastes.far[rows].T + 1).astype(np.uint64))
            parts.append(_counted(np.stack(keys), np.ones(keys[0].size, np.int64)))
        sets, people = _counted(*(np.concatenate(found, axis=-1) for found in zip(*parts, strict=True)))
        self.area, self.sites, self.shops = sets[0].astype(np.int64), sets[1], sets[2]
        self.far = np.ascontiguousarray(sets[3:].T).astype(np.int64) - 1
        self.people: Ints = people
        self.everybody = int(people.sum())

    def share(self, sites: Flags, shops: Flags, watching: npt.NDArray[np.int16]) -> float:
        """Share of consumers for whom one of the (O,) sites or of the online shops flagged is in reach.

        Args:
            watching: (N,) online shop that each consumer watches beside those always looked at, -1 = none.
        """
        shown = _packed(sites[: self.areas * self.sites_per_area].reshape(self.areas, -1))
        online = _packed(shops[None, :])[0]
        sets = self.area, self.sites, self.shops, self.far, self.people
        watched = by_watching(np.flatnonzero(watching >= 0), watching, self.tastes, self.sites_per_area, sites, shops)
        return (reached(*sets, shown, online, sites) + watched) / self.everybody

    def reached(self, sites: Flags, shops: Flags, watching: npt.NDArray[np.int16]) -> Flags:
        """(N,) consumers for whom one of the outlets flagged is in reach, one by one: for once, not for every week."""
        tastes = self.tastes
        near = tastes.area[:, None].astype(np.int64) * self.sites_per_area + tastes.candidates
        found = _any(sites, near) | _any(shops, tastes.online) | _any(sites, tastes.far)
        return np.asarray(found | np.append(shops, False)[watching], np.bool_)


def _any(flags: Flags, rows: npt.NDArray[np.integer[Any]]) -> Flags:
    """Whether one of the (S, F) numbers of each row is flagged; -1 never is."""
    return np.asarray(np.append(flags, False)[rows].any(axis=1), np.bool_)


def _packed(flags: Flags) -> Bits:
    """(A, B) flags as (A,) sets of bits."""
    places = flags.astype(np.uint64) << np.arange(flags.shape[1], dtype=np.uint64)
    return np.asarray(places.sum(axis=1, dtype=np.uint64))


def _bits(candidates: npt.NDArray[np.uint8]) -> Bits:
    bits = np.zeros(candidates.shape[0], np.uint64)
    for column in candidates.T:
        bits |= np.uint64(1) << column.astype(np.uint64)
    return bits


def _counted(keys: Bits, people: Ints) -> tuple[Bits, Ints]:
    """The distinct columns among (3 + F, N) keys, and how many people each stands for."""
    order = np.lexsort(keys[::-1])
    keys, people = keys[:, order], people[order]
    first = np.flatnonzero(np.concatenate([[True], (keys[:, 1:] != keys[:, :-1]).any(axis=0)]))
    return keys[:, first], np.add.reduceat(people, first)
