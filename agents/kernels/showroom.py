"""Showrooming, compiled: which shop a consumer looks at before buying online, and what its advice is worth."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Float32, Mind, Segments, Tastes
from channellab.scenarios.arrays import Flags, Floats, Index


@kernel
def look_around(
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    looks: Flags,
    service: Floats,
    displays: Flags,
    first_site: Index,
    carried: float,
    shown: Index,
    advice: Float32,
) -> None:
    """Finds the shop whose advice is worth most to each consumer, less the way to it.

    A shop is worth ``carried x service preference x service - travel burden x distance``; the nearer of equals wins,
    and nobody looks where that is not above zero. Who waits for a unit, or is led through a sale, has looked before,
    and subscribers do not look.

    Args:
        looks: (N,) True for those who look at all.
        service: (O,) of each shop, 0..1. displays: (O,) True where own goods are on the shelf.
        shown: (N,) the shop looked at, -1 = none, written in place.
        advice: (N,) utility that it adds to every online offer, written in place.
    """
    # A list without branches costs less than branches that nobody foresees.
    who, lookers = np.empty(looks.size, np.int32), 0
    for i in range(looks.size):
        advice[i] = 0.0
        who[lookers] = i
        lookers += int(looks[i] & (mind.waiting_for[i] < 0) & (mind.lead[i] == 0))
    for n in range(lookers):
        i = who[n]
        shown[i] = -1
        if mind.subscribed[i] >= 0:
            continue
        segment = tastes.segment[i]
        worth, burden = carried * segments.service_preference[segment], segments.travel_burden[segment]
        most, origin = 0.0, first_site[tastes.area[i]]
        for c in range(tastes.candidates.shape[1]):
            site = origin + tastes.candidates[i, c]
            if displays[site]:
                gain = worth * service[site] - burden * float(tastes.distance[i, c])
                if gain > most:
                    most = gain
                    shown[i] = site
        advice[i] = most
