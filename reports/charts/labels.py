"""Where labels go: one above another at the ends of lines, around marks on a map. The same on every machine."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_DIRECTIONS = np.radians([0, 180, 90, 270, 45, 315, 135, 225, 22.5, 337.5, 157.5, 202.5, 67.5, 292.5, 112.5, 247.5])
_AWAY = np.array([0.0, 5.0, 11.0, 18.0, 26.0, 36.0])
_PAD = 2.5
_PER_POINT_AWAY, _PER_RANK, _LABEL_WEIGHT = 3.0, 0.4, 3.0
"""Cost of distance and of a less natural side, in square points of overlap; weight of overlaps with labels."""
_SWEEPS = 12
_LEADER = 5.0
"""Points between a mark and its label from which a line joins them."""


def apart(heights: Sequence[float], gap: float) -> list[float]:
    """The nearest heights that are at least a gap apart, in the same order.

    >>> apart([10.0, 0.0, 10.0], 4.0)
    [8.0, 0.0, 12.0]
    """
    groups: list[tuple[float, list[int]]] = []
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        groups.append((heights[index], [index]))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (len(groups[-1][1]) + len(groups[-2][1])) / 2:
            (high, upper), (low, lower) = groups.pop(), groups.pop()
            count = len(upper) + len(lower)
            groups.append(((high * len(upper) + low * len(lower)) / count, lower + upper))
    placed = {i: middle + gap * (rank - (len(g) - 1) / 2) for middle, g in groups for rank, i in enumerate(g)}
    return [placed[index] for index in range(len(heights))]


def around(marks: Array, radii: Array, sizes: Array, frame: tuple[float, float], turned: float = 0.0) -> Array:
    """Places of labels beside their marks, so that labels keep off marks, other labels and the frame's edge.

    Labels take the cheapest of the places around their marks, pair by pair until none moves: like a repulsion, but
    they cannot drift. Nothing is drawn by lot.

    Args:
        marks: centres, shape (n, 2), points.
        radii: of the marks, shape (n,), points.
        sizes: widths and heights of the labels, shape (n, 2), points.
        frame: width and height of the picture whose lower left corner is (0, 0), points.
        turned: degrees anticlockwise from the right at which labels like to stand best.

    Returns:
        Centres of the labels, shape (n, 2), points.
    """
    places, toll = _places(marks, radii, sizes, turned)
    places = _within(places, sizes, frame)
    obstacles = _boxes(marks, np.column_stack([radii, radii]) * 2)
    own = np.stack([_boxes(places[i], sizes[i]) for i in range(len(marks))])
    toll = toll + np.stack([_overlap(boxes, obstacles) for boxes in own])
    chosen = _settle(own, toll)
    return np.asarray(places[np.arange(len(marks)), chosen])


def line_end(mark: Array, centre: Array, size: Array, radius: float) -> Array | None:
    """Where a line from a mark to its label ends, points; None if they are so close that none is needed.

    >>> line_end(np.zeros(2), np.array([40.0, 0.0]), np.array([20.0, 10.0]), 4.0).tolist()
    [30.0, 0.0]
    """
    nearest = np.clip(mark, centre - size / 2, centre + size / 2)
    return nearest if np.hypot(*(nearest - mark)) > radius + _LEADER else None


def _settle(own: Array, toll: Array) -> NDArray[np.intp]:
    """The place each label takes, shape (n,): pairs of near labels move together, until none gains by it.

    Args:
        own: boxes of all places of all labels, shape (n, places, 4).
        toll: cost of each place by itself, shape (n, places).
    """
    chosen = toll.argmin(axis=1)
    pairs = _near(own)
    for _ in range(_SWEEPS):
        before = chosen.copy()
        for i, j in pairs:
            others = np.delete(own[np.arange(len(own)), chosen], [i, j], axis=0)
            alone = [toll[k] + _LABEL_WEIGHT * _overlap(own[k], others) for k in (i, j)]
            cost = alone[0][:, None] + alone[1][None, :] + _LABEL_WEIGHT * _shared(own[i], own[j])
            chosen[i], chosen[j] = np.unravel_index(cost.argmin(), cost.shape)
        if (chosen == before).all():
            break
    return np.asarray(chosen)


def _near(own: Array) -> list[tuple[int, int]]:
    """Pairs of labels that could get in each other's way."""
    reach = np.concatenate([own[:, :, :2].min(axis=1), own[:, :, 2:].max(axis=1)], axis=1)
    return [(int(i), int(j)) for i, j in np.argwhere(_shared(reach, reach) > 0) if i < j]


def _places(marks: Array, radii: Array, sizes: Array, turned: float) -> tuple[Array, Array]:
    """Candidate centres, shape (n, places, 2), and what taking each costs by itself, shape (n, places)."""
    away, side = (grid.ravel() for grid in np.meshgrid(_AWAY, np.arange(len(_DIRECTIONS)), indexing="ij"))
    angles = _DIRECTIONS + np.radians(turned)
    toward = np.column_stack([np.cos(angles), np.sin(angles)])[side]
    reach = (radii[:, None] + _PAD + away)[:, :, None] + sizes[:, None, :] / 2
    toll = np.broadcast_to(_PER_POINT_AWAY * away + _PER_RANK * side, reach.shape[:2])
    return marks[:, None, :] + toward * reach, toll


def _boxes(centres: Array, sizes: Array) -> Array:
    """Left, bottom, right, top; shape (m, 4)."""
    return np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=-1)


def _overlap(boxes: Array, others: Array) -> Array:
    """Area that each box shares with all others together, shape (m,), square points."""
    return np.asarray(_shared(boxes, others).sum(axis=1))


def _shared(boxes: Array, others: Array) -> Array:
    """Area that each of m boxes shares with each of k others, shape (m, k), square points."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray(np.clip(high - low, 0, None).prod(axis=2))


def _within(places: Array, sizes: Array, frame: tuple[float, float]) -> Array:
    """The places moved into the frame where labels would stick out, shape (n, places, 2), points."""
    half = sizes[:, None, :] / 2
    return np.asarray(np.maximum(np.minimum(places, np.array(frame) - half), half))
