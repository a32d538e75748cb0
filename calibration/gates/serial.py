"""Exact stock, backorders and cost of stock points in series.

Symbols as in `inventory`.

Weekly timing. Within a week: goods arrive, customers demand, every stage orders what it was asked for, the stage above
sends what it has, the week is counted. Goods sent in week ``t`` with lead time ``L`` arrive before the demand of week
``t + L``, so a stage is protected over ``L`` weeks of demand and the lane towards it holds ``L`` weeks of demand when
counted. Where goods sent with ``L = 1`` already lie on the receiver's shelf when their week is counted, take the week's
arrivals off the shelf and back onto the lane before comparing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.gates.inventory import BaseStock, IntegerDemand, base_stock


@dataclass(frozen=True, slots=True)
class SerialStock:
    """Long-run state of stages in series, stage 1 (next to the customers) first.

    Args:
        stages: state of each stage; its backorders are owed to the stage below, those of stage 1 to customers.
        in_transit: mean units under way towards each stage.
        cost: expected cost per period; money.
    """

    stages: tuple[BaseStock, ...]
    in_transit: tuple[float, ...]
    cost: float


def protection_demands(levels: Sequence[int], lead_demands: Sequence[IntegerDemand]) -> tuple[IntegerDemand, ...]:
    """What each stage's level must cover: ``X_j = B_(j+1) + D_(L_j)``, backorders above it plus lead-time demand.

    ``B_j = (X_j - s_j)^+``, and nothing is owed above the top stage. The two terms are independent, because ``B_(j+1)``
    is that of ``L_j`` weeks ago and ``D_(L_j)`` the demand since.

    Args:
        levels: local base-stock levels ``s_j``, stage 1 first; units.
        lead_demands: demand over the lead time of each stage, stage 1 first.

    Source: Zipkin (2000), Foundations of Inventory Management, section 8.3.

    >>> coin = IntegerDemand(np.array([0.5, 0.5]))
    >>> protection_demands([1, 0], [coin, coin])[0].pmf.tolist()
    [0.25, 0.5, 0.25]
    """
    covered = [lead_demands[-1]]
    for level, lead in zip(reversed(levels[1:]), reversed(lead_demands[:-1]), strict=True):
        covered.append(covered[-1].above(level).plus(lead))
    return tuple(reversed(covered))


def serial_stock(
    levels: Sequence[int], lead_demands: Sequence[IntegerDemand], holding: Sequence[float], shortage: float
) -> SerialStock:
    """Stages in series with local base-stock levels, the top one supplied without limit.

    Cost ``sum_j h_j (on hand at j + in transit from j to j - 1) + p B_1``; what is under way to the top stage is not
    charged. See the top of this file for the order of events in a week.

    Args:
        levels: local base-stock levels, stage 1 (next to the customers) first; units.
        lead_demands: demand over the lead time of each stage; ``weekly.over(L)`` for ``L`` weeks.
        holding: local holding cost of each stage; money per unit and period.
        shortage: cost of a unit owed to customers; money per unit and period.

    Source: Zipkin (2000), Foundations of Inventory Management, section 8.3.

    >>> week = IntegerDemand.poisson(5)
    >>> chain = serial_stock([9, 6, 11], [week, week, week.over(2)], holding=[7, 4, 2], shortage=37.12)
    >>> round(chain.cost, 6), [round(stage.on_hand, 3) for stage in chain.stages]
    (72.046741, [3.288, 1.166, 1.834])
    """
    covered = protection_demands(levels, lead_demands)
    stages = tuple(base_stock(level, demand) for level, demand in zip(levels, covered, strict=True))
    in_transit = tuple(demand.mean for demand in lead_demands)
    charged = [stage.on_hand + below for stage, below in zip(stages, (0.0, *in_transit[:-1]), strict=True)]
    cost = sum(rate * units for rate, units in zip(holding, charged, strict=True))
    return SerialStock(stages, in_transit, cost + shortage * stages[0].backorders)


def local_levels(echelon: Sequence[int]) -> list[int]:
    """Local base-stock levels that act like these echelon levels, stage 1 first; units.

    ``s_j = min_(i>=j) S_i - min_(i>=j-1) S_i``: a level above that of a higher stage cannot be reached.

    Source: Axsater and Rosling (1993), Management Science 39.

    >>> local_levels([9, 15, 26]), local_levels([9, 8, 26])
    ([9, 6, 11], [8, 0, 18])
    """
    reached = np.minimum.accumulate(np.asarray(echelon)[::-1])[::-1]
    return [int(step) for step in np.diff(reached, prepend=0)]


def clark_scarf(
    lead_demands: Sequence[IntegerDemand], holding: Sequence[float], shortage: float
) -> tuple[list[int], float]:
    """Best echelon base-stock levels, stage 1 first, and the expected cost per period they reach.

    With echelon holding costs ``e_j = h_j - h_(j+1)`` and ``c_0(x) = (p + h_1) x^-``, each stage in turn from the
    customers up takes ``C_j(y) = E[e_j x + c_(j-1)(x)]`` at ``x = y - D_(L_j)``, its level ``S_j`` where ``C_j`` is
    least, and hands ``c_j(x) = C_j(min(S_j, x))`` to the stage above.

    Args:
        lead_demands: demand over the lead time of each stage, stage 1 first.
        holding: local holding costs, which must rise towards the customers; money per unit and period.
        shortage: cost of a unit owed to customers; money per unit and period.

    Source: Clark and Scarf (1960), Management Science 6; Snyder and Shen (2019), Fundamentals of Supply Chain Theory,
    section 6.2.

    >>> week = IntegerDemand.poisson(5)
    >>> echelon, cost = clark_scarf([week, week, week.over(2)], holding=[7, 4, 2], shortage=37.12)
    >>> echelon, round(cost, 6)
    ([9, 15, 26], 72.046741)
    """
    most = sum(demand.pmf.size - 1 for demand in lead_demands)
    x = np.arange(-most, most + 1)
    handed = (shortage + holding[0]) * np.maximum(-x, 0.0)
    levels, cost = [], handed
    for demand, echelon in zip(lead_demands, _echelon_costs(holding), strict=True):
        cost = np.convolve(echelon * x + handed, demand.pmf, mode="valid")
        x = x[demand.pmf.size - 1 :]
        best = int(np.argmin(np.where(x >= 0, cost, np.inf)))
        handed = np.where(x < x[best], cost, cost[best])
        levels.append(int(x[best]))
    return levels, float(handed[-1])


def _echelon_costs(holding: Sequence[float]) -> NDArray[np.float64]:
    """``h_j - h_(j+1)``, stage 1 first."""
    echelon = -np.diff(np.asarray(holding, dtype=np.float64), append=0.0)
    if echelon.min() <= 0:
        raise ValueError(f"holding costs are {list(holding)}, expected to fall from stage 1 up and to stay above 0")
    return echelon
