"""Sums, compiled, to the bit as numpy makes them, so that a loop may take the place of several calls of numpy.

Numpy adds up many numbers by halves, and short stretches of them in eight columns, which loses less to rounding than
one after the other (Higham 1993).
"""

import numpy as np

from channellab.agents.compiled import part
from channellab.scenarios.arrays import Floats, Index, Ints

STRETCH, COLUMNS = 128, 8
DEPTH = 60
"""More often no array can be halved."""


@part
def total(values: Floats) -> float:
    """The sum of (N,) numbers, as `numpy.sum` gives it."""
    if values.size <= STRETCH:
        return _stretch(values, 0, values.size)
    # By halves, the first before the second, without recursion, which numba does not read back from its cache. Of each
    # stretch that is halved: where its second half begins and ends, and the sum of its first, as far as it is known.
    begins, ends = np.empty(DEPTH, np.int64), np.empty(DEPTH, np.int64)
    sums, known = np.empty(DEPTH), np.zeros(DEPTH, np.bool_)
    first, last, depth = 0, values.size, 0
    while True:
        while last - first > STRETCH:
            half = (last - first) // 2
            begins[depth], ends[depth], known[depth] = first + half - half % COLUMNS, last, False
            last = begins[depth]
            depth += 1
        found = _stretch(values, first, last)
        while depth > 0 and known[depth - 1]:
            depth -= 1
            found = sums[depth] + found
        if depth == 0:
            return found
        sums[depth - 1], known[depth - 1] = found, True
        first, last = begins[depth - 1], ends[depth - 1]


@part
def add_by_place(found: Floats, place: Index, values: Floats | Ints) -> None:
    """Adds (N,) numbers to the sums (P,) of their places, in the order in which they stand.

    Neighbours are mostly of one place. Their sum is kept at hand: read back from memory as soon as it is written, it
    would hold up every number by as long as ten take otherwise.
    """
    if not place.size:
        return
    here = place[0]
    together = found[here]
    for n in range(place.size):
        if place[n] != here:
            found[here] = together
            here = place[n]
            together = found[here]
        together += values[n]
    found[here] = together


@part
def _stretch(values: Floats, first: int, last: int) -> float:
    """The sum of those from place ``first`` to before ``last``, in columns."""
    if last - first < COLUMNS:
        few = 0.0
        for n in range(first, last):
            few += values[n]
        return few
    a, b, c, d = values[first], values[first + 1], values[first + 2], values[first + 3]
    e, f, g, h = values[first + 4], values[first + 5], values[first + 6], values[first + 7]
    whole = last - (last - first) % COLUMNS
    for n in range(first + COLUMNS, whole, COLUMNS):
        a += values[n]
        b += values[n + 1]
        c += values[n + 2]
        d += values[n + 3]
        e += values[n + 4]
        f += values[n + 5]
        g += values[n + 6]
        h += values[n + 7]
    found: float = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for n in range(whole, last):
        found += values[n]
    return found
