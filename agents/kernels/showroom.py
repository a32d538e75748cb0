"""Showrooming, compiled: which shop a consumer looks at before buying online, and what its advice is worth."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Bytes, Float32, Mind, Segments, Tastes
from channellab.scenarios.arrays import Flags, Floats, Index


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
    _look_around(
        tastes.area,
        tastes.segment,
        tastes.candidates,
        tastes.distance,
        mind.waiting_for,
        mind.lead,
        mind.subscribed,
        carried * segments.service_preference,
        segments.travel_burden,
        looks,
        service,
        displays,
        first_site,
        shown,
        advice,
        coming,
    )


@kernel
def _look_around(
    area: Index,
    segment: Bytes,
    candidates: Bytes,
    distance: Float32,
    waiting_for: Index,
    lead: Bytes,
    subscribed: Index,
    worth: Floats,
    burden: Floats,
    looks: Flags,
    service: Floats,
    displays: Flags,
    first_site: Index,
    shown: Index,
    advice: Float32,
    coming: Index,
) -> None:
    """See `look_around`; ``worth`` and ``burden`` are utility of a segment, of service and a kilometre."""
    for i in range(looks.size):
        advice[i] = 0.0
    # A list without branches costs less than branches that nobody foresees.
    who, lookers = np.empty(coming.size, np.int32), 0
    for c in range(coming.size):
        i = coming[c]
        who[lookers] = i
        lookers += int(looks[i] & (waiting_for[i] < 0) & (lead[i] == 0))
    for n in range(lookers):
        i = who[n]
        shown[i] = -1
        if subscribed[i] >= 0:
            continue
        s, most, origin = segment[i], 0.0, first_site[area[i]]
        for place in range(candidates.shape[1]):
            site = origin + candidates[i, place]
            if displays[site]:
                gain = worth[s] * service[site] - burden[s] * float(distance[i, place])
                if gain > most:
                    most = gain
                    shown[i] = site
        advice[i] = most
