"""Sorting, compiled: numba takes two seconds to compile its own sort for each kind of number, and a tenth for this."""

from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import part
from channellab.scenarios.arrays import Ints


@part
def in_order(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Ints:
    """Places (N,) by ascending ``first`` (N,), equal ones by ``second`` (N,), and then by place (Shell 1959)."""
    order = np.arange(first.size)
    gap = first.size // 2
    while gap > 0:
        for entry in range(gap, first.size):
            here, place = order[entry], entry
            while place >= gap:
                other = order[place - gap]
                if first[other] < first[here]:
                    break
                same = first[other] == first[here]
                if same and (second[other] < second[here] or (second[other] == second[here] and other < here)):
                    break
                order[place] = other
                place -= gap
            order[place] = here
        gap //= 2
    return order
