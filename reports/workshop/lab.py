"""All that the routes work with."""

from dataclasses import dataclass
from pathlib import Path

from channellab.reports.workshop.crew import Crew
from channellab.reports.workshop.jobs import Jobs
from channellab.reports.workshop.room import Room


@dataclass(frozen=True)
class Lab:
    """The room and what belongs to it.

    Attributes:
        studies: folder of the study browser.
        join: address for participants, None where other devices cannot reach the page.
    """

    room: Room
    jobs: Jobs
    crew: Crew
    studies: Path | None
    join: str | None
