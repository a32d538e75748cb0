"""Following, compiled: which consumers follow which opinion leader."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Friends
from channellab.agents.draws import key, unit
from channellab.scenarios.arrays import Floats, Index, Ints

NOBODY, FOLLOWS, THROUGH_A_FRIEND = 0, 1, 2


@kernel
def follow(
    first: Ints,
    last: Ints,
    home: Floats,
    away: Floats,
    circle: float,
    friends: Friends,
    follow_key: np.uint64,
    friend_key: np.uint64,
) -> tuple[Ints, Index]:
    """First tie of each KOL, then their number, (K + 1,), and the followers, (T,), in order of KOL and consumer.

    At home some follow by themselves, and some of those who have a friend among these follow too. Every draw is keyed
    by KOL and consumer.

    Args:
        first, last: (K,) range of consumers at home. home, away: (K,) probability of following there and elsewhere.
        circle: share of the followers at home who follow through a friend.
    """
    count = friends.start.size - 1
    start = np.zeros(first.size + 1, np.int64)
    follower = np.empty(max(count, 16), np.int32)
    for k in range(first.size):
        kind = np.zeros(last[k] - first[k], np.uint8)
        for i in range(first[k], last[k]):
            if unit(key(follow_key, np.uint64(k), np.uint64(i))) < home[k] * (1.0 - circle):
                kind[i - first[k]] = FOLLOWS
        reached = 0
        for i in range(first[k], last[k] if circle > 0.0 else first[k]):
            if kind[i - first[k]] == NOBODY:
                for f in range(friends.start[i], friends.start[i + 1]):
                    friend = friends.indices[f]
                    if first[k] <= friend < last[k] and kind[friend - first[k]] == FOLLOWS:
                        kind[i - first[k]] = THROUGH_A_FRIEND
                        reached += 1
                        break
        through = min(circle * home[k] * (last[k] - first[k]) / max(reached, 1), 1.0)
        filled = start[k]
        for i in range(count):
            if filled == follower.size:
                follower = np.concatenate((follower, np.empty(follower.size, np.int32)))
            at_home = first[k] <= i < last[k]
            if at_home and kind[i - first[k]] != THROUGH_A_FRIEND:
                follows = kind[i - first[k]] == FOLLOWS
            elif at_home:
                follows = unit(key(friend_key, np.uint64(k), np.uint64(i))) < through
            else:
                follows = unit(key(follow_key, np.uint64(k), np.uint64(i))) < away[k]
            if follows:
                follower[filled] = i
                filled += 1
        start[k + 1] = filled
    return start, follower[: start[-1]].copy()
