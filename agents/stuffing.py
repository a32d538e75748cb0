"""How partners push goods down the channel that they have too many of: pure arithmetic, one row per firm."""

from typing import NamedTuple

from channellab.agents.columns import lines
from channellab.agents.kernels.discounts import offers_of_push, taken_of_push
from channellab.scenarios.arrays import Floats, Index, Ints


class PushOffers(NamedTuple):
    """What S sellers offer on goods that they push, (S, K0): money off a unit, and the weeks for which that pays."""

    off: Floats
    weeks: Floats


def push_offers(
    excess: Floats, need: Floats, margin: Floats, holding: float, buyers_holding: float, given: float, room_weeks: float
) -> PushOffers:
    """The terms on which sellers rid themselves of goods, as good for them as any.

    A seller with ``Y`` units beyond its usual stock, who sells ``D`` a week, keeps the last of them for ``Y / D`` weeks
    at ``h`` a unit and week. If it gives ``u`` off a unit, its buyers take what they will have sold in ``w = u / g``
    weeks, where ``g`` is what keeping a unit costs them: ``w D`` units. What it is spared less what it gives away,

        ``h (Y^2 - (Y - w D)^2) / (2 D) - g w x w D``,

    is most for ``w = (h Y / D) / (h + 2 g)``. Sellers give no more than a part of their margin, and no more than what
    pays their buyers for the weeks for which they have room.

    Args:
        excess, need: (S, K0) units too many, and units sold a week. margin: (S, K0) money per unit.
        given: most of the margin that is given away. holding, buyers_holding: money per unit and week.

    Twenty units too many, ten a week, at 0.06 each and for the buyers too: 2/3 of a week, for 0.04 off.

    >>> import numpy as np
    >>> ten = np.array([[10.0]])
    >>> push_offers(2 * ten, ten, ten, 0.06, 0.06, 1.0, 6.0)
    PushOffers(off=array([[0.04]]), weeks=array([[0.66666667]]))
    """
    terms = holding, buyers_holding, given, room_weeks
    off, weeks = offers_of_push(lines(excess), lines(need), lines(margin), *terms)
    return PushOffers(off.T, weeks.T)


def units_taken(offers: PushOffers, supplier: Index, excess: Floats, need: Floats) -> Ints:
    """Units (B, K0) that buyers are ready to take: what they will have sold before keeping it has cost the discount.

    Args:
        supplier: (B,) row of each buyer's supplier. excess, need: (B, K0) units beyond the usual stock that a buyer
            has or expects already, and units needed a week.

    >>> import numpy as np
    >>> offers = PushOffers(np.array([[0.04]]), np.array([[2.0]]))
    >>> units_taken(offers, np.zeros(2, np.int32), np.array([[0.0], [7.0]]), np.array([[5.0], [5.0]])).ravel()
    array([10,  3])
    """
    return taken_of_push(lines(offers.weeks), supplier, lines(excess), lines(need)).T
