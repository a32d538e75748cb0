"""Media, compiled: who comes to know the brand this week, and who forgets it."""

import math

import numpy as np
from numba import njit

from channellab.agents.consumers import Friends, Mind
from channellab.agents.draws import key, unit


@njit(cache=True)
def hear(
    week: int,
    hear_key: np.uint64,
    forget_key: np.uint64,
    mind: Mind,
    friends: Friends,
    innovation: float,
    imitation: float,
    forgetting: float,
    mixed: bool,
) -> None:
    """Updates ``mind.aware`` in place.

    An unaware consumer becomes aware with probability ``1 - exp(-(innovation + imitation x share))`` where ``share``
    is the share of friends who tell good things (of everybody, if ``mixed``): the hazard of Bass (1969) on a network.
    One who is aware and never bought forgets with probability ``forgetting``.
    """
    count = mind.aware.size
    share = 0.0
    if mixed:
        total = 0
        for i in range(count):
            total += mind.talks[i] > 0
        share = total / count
    # Few draws fall below what a circle that all talks could do, and only those need a look at the friends; the small
    # term covers rounding.
    most = 1.0 - math.exp(-(innovation + imitation)) + 1e-12
    now = np.uint64(week)
    for i in range(count):
        if mind.aware[i] == 0:
            draw = unit(key(hear_key, np.uint64(i), now))
            if draw >= most:
                continue
            if not mixed:
                first, last = friends.start[i], friends.start[i + 1]
                talking = 0
                for f in range(first, last):
                    talking += mind.talks[friends.indices[f]] > 0
                share = talking / max(last - first, 1)
            if draw < 1.0 - math.exp(-(innovation + imitation * share)):
                mind.aware[i] = 1
        elif forgetting > 0.0 and mind.adopted[i] < 0 and unit(key(forget_key, np.uint64(i), now)) < forgetting:
            mind.aware[i] = 0
