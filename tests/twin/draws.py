"""Keyed luck in plain integers: a draw is a function of seed, stream, who and week, and of nothing else.

The hash is splitmix64 (Steele, Lea & Flood 2014). Its first number from the state 0 is known:

>>> hex(mix(GOLDEN))
'0xe220a8397b1dcdaf'
"""

BITS = 2**64
"""All arithmetic is modulo this: 64 bits, carries lost."""
GOLDEN = 0x9E3779B97F4A7C15
WEEK = 0xD1342543DE82EF95
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB


def mix(z: int) -> int:
    """The splitmix64 finaliser: 64 bits in, 64 well-mixed bits out."""
    z = (z ^ (z >> 30)) * FIRST % BITS
    z = (z ^ (z >> 27)) * SECOND % BITS
    return z ^ (z >> 31)


def key(stream: int, who: int, week: int) -> int:
    """64 random bits for one agent in one week."""
    return mix((mix((stream + who * GOLDEN) % BITS) + week * WEEK) % BITS)


def unit(bits: int) -> float:
    """A number in [0, 1) from the upper 53 bits.

    >>> unit(0), unit(2**63)
    (0.0, 0.5)
    """
    return (bits >> 11) / 2**53


def stream_key(seed: int, stream: int) -> int:
    """The key of a stream under a seed."""
    return mix(mix((seed + GOLDEN) % BITS) ^ (stream * SECOND % BITS))


def uniform(seed: int, stream: int, who: int, week: int = 0) -> float:
    """A number in [0, 1) for one agent in one week; week 0 is for what a world keeps for ever."""
    return unit(key(stream_key(seed, stream), who, week))
