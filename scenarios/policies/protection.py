"""Detection of diverted goods and the penalty ladder: pure functions over shipments, cases, deposits and values."""

import numpy as np
import numpy.typing as npt

from channellab.scenarios.arrays import Floats, Ints


def next_multiple(
    cases: Ints, deposit: Floats, warnings: Ints, deductions: Ints, deduction: Floats, damages: Floats
) -> Floats:
    """What the next case costs as a multiple of the goods' value; the arguments broadcast against each other.

    Warnings are free, deductions cost nothing where no deposit is left, and damages come after both.

    >>> next_multiple(np.array([0, 1, 2]), np.array([5.0]), *map(np.array, (1, 1, 0.5, 3.0))).tolist()
    [0.0, 0.5, 3.0]
    """
    from_deposit = np.where(deposit > 0.0, deduction, 0.0)
    return np.where(cases < warnings, 0.0, np.where(cases < warnings + deductions, from_deposit, damages))


def penalty(
    case: int, value: float, deposit: float, warnings: int, deductions: int, deduction: float, damages: float
) -> tuple[float, float]:
    """What a case costs: money from the deposit, and money beside it. ``case`` counts earlier ones.

    >>> penalty(1, 100.0, 30.0, 1, 1, 0.5, 3.0), penalty(2, 100.0, 30.0, 1, 1, 0.5, 3.0)
    ((30.0, 0.0), (0.0, 300.0))
    """
    if case < warnings:
        return 0.0, 0.0
    if case < warnings + deductions:
        return min(deduction * value, deposit), 0.0
    return 0.0, damages * value


def found_by_scans(rate: Floats, units: Ints) -> Floats:
    """Probability that somebody scans one of the units of a consignment, each of whose buyers does with ``rate``.

    >>> found_by_scans(np.array([0.5]), np.array([2])).tolist()
    [0.75]
    """
    return np.asarray(1.0 - (1.0 - rate) ** units)


def excess(shipped: Ints, usual: Floats) -> Floats:
    """Shipments over usual ones, to nine decimals; 0 without a past.

    >>> excess(np.array([30, 5]), np.array([20.0, 0.0])).tolist()
    [1.5, 0.0]
    """
    share = np.divide(shipped, usual, out=np.zeros(usual.shape), where=usual > 0.0)
    return np.asarray(np.round(share, 9))


def unusual(share: Floats, threshold: Floats) -> npt.NDArray[np.bool_]:
    """Whether shipments exceed the usual ones, of which they are this ``share``, by more than ``threshold``.

    >>> unusual(np.array([3.9, 4.1]), np.array([3.0])).tolist()
    [False, True]
    """
    return np.asarray(share > 1.0 + threshold)
