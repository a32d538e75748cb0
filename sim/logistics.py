"""Goods on the move: batches in production and shipments on the road, as SimPy processes.

There is one process per lane and departure, and the goods inside it are arrays. Every process can be rebuilt from its
row (a `Shipment` or a `Batch`), so a market saved at a week's end continues bit-identically.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from channellab.agents.columns import Floats, Ints

DAYS = 7
Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Lane:
    """From one sender to receivers that stand together.

    Attributes:
        seller, buyer: names of tiers, or ``rivals``.
        row: row of the sender in its tier.
        first, last: range of the receivers' rows. first_sku, last_sku: range of SKUs.
    """

    seller: str
    row: int
    buyer: str
    first: int
    last: int
    first_sku: int
    last_sku: int

    @property
    def rows(self) -> slice:
        """Rows of the receivers."""
        return slice(self.first, self.last)

    @property
    def skus(self) -> slice:
        """Columns of the goods."""
        return slice(self.first_sku, self.last_sku)


@dataclass(frozen=True)
class Shipment:
    """Goods under way on one lane.

    Attributes:
        arrives: day on the SimPy clock.
        units: (last - first, last_sku - first_sku) of the lane. value: the same, what they are invoiced at, in money.
    """

    lane: Lane
    arrives: float
    units: Ints
    value: Floats


@dataclass(frozen=True)
class Batch:
    """Goods being made in a plant: (K0,) units, ready on a day of the SimPy clock."""

    plant: int
    ready: float
    units: Ints


class Logistics:
    """The SimPy clock of a market and all that moves on it."""

    def __init__(self, tiers: dict[str, Any], books: dict[str, Any], week: int = 0) -> None:
        """Args: tiers and goods books by name; week: weeks already played."""
        self.tiers, self.books = tiers, books
        self.env = simpy.Environment(initial_time=week * DAYS)
        self.shipments: dict[int, Shipment] = {}
        self.batches: dict[int, Batch] = {}
        self.arrived: list[Shipment] = []
        self.started = 0
        self.processes = 0

    def play_week(self, dispatch: Any) -> None:
        """Lets seven days pass; ``dispatch()`` is called on the first, after what arrives that day."""
        before = self.started
        self.arrived = []
        self.env.process(self._dispatch(dispatch))
        self.env.run(until=self.env.now + DAYS)
        self.processes = self.started - before + 1

    def _dispatch(self, dispatch: Any) -> Process:
        # A timeout of no days queues behind all arrivals of the same day, which were scheduled earlier.
        yield self.env.timeout(0)
        dispatch()

    def send(self, shipment: Shipment) -> None:
        """Puts a shipment on the road; the units leave the sender's stock and stay its own until they arrive."""
        lane = shipment.lane
        if lane.seller != "rivals":
            sender = self.tiers[lane.seller]
            sent = shipment.units.sum(axis=0)
            sender.stock[lane.row] -= sent
            sender.in_transit[lane.row] += sent
        self._track(shipment)

    def make(self, batch: Batch) -> None:
        """Starts a batch in a plant."""
        self.tiers["plants"].on_order[batch.plant] += batch.units
        self._watch(batch)

    def resume(self, shipments: list[Shipment], batches: list[Batch]) -> None:
        """Rebuilds the processes of a saved market, in the order in which they were started."""
        for batch in batches:
            self._watch(batch)
        for shipment in shipments:
            self._track(shipment)

    def _track(self, shipment: Shipment) -> None:
        self.started += 1
        self.shipments[self.started] = shipment
        self.env.process(self._carry(self.started, shipment))

    def _watch(self, batch: Batch) -> None:
        self.started += 1
        self.batches[self.started] = batch
        self.env.process(self._produce(self.started, batch))

    def _carry(self, number: int, shipment: Shipment) -> Process:
        yield self.env.timeout(max(shipment.arrives - self.env.now, 0.0))
        del self.shipments[number]
        self.arrived.append(shipment)
        lane = shipment.lane
        rows, skus = lane.rows, lane.skus
        buyer, book = self.tiers[lane.buyer], self.books[lane.buyer]
        buyer.stock[rows, skus] += shipment.units
        buyer.on_order[rows, skus] -= shipment.units
        buyer.received[rows, skus] += shipment.units
        buyer.received_value[rows, skus] += shipment.value
        book.bought[rows, skus] += shipment.units
        if lane.seller != "rivals":
            sent = shipment.units.sum(axis=0)
            self.tiers[lane.seller].in_transit[lane.row] -= sent
            self.tiers[lane.seller].delivered[lane.row] += sent
            self.tiers[lane.seller].delivered_value[lane.row] += shipment.value.sum()
            self.books[lane.seller].sold[lane.row] += sent

    def _produce(self, number: int, batch: Batch) -> Process:
        yield self.env.timeout(max(batch.ready - self.env.now, 0.0))
        del self.batches[number]
        plants = self.tiers["plants"]
        plants.stock[batch.plant] += batch.units
        plants.on_order[batch.plant] -= batch.units
        plants.received[batch.plant] += batch.units
        self.books["plants"].made[batch.plant] += batch.units
