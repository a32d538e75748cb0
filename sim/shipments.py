"""Goods under way from one tier to another."""

from dataclasses import dataclass, replace

import numpy as np

from channellab.agents.kernels.transport import last_of_each_part
from channellab.scenarios.arrays import Floats, Ints

DAYS = 7


@dataclass(frozen=True)
class Shipment:
    """Goods under way from one tier to another, N receivers in the order in which theirs arrive.

    Attributes:
        seller, buyer: tiers, ``plants``, ``distributors``, ``rivals`` or ``retailers``.
        first_sku: SKU from which on the units count.
        decided: day of the SimPy clock on which it was decided to send them. departed: on which they left.
        senders, receivers: (N,) rows in the tiers.
        arrives: (N,) days on which they arrive, ascending.
        units: (N, K1) units. value: the same, what they are invoiced at, in money.
        grey: whether the goods leave the senders' territories.
    """

    seller: str
    buyer: str
    first_sku: int
    decided: float
    departed: float
    senders: Ints
    receivers: Ints
    arrives: Floats
    units: Ints
    value: Floats
    grey: bool = False

    def part(self, first: int, last: int) -> "Shipment":
        """What arrives for some of the receivers."""
        rows = slice(first, last)
        return Shipment(
            self.seller,
            self.buyer,
            self.first_sku,
            self.decided,
            self.departed,
            self.senders[rows],
            self.receivers[rows],
            self.arrives[rows],
            self.units[rows],
            self.value[rows],
            self.grey,
        )

    @staticmethod
    def joined(cargo: list["Shipment"]) -> "Shipment":
        """Goods between the same tiers as one shipment; when each was sent is lost."""
        if len(cargo) == 1:
            return cargo[0]
        return replace(
            cargo[0],
            senders=np.concatenate([part.senders for part in cargo]),
            receivers=np.concatenate([part.receivers for part in cargo]),
            arrives=np.concatenate([part.arrives for part in cargo]),
            units=np.concatenate([part.units for part in cargo]),
            value=np.concatenate([part.value for part in cargo]),
        )

    def stops(self) -> list[tuple[float, int]]:
        """Moments up to which goods arrive that can be told apart, and how many receivers have theirs by then.

        Stocks are looked at when a week begins and when it ends: of what arrives in between the last is enough.
        """
        last = last_of_each_part(self.arrives, DAYS).tolist()
        return [(float(self.arrives[place]), place + 1) for place in last]

    def departing(self, day: float, lead_days: float) -> "Shipment":
        """The same goods, which leave on a day and are so many days on the road."""
        return replace(self, departed=day, arrives=np.full(self.receivers.size, day + lead_days))

    def split(self, loads: list[Ints]) -> list["Shipment"]:
        """What each of several trucks takes, (N, K1) units; receivers who get nothing from one are left out there."""
        price = self.value / np.maximum(self.units, 1)
        parts = ((units, np.flatnonzero(units.any(axis=1))) for units in loads)
        return [
            replace(
                self,
                senders=self.senders[rows],
                receivers=self.receivers[rows],
                arrives=self.arrives[rows],
                units=units[rows],
                value=(units * price)[rows],
            )
            for units, rows in parts
        ]
