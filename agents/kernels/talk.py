"""Talk among friends, compiled: how many of a consumer's friends tell good and bad things of the brand."""

import numpy as np

from channellab.agents.compiled import inlined, part
from channellab.agents.consumers import Friends, Mind
from channellab.scenarios.arrays import Index


@inlined
def add_to_friends(i: int, change: int, count: Index, friends: Friends) -> None:
    """Adds to what the friends of consumer i have counted; most who change their mind change one count alone."""
    if change != 0:
        for f in range(friends.start[i], friends.start[i + 1]):
            count[friends.indices[f]] += change


@part
def listen(mind: Mind, friends: Friends) -> None:
    """Brings ``friends.good`` and ``friends.bad`` up to date with what everybody tells now.

    Few change what they tell in a week, and only their friends need a look: asking every friend of every shopper took
    a fifth of the time of shopping.
    """
    talks, told = mind.talks, friends.told
    who, changed = np.empty(talks.size, np.int32), 0
    for i in range(talks.size):
        who[changed] = i
        changed += int(talks[i] != told[i])
    for n in range(changed):
        i = who[n]
        add_to_friends(i, int(talks[i] > 0) - int(told[i] > 0), friends.good, friends)
        add_to_friends(i, int(talks[i] < 0) - int(told[i] < 0), friends.bad, friends)
        told[i] = talks[i]
