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
    coming: Index,
) -> None:
    """Finds the shop whose advice is worth most to each consumer who shops this week, less the way to it.

    A shop is worth ``carried x service preference x service - travel burden x distance``; the nearer of equals wins,
    and nobody looks where that is not above zero. Who waits for a unit, or is led through a sale, has looked before,
    and subscribers do not look.

    Args:
        looks: (N,) True for those who look at all.
        service: (O,) of each shop, 0..1. displays: (O,) True where own goods are on the shelf.
        shown: (N,) the shop looked at, -1 = none, written in place.
        advice: (N,) utility that it adds to every online offer, written in place.
        coming: (C,) who shops this week.
    """
    for i in range(looks.size):
        advice[i] = 0.0
    # A list without branches costs less than branches that nobody foresees.
    who, lookers = np.empty(coming.size, np.int32), 0
    for c in range(coming.size):
        i = coming[c]
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
        for place in range(tastes.candidates.shape[1]):
            site = origin + tastes.candidates[i, place]
            if displays[site]:
                gain = worth * service[site] - burden * float(tastes.distance[i, place])
                if gain > most:
                    most = gain
                    shown[i] = site
        advice[i] = most
