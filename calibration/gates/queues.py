"""Exact waiting times of queues with several servers, Poisson arrivals and exponential service (M/M/c).

Symbols: ``c`` servers, ``a`` arrivals in a mean service time, below ``c``; times are in mean service times.
"""

from typing import NamedTuple

from channellab.calibration.gates.inventory import erlang_b


class Waiting(NamedTuple):
    """Probability of waiting at all, and the mean wait of all who come."""

    probability: float
    mean: float


def waiting(servers: int, load: float) -> Waiting:
    """Erlang's delay formula, by way of his loss formula ``B``: ``P = B / (1 - a / c (1 - B))``, ``W = P / (c - a)``.

    Erlang 1917; see Gross, Shortle, Thompson & Harris 2008, *Fundamentals of Queueing Theory*, section 2.3.

    >>> [round(figure, 6) for figure in waiting(2, 1.8)]
    [0.852632, 4.263158]
    """
    if not 0.0 < load < servers:
        raise ValueError(f"load is {load}, expected values above 0 and below the {servers} servers")
    lost = erlang_b(servers, load)
    probability = lost / (1.0 - load / servers * (1.0 - lost))
    return Waiting(probability, probability / (servers - load))
