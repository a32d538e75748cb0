"""Counting consumers, compiled: one look at everybody instead of one for each question."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Mind, Tastes, Watching
from channellab.scenarios.arrays import Flags, Ints

Bits = npt.NDArray[np.uint64]

HAPPY, UNHAPPY = np.float32(0.9), np.float32(0.6)
"""Satisfaction from which buyers promote the brand, and up to which they detract from it."""


class Census(NamedTuple):
    """How many consumers know the brand, bought it, did again, promote it or detract from it, praise, complain."""

    aware: int
    buyers: int
    repeated: int
    happy: int
    unhappy: int
    praising: int
    complaining: int


@kernel
def census(mind: Mind) -> Census:
    """Counts the consumers."""
    aware, adopted, satisfaction = mind.aware, mind.adopted, mind.satisfaction
    repeated, talks = mind.repeated, mind.talks
    known = bought = again = happy = unhappy = praising = complaining = 0
    for i in range(aware.size):
        buyer = adopted[i] >= 0
        known += int(aware[i])
        again += int(repeated[i])
        bought += int(buyer)
        happy += int(buyer & (satisfaction[i] >= HAPPY))
        unhappy += int(buyer & (satisfaction[i] <= UNHAPPY))
        praising += int(talks[i] > 0)
        complaining += int(talks[i] < 0)
    return Census(known, bought, again, happy, unhappy, praising, complaining)


@kernel
def reached(
    area: Ints, sites: Bits, shops: Bits, far: Ints, people: Ints, shown: Bits, online: np.uint64, stocked: Flags
) -> int:
    """Counts the consumers who have an outlet flagged among those they consider.

    Args:
        area, sites, shops, people: (S,) sets of outlets as in `channellab.sim.reach.Reach`. far: (S, F) outlets
            elsewhere, -1 = none.
        shown: (A,) the sites flagged of each area, one bit each. online: the online shops flagged. stocked: (O,) the
            same sites by their rows.
    """
    found = 0
    for s in range(area.size):
        near = ((sites[s] & shown[area[s]]) | (shops[s] & online)) != 0
        for f in range(far.shape[1]):
            near |= far[s, f] >= 0 and stocked[far[s, f]]
        found += people[s] * int(near)
    return found


@kernel
def by_watching(who: Ints, watching: Watching, tastes: Tastes, per_area: int, sites: Flags, shops: Flags) -> int:
    """Counts the consumers who have an outlet flagged among those they consider only because they watch it.

    Args:
        who: (W,) consumers who watch any. watching: (N,) the online shop. per_area: sites of a shopping area.
        sites, shops: (O,) and (S,) the outlets flagged.
    """
    found = 0
    for i in who:
        if not shops[watching[i]]:
            continue
        anyway = False
        for place in tastes.candidates[i]:
            anyway |= sites[tastes.area[i] * per_area + place]
        for place in tastes.online[i]:
            anyway |= shops[place]
        for place in tastes.far[i]:
            anyway |= place >= 0 and sites[place]
        found += int(not anyway)
    return found
