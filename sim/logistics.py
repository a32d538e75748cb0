"""Goods on the move: batches in production and shipments on the road, as SimPy processes.

There is one process per departure, the goods that one tier sends to another on one day, and the goods inside it are
arrays. It wakes up on each day on which some of them arrive; what has arrived is booked in one go when somebody looks,
at the week's dispatch and at its end. Every process can be rebuilt from its rows (a `Shipment` or a `Batch`), so a
market saved at a week's end continues bit-identically.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from channellab.agents.columns import Floats, Ints

DAYS = 7
Process = Generator[simpy.Event, Any, None]
Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Shipment:
    """Goods under way from one tier to another, N receivers in the order in which theirs arrive.

    Attributes:
        seller, buyer: names of tiers, or ``rivals``.
        senders, receivers: (N,) rows in these tiers.
        arrives: (N,) days on the SimPy clock, ascending.
        units: (N, K1) units of the SKUs from ``first_sku`` on. value: the same, what they are invoiced at, in money.
    """

    seller: str
    buyer: str
    first_sku: int
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


@dataclass
class Trip:
    """A shipment on the road: for how many receivers goods have arrived, and for how many that is booked."""

    shipment: Shipment
    arrived: int = 0
    booked: int = 0


@dataclass(frozen=True)
class Batch:
    """Goods being made in a plant: (K0,) units, ready on a day of the SimPy clock."""

    plant: int
    ready: float
    units: Ints


def cells(column: Column, rows: Ints, first_sku: int, skus: int) -> Ints:
    """Places in the flat (F, K) column of N rows and ``skus`` SKUs, (N x skus,)."""
    places: Ints = rows[:, None] * column.shape[1] + np.arange(first_sku, first_sku + skus)
    return places.ravel()


def flat(column: Column) -> Column:
    """The cells of a column one after another, not copied; numpy adds to these many times faster than to rows."""
    if not column.flags.c_contiguous:
        raise ValueError("the cells of the column do not lie side by side")
    return column.reshape(-1)


class Logistics:
    """The SimPy clock of a market and all that moves on it."""

    def __init__(self, tiers: dict[str, Any], books: dict[str, Any], week: int = 0) -> None:
        """Args: tiers and goods books by name; week: weeks already played."""
        self.tiers, self.books = tiers, books
        self.env = simpy.Environment(initial_time=week * DAYS)
        self.trips: dict[int, Trip] = {}
        self.batches: dict[int, Batch] = {}
        self.arrived: list[Shipment] = []
        self.started = 0
        self.processes = 0

    @property
    def shipments(self) -> list[Shipment]:
        """What is on the road, in the order of departure."""
        return [trip.shipment.part(trip.booked, trip.shipment.arrives.size) for trip in self.trips.values()]

    def play_week(self, dispatch: Any) -> None:
        """Lets seven days pass; ``dispatch()`` is called on the first, after what arrives that day."""
        before = self.started
        self.arrived = []
        self.env.process(self._dispatch(dispatch))
        self.env.run(until=self.env.now + DAYS)
        self._book()
        self.processes = self.started - before + 1

    def _dispatch(self, dispatch: Any) -> Process:
        # A timeout of no days queues behind all arrivals of the same day, which were scheduled earlier.
        yield self.env.timeout(0)
        self._book()
        dispatch()

    def send(self, shipment: Shipment) -> None:
        """Puts a shipment on the road; the units leave the sender's stock and stay its own until they arrive."""
        if shipment.seller != "rivals":
            sender = self.tiers[shipment.seller]
            units = shipment.units.ravel()
            at = cells(sender.stock, shipment.senders, 0, shipment.units.shape[1])
            np.subtract.at(flat(sender.stock), at, units)
            np.add.at(flat(sender.in_transit), at, units)
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
        self.trips[self.started] = trip = Trip(shipment)
        self.env.process(self._carry(trip))

    def _watch(self, batch: Batch) -> None:
        self.started += 1
        self.batches[self.started] = batch
        self.env.process(self._produce(self.started, batch))

    def _carry(self, trip: Trip) -> Process:
        env = self.env
        for day, receivers in trip.shipment.stops():
            yield env.timeout(max(day - env.now, 0.0))
            trip.arrived = receivers

    def _book(self) -> None:
        """Books what has arrived since the last time."""
        for number, trip in list(self.trips.items()):
            if trip.arrived > trip.booked:
                self._unload(trip.shipment.part(trip.booked, trip.arrived))
                trip.booked = trip.arrived
                if trip.booked == trip.shipment.arrives.size:
                    del self.trips[number]

    def _unload(self, cargo: Shipment) -> None:
        self.arrived.append(cargo)
        units, skus = cargo.units.ravel(), cargo.units.shape[1]
        buyer, bought = self.tiers[cargo.buyer], self.books[cargo.buyer].bought
        at = cells(bought, cargo.receivers, cargo.first_sku, skus)
        np.add.at(flat(buyer.stock), at, units)
        np.subtract.at(flat(buyer.on_order), at, units)
        np.add.at(flat(buyer.received), at, units)
        np.add.at(flat(buyer.received_value), at, cargo.value.ravel())
        np.add.at(flat(bought), at, units)
        if cargo.seller != "rivals":
            sender, sold = self.tiers[cargo.seller], self.books[cargo.seller].sold
            at = cells(sold, cargo.senders, 0, skus)
            np.subtract.at(flat(sender.in_transit), at, units)
            np.add.at(flat(sender.delivered), at, units)
            np.add.at(flat(sold), at, units)
            np.add.at(sender.delivered_value, cargo.senders, cargo.value.sum(axis=1))

    def _produce(self, number: int, batch: Batch) -> Process:
        yield self.env.timeout(max(batch.ready - self.env.now, 0.0))
        del self.batches[number]
        plants = self.tiers["plants"]
        plants.stock[batch.plant] += batch.units
        plants.on_order[batch.plant] -= batch.units
        plants.received[batch.plant] += batch.units
        self.books["plants"].made[batch.plant] += batch.units
