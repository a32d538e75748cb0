"""What firms believe from what they have seen: a prior, own experience, and hearsay."""

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]


def weighed(
    prior: float, worth: float, seen: Numbers, of: Numbers, near: Numbers, near_of: Numbers, hearsay: float
) -> npt.NDArray[np.float64]:
    """A mean of what was seen: the prior counts like ``worth`` own experiences, neighbours' with weight ``hearsay``.

    For events out of attempts it is the mean of a Beta law.

    Args:
        seen, of: sum of what was seen, and number of own experiences. near, near_of: those of neighbours.

    >>> weighed(0.1, 20.0, np.array([3]), np.array([10]), np.array([2]), np.array([20]), hearsay=0.5)
    array([0.15])
    """
    return np.asarray((prior * worth + seen + hearsay * near) / (worth + of + hearsay * near_of))
