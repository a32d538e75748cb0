"""Counts the offers that shoppers consider, by playing weeks again with a kernel that keeps count.

An offer counts each time a shopper compares its utility: for every choice the SKUs listed at the outlets considered,
the brand's own only if the shopper knows it, and in the rounds after a lottery only what is still in stock.
"""

from collections import namedtuple
from dataclasses import replace
from types import FunctionType
from typing import Any

import numpy as np
from numba import njit

from channellab.agents.consumers import Tastes
from channellab.agents.kernels import choice, shopping
from channellab.scenarios.arrays import Index
from channellab.sim.market import Market

Counted = namedtuple("Counted", [*Tastes._fields, "considered"])  # its fields follow those of Tastes
choose = choice.choose


@njit
def choose_and_count(i, now, tastes, mind, segments, shelf, utility, habits, luck, liking, bonus):  # type: ignore[no-untyped-def]
    """`choose`, which also adds the offers it compares to ``tastes.considered``."""
    first, near = 0 if mind.aware[i] else shelf.own, tastes.candidates.shape[1]
    street = near + tastes.far.shape[1]
    steady = street + tastes.online.shape[1]
    for c in range(steady + choice.watches(i, tastes.online, mind.watching)):
        if c < near:
            site = shelf.first_site[tastes.area[i]] + tastes.candidates[i, c]
        elif c < street:
            site = tastes.far[i, c - near]
            if site < 0:
                continue
        else:
            site = shelf.first_online + (tastes.online[i, c - street] if c < steady else mind.watching[i])
        for k in range(first, shelf.brand.size):
            tastes.considered[i] += utility[site, k] > -np.inf
    return choose(i, now, tastes, mind, segments, shelf, utility, habits, luck, liking, bonus)


def _counting() -> Any:
    """`shop` with a `choose` that counts; what takes tastes is compiled anew, as cached code would remember that."""
    anew: dict[str, Any] = {"choose": choose_and_count}
    chosen = choice.likings, choice.wishes
    for kernel in (*chosen, shopping.serve, shopping.shop):
        plain = kernel.py_func
        anew[plain.__name__] = njit(FunctionType(plain.__code__, {**plain.__globals__, **anew}))
    return anew["shop"]


def considered(start: Market, weeks: int) -> tuple[Market, float]:
    """Plays so many weeks on from ``start``, which stays as it is.

    Returns:
        The market that they lead to, and offers considered per consumer-week.
    """
    market = start.fork()
    counts = np.zeros(market.consumers.count, np.int64)
    counting = _counting()

    def shop(now: int, coming: Index, tastes: Tastes, *rest: Any) -> Any:
        return counting(now, coming, Counted(*tastes, considered=counts), *rest)

    market.rules = replace(market.rules, shop=shop)
    market.play(weeks)
    return market, float(counts.sum()) / (counts.size * weeks)
