"""What ties the shops on the street to online sales: the terms they have there, and what they got."""

from dataclasses import dataclass

import numpy as np

from channellab.agents.columns import Table, by_sku, state
from channellab.scenarios.arrays import Flags, Floats, Ints


@dataclass(kw_only=True)
class OmniColumns(Table):
    """Columns over O retailers.

    Attributes:
        commission: (O,) lead commission in force, as a share of the price paid online.
        from_seller: (O,) True where the online shop pays it, else the brand does.
        routing: (O,) True where orders of the brand's online shops are routed to. order_share: (O,) of their price.
        pickup: (O,) True where they may be collected. pickup_fee: (O,) money for each unit.
        advised: (O,) shoppers of this week who looked at the shop and bought own goods online.
        earned: (O,) lead commissions of this week, money.
        routed: (O, K0) units of this week's orders online that the shop served.
        handed: (O,) units bought online that were collected there this week.
    """

    commission: Floats = state()
    from_seller: Flags = state()
    routing: Flags = state()
    order_share: Floats = state()
    pickup: Flags = state()
    pickup_fee: Floats = state()
    advised: Ints = state()
    earned: Floats = state()
    routed: Ints = state()
    handed: Ints = state()

    @classmethod
    def opened(cls, shops: int, own: int) -> "OmniColumns":
        """No terms yet, and nothing sold; the brand has ``own`` SKUs."""
        return cls(
            commission=np.zeros(shops),
            from_seller=np.zeros(shops, np.bool_),
            routing=np.zeros(shops, np.bool_),
            order_share=np.zeros(shops),
            pickup=np.zeros(shops, np.bool_),
            pickup_fee=np.zeros(shops),
            advised=np.zeros(shops, np.int64),
            earned=np.zeros(shops),
            routed=by_sku(np.zeros((shops, own), np.int64)),
            handed=np.zeros(shops, np.int64),
        )
