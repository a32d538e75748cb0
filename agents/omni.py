"""What ties the shops on the street to online sales: the terms they have there, and what they got."""

from dataclasses import dataclass

import numpy as np

from channellab.agents.columns import Flags, Floats, Ints, Table, state


@dataclass(kw_only=True)
class OmniColumns(Table):
    """Columns over O retailers.

    Attributes:
        commission: (O,) lead commission in force, as a share of the price paid online.
        from_seller: (O,) True where the online shop pays it, else the brand does.
        advised: (O,) shoppers of this week who looked at the shop and bought own goods online.
        earned: (O,) lead commissions of this week, money.
    """

    commission: Floats = state()
    from_seller: Flags = state()
    advised: Ints = state()
    earned: Floats = state()

    @classmethod
    def opened(cls, shops: int) -> "OmniColumns":
        """No terms yet, and nothing sold."""
        return cls(
            commission=np.zeros(shops),
            from_seller=np.zeros(shops, np.bool_),
            advised=np.zeros(shops, np.int64),
            earned=np.zeros(shops),
        )
