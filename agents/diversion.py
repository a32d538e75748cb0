"""How partners divert goods to other territories and who buys them there: pure arithmetic over territories.

M partners of a tier hold a territory each; matrices (M, M) run from the partner that sells to the one sold into. B
buyers stand in these territories, each with the partner that supplies it; K0 own SKUs.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.beliefs import weighed
from channellab.agents.columns import lines
from channellab.agents.kernels.arbitrage import best_gains
from channellab.agents.kernels.grey import consignments_that_pay, moved_orders
from channellab.scenarios.arrays import Flags, Floats, Index, Ints

Rows = npt.NDArray[np.int64]


class GreyOffers(NamedTuple):
    """The best offer from outside in each territory, (M, K0): who makes it, its gain on a unit, and what it asks."""

    diverter: Rows
    gain: Floats
    price: Floats


def believed_detection(
    attempts: Ints, caught: Ints, near: Floats, hearsay: float, prior_attempts: float, prior: float
) -> Floats:
    """Probability (M,) that a consignment is found, as each partner believes from its own and its neighbours' cases.

    The mean of a Beta law: cases over consignments, those of neighbours counted with weight ``hearsay``.
    """
    # Whole numbers as floats: products of matrices of one kind are far quicker.
    told, told_of = near @ caught.astype(np.float64), near @ attempts.astype(np.float64)
    return weighed(prior, prior_attempts, caught, attempts, told, told_of, hearsay)


def best_grey_offers(
    cost: Floats, price: Floats, freight: Floats, fine: Floats, open_to: Flags, margin: float, undercut: float
) -> GreyOffers:
    """For each territory and SKU the partner from outside that gains most; gains of at most zero are no offers.

    A unit gains the local price less own cost, freight, the expected fine and the margin that a partner wants.

    Args:
        cost, price: (M, K0) what a unit costs the partner, and what its own buyers pay it.
        freight: (M, M) money per unit. fine: (M, M) expected fine as a share of the local price.
        open_to: (M, M) False inside a territory, and where a partner has left.
        undercut: share of the gain that the price offered is below the local one.
    """
    diverter, gain = best_gains(lines(cost), lines(price), freight, fine, open_to, margin)
    best = gain.T
    return GreyOffers(diverter.T, best, price - undercut * np.maximum(best, 0.0))


def grey_orders(
    ordered: Ints, supplier: Index, price: Floats, offers: GreyOffers, open_buyer: Flags, half: float, draw: Floats
) -> Ints:
    """Units (B, K0) of this week's orders that buyers move to the diverter.

    An open buyer moves the share ``discount / (discount + half)`` of a SKU, rounded up with the probability of what is
    left over; without a discount nothing moves.

    Args:
        ordered: (B, K0) units. supplier: (B,) row of the local partner. price: (M, K0) what it asks.
        open_buyer: (B,) buys from outside at all. draw: (B, K0) in [0, 1).
    """
    moved = moved_orders(lines(ordered), supplier, lines(price), lines(offers.price), open_buyer, half, lines(draw))
    return moved.T


def worth_a_truck(units: Ints, supplier: Index, offers: GreyOffers, undercut: float, fixed: Floats) -> Ints:
    """Of the units (B, K0) that buyers would move, those of consignments that gain more than their fixed cost.

    Args:
        fixed: (M, M) cost of a consignment whatever its size, money.
    """
    diverter, gain = lines(offers.diverter), lines(offers.gain)
    return consignments_that_pay(lines(units), supplier, diverter, gain, 1.0 - undercut, fixed).T
