"""Queues of goods that are to leave: each load waits its turn at the dock, is loaded, waits for a truck, and departs.

There is one SimPy process per load; dock and trucks of a place are SimPy resources, first come, first served. A process
can be rebuilt from its `Load`, and a truck on its way from its row in `Queues.away`. Goods that wait have left the
stock on hand and are still the sender's, in transit.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import simpy

from channellab.scenarios.arrays import Floats
from channellab.scenarios.settings.docks import DockSettings
from channellab.sim.shipments import Shipment

Process = Generator[simpy.Event, Any, None]
Stage = Literal["dock", "loading", "truck"]
"""Waits at the dock; is being loaded; waits for a truck."""
Away = tuple[str, int, float]
"""Tier and row of a truck's place, and the day on which it is back."""


@dataclass
class Load:
    """What one truck is to take along one lane.

    Attributes:
        shipment: the goods, from one sender; when they depart and arrive is not known yet.
        lead_days: days on the road. stage: what it waits for.
        until: day on which it is loaded, once that has begun.
    """

    shipment: Shipment
    lead_days: float
    stage: Stage = "dock"
    until: float | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Tier and row of the sender."""
        return self.shipment.seller, int(self.shipment.senders[0])

    @cached_property
    def size(self) -> int:
        """Units of all SKUs."""
        return int(self.shipment.units.sum())


class Yard:
    """Dock and trucks of one place, None where there is no limit."""

    def __init__(self, env: simpy.Environment, settings: DockSettings) -> None:
        self.settings = settings
        self.dock = simpy.Resource(env, 1) if settings.loading_per_day else None
        self.trucks = simpy.Resource(env, settings.trucks) if settings.trucks else None


class Queues:
    """All that waits to leave in a market.

    Attributes:
        loads: by number, in the order in which they came. away: trucks on the road, by number.
        waited: by tier, (S,) unit-days that the goods of each sender have waited this week, load by load.
        lain: by tier, the same for all its senders, as units that lie there times days between changes.
    """

    def __init__(
        self,
        env: simpy.Environment,
        docks: Mapping[str, DockSettings],
        senders: Mapping[str, int],
        carry: Callable[[Shipment], Process],
    ) -> None:
        """Args: settings of the tiers with limits; number of senders by tier; what happens on the road."""
        self.env, self.docks, self.carry = env, docks, carry
        self.loads: dict[int, Load] = {}
        self.away: dict[int, Away] = {}
        self.started = 0
        self.waited: dict[str, Floats] = {name: np.zeros(senders[name]) for name in docks}
        self.lain = dict.fromkeys(docks, 0.0)
        self._yards: dict[tuple[str, int], Yard] = {}
        self._lie = dict.fromkeys(docks, 0)
        self._changed = self._monday = env.now

    def open_week(self) -> None:
        """Starts counting the waiting of a new week."""
        self._changed = self._monday = self.env.now
        for name in self.docks:
            self.waited[name][:] = self.lain[name] = 0.0

    def close_week(self) -> None:
        """Counts what still waits."""
        self._change()
        for load in self.loads.values():
            self._wait(load)

    def queue(self, load: Load) -> None:
        """Puts a load at the end of its sender's queue."""
        self._change()
        self._lie[load.shipment.seller] += load.size
        self.started += 1
        self.loads[self.started] = load
        self.env.process(self._leave(self.started, load))

    def resume(self, loads: list[Load], away: list[Away]) -> None:
        """Rebuilds the queues of a saved market."""
        for tier, row, back in away:
            yard = self._yard(tier, row)
            if yard.trucks is not None:
                # The clock stands at a whole day, from which a later day is reached without rounding.
                self._drive(yard, yard.trucks.request(), (tier, row, back), back - self.env.now)
        for load in loads:
            self.queue(load)

    def _leave(self, number: int, load: Load) -> Process:
        yard = self._yard(*load.place)
        if yard.dock is not None and load.stage != "truck":
            with yard.dock.request() as turn:
                yield turn
                yield self.env.timeout(self._loading(load, yard))
        load.stage = "truck"
        if yard.trucks is not None:
            truck = yard.trucks.request()
            yield truck
            stated = yard.settings.round_trip_days
            days = 2 * load.lead_days if stated is None else stated
            self._drive(yard, truck, (*load.place, self.env.now + days), days)
        self._change()
        self._lie[load.shipment.seller] -= load.size
        self._wait(load)
        del self.loads[number]
        yield from self.carry(load.shipment.departing(self.env.now, load.lead_days))

    def _loading(self, load: Load, yard: Yard) -> float:
        """Days until the load is loaded, whether that begins or goes on."""
        if load.until is not None:
            return load.until - self.env.now
        days = load.size / (yard.settings.loading_per_day or np.inf)
        load.stage, load.until = "loading", self.env.now + days
        return days

    def _drive(self, yard: Yard, truck: Any, away: Away, days: float) -> None:
        """Keeps a truck away for some days."""
        self.started += 1
        number = self.started
        self.away[number] = away

        def back(_: simpy.Event) -> None:
            del self.away[number]
            assert yard.trucks is not None
            yard.trucks.release(truck)

        self.env.timeout(days).callbacks.append(back)

    def _yard(self, tier: str, row: int) -> Yard:
        if (tier, row) not in self._yards:
            self._yards[tier, row] = Yard(self.env, self.docks[tier])
        return self._yards[tier, row]

    def _change(self) -> None:
        days = self.env.now - self._changed
        if days > 0:
            for name, units in self._lie.items():
                self.lain[name] += units * days
            self._changed = self.env.now

    def _wait(self, load: Load) -> None:
        tier, row = load.place
        self.waited[tier][row] += load.size * (self.env.now - max(load.shipment.decided, self._monday))
