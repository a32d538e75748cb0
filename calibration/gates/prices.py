"""Exact prices, quantities and profits of small channels: tiers that each add a margin, and newsvendor contracts.

Symbols: consumers buy ``q = a - b p``, or ``q = k p^-e``; the good costs ``c`` a unit; ``w`` is the wholesale price and
``p`` the price the consumer pays. All numbers are of one period.
"""

from dataclasses import dataclass
from itertools import pairwise

from channellab.calibration.gates.inventory import Demand


@dataclass(frozen=True, slots=True)
class ChannelOutcome:
    """Equilibrium of a channel.

    Args:
        prices: what each tier charges, manufacturer first, consumer price last; money per unit.
        quantity: units sold.
        profits: profit of each tier in the order of ``prices``; money.
        efficiency: channel profit over the profit of an integrated channel.
    """

    prices: tuple[float, ...]
    quantity: float
    profits: tuple[float, ...]
    efficiency: float


def linear_tiers(a: float, b: float, c: float, tiers: int = 2) -> ChannelOutcome:
    """Successive monopolists, each naming a price to the next, against linear demand.

    ``p_k = a/b - (a/b - c) / 2^k``, ``q = (a - b c) / 2^n``, efficiency ``1 - (1 - 2^-(n-1))^2``.

    Args:
        a: units sold at price zero.
        b: units lost per money unit of price.
        c: unit cost of the first tier; money per unit.
        tiers: number of firms in the chain, ``n``; 1 is the integrated channel, 2 the bilateral monopoly.

    Source: Spengler (1950), Journal of Political Economy 58.

    >>> linear_tiers(100, 1, 20)
    ChannelOutcome(prices=(60.0, 80.0), quantity=20.0, profits=(800.0, 400.0), efficiency=0.75)
    """
    _need(a > b * c >= 0 and b > 0 and tiers >= 1, "a > b c >= 0, b > 0 and at least one tier")
    gain, quantity = a / b - c, (a - b * c) / 2**tiers
    margins = [gain / 2**k for k in range(1, tiers + 1)]
    return ChannelOutcome(
        prices=tuple(a / b - margin for margin in margins),
        quantity=quantity,
        profits=tuple(margin * quantity for margin in margins),
        efficiency=_linear_efficiency(quantity, a - b * c),
    )


def cournot_retailers(a: float, b: float, c: float, retailers: int) -> ChannelOutcome:
    """A manufacturer sells to ``n`` equal retailers who compete in quantities for one linear demand.

    ``w = (a/b + c) / 2`` whatever ``n``, ``Q = n/(n+1) (a - b w)``; ``profits`` are the manufacturer's and that of all
    retailers together.

    Args:
        a, b, c: as in :func:`linear_tiers`.
        retailers: number of retailers, ``n``.

    Source: Greenhut and Ohta (1979), American Economic Review 69.

    >>> market = cournot_retailers(100, 1, 20, retailers=3)
    >>> market.prices, market.quantity, market.profits, market.efficiency
    ((60.0, 70.0), 30.0, (1200.0, 300.0), 0.9375)
    """
    _need(a > b * c >= 0 and b > 0 and retailers >= 1, "a > b c >= 0, b > 0 and at least one retailer")
    wholesale = (a / b + c) / 2
    quantity = retailers / (retailers + 1) * (a - b * wholesale)
    price = (a - quantity) / b
    return ChannelOutcome(
        prices=(wholesale, price),
        quantity=quantity,
        profits=((wholesale - c) * quantity, (price - wholesale) * quantity),
        efficiency=_linear_efficiency(quantity, a - b * c),
    )


def two_part_tariff(a: float, b: float, c: float, fee: float) -> ChannelOutcome:
    """Goods at cost and a fixed fee: the retailer prices as the integrated channel would.

    ``w = c``, ``p = (a/b + c) / 2``; the manufacturer earns the fee, the retailer the rest.

    Args:
        a, b, c: as in :func:`linear_tiers`.
        fee: money the retailer pays per period; he stays while it is at most the integrated profit.

    Source: Moorthy (1987), Marketing Science 6.

    >>> two_part_tariff(100, 1, 20, fee=900)
    ChannelOutcome(prices=(20, 60.0), quantity=40.0, profits=(900, 700.0), efficiency=1.0)
    """
    whole = linear_tiers(a, b, c, tiers=1)
    _need(0 <= fee <= whole.profits[0], "a fee between 0 and the integrated profit")
    return ChannelOutcome((c, whole.prices[0]), whole.quantity, (fee, whole.profits[0] - fee), 1.0)


def quantity_discount(a: float, b: float, c: float, share: float) -> ChannelOutcome:
    """A price schedule ``w(q) = k (P(q) - c) + c`` that leaves the retailer ``1 - k`` of the channel profit.

    ``P(q) = (a - q) / b`` is the price at which consumers take ``q``; the retailer then wants what the channel wants.

    Args:
        a, b, c: as in :func:`linear_tiers`.
        share: the manufacturer's share ``k`` of the channel profit, 0 to 1.

    Source: Jeuland and Shugan (1983), Marketing Science 2.

    >>> quantity_discount(100, 1, 20, share=0.5)
    ChannelOutcome(prices=(40.0, 60.0), quantity=40.0, profits=(800.0, 800.0), efficiency=1.0)
    """
    _need(0 <= share <= 1, "a share between 0 and 1")
    whole = linear_tiers(a, b, c, tiers=1)
    price, profit = whole.prices[0], whole.profits[0]
    return ChannelOutcome((share * (price - c) + c, price), whole.quantity, (share * profit, (1 - share) * profit), 1.0)


def elastic_tiers(scale: float, elasticity: float, c: float, tiers: int = 2) -> ChannelOutcome:
    """Successive monopolists against demand of constant elasticity ``q = k p^-e``.

    Every tier multiplies its purchase price by ``m = e / (e - 1)``, which is also its pass-through ``dp/dw > 1``:
    ``p_k = c m^k``.

    Args:
        scale: units sold at price one, ``k``.
        elasticity: ``e > 1``.
        c: unit cost of the first tier; money per unit.
        tiers: number of firms in the chain.

    Source: Tyagi (1999), Journal of Marketing Research 36; Bresnahan and Reiss (1985), RAND Journal of Economics 16.

    >>> market = elastic_tiers(1000, 2.5, 1)
    >>> [round(price, 4) for price in market.prices]
    [1.6667, 2.7778]
    """
    _need(scale > 0 and elasticity > 1 and c > 0 and tiers >= 1, "scale, c > 0, elasticity > 1 and at least one tier")
    markup = elasticity / (elasticity - 1)
    prices = [c * markup**k for k in range(tiers + 1)]
    quantity = scale * prices[-1] ** -elasticity
    whole = scale * prices[1] ** -elasticity * (prices[1] - c)
    return ChannelOutcome(
        prices=tuple(prices[1:]),
        quantity=quantity,
        profits=tuple((sold - bought) * quantity for bought, sold in pairwise(prices)),
        efficiency=(prices[-1] - c) * quantity / whole,
    )


@dataclass(frozen=True, slots=True)
class NewsvendorChannel:
    """A good with one order before demand is known; leftovers are worthless, unmet demand is lost.

    Args:
        price: what consumers pay; money per unit.
        cost: unit cost of the manufacturer; money per unit.
        demand: demand of the period; units.
    """

    price: float
    cost: float
    demand: Demand

    def sales(self, order: float) -> float:
        """Expected units sold, ``E min(Q, D) = Q - E(Q - D)^+``."""
        return order - self.demand.leftover(order)


@dataclass(frozen=True, slots=True)
class ContractOutcome:
    """What the retailer orders under a contract, in units, and what both expect to earn, in money."""

    order: float
    retailer: float
    manufacturer: float

    @property
    def channel(self) -> float:
        """Expected profit of both together; money."""
        return self.retailer + self.manufacturer


def integrated_newsvendor(channel: NewsvendorChannel) -> ContractOutcome:
    """One firm owns the channel (its profit stands under ``retailer``): ``F(Q) = (p - c) / p``.

    Source: Arrow, Harris and Marschak (1951), Econometrica 19.

    >>> from channellab.calibration.gates.inventory import NormalDemand
    >>> best = integrated_newsvendor(NewsvendorChannel(10, 3, NormalDemand(100, 30)))
    >>> round(best.order, 3), round(best.channel, 3)
    (115.732, 595.692)
    """
    return linear_contract(channel, wholesale=channel.cost)


def linear_contract(
    channel: NewsvendorChannel, wholesale: float, buy_back: float = 0.0, kept: float = 1.0
) -> ContractOutcome:
    """Wholesale price ``w``, with leftovers bought back at ``b`` or a share ``phi`` of revenue kept by the retailer.

    The retailer expects ``phi p S(Q) - w Q + b (Q - S(Q))``, hence orders ``F(Q) = (phi p - w) / (phi p - b)``.

    Args:
        channel: price, cost and demand.
        wholesale: paid per unit ordered, between ``buy_back`` and ``kept * price``.
        buy_back: received per unit left over.
        kept: share of the revenue that stays with the retailer.

    Source: Pasternack (1985), Marketing Science 4; Cachon and Lariviere (2005), Management Science 51.

    >>> from channellab.calibration.gates.inventory import NormalDemand
    >>> plain = linear_contract(NewsvendorChannel(10, 3, NormalDemand(100, 30)), wholesale=6)
    >>> round(plain.order, 3), round(plain.retailer, 3), round(plain.manufacturer, 3)
    (92.4, 284.097, 277.199)
    """
    revenue = kept * channel.price
    _need(buy_back < wholesale < revenue, "buy_back < wholesale < kept * price")
    order = channel.demand.quantile((revenue - wholesale) / (revenue - buy_back))
    sold = channel.sales(order)
    retailer = revenue * sold - wholesale * order + buy_back * (order - sold)
    return ContractOutcome(order, retailer, channel.price * sold - channel.cost * order - retailer)


def coordinating_buy_back(channel: NewsvendorChannel, wholesale: float) -> float:
    """The buy-back price that makes the retailer order as the integrated channel: ``b = p - p (p - w) / (p - c)``.

    Source: Pasternack (1985), Marketing Science 4.

    >>> from channellab.calibration.gates.inventory import NormalDemand
    >>> round(coordinating_buy_back(NewsvendorChannel(10, 3, NormalDemand(100, 30)), wholesale=6), 4)
    4.2857
    """
    return channel.price - channel.price * (channel.price - wholesale) / (channel.price - channel.cost)


def coordinating_rebate(channel: NewsvendorChannel, wholesale: float) -> float:
    """The rebate per unit above the target that coordinates: ``tau = p (w - c) / c``.

    Source: Taylor (2002), Management Science 48.

    >>> from channellab.calibration.gates.inventory import NormalDemand
    >>> coordinating_rebate(NewsvendorChannel(10, 3, NormalDemand(100, 30)), wholesale=6)
    10.0
    """
    return channel.price * (wholesale - channel.cost) / channel.cost


def target_rebate(channel: NewsvendorChannel, wholesale: float, rebate: float, target: float) -> ContractOutcome:
    """The manufacturer pays ``tau`` for every unit sold to consumers above ``T``.

    Above the target the retailer's profit has its top where ``F(Q) = (p + tau - w) / (p + tau)``, below it where
    ``F(Q) = (p - w) / p``; he takes the better top, and ignores a target out of reach.

    Args:
        channel: price, cost and demand.
        wholesale: paid per unit ordered.
        rebate: money per unit sold above the target, ``tau``.
        target: units, ``T``.

    Source: Taylor (2002), Management Science 48.

    >>> from channellab.calibration.gates.inventory import NormalDemand
    >>> deal = target_rebate(NewsvendorChannel(10, 3, NormalDemand(100, 30)), wholesale=6, rebate=10, target=100)
    >>> round(deal.order, 3), round(deal.retailer, 2), round(deal.manufacturer, 2)
    (115.732, 311.07, 284.63)
    """
    plain = linear_contract(channel, wholesale)
    marginal = channel.price + rebate
    order = channel.demand.quantile((marginal - wholesale) / marginal)
    sold = channel.sales(order)
    earned = rebate * max(sold - channel.sales(target), 0.0)
    retailer = channel.price * sold - wholesale * order + earned
    if order <= target or retailer < plain.retailer:
        return plain
    return ContractOutcome(order, retailer, (wholesale - channel.cost) * order - earned)


def _linear_efficiency(quantity: float, largest: float) -> float:
    """Channel profit over the integrated one: ``1 - (1 - q/q_int)^2`` with ``q_int = (a - b c) / 2``."""
    return 1 - (1 - 2 * quantity / largest) ** 2


def _need(holds: bool, condition: str) -> None:
    if not holds:
        raise ValueError(f"this closed form needs {condition}")
