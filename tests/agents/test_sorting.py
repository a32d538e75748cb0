"""The compiled sort orders as numpy's does, ties included."""

import numpy as np

from channellab.agents.kernels.sorting import in_order


def test_it_sorts_by_both_and_then_by_place() -> None:
    draw = np.random.default_rng(1)
    for size in (0, 1, 2, 3, 10, 101):
        first, second = draw.integers(0, 5, size).astype(np.float64), draw.integers(0, 3, size).astype(np.uint64)
        assert in_order.py_func(first, second).tolist() == np.lexsort((second, first)).tolist()  # type: ignore[attr-defined]
