"""Keyed randomness: every draw is a pure function of (seed, stream, who, week, index).

Nothing here has a state, so a draw depends neither on the order of calls nor on what another agent did. The hash is
splitmix64 (Steele, Lea & Flood 2014); two rounds of it turn a stream's key, an id and a week into 64 bits.
"""

from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import inlined, kernel
from channellab.scenarios.arrays import Floats

Uint = npt.NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
WEEK = np.uint64(0xD1342543DE82EF95)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
TO_UNIT = 1.0 / 9007199254740992.0
S11, S27, S30, S31 = np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)

GUMBEL_BITS = 14
GUMBEL_SHIFT = np.uint64(64 - GUMBEL_BITS)


class Stream(IntEnum):
    """One name per use of luck. Numbers are part of every result: append, never renumber."""

    NEED = 1
    CHOICE = 2
    LOTTERY = 3
    RESPONSE = 4
    HEAR = 5
    FORGET = 6
    JOIN = 7
    SUBSCRIBE = 8
    SEGMENT = 20
    PRICE_SENSITIVITY = 21
    TASTE = 22
    RESERVATION = 23
    HOME_X = 24
    HOME_Y = 25
    AWARE = 26
    FRIEND_KIND = 27
    FRIEND = 28
    ONLINE_SHOP = 29
    ONLINE_TASTE = 30
    NEIGHBOUR_OUTLET = 31
    SHOWROOMING = 32
    COLLECTOR_BUYS = 33
    SITE_X = 40
    SITE_Y = 41
    SITE_FORMAT = 42
    SITE_QUALITY = 43
    SITE_PRICE = 44
    SITE_RANK = 45
    SITE_CHAIN = 46
    CHAIN_PRICE = 47
    PRICE_TRIAL = 48
    AREA_LISTING = 50
    BUYER_LISTING = 51
    STORE_X = 52
    STORE_Y = 53
    STORE_RANK = 54
    DEMAND = 60
    DEMAND_WAIT = 61
    REPLAY_VISITS = 62
    REPLAY_CHOICE = 63
    REPLAY_RESPONSE = 64
    REPLAY_AGAIN = 65
    SHOCK_CATEGORY = 66
    SHOCK_ITEM = 67
    SHOCK_OUTLET = 68
    LEAD_ADVICE = 80
    LEAD_ARISES = 81
    LEAD_DAY = 82
    LEAD_STAGE = 83
    LEAD_STOCK = 84
    LEAD_RIVAL = 85
    KOL_SIZE = 70
    KOL_HOME = 71
    KOL_RANK = 72
    KOL_POST = 73
    FOLLOW = 74
    FOLLOW_FRIEND = 75
    SEE = 76
    WATCH = 77
    REPLY = 78
    SHARE = 79
    GREY_OPEN = 90
    GREY_SHARE = 91
    TRACED = 92
    FALSE_ALARM = 93
    CONTEST = 94
    COMPLAINT = 95
    DISPUTE_DAYS = 96
    DISPUTE_SETTLED = 97
    DISPUTE_RULED = 98
    SCANNED = 99
    AUDITS = 100
    AUDIT = 101
    AUDIT_FINDS = 102
    MAP_SCAN = 103


@inlined
def mix(z: np.uint64) -> np.uint64:
    """The splitmix64 finaliser."""
    z = (z ^ (z >> S30)) * FIRST
    z = (z ^ (z >> S27)) * SECOND
    return z ^ (z >> S31)


@inlined
def key(stream: np.uint64, who: np.uint64, week: np.uint64) -> np.uint64:
    """64 random bits for one agent in one week; ``stream`` comes from `stream_key`."""
    return mix(mix(stream + who * GOLDEN) + week * WEEK)


@inlined
def unit(bits: np.uint64) -> float:
    """A number in [0, 1) from 64 bits."""
    return float(bits >> S11) * TO_UNIT


@kernel
def _stream_key(seed: np.uint64, stream: np.uint64) -> np.uint64:
    return mix(mix(seed + GOLDEN) ^ (stream * SECOND))


@lru_cache(maxsize=1024)
def stream_key(seed: int, stream: Stream) -> np.uint64:
    """The key of a stream under a seed."""
    return np.uint64(_stream_key(np.uint64(seed), np.uint64(stream)))


@kernel
def _units(stream: np.uint64, who: Uint, week: np.uint64) -> Floats:
    out = np.empty(who.size)
    for n in range(who.size):
        out[n] = unit(key(stream, who[n], week))
    return out


def uniforms(seed: int, stream: Stream, who: npt.NDArray[np.generic], week: int = 0) -> Floats:
    """One draw in [0, 1) for each id.

    Args:
        who: ids, any shape; converted to unsigned 64-bit numbers.
        week: week of the draw (0 for what a world keeps for ever).
    """
    ids = np.ascontiguousarray(who).astype(np.uint64)
    drawn: Floats = _units(stream_key(seed, stream), ids.ravel(), np.uint64(week))
    return drawn.reshape(ids.shape)


@kernel
def _unit(stream: np.uint64, who: np.uint64, week: np.uint64) -> float:
    return unit(key(stream, who, week))


def uniform(seed: int, stream: Stream, who: int, week: int = 0) -> float:
    """The draw of a single id, see `uniforms`."""
    return float(_unit(stream_key(seed, stream), np.uint64(who), np.uint64(week)))


def gumbel_table(scale: float) -> Floats:
    """Quantiles of the Gumbel law at the mid-points of 16,384 equal slices, times ``scale``.

    Beyond the probabilities 1/32768 the tails are cut: the largest shock is 10.40 (the exact law exceeds it with
    probability 3.1e-5), the mean is .57719 (exact .57722) and the standard deviation 1.2821 (exact 1.2825).
    """
    size = 1 << GUMBEL_BITS
    return np.asarray(-np.log(-np.log((np.arange(size) + 0.5) / size)) * scale)
