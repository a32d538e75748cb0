"""The dispute desk in plain loops: from one moment at which something happens to the next."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from channellab.agents.draws import Stream
from channellab.scenarios.settings.disputes import RulingSettings

from .draws import uniform

NOBODY, PAIR, LEVELS, DAYS = -1, 2**32, 4, 7


class Traced(NamedTuple):
    """A case; of several that end, the smallest tuple is judged first."""

    ends: float
    offender_key: int
    victim_key: int
    value: float
    offender: int
    victim: int
    region: int
    week: int
    guilty: bool = True

    @property
    def pair(self) -> int:
        """Who stands against whom, in the draws."""
        return self.offender_key * PAIR + self.victim_key


@dataclass
class Dispute:
    """A case before the desk; ``turn`` says that somebody has time for it, ``until`` when the work is done."""

    case: Traced
    filed: float
    level: int
    joined: float
    late: float
    turn: bool = False
    until: float = math.inf
    waited: float = 0.0

    def row(self) -> list[float]:
        """What is saved of it."""
        case = self.case
        head = [case.offender, case.victim, case.region, case.value, case.ends, case.week, case.guilty]
        return [*head, self.filed, self.level, self.joined, self.late, self.until, self.waited]


def days_of(level: RulingSettings, luck: float) -> float:
    """How long the work on a dispute takes.

    >>> days_of(RulingSettings(days=3.0, law="uniform"), 0.5)
    3.0
    """
    return 2.0 * level.days * luck if level.law == "uniform" else -level.days * math.log1p(-luck)


class Desk:
    """Disputes at the places of three levels, the last of which is one for all regions."""

    def __init__(self, seed: int, levels: Any) -> None:
        self.seed, self.levels = seed, levels
        self.open: list[Dispute] = []
        self.settled: list[tuple[Traced, float, bool]] = []
        self.took = 0.0
        self.filed = 0

    def play_week(self, start: float, levels: Any) -> None:
        """Lets the days pass under the settings of the week."""
        self.levels, self.settled, self.took, self.filed = levels, [], 0.0, 0
        now = start
        while True:
            self._deal_out(now)
            self._begin(now)
            now = min((min(one.late, one.until) for one in self.open), default=math.inf)
            if now >= start + DAYS:
                return
            for one in [one for one in self.open if not one.turn and one.late == now]:
                one.waited += now - one.joined
                self._join(one, one.level + 1, now)
            for one in [one for one in self.open if one.turn and now in (one.late, one.until)]:
                self._finish(one, now)

    def file(self, case: Traced, now: float) -> None:
        """A case comes before the desk."""
        self.filed += 1
        self.open.append(Dispute(case, now, 0, now, math.inf))
        self._join(self.open[-1], 0, now)
        self._deal_out(now)

    def _finish(self, one: Dispute, now: float) -> None:
        in_time = one.until < one.late
        if in_time and (not self._above(one.level) or self._luck(Stream.DISPUTE_SETTLED, one) < self._settles(one)):
            wrong = self._luck(Stream.DISPUTE_RULED, one) < self.levels[one.level].error
            self.settled.append((one.case._replace(ends=now), now - one.filed, wrong))
            self.took += now - one.filed
            self.open.remove(one)
        else:
            self._join(one, one.level + 1, now)

    def _join(self, one: Dispute, level: int, now: float) -> None:
        one.level = next((n for n in range(level, 3) if self.levels[n].staff), 2)
        limit = self.levels[one.level].deadline_days if self._above(one.level) else None
        one.late = math.inf if limit is None else now + limit
        one.joined, one.turn, one.until = now, False, math.inf

    def _settles(self, one: Dispute) -> float:
        share: float = self.levels[one.level].settles
        return share

    def _above(self, level: int) -> bool:
        return any(self.levels[n].staff for n in range(level + 1, 3))

    def _deal_out(self, now: float) -> None:
        """Who came first to a place is first to be given somebody's time."""
        for one in sorted(self.open, key=lambda one: one.joined):
            busy = sum(other.turn for other in self.open if self._place(other) == self._place(one))
            if not one.turn and busy < self.levels[one.level].staff:
                one.turn = True

    def _begin(self, now: float) -> None:
        for one in self.open:
            if one.turn and one.until == math.inf:
                one.waited += now - one.joined
                one.until = now + days_of(self.levels[one.level], self._luck(Stream.DISPUTE_DAYS, one))

    def _place(self, one: Dispute) -> tuple[int, int]:
        return one.level, 0 if one.level == 2 else one.case.region

    def _luck(self, stream: Stream, one: Dispute) -> float:
        return uniform(self.seed, stream, one.case.pair * LEVELS + one.level, one.case.week)
