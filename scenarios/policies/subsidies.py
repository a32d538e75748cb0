"""Arithmetic of the strategic subsidies, over arrays of partners."""

import numpy as np

from channellab.scenarios.arrays import Floats, Ints


def weekly_until_review(amount: Floats, left: Ints, review_weeks: int) -> Floats:
    """What a shop is paid a week, on the mean until it reviews its list again, if it keeps the brand.

    Args:
        amount: (O,) money a week. left: (O,) weeks for which it is still paid.

    >>> weekly_until_review(np.array([10.0, 10.0]), np.array([26, 4]), 13).round(2)
    array([10.  ,  3.08])
    """
    return np.asarray(amount * np.minimum(left, review_weeks) / review_weeks)


def freight_share(share: Floats, step: Floats, grade: Ints) -> Floats:
    """Share of its freight that the brand pays a distributor.

    Args:
        share, step: (B,) for all, and more for each grade. grade: (B,) grades reached.

    >>> freight_share(np.array([0.2, 0.2, 0.5]), np.array([0.1, 0.1, 0.3]), np.array([0, 2, 3]))
    array([0.2, 0.4, 1. ])
    """
    return np.asarray(np.minimum(share + step * grade, 1.0))


def for_satisfaction(satisfaction: Floats, amount: Floats, bar: Floats) -> Floats:
    """What a period's satisfaction earns: nothing up to the bar, the whole amount at 1; below 0 nobody was asked.

    >>> for_satisfaction(np.array([0.5, 0.8, 1.0]), np.full(3, 100.0), np.full(3, 0.6)).round(9)
    array([  0.,  50., 100.])
    """
    return np.asarray(amount * np.clip((satisfaction - bar) / (1.0 - bar), 0.0, 1.0))


def best_effort(
    worth: Floats,
    bar: Floats,
    satisfaction: Floats,
    slope: Floats,
    service: Floats,
    base: Floats,
    support: Floats,
    gain: float,
    half: float,
) -> Floats:
    """Money a week (O,) with which a shop raises its service, so that expected pay less the money is largest.

    Service is ``base + gain x / (x + half)`` for support and own money x together, at most 1. A shop expects its
    buyers' satisfaction to change by ``slope`` times the change of service. What a unit of satisfaction above the bar
    is worth saturates in x, so the best x solves ``worth slope gain half / (x + half)^2 = 1``, unless service or
    satisfaction reach 1 before. Where that earns no more than spending nothing, nothing is spent.

    Args:
        worth: (O,) money a week for a unit of satisfaction. satisfaction: (O,) measured, with the ``service`` (O,).

    >>> one = np.ones(1)
    >>> best_effort(200 * one, 0.6 * one, 0.7 * one, 0.5 * one, 0.6 * one, 0.6 * one, 0 * one, 0.3, 8.0).round(3)
    array([7.492])
    >>> best_effort(200 * one, 0.9 * one, 0.7 * one, 0.5 * one, 0.6 * one, 0.6 * one, 0 * one, 0.3, 8.0)
    array([0.])
    """
    room = np.minimum(1.0, service + _over(1.0 - satisfaction, slope)) - base
    full = np.where(gain > room, half * np.maximum(room, 0.0) / np.where(gain > room, gain - room, 1.0), np.inf)
    best = np.sqrt(worth * slope * gain * half) - half
    money = np.maximum(np.minimum(best, full) - support, 0.0)

    def expected(own: Floats | float) -> Floats:
        level = np.minimum(base + gain * (support + own) / (support + own + half), 1.0)
        above = np.minimum(satisfaction + slope * (level - service), 1.0) - bar
        return np.asarray(worth * np.maximum(above, 0.0) - own)

    return np.where(expected(money) > expected(0.0), money, 0.0)


def learned_slope(slope: Floats, satisfaction: Floats, service: Floats, learning: float) -> Floats:
    """What shops expect of service after a period in which it changed.

    Args:
        slope: (O,) expected so far. satisfaction, service: (O,) changes over the period before.

    >>> learned_slope(np.array([0.5, 0.5]), np.array([0.02, 0.1]), np.array([0.1, 0.0]), 0.5)
    array([0.35, 0.5 ])
    """
    changed = np.abs(service) > SMALL
    seen = np.clip(satisfaction / np.where(changed, service, 1.0), 0.0, STEEPEST)
    return np.where(changed, slope + learning * (seen - slope), slope)


SMALL = 1e-3
"""A change of service from which a shop learns nothing."""
STEEPEST = 2.0
"""Most that a shop believes of what it has seen once."""


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.inf), where=whole > 0.0)
