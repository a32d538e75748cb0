"""Media, compiled: who comes to know the brand this week, and who forgets it."""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Friends, Mind
from channellab.agents.draws import key, unit
from channellab.agents.kernels.talk import listen


@kernel
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
    else:
        listen(mind, friends)
    # Few draws fall below what a circle that all talks could do, and only those need a look at the friends; the small
    # term covers rounding.
    most = 1.0 - math.exp(-(innovation + imitation)) + 1e-12
    now = np.uint64(week)
    aware, adopted = mind.aware, mind.adopted
    # Draws without branches are made many at a time, and a list without branches costs less than branches that nobody
    # foresees.
    draw = np.empty(count)
    for i in range(count):
        draw[i] = unit(key(forget_key if aware[i] != 0 else hear_key, np.uint64(i), now))
    limit = np.array([most, most, 0.0, forgetting])
    who, changing = np.empty(count, np.uint32), 0
    for i in range(count):
        who[changing] = i
        changing += int(draw[i] < limit[2 * aware[i] + int(adopted[i] < 0)])
    for n in range(changing):
        i = who[n]
        if aware[i] != 0:
            aware[i] = 0
            continue
        if not mixed:
            share = friends.good[i] / max(friends.start[i + 1] - friends.start[i], 1)
        if draw[i] < 1.0 - math.exp(-(innovation + imitation * share)):
            aware[i] = 1
