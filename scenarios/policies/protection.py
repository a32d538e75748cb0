"""The penalty ladder: pure functions over cases, deposits and values, in money."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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
