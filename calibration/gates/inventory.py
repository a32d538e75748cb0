"""Exact stock, backorders and cost of one stock point, and bullwhip ratios.

Symbols: ``D`` demand, ``S`` echelon and ``s`` local base-stock level, ``L`` lead time, ``h`` holding cost and ``p``
shortage cost per unit and period; ``x^+ = max(x, 0)``.
"""

from dataclasses import dataclass
from math import ceil
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy import stats

_TAIL = 1e-15


class Demand(Protocol):
    """Demand of one protection interval, in units."""

    @property
    def mean(self) -> float:
        """``E D``."""

    def quantile(self, probability: float) -> float:
        """Smallest stock that meets the whole demand with this probability."""

    def leftover(self, stock: float) -> float:
        """``E(stock - D)^+``."""


@dataclass(frozen=True, slots=True)
class NormalDemand:
    """Normal demand, negative values included; units.

    ``E(S - D)^+ = sd (z Phi(z) + phi(z))`` with ``z = (S - mean) / sd``.

    >>> demand = NormalDemand(100, 30)
    >>> round(demand.quantile(0.7), 3), round(demand.leftover(100), 3)
    (115.732, 11.968)
    """

    mean: float
    sd: float

    def quantile(self, probability: float) -> float:
        """Stock that meets the whole demand with this probability."""
        return float(stats.norm.ppf(probability, self.mean, self.sd))

    def leftover(self, stock: float) -> float:
        """``E(stock - D)^+``."""
        z = (stock - self.mean) / self.sd
        return float(self.sd * (z * stats.norm.cdf(z) + stats.norm.pdf(z)))


@dataclass(frozen=True, slots=True, eq=False)
class IntegerDemand:
    """Any demand in whole units.

    Args:
        pmf: probability of 0, 1, 2, ... units; shape ``(largest + 1,)``, sums to 1.

    >>> coin = IntegerDemand(np.array([0.5, 0.5]))
    >>> coin.mean, coin.quantile(0.6), coin.leftover(1), coin.plus(coin).pmf.tolist()
    (0.5, 1.0, 0.5, [0.25, 0.5, 0.25])
    """

    pmf: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.pmf.ndim != 1 or self.pmf.min() < 0 or abs(self.pmf.sum() - 1) > 1e-9:
            raise ValueError(f"pmf sums to {self.pmf.sum()}, expected a vector of probabilities that sum to 1")

    @classmethod
    def poisson(cls, mean: float) -> Self:
        """Poisson demand, cut where less than 1e-15 is left.

        >>> IntegerDemand.poisson(4).pmf[:3].round(4).tolist()
        [0.0183, 0.0733, 0.1465]
        """
        pmf = stats.poisson.pmf(np.arange(int(stats.poisson.isf(_TAIL, mean)) + 1), mean)
        return cls(pmf / pmf.sum())

    @classmethod
    def rounded(cls, demand: "NormalDemand") -> Self:
        """Normal demand to the nearest whole unit and not below 0, cut 8 standard deviations above its mean.

        >>> round(IntegerDemand.rounded(NormalDemand(100, 30)).mean, 3)
        100.003
        """
        edges = np.arange(int(demand.mean + 8 * demand.sd)) + 0.5
        return cls(np.diff(stats.norm.cdf(edges, demand.mean, demand.sd), prepend=0.0, append=1.0))

    @property
    def units(self) -> NDArray[np.int64]:
        """The demands that can occur, 0, 1, 2, ...; in the shape of ``pmf``."""
        return np.arange(self.pmf.size)

    @property
    def mean(self) -> float:
        """``E D``."""
        return float(self.pmf @ self.units)

    def quantile(self, probability: float) -> float:
        """Smallest stock that meets the whole demand with this probability."""
        return float(min(int(np.searchsorted(np.cumsum(self.pmf), probability)), self.pmf.size - 1))

    def leftover(self, stock: float) -> float:
        """``E(stock - D)^+``."""
        return float(self.pmf @ np.maximum(stock - self.units, 0.0))

    def at_least(self, stock: float) -> float:
        """``P(D >= stock)``."""
        return float(self.pmf[max(ceil(stock), 0) :].sum())

    def plus(self, other: "IntegerDemand") -> "IntegerDemand":
        """Sum of two independent demands."""
        return IntegerDemand(np.convolve(self.pmf, other.pmf))

    def over(self, periods: int) -> "IntegerDemand":
        """Sum of ``periods`` independent draws of this demand.

        >>> IntegerDemand(np.array([0.5, 0.5])).over(3).pmf.tolist()
        [0.125, 0.375, 0.375, 0.125]
        """
        total = IntegerDemand(np.ones(1))
        for _ in range(periods):
            total = total.plus(self)
        return total

    def above(self, level: int) -> "IntegerDemand":
        """What exceeds a level, ``(D - level)^+``.

        >>> IntegerDemand(np.array([0.25, 0.25, 0.5])).above(1).pmf.tolist()
        [0.5, 0.5]
        """
        return IntegerDemand(np.concatenate(([self.pmf[: level + 1].sum()], self.pmf[level + 1 :])))


@dataclass(frozen=True, slots=True)
class BaseStock:
    """Long-run state of a stock point that orders up to a fixed level.

    Args:
        on_hand: mean units in stock.
        backorders: mean units owed to customers.
        empty: probability of nothing on hand, ``P(D >= S)``; with Poisson customers, that the next one must wait.
        short: probability of owing something, ``P(D > S)``.
    """

    on_hand: float
    backorders: float
    empty: float
    short: float


def base_stock(level: int, demand: IntegerDemand) -> BaseStock:
    """A base-stock level with backorders: stock less backorders is ``S - D``, ``D`` over the protection interval.

    Source: Zipkin (2000), Foundations of Inventory Management, chapter 6; Palm (1938) for Poisson customers, where
    only the mean of the lead times matters and ``D`` is Poisson with mean ``rate * lead time``.

    >>> stock = base_stock(15, IntegerDemand.poisson(4 * 3))
    >>> round(stock.empty, 6), round(stock.on_hand, 5), round(stock.backorders, 5)
    (0.227975, 3.40194, 0.40194)
    """
    on_hand = demand.leftover(level)
    return BaseStock(on_hand, on_hand - level + demand.mean, demand.at_least(level), demand.at_least(level + 1))


def erlang_b(servers: int, load: float) -> float:
    """Share of customers lost: ``B_0 = 1``, ``B_k = a B_(k-1) / (k + a B_(k-1))``.

    It is the lost share of a base stock of ``servers`` units without backorders, for Poisson customers and any law of
    the lead times.

    Args:
        servers: servers, or units of base stock.
        load: ``a``, rate of customers times mean service or lead time.

    Source: Erlang (1917); Karush (1957), Operations Research 5, for stock.

    >>> round(erlang_b(15, 4 * 3), 6)
    0.085729
    """
    lost = 1.0
    for server in range(1, servers + 1):
        lost = load * lost / (server + load * lost)
    return lost


@dataclass(frozen=True, slots=True)
class BestStock:
    """The best base-stock level, in units, and its expected cost per period, in money."""

    level: float
    cost: float


def newsvendor(holding: float, shortage: float, demand: Demand) -> BestStock:
    """The level with the least ``h E(S - D)^+ + p E(D - S)^+``: ``F(S) = p / (p + h)``.

    Args:
        holding: cost of a unit left over, ``h``.
        shortage: cost of a unit short, ``p``.
        demand: demand over the protection interval.

    Source: Arrow, Harris and Marschak (1951), Econometrica 19.

    >>> best = newsvendor(0.18, 0.70, NormalDemand(50, 8))
    >>> round(best.level, 5), round(best.cost, 6)
    (56.60396, 1.997605)
    >>> best = newsvendor(1, 4, IntegerDemand.poisson(6))
    >>> best.level, round(best.cost, 6)
    (8.0, 3.570107)
    """
    level = demand.quantile(shortage / (shortage + holding))
    left = demand.leftover(level)
    return BestStock(level, holding * left + shortage * (left - level + demand.mean))


@dataclass(frozen=True, slots=True)
class LotStock:
    """Expected stock and backorders of a point that orders in lots, in units, and orders placed per period."""

    on_hand: float
    backorders: float
    orders: float


def reorder_point(point: int, level: int, period: IntegerDemand, protection: IntegerDemand) -> LotStock:
    """Stock under an (s, S) rule: up to ``S`` once the position, read after each period's demand, is at ``s`` or below.

    Between two orders the position is at ``S - j`` for ``m(j)`` periods, ``m(j) = 1{j = 0} + sum_k P(D = k) m(j - k)``;
    a cycle lasts ``M = sum_(j < S - s) m(j)``, and after the protection interval ``(S - j - D)^+`` is on hand.

    Args:
        point: the reorder point, ``s``.
        level: where orders lead, ``S > s``.
        period: demand between two looks at the position.
        protection: demand from an order until the next one could be there.

    Source: Zheng and Federgruen (1991), Operations Research 39.

    >>> week = IntegerDemand.poisson(6)
    >>> stock = reorder_point(4, 10, week, week)
    >>> round(stock.on_hand + 4 * stock.backorders + 5 * stock.orders, 6)
    8.034112
    """
    if not point < level:
        raise ValueError(f"reorder point {point} is not below level {level}")
    if period.pmf[0] == 1:
        raise ValueError("nothing is ever demanded, so that nothing is ever ordered")
    chance = np.pad(period.pmf, (0, max(level - point - period.pmf.size, 0)))
    periods = np.zeros(level - point)
    for drop in range(level - point):
        before = float(chance[1 : drop + 1] @ periods[:drop][::-1])
        periods[drop] = ((drop == 0) + before) / (1.0 - chance[0])
    position = level - np.arange(level - point, dtype=np.float64)
    left = np.array([protection.leftover(each) for each in position.tolist()])
    share = periods / periods.sum()
    short = left - position + protection.mean
    return LotStock(float(share @ left), float(share @ short), float(1.0 / periods.sum()))


def bullwhip_moving_average(lead_time: float, window: float) -> float:
    """Var(orders) / Var(demand) of an order-up-to stock that forecasts by the mean of ``n`` weeks.

    ``1 + 2 L/n + 2 L^2/n^2``, for independent demands, ``order = D_t + L (forecast_t - forecast_(t-1))``, safety stock
    that does not move and orders that may be negative; 1 if ``n`` grows without bound.

    Args:
        lead_time: weeks of forecast in the level, ``L``.
        window: weeks in the mean, ``n``.

    Source: Chen, Drezner, Ryan and Simchi-Levi (2000), Management Science 46.

    >>> bullwhip_moving_average(2, 5)
    2.12
    """
    ratio = lead_time / window
    return 1 + 2 * ratio + 2 * ratio**2


def bullwhip_exponential(lead_time: float, weight: float) -> float:
    """The same as :func:`bullwhip_moving_average` with exponential smoothing: ``1 + 2 L a + 2 L^2 a^2 / (2 - a)``.

    Args:
        lead_time: weeks of forecast in the level, ``L``.
        weight: weight of the newest week, ``a``, in 0..1.

    Source: Chen, Ryan and Simchi-Levi (2000), Naval Research Logistics 47.

    >>> round(bullwhip_exponential(2, 0.2), 4)
    1.9778
    """
    return 1 + 2 * lead_time * weight + 2 * (lead_time * weight) ** 2 / (2 - weight)
