"""Exact adoption curves of the Bass model, continuous and in weekly steps.

Symbols: ``p`` innovation and ``q`` imitation per unit of time, ``F`` share of the market that has adopted. Time may be
in any unit, so long as ``p``, ``q``, ``t`` and ``dt`` share it: with ``p`` and ``q`` per year a week is ``dt = 1/52``.
"""

from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray


def bass_share(time: ArrayLike, p: float, q: float) -> NDArray[np.float64]:
    """Share that has adopted by each time, in the shape of ``time``.

    ``F(t) = (1 - exp(-(p+q) t)) / (1 + (q/p) exp(-(p+q) t))``.

    Source: Bass (1969), Management Science 15.

    >>> bass_share([5, 10, 15], p=0.03, q=0.38).round(4).tolist()
    [0.3312, 0.8128, 0.9716]
    """
    left = np.exp(-(p + q) * np.asarray(time, dtype=np.float64))
    return np.asarray((1 - left) / (1 + q / p * left))


def bass_peak(p: float, q: float) -> tuple[float, float]:
    """Time of the fastest adoption and the share that has adopted then.

    ``t* = ln(q/p) / (p+q)`` and ``F(t*) = (q-p) / (2q)``; both are 0 if ``q <= p``.

    Source: Bass (1969), Management Science 15.

    >>> time, share = bass_peak(p=0.03, q=0.38)
    >>> round(time, 3), round(share, 4)
    (6.193, 0.4605)
    """
    return (log(q / p) / (p + q), (q - p) / (2 * q)) if q > p else (0.0, 0.0)


def bass_sales(periods: int, p: float, q: float, market: float) -> NDArray[np.float64]:
    """First purchases in each of the periods 1..n, ``m (F(t) - F(t-1))``; shape ``(periods,)``, unit of ``market``.

    Source: Srinivasan and Mason (1986), Marketing Science 5.

    >>> bass_sales(3, p=0.03, q=0.38, market=1000).round(1).tolist()
    [35.8, 49.3, 65.4]
    """
    return market * np.diff(bass_share(np.arange(periods + 1), p, q))


def bass_steps(steps: int, p: float, q: float, dt: float) -> NDArray[np.float64]:
    """Share that has adopted after 0..n steps of a market that is only updated once a step; shape ``(steps + 1,)``.

    ``A <- A + (1 - A) (1 - exp(-(p + q A) dt))``: all who have not adopted decide on the share of the step before.
    This is the limit of an agent model with many consumers; it lags behind :func:`bass_share` and meets it as
    ``dt -> 0``.

    Source: own derivation, Euler steps on the integrated hazard of Bass (1969).

    >>> bass_steps(15, p=0.03, q=0.38, dt=1.0)[[5, 10, 15]].round(4).tolist()
    [0.2611, 0.7298, 0.9532]
    """
    share = np.zeros(steps + 1)
    for step in range(steps):
        share[step + 1] = share[step] + (1 - share[step]) * (1 - exp(-(p + q * share[step]) * dt))
    return share
