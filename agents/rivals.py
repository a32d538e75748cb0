"""Rival brands: their goods stand on the same shelves and enter and leave through an external account."""

from dataclasses import dataclass

from channellab.agents.columns import Column, Firm, Table, state
from channellab.scenarios.arrays import Flags, Floats, Index


@dataclass(kw_only=True)
class RivalColumns(Table):
    """Columns of B rival brands.

    Attributes:
        party: (B,) index in the ledger.
        lead_days: (B,) days from order to delivery.
        first_sku, last_sku: (B,) range of the brand's SKUs among all K.
        active: (B,) False once the brand has left.
    """

    party: Index
    lead_days: Floats
    first_sku: Index
    last_sku: Index
    active: Flags = state()


class Rival(Firm):
    """A rival brand."""

    table = "rivals"
    lead_days = Column("lead_days")
