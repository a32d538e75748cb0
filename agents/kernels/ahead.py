"""Buying ahead of need for the sake of a threshold, compiled."""

import math

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Floats, Ints

ROUNDING = 1e-9


def buying_ahead(gap: Floats, jump: Floats, weeks: Floats, need: Floats, price: Floats, holding: float) -> Ints:
    """What R firms buy ahead of need to reach one of N thresholds: as much as is missing, or nothing.

    ``cover = gap / value of a week's need`` weeks of need are missing. Bought ahead, they lie in stock until the period
    ends and are used up in the ``cover`` weeks after it, half that long on average. Ordering now is worth

        ``jump - holding x units x (weeks + cover / 2)``

    if the goods come before the period ends, and nothing if they come later. Nearer thresholds of periods that end in
    the same week are reached by the same goods, so that what they pay is added to the jump. Ordering a week later saves
    a week's holding, if the goods still come in time. Firms buy ahead where that is worth something now, and no less
    than a week later; of several thresholds for the one that is worth most.

    Args:
        gap: (N, R) money missing to the threshold if only need is bought. jump: (N, R) value of reaching it, money.
        weeks: (N, R) from arrival of what is ordered now to the end of the period; below 0 it comes too late.
        need: (R, K) units needed a week. price: (R, K) money per unit. holding: money per unit and week.

    Returns:
        (R, K) units in proportion to need, rounded up; 0 for who does not.

    Ten units a week at 6, and 120 missing to a threshold worth 50. Two weeks of need lie for 1 week more and 1 more on
    average, at 0.5 a week: 20 x 0.5 x 2 = 20. That is less than 50, but in the last week that counts it is 10:

    >>> one = np.ones((1, 1))
    >>> [buying_ahead(120 * one, 50 * one, weeks * one, 10 * one, 6 * one, 0.5).item() for weeks in (1.0, 0.0, -1.0)]
    [0, 20, 0]
    """
    return _buying_ahead(gap, jump, weeks, np.ascontiguousarray(need), np.ascontiguousarray(price), holding)


@kernel
def _buying_ahead(gap: Floats, jump: Floats, weeks: Floats, need: Floats, price: Floats, holding: float) -> Ints:
    plans, firms = gap.shape
    units, missing = np.zeros(need.shape, np.int64), np.empty(need.shape[1])
    for r in range(firms):
        weekly, most = 0.0, 0.0
        for k in range(need.shape[1]):
            weekly += need[r, k] * price[r, k]
        if weekly <= 0.0:
            continue
        for n in range(plans):
            if not 0.0 < gap[n, r] < np.inf:
                continue
            pays = jump[n, r]
            for m in range(plans):
                if m != n and weeks[m, r] == weeks[n, r] and gap[m, r] <= gap[n, r]:
                    pays += jump[m, r]
            cover, total = gap[n, r] / weekly, 0.0
            for k in range(need.shape[1]):
                missing[k] = math.ceil(cover * need[r, k] - ROUNDING)
                total += missing[k]
            cost = holding * total
            now = pays - cost * (weeks[n, r] + cover / 2.0) if weeks[n, r] >= 0.0 else 0.0
            later = pays - cost * (weeks[n, r] - 1.0 + cover / 2.0) if weeks[n, r] >= 1.0 else 0.0
            if now > most and now >= later:
                most = now
                for k in range(need.shape[1]):
                    units[r, k] = int(missing[k])
    return units
