"""What a room may ask for: so much that a workshop never feels it, so little that no visitor can fill the machine."""

from dataclasses import dataclass

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded

COARSE_WEEKS = 26
"""Measured weeks of the first, coarse answer; its weeks are the first of the fine one, on the same luck."""
BODY = 64 * 1024
"""Bytes of a request."""
LABEL = 40
"""Characters of a policy's or a visitor's name."""
POLICIES, SEEDS, LEVERS = 4, 16, 80
HISTORY = 100
"""Steps that can be undone."""
PROPOSALS = 200
"""Proposals of participants that are kept."""
JOBS = 60
"""Jobs that are kept; the oldest that nobody works on is forgotten first."""
RUNS = 240
"""Runs that are remembered by the hash of their inputs."""


@dataclass(frozen=True)
class Limits:
    """Bounds that the command line sets.

    Attributes:
        consumers: of a market. weeks: of a run, warm-up included. queued: runs that wait or are being played.
    """

    consumers: int = 250_000
    weeks: int = 320
    queued: int = 120

    def check(self, loaded: Loaded) -> None:
        """Refuses a market that is too large for a room.

        Raises:
            BadInput: naming the setting.
        """
        scenario = loaded.scenario
        weeks = scenario.run.warmup + scenario.run.weeks
        for key, value, most in (("consumers.count", scenario.consumers.count, self.consumers),):
            if value > most:
                raise BadInput("workshop", key, f"is {value}, allowed here are values up to {most}")
        if weeks > self.weeks:
            raise BadInput(
                "workshop", "run.weeks", f"make {weeks} with the warm-up, allowed here are up to {self.weeks}"
            )
