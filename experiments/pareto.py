"""Candidates judged by several objectives: who is beaten by whom, how surely, and how much a front is worth.

All values here are such that more is better; rows are candidates, columns objectives.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import qmc

from channellab.scenarios.arrays import Flags, Floats, Index

POINTS = 10
"""Power of two of the points (Sobol's) that stand for the volume of a box."""
MARGIN = 0.1
"""By which share of its sides a box is larger than that, at its worst ends."""
HARDLY = 0.95
"""Share of what worth may be that is not exceeded by a box."""


def dominated(values: Floats) -> Flags:
    """Whether another candidate is at least as good in everything and better in something, (candidates,).

    >>> dominated(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]])).tolist()
    [False, False, True]
    """
    as_good = np.all(values[None, :, :] >= values[:, None, :], axis=2)
    better = np.any(values[None, :, :] > values[:, None, :], axis=2)
    return np.asarray(np.any(as_good & better, axis=1), np.bool_)


def front(values: Floats, feasible: Flags) -> list[int]:
    """Numbers of the feasible candidates that no other feasible one dominates."""
    allowed = np.flatnonzero(feasible)
    return [int(number) for number in allowed[~dominated(values[allowed])]]


def by_fronts(values: Floats, count: int) -> Index:
    """Numbers of the best candidates, fronts one after the other."""
    if values.shape[1] == 1:
        return np.argsort(-values[:, 0], kind="stable")[:count].astype(np.int32)
    left, found = np.arange(len(values)), list[int]()
    while len(left) and len(found) < count:
        beaten = dominated(values[left])
        found += left[~beaten].tolist()
        left = left[beaten]
    return np.array(found[:count], np.int32)


def hypervolume(values: Floats, reference: Sequence[float]) -> float:
    """Volume between a reference point and the front, (candidates, objectives); what is worse than it counts nothing.

    >>> hypervolume(np.array([[1.0, 2.0], [2.0, 1.0]]), (0.0, 0.0))
    3.0
    """
    gains = np.maximum(values - np.asarray(reference, np.float64), 0.0)
    gains = gains[np.all(gains > 0, axis=1)]
    return _volume(gains[~dominated(gains)]) if len(gains) else 0.0


def _volume(gains: Floats) -> float:
    """By slices along the last objective."""
    if gains.shape[1] == 1:
        return float(gains.max(initial=0.0))
    order = np.argsort(-gains[:, -1], kind="stable")
    heights = np.append(gains[order, -1], 0.0)
    total = 0.0
    for count, drop in enumerate(heights[:-1] - heights[1:], 1):
        if drop > 0:
            total += float(drop) * _volume(gains[order[:count], :-1])
    return total


def chance_of_front(samples: Floats, feasible: Flags) -> Floats:
    """Share of samples in which each candidate is feasible and not dominated by a feasible one.

    Args:
        samples: (samples, candidates, objectives). feasible: (samples, candidates).
    """
    count = np.zeros(samples.shape[1])
    for values, allowed in zip(samples, feasible, strict=True):
        count[front(values, allowed)] += 1
    return count / len(samples)


def covering(samples: Floats, feasible: Flags, count: int, known: int = 0) -> list[int]:
    """Numbers of candidates whose front is worth most, as far as their worth is known: the first is the best alone,
    each further one adds most to those before it (greedy, which comes within 1 - 1/e of the best choice).

    What a front is worth is the part of a box that it covers, averaged over what worth may be. The box reaches from a
    little beyond the worst that is expected in each objective to what hardly anything is believed to exceed.

    Args:
        samples: (samples, candidates, objectives), what worth may be. feasible: (samples, candidates).
        known: so many of the first candidates are had already; the others are chosen to add to them.
    """
    if samples.shape[1] <= known:
        return []
    means = samples.mean(axis=0)
    low, high = means[: known or None].min(axis=0), np.quantile(samples, HARDLY, axis=0).max(axis=0)
    low = low - MARGIN * (high - low)
    points = low + qmc.Sobol(samples.shape[2], rng=np.random.default_rng(0)).random_base2(POINTS) * (high - low)
    covered = np.repeat(feasible[:, :, None], len(points), axis=2)
    for objective, bounds in enumerate(points.T):
        covered &= samples[:, :, None, objective] >= bounds
    found, bare = list(range(known)), ~np.asarray(covered[:, :known].any(axis=1), np.bool_)
    while len(found) < min(known + count, samples.shape[1]):
        gains = np.count_nonzero(covered & bare[:, None, :], axis=(0, 2))
        gains[found] = -1
        found.append(int(np.argmax(gains)))
        bare &= ~covered[:, found[-1]]
    return found[known:]
