"""Arrays by what they hold; docstrings give their shapes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.int32]
"""Places in other arrays."""
Flags = npt.NDArray[np.bool_]


def from_elsewhere(policy: object) -> bool:
    """Whether another distribution brought what computes something here."""
    return not type(policy).__module__.startswith("channellab.")


def sound(found: Floats, shape: tuple[int, ...]) -> bool:
    """Whether an array that others computed has its shape, and holds finite numbers from 0.

    >>> sound(np.array([0.0, 3.0]), (2,)), sound(np.array([3.0]), (2,)), sound(np.array([np.nan]), (1,))
    (True, False, False)
    """
    return np.shape(found) == shape and bool((np.isfinite(found) & (np.asarray(found) >= 0.0)).all())
