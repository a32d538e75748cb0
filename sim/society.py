"""The social network over consumers: a small world inside districts with a few long ties, built as sparse arrays."""

import numpy as np
import scipy.sparse

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Friends
from channellab.agents.draws import Stream, key, stream_key, unit
from channellab.scenarios.arrays import Index, Ints
from channellab.scenarios.settings.consumers import SocietySettings


@kernel
def _ties(
    district_start: Ints, half: int, rewiring: float, long_ties: float, kind_key: np.uint64, friend_key: np.uint64
) -> Index:
    count = district_start[-1]
    ties = np.empty(count * half, np.int32)
    for d in range(district_start.size - 1):
        first, size = district_start[d], district_start[d + 1] - district_start[d]
        for n in range(size):
            i = first + n
            for j in range(half):
                kind = unit(key(kind_key, np.uint64(i), np.uint64(j)))
                where = unit(key(friend_key, np.uint64(i), np.uint64(j)))
                friend = first + (n + j + 1) % size
                if kind < long_ties:
                    friend = int(where * count)
                elif kind < long_ties + rewiring:
                    friend = first + int(where * size)
                ties[i * half + j] = friend if friend != i else -1
    return ties


@kernel
def _both_ways(ties: Index, count: int, half: int) -> tuple[Ints, Index]:
    start = np.zeros(count + 1, np.int64)
    for t in range(ties.size):
        if ties[t] >= 0:
            start[t // half + 1] += 1
            start[ties[t] + 1] += 1
    for i in range(count):
        start[i + 1] += start[i]
    indices = np.empty(start[count], np.int32)
    filled = start[:-1].copy()
    for t in range(ties.size):
        if ties[t] >= 0:
            i, friend = t // half, ties[t]
            indices[filled[i]] = friend
            filled[i] += 1
            indices[filled[friend]] = i
            filled[friend] += 1
    return start, indices


def small_world(settings: SocietySettings, district_start: Ints, seed: int) -> Friends:
    """Ties of every consumer to the next ``friends / 2`` in the ring of the district, some of them rewired.

    The construction is that of Watts & Strogatz (1998) in each district, plus ties that lead anywhere with probability
    ``long_ties``. A tie to oneself is left out; a pair may be tied twice and then counts twice, which is rare.

    Args:
        district_start: (D + 1,) first consumer of each district, then their number.
    """
    count, half = int(district_start[-1]), settings.friends // 2
    if settings.mixing == "full":
        return _friends(np.zeros(count + 1, np.int64), np.empty(0, np.int32))
    ties = _ties(
        district_start,
        half,
        settings.rewiring,
        settings.long_ties,
        stream_key(seed, Stream.FRIEND_KIND),
        stream_key(seed, Stream.FRIEND),
    )
    return _friends(*_both_ways(ties, count, half))


def _friends(start: Ints, indices: Index) -> Friends:
    """A network in which nobody has told anything yet."""
    count = start.size - 1
    return Friends(start, indices, np.zeros(count, np.int32), np.zeros(count, np.int32), np.zeros(count, np.int8))


def as_matrix(friends: Friends) -> scipy.sparse.csr_array:
    """The network as a SciPy sparse array (N, N) of tie counts, for analysis."""
    count = friends.start.size - 1
    ones = np.ones(friends.indices.size, np.int8)
    return scipy.sparse.csr_array((ones, friends.indices, friends.start), shape=(count, count))
