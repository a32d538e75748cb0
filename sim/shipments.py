"""Goods under way from one tier to another."""

from dataclasses import dataclass, replace

import numpy as np

from channellab.agents.columns import Floats, Ints


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
        )

    def stops(self) -> list[tuple[float, int]]:
        """Days on which goods arrive, and how many receivers have theirs by then."""
        last = np.flatnonzero(np.append(np.diff(self.arrives) > 0, True))
        return list(zip(self.arrives[last].tolist(), (last + 1).tolist(), strict=True))

    def departing(self, day: float, lead_days: float) -> "Shipment":
        """The same goods, which leave on a day and are so many days on the road."""
        return replace(self, departed=day, arrives=np.full(self.receivers.size, day + lead_days))
