"""Candidates judged by several objectives: who is beaten by whom, how surely, and how much a front is worth.

All values here are such that more is better; rows are candidates, columns objectives.
"""

from collections.abc import Sequence

import numpy as np

from channellab.scenarios.arrays import Flags, Floats


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
