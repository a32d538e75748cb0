"""Goods on the move: batches in production and shipments on the road, as SimPy processes.

There is one process per departure, the goods that one tier sends to another on one day, and the goods inside it are
arrays. What has arrived is booked in one go when somebody looks, at the week's dispatch and at its end; the process
wakes up when the last goods before that arrive. Every process can be rebuilt from its rows (a `Shipment` or a `Batch`),
so a market saved at a week's end continues bit-identically. Where docks or trucks are few, goods queue for them before
they depart (`channellab.sim.queues`).
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from math import fsum
from types import MappingProxyType
from typing import Any

import numpy as np
import simpy

from channellab.agents.kernels.books import add_rows
from channellab.agents.kernels.transport import move_units, take_in
from channellab.scenarios.arrays import Ints
from channellab.scenarios.settings.docks import DockSettings
from channellab.sim.queues import Away, Load, Queues
from channellab.sim.shipments import DAYS, Shipment

Process = Generator[simpy.Event, Any, None]


@dataclass
class Delivered:
    """Own goods that arrived in a week.

    Attributes:
        units: how many. parts: of each shipment that arrived, unit-days since its dispatch, and those of them spent at
            the sender's. They are added up exactly, as the order of what arrives at the same moment means nothing.
    """

    units: int = 0
    parts: list[tuple[float, float]] = field(default_factory=list)

    @property
    def days(self) -> float:
        """Unit-days since dispatch."""
        return fsum(days for days, _ in self.parts)

    @property
    def at_dock(self) -> float:
        """Unit-days spent at the sender's."""
        return fsum(waited for _, waited in self.parts)

    def add(self, cargo: Shipment) -> None:
        """Counts goods that have arrived."""
        units = cargo.units.sum(axis=1)
        total = int(units.sum())
        self.units += total
        days = float(units @ (cargo.arrives - cargo.decided))
        self.parts.append((days, total * (cargo.departed - cargo.decided)))


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


class Logistics:
    """The SimPy clock of a market and all that moves on it."""

    def __init__(
        self,
        tiers: dict[str, Any],
        books: dict[str, Any],
        docks: Mapping[str, DockSettings] = MappingProxyType({}),
        week: int = 0,
    ) -> None:
        """Args: tiers and goods books by name; docks and trucks of the tiers with limits; weeks already played."""
        self.tiers, self.books = tiers, books
        self.env = simpy.Environment(initial_time=week * DAYS)
        senders = {name: tiers[name].party.size for name in docks}
        self.queues = Queues(self.env, docks, senders, self._depart)
        self.trips: dict[int, Trip] = {}
        self.batches: dict[int, Batch] = {}
        self.arrived: list[Shipment] = []
        self.delivered = Delivered()
        self.diverted_value = 0.0
        self.started = self.departed = self.processes = 0

    @property
    def shipments(self) -> list[Shipment]:
        """What is on the road, in the order of departure."""
        return [trip.shipment.part(trip.booked, trip.shipment.arrives.size) for trip in self.trips.values()]

    def play_week(self, dispatch: Any) -> None:
        """Lets seven days pass; ``dispatch()`` is called on the first, after what arrives that day."""
        before = self.started
        self.arrived, self.diverted_value = [], 0.0
        self.delivered = Delivered()
        self.queues.open_week()
        self.env.process(self._dispatch(dispatch))
        self.env.run(until=self.env.now + DAYS)
        self._book()
        self.queues.close_week()
        self.processes = self.started - before + 1

    def _dispatch(self, dispatch: Any) -> Process:
        # A timeout of no days queues behind all arrivals of the same day, which were scheduled earlier.
        yield self.env.timeout(0)
        self._book()
        dispatch()

    def send(self, shipment: Shipment) -> None:
        """Puts a shipment on the road; the units leave the sender's stock and stay its own until they arrive."""
        if shipment.seller != "rivals":
            self.take(shipment)
        self.started += 1
        self.env.process(self._depart(shipment))

    def queue(self, loads: list[Load]) -> None:
        """Lets loads, of goods that have been taken, wait for dock and truck."""
        self.started += len(loads)
        for load in loads:
            self.queues.queue(load)

    def take(self, shipment: Shipment) -> None:
        """Takes goods from the senders' stock; they stay their own, in transit, until they arrive."""
        sender = self.tiers[shipment.seller]
        move_units(sender.stock.T, sender.in_transit.T, shipment.senders, np.ascontiguousarray(shipment.units), 0)

    def make(self, batch: Batch) -> None:
        """Starts a batch in a plant."""
        self.tiers["plants"].on_order[batch.plant] += batch.units
        self._watch(batch)

    def resume(self, shipments: list[Shipment], batches: list[Batch], loads: list[Load], away: list[Away]) -> None:
        """Rebuilds the processes of a saved market, in the order in which they were started."""
        for batch in batches:
            self._watch(batch)
        for shipment in shipments:
            self.env.process(self._depart(shipment))
        self.queues.resume(loads, away)

    def _watch(self, batch: Batch) -> None:
        self.started += 1
        self.batches[self.started] = batch
        self.env.process(self._produce(self.started, batch))

    def _depart(self, shipment: Shipment) -> Process:
        self.departed += 1
        self.trips[self.departed] = trip = Trip(shipment)
        return self._carry(trip)

    def _carry(self, trip: Trip) -> Process:
        env = self.env
        for day, receivers in trip.shipment.stops():
            yield env.timeout(max(day - env.now, 0.0))
            trip.arrived = receivers

    def _book(self) -> None:
        """Books what has arrived since the last time, all goods between two tiers in one go."""
        came: dict[tuple[str, str, int, bool], list[Shipment]] = {}
        for number, trip in list(self.trips.items()):
            if trip.arrived > trip.booked:
                cargo = trip.shipment.part(trip.booked, trip.arrived)
                trip.booked = trip.arrived
                if trip.booked == trip.shipment.arrives.size:
                    del self.trips[number]
                came.setdefault((cargo.seller, cargo.buyer, cargo.first_sku, cargo.grey), []).append(cargo)
                if cargo.seller != "rivals":
                    self.delivered.add(cargo)
        for parts in came.values():
            self._unload(Shipment.joined(parts))

    def _unload(self, cargo: Shipment) -> None:
        self.arrived.append(cargo)
        buyer, units, value = (
            self.tiers[cargo.buyer],
            np.ascontiguousarray(cargo.units),
            np.ascontiguousarray(cargo.value),
        )
        columns = buyer.stock.T, buyer.received.T, buyer.on_order.T, buyer.received_value.T
        take_in(*columns, cargo.receivers, units, value, cargo.first_sku)
        add_rows(self.books[cargo.buyer].bought, cargo.receivers, units, cargo.first_sku)
        if cargo.seller != "rivals":
            sender = self.tiers[cargo.seller]
            move_units(sender.in_transit.T, sender.delivered.T, cargo.senders, units, 0)
            add_rows(self.books[cargo.seller].sold, cargo.senders, units)
            if cargo.grey:
                self.diverted_value += float(cargo.value.sum())
            else:
                np.add.at(sender.delivered_value, cargo.senders, cargo.value.sum(axis=1))

    def _produce(self, number: int, batch: Batch) -> Process:
        yield self.env.timeout(max(batch.ready - self.env.now, 0.0))
        del self.batches[number]
        plants = self.tiers["plants"]
        plants.stock[batch.plant] += batch.units
        plants.on_order[batch.plant] -= batch.units
        plants.received[batch.plant] += batch.units
        self.books["plants"].made[batch.plant] += batch.units
