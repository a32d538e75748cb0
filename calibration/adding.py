"""Sums of rows by group, in the order of the rows."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from channellab.scenarios.arrays import Floats, Ints


def adder(of: Ints, count: int) -> sparse.csr_matrix:
    """A matrix (count, S) of zeros and ones by which (S, W) becomes sums by group (count, W).

    Args:
        of: (S,) the group of each row; -1 where it is in none.
    """
    inside = np.flatnonzero(of >= 0)
    return sparse.csr_matrix((np.ones(len(inside)), (of[inside], inside)), (count, len(of)))


def added(values: NDArray[np.generic], of: Ints, count: int) -> Floats:
    """Sums of rows (S, W) by their group, (count, W).

    >>> added(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1, -1, 1]), 2).tolist()
    [[0.0, 0.0], [6.0, 8.0]]
    """
    return sums_by(adder(of, count), values)


def sums_by(matrix: sparse.csr_matrix, values: NDArray[np.generic]) -> Floats:
    """Sums (count, W) of rows (S, W), by an `adder`."""
    return np.asarray(matrix @ values.astype(np.float64), np.float64)
