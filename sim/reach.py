"""Reach: how many consumers have an own offer in stock among the outlets they consider.

Consumers of an area who consider the same outlets are counted once, as a set of bits, so that the weekly count does not
grow with the population.
"""

import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Flags, Ints
from channellab.agents.consumers import Tastes

CHUNK = 65_536


class Reach:
    """Distinct consideration sets of a population.

    Attributes:
        area: (S,) shopping area of each set. sites: (S,) the set, one bit a site of the area. people: (S,) consumers.
    """

    def __init__(self, tastes: Tastes, sites_per_area: int) -> None:
        self.sites_per_area = sites_per_area
        sets: dict[tuple[int, int], int] = {}
        for first in range(0, tastes.area.size, CHUNK):
            rows = slice(first, first + CHUNK)
            found = _counted(tastes.area[rows].astype(np.int64), _bits(tastes.candidates[rows]))
            for area, bits, count in zip(*(column.tolist() for column in found), strict=True):
                sets[area, bits] = sets.get((area, bits), 0) + count
        self.area: Ints = np.array([area for area, _ in sets], np.int64)
        self.sites = np.array([bits for _, bits in sets], np.uint64)
        self.people: Ints = np.array(list(sets.values()), np.int64)

    def share(self, in_stock: Flags) -> float:
        """Share of consumers for whom one of the (O,) sites flagged is in reach."""
        areas = in_stock.reshape(-1, self.sites_per_area)
        shown = (areas.astype(np.uint64) << np.arange(self.sites_per_area, dtype=np.uint64)).sum(
            axis=1, dtype=np.uint64
        )
        reached = (self.sites & shown[self.area]) != 0
        return float(self.people[reached].sum() / self.people.sum())


def _bits(candidates: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    bits = np.zeros(candidates.shape[0], np.uint64)
    for column in candidates.T:
        bits |= np.uint64(1) << column.astype(np.uint64)
    return bits


def _counted(area: Ints, bits: npt.NDArray[np.uint64]) -> tuple[Ints, npt.NDArray[np.uint64], Ints]:
    """The distinct pairs among (N,) areas and sets, and how often each occurs."""
    order = np.lexsort((bits, area))
    area, bits = area[order], bits[order]
    first = np.flatnonzero(np.concatenate([[True], (area[1:] != area[:-1]) | (bits[1:] != bits[:-1])]))
    return area[first], bits[first], np.diff(first, append=area.size)
