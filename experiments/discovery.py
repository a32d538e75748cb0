"""Scenario discovery: the conditions in which a policy fails, by PRIM and beside it by CART.

The patient rule induction method (Friedman and Fisher 1999; for scenarios Bryant and Lempert 2010) starts with all
points and peels, again and again, the thin slice whose removal leaves the largest share of failures. Half of the points
choose the box; the other half, which had no say in it, tell which of its bounds matter, how much of the failures it
covers and how dense they are there.

PRIM finds one box. A classification tree (CART, Breiman and others 1984; the library is scikit-learn) splits all points
and so finds failures that lie in several places; its leaves that fail more often than all points are told as boxes too,
after the same test of their bounds on the other half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betainc

from channellab.experiments.inputs import Input
from channellab.scenarios.arrays import Flags, Floats

PEEL = 0.1
"""Share of the points in the box that a slice holds."""
SUPPORT = 0.1
"""A box holds at least this share of all points."""
COVERAGE = 0.5
"""It holds at least this share of the failures."""
LEAVES = 8
"""Most leaves of a tree, so that it can be read."""
SURE = 0.05
"""An input bounds the box only where its bound alone would be this unlikely by chance."""


@dataclass(frozen=True)
class Box:
    """Conditions: by input, the ends of its range or the values that belong to it.

    Attributes:
        bounds: of the inputs that matter. p: how likely each bound's share of failures would be by chance.
        failures: share of all points. coverage: share of failures that lie in it. density: share of failures in it;
            both from points that had no say in choosing it, None where these have no failures or none lie in it.
    """

    bounds: dict[str, tuple[Any, Any]]
    p: dict[str, float]
    failures: float
    coverage: float | None
    density: float | None

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {**vars(self), "bounds": {key: list(ends) for key, ends in self.bounds.items()}}


def found_box(shares: Floats, failed: Flags, inputs: Sequence[Input]) -> Box:
    """The box of most failures among points of the unit cube, (points, inputs).

    Points are halved by turns, so that both halves are spread alike.
    """
    choose, tell = np.arange(len(failed)) % 2 == 0, np.arange(len(failed)) % 2 == 1
    low, high = _peeled(shares[choose], failed[choose])
    p = _widened(shares[tell], failed[tell], low, high)
    hits, points, all_hits = _counted(shares[tell], failed[tell], [(low, high)])
    narrow = [place for place in range(len(inputs)) if low[place] > 0 or high[place] < 1]
    return Box(
        {inputs[place].key: _ends(inputs[place], low[place], high[place]) for place in narrow},
        {inputs[place].key: float(p[place]) for place in narrow},
        float(failed.mean()) if len(failed) else 0.0,
        hits / all_hits if all_hits else None,
        hits / points if points else None,
    )


@dataclass(frozen=True)
class Tree:
    """Leaves of a tree in which a policy fails, as boxes, and what they cover together."""

    boxes: tuple[Box, ...]
    coverage: float | None
    density: float | None

    def document(self) -> dict[str, Any]:
        """As plain data."""
        boxes = [box.document() for box in self.boxes]
        return {"boxes": boxes, "coverage": self.coverage, "density": self.density}


def found_tree(shares: Floats, failed: Flags, inputs: Sequence[Input]) -> Tree:
    """The leaves that fail more often than all points, the densest first; halves as in `found_box`."""
    choose, tell = np.arange(len(failed)) % 2 == 0, np.arange(len(failed)) % 2 == 1
    steps = np.stack([_stepped(shares[:, place], each) for place, each in enumerate(inputs)], axis=1)
    boxes: dict[tuple[tuple[str, Any], ...], tuple[Box, tuple[Floats, Floats]]] = {}
    for low, high in _leaves(steps[choose], failed[choose]):
        p = _widened(steps[tell], failed[tell], low, high)
        hits, points, all_hits = _counted(steps[tell], failed[tell], [(low, high)])
        narrow = [place for place in range(len(inputs)) if low[place] > 0 or high[place] < 1]
        if narrow and hits:
            bounds = {inputs[n].key: _ends(inputs[n], low[n], high[n]) for n in narrow}
            chances = {inputs[n].key: float(p[n]) for n in narrow}
            box = Box(bounds, chances, float(failed.mean()), hits / all_hits, hits / points)
            boxes.setdefault(tuple(bounds.items()), (box, (low, high)))
    if not boxes:
        return Tree((), None, None)
    hits, points, all_hits = _counted(steps[tell], failed[tell], [ends for _, ends in boxes.values()])
    ordered = sorted((box for box, _ in boxes.values()), key=lambda box: -(box.density or 0.0))
    return Tree(tuple(ordered), hits / all_hits, hits / points)


def _stepped(column: Floats, each: Input) -> Floats:
    """Values of a list in the middle of their part of the range, so that a tree splits between them."""
    if each.values is None:
        return column
    count = len(each.values)
    return np.asarray((np.minimum(np.floor(column * count), count - 1) + 0.5) / count)


def _leaves(shares: Floats, failed: Flags) -> list[tuple[Floats, Floats]]:
    """Ends of the leaves in which failures are denser than among all points."""
    from sklearn.tree import DecisionTreeClassifier

    if not 0 < failed.sum() < len(failed):
        return []
    fewest = max(int(np.ceil(SUPPORT / 2 * len(failed))), 1)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=LEAVES, min_samples_leaf=fewest, class_weight="balanced", random_state=0
    ).fit(shares, failed)
    nodes, width = tree.tree_, shares.shape[1]
    found, open_nodes = [], [(0, np.zeros(width), np.ones(width))]
    while open_nodes:
        node, low, high = open_nodes.pop()
        place = nodes.feature[node]
        if place < 0:
            if failed[_inside(shares, low, high)].mean() > failed.mean():
                found.append((low, high))
            continue
        left, right = high.copy(), low.copy()
        left[place] = right[place] = nodes.threshold[node]
        open_nodes += [(nodes.children_left[node], low, left), (nodes.children_right[node], right, high)]
    return found


def _widened(shares: Floats, failed: Flags, low: Floats, high: Floats) -> Floats:
    """Takes away bounds that could be chance, in place, the weakest first; the chances of those that stay."""
    while True:
        p = _chances(shares, failed, low, high)
        bounded = np.flatnonzero((low > 0) | (high < 1))
        if not len(bounded) or p[bounded].max() <= SURE:
            return p
        weakest = bounded[p[bounded].argmax()]
        low[weakest], high[weakest] = 0.0, 1.0


def _counted(shares: Floats, failed: Flags, boxes: Sequence[tuple[Floats, Floats]]) -> tuple[int, int, int]:
    """Failures in any of the boxes, points in them, failures anywhere."""
    inside = np.any([_inside(shares, low, high) for low, high in boxes], axis=0)
    return int(failed[inside].sum()), int(inside.sum()), int(failed.sum())


def _peeled(shares: Floats, failed: Flags) -> tuple[Floats, Floats]:
    """Ends of the densest box on the way that still has enough points and failures."""
    width = shares.shape[1]
    low, high = np.zeros(width), np.ones(width)
    best, density = (low.copy(), high.copy()), float(failed.mean()) if len(failed) else 0.0
    while True:
        step = _best_slice(shares, failed, low, high)
        if step is None:
            return best
        low, high = step
        inside = _inside(shares, low, high)
        covers = failed[inside].sum() >= COVERAGE * failed.sum()
        if covers and failed[inside].mean() > density:
            best, density = (low.copy(), high.copy()), float(failed[inside].mean())


def _best_slice(shares: Floats, failed: Flags, low: Floats, high: Floats) -> tuple[Floats, Floats] | None:
    """The box after the slice that leaves most failures a point, None where too few points would be left."""
    inside = _inside(shares, low, high)
    tries: list[tuple[float, int, tuple[Floats, Floats]]] = []
    for place in range(len(low)):
        column = shares[inside, place]
        for end, quantile in ((low, PEEL), (high, 1 - PEEL)):
            cut = float(np.quantile(column, quantile)) if len(column) else 0.0
            ends = low.copy(), high.copy()
            ends[0 if end is low else 1][place] = cut
            left = _inside(shares, *ends)
            if SUPPORT * len(failed) <= left.sum() < inside.sum():
                tries.append((float(failed[left].mean()), -len(tries), ends))
    return max(tries, key=lambda each: each[:2])[2] if tries else None


def _chances(shares: Floats, failed: Flags, low: Floats, high: Floats) -> Floats:
    """By input, how likely the box's failures would be if its bound did nothing (binomial, one-sided)."""
    inside = _inside(shares, low, high)
    chances = np.ones(len(low))
    for place in range(len(low)):
        if low[place] == 0 and high[place] == 1:
            continue
        wide = low.copy(), high.copy()
        wide[0][place], wide[1][place] = 0.0, 1.0
        without = _inside(shares, *wide)
        rate, hits, points = float(failed[without].mean()), int(failed[inside].sum()), int(inside.sum())
        chances[place] = float(betainc(hits, points - hits + 1, rate)) if hits else 1.0
    return chances


def _inside(shares: Floats, low: Floats, high: Floats) -> Flags:
    return np.asarray(np.all((shares >= low) & (shares <= high), axis=1))


def _ends(each: Input, low: float, high: float) -> tuple[Any, Any]:
    """The ends of a range in the input's own values."""
    if each.values is not None:
        count = len(each.values)
        # A value that begins just where the range ends is outside.
        first, last = min(int(low * count + 1e-6), count - 1), min(int(high * count - 1e-6), count - 1)
        return each.values[first], each.values[max(first, last)]
    return each.at(min(low, 1 - 1e-12)), each.at(min(high, 1 - 1e-12))
