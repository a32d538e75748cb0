"""A job that takes the place of another takes over the runs that both want; what nobody wants any more is dropped."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from channellab.reports.workshop.crew import Crew, Flight
from channellab.reports.workshop.jobs import GRACE, Jobs
from channellab.reports.workshop.limits import Limits
from channellab.reports.workshop.models import JobRequest, Policy
from channellab.scenarios.files import Loaded


@dataclass
class Slow(Crew):
    """Processes that never come to an end."""

    sent: list[Flight] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(2)

    @property
    def ready(self) -> int:
        return 2

    def send(self, loaded: Loaded, seed: int, **how: Any) -> Flight:
        self.sent.append(super().send(loaded, seed, **how))
        return self.sent[-1]


def test_moving_a_slider_twice_does_not_begin_with_the_reference_again(market: Loaded) -> None:
    async def life() -> None:
        crew = Slow()
        crew.loop = asyncio.get_running_loop()
        jobs = Jobs(market, crew, Limits(), lambda: None)
        moves = [Policy(preset="selective", levers={"layout.selective": share}) for share in (0.4, 0.3)]
        first = jobs.start(JobRequest(policies=[Policy(), moves[0]], detail="coarse"))
        await asyncio.sleep(0.02)
        second = jobs.start(JobRequest(policies=[Policy(), moves[1]], detail="coarse", replaces=first.id))
        assert first.state == "stopped"
        await asyncio.sleep(4 * GRACE)
        assert second.state == "running"
        assert [flight.done.cancelled() for flight in crew.sent] == [False, True, False]
        end = first.log.end
        jobs.close()
        await asyncio.sleep(0.02)
        assert first.log.end == end
        assert all(flight.done.cancelled() for flight in crew.sent)

    asyncio.run(life())
