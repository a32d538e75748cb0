"""The dispute desk: disputes wait for somebody with time on up to three levels, as SimPy processes.

There is one process per dispute. The people of a level in one place are a SimPy resource, first come, first served. A
dispute that is not settled at a level, or not in time, goes up to the next one with people. Every process can be
rebuilt from its `Dispute`, so a market saved at a week's end continues bit-identically.

A dispute in which both deadline and somebody's time come at the same moment goes up.
"""

from collections.abc import Generator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

import simpy

from channellab.agents.draws import Stream, uniform
from channellab.scenarios.policies.disputes import days_of_work
from channellab.scenarios.settings.disputes import DisputePolicySettings
from channellab.scenarios.timetable import DISTRIBUTORS, effective
from channellab.sim.cases import Case, Identities

if TYPE_CHECKING:
    from channellab.sim.market import Market

Process = Generator[simpy.Event, Any, None]
Hearing = Generator[simpy.Event, Any, bool]
TOP = 2
"""Number of the level that is one place for all regions; those below have a place in each region."""


@dataclass
class Dispute:
    """A case that is disputed.

    Attributes:
        filed: day on which it came to the desk. level: number of the level it is at.
        joined: day on which it came to the level. late: day on which it goes up from there if it is not settled.
        until: day on which the work on it is done, once that has begun; else infinite.
        waited: days for which it has waited for somebody with time, at all levels.
    """

    case: Case
    filed: float
    level: int
    joined: float
    late: float = inf
    until: float = inf
    waited: float = 0.0


class Ruling(NamedTuple):
    """A dispute that is settled: on which day, and whether the accused is found guilty."""

    dispute: Dispute
    day: float
    guilty: bool

    @property
    def case(self) -> Case:
        """The case as it ends with the ruling."""
        return self.dispute.case._replace(ends=self.day)

    @property
    def wrong(self) -> bool:
        """Whether a guilty party goes free, or an innocent one does not."""
        return self.guilty != self.dispute.case.guilty


class People(simpy.Resource):
    """The people of a level in one place, whose number may change."""

    def engage(self, number: int) -> None:
        """Sets how many there are; who is at work on a dispute finishes it."""
        self._capacity = number
        self._trigger_put(None)  # all who wait are looked at


class Desk:
    """All disputes of a market.

    Attributes:
        open: disputes by number, in the order in which they were filed. ruled: those settled since `open_week`.
        filed: how many were filed since then.
    """

    def __init__(
        self, env: simpy.Environment, seed: int, identities: Identities, settings: DisputePolicySettings
    ) -> None:
        self.env, self.seed, self.identities, self.settings = env, seed, identities, settings
        self.open: dict[int, Dispute] = {}
        self.ruled: list[Ruling] = []
        self.filed = 0
        self._number = 0
        self._people: dict[tuple[int, int], People] = {}

    @property
    def staffed(self) -> bool:
        """Whether anybody can deal with a dispute."""
        return any(level.staff for level in self.settings.levels)

    def open_week(self, settings: DisputePolicySettings) -> None:
        """Puts settings in force, also for disputes that wait; what somebody works on is finished as it was begun."""
        self.ruled, self.filed = [], 0
        if settings is not self.settings:
            self.settings = settings
            for (level, _), people in self._people.items():
                people.engage(settings.levels[level].staff)

    def file(self, case: Case) -> None:
        """Brings a case before the desk."""
        self.filed += 1
        now = self.env.now
        dispute = Dispute(case, filed=now, level=0, joined=now)
        self._start(dispute, *self._enter(dispute, self._next(0)))

    def resume(self, disputes: list[Dispute]) -> None:
        """Rebuilds the disputes of a saved market, given in the order in which they were filed."""
        turns: dict[int, simpy.Event] = {}
        for dispute in (dispute for dispute in disputes if dispute.until < inf):
            people = self._place(dispute)
            people.engage(people.count + 1)
            turns[id(dispute)] = people.request()
        for (level, _), people in self._people.items():
            people.engage(self.settings.levels[level].staff)
        for dispute in sorted(disputes, key=lambda dispute: dispute.joined):
            if dispute.until == inf:
                turns[id(dispute)] = self._place(dispute).request()
        for dispute in disputes:
            self._start(dispute, turns[id(dispute)], self._on(dispute.late))

    def _start(self, dispute: Dispute, turn: Any, late: simpy.Event) -> None:
        self._number += 1
        self.open[self._number] = dispute
        self.env.process(self._deal_with(self._number, dispute, turn, late))

    def _enter(self, dispute: Dispute, level: int) -> tuple[Any, simpy.Event]:
        """Lets a dispute join a level; returns its turn there, and the moment at which it goes up from there."""
        dispute.level, dispute.joined, dispute.late = level, self.env.now, inf
        limit = None if self._above(level) is None else self.settings.below[level].deadline_days
        if limit is None:
            return self._place(dispute).request(), self.env.event()
        dispute.late = dispute.joined + limit
        return self._place(dispute).request(), self.env.timeout(limit)

    def _deal_with(self, number: int, dispute: Dispute, turn: Any, late: simpy.Event) -> Process:
        while not (yield from self._hear(dispute, turn, late)):
            turn, late = self._enter(dispute, self._next(dispute.level + 1))
        del self.open[number]
        error = self.settings.levels[dispute.level].error
        wrong = self._draw(Stream.DISPUTE_RULED, dispute) < error
        self.ruled.append(Ruling(dispute, self.env.now, dispute.case.guilty != wrong))

    def _hear(self, dispute: Dispute, turn: Any, late: simpy.Event) -> Hearing:
        """Waits for somebody's time, then for the end of the work; returns whether the dispute is settled here."""
        with turn:
            if dispute.until == inf:
                yield turn | late
                dispute.waited += self.env.now - dispute.joined
                if not turn.processed:
                    return False
                done = self._work(dispute)
            else:
                done = self._on(dispute.until)
            yield done | late
        dispute.until = inf
        return bool(done.processed) and self._settles(dispute)

    def _work(self, dispute: Dispute) -> simpy.Event:
        days = days_of_work(self.settings.levels[dispute.level], self._draw(Stream.DISPUTE_DAYS, dispute))
        dispute.until = self.env.now + days
        return self.env.timeout(days)

    def _settles(self, dispute: Dispute) -> bool:
        if self._above(dispute.level) is None:
            return True
        return self._draw(Stream.DISPUTE_SETTLED, dispute) < self.settings.below[dispute.level].settles

    def _above(self, level: int) -> int | None:
        """The next level with people above one."""
        return next((n for n in range(level + 1, TOP + 1) if self.settings.levels[n].staff), None)

    def _next(self, level: int) -> int:
        """This level or the first above it with people; the highest where none has any more."""
        above = self._above(level - 1)
        return TOP if above is None else above

    def _place(self, dispute: Dispute) -> People:
        place = dispute.level, 0 if dispute.level == TOP else dispute.case.region
        if place not in self._people:
            self._people[place] = People(self.env)
            self._people[place].engage(self.settings.levels[dispute.level].staff)
        return self._people[place]

    def _on(self, day: float) -> simpy.Event:
        """A day of the clock, which never comes if it is infinite; from a whole day it is reached without rounding."""
        return self.env.event() if day == inf else self.env.timeout(day - self.env.now)

    def _draw(self, stream: Stream, dispute: Dispute) -> float:
        """Luck of a dispute at its level."""
        who = self.identities.pair(dispute.case) * (TOP + 2) + dispute.level
        return uniform(self.seed, stream, who, dispute.case.week)


def dispute_terms(market: "Market") -> DisputePolicySettings:
    """The desk in force this week."""
    return effective(market.scenario, market.measured_week, "", "", DISTRIBUTORS).policy.disputes
