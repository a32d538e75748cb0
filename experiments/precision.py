"""How precise a comparison must be, and how many replications that takes."""

from dataclasses import dataclass
from math import ceil

from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE


@dataclass(frozen=True)
class Precision:
    """Replications are added until the paired 95 % interval is narrow enough.

    Such intervals cover a little less than 95 %, as a lucky one ends the search early; a start of eight or more keeps
    that small.

    Attributes:
        metric: whose interval. half_width: half of it, as a share of the baseline's mean.
        most: replications at most. start: at least.
    """

    metric: str = "channel_profit"
    half_width: float = 0.01
    most: int = 64
    start: int = 8

    def __post_init__(self) -> None:
        if self.metric not in CATALOGUE:
            raise BadInput("precision", "metric", f"is {self.metric!r}, which is no metric; docs/metrics.md lists them")
        if not 0 < self.half_width < float("inf"):
            raise BadInput("precision", "half_width", f"is {self.half_width}, allowed are values above 0")
        if self.start < 2:
            raise BadInput("precision", "start", f"is {self.start}, allowed are values from 2")
        if self.most < self.start:
            raise BadInput("precision", "most", f"is {self.most}, allowed are values from {self.start}")

    def next(self, done: int, half_width: float) -> int:
        """How many replications to have next: as many as the interval's width asks for, at most twice as many.

        >>> Precision(half_width=0.01).next(8, 0.011), Precision(half_width=0.01).next(8, 0.1)
        (10, 16)
        """
        ratio = min(half_width / self.half_width, 2.0)
        return min(max(ceil(done * ratio**2), done + 1), 2 * done, self.most)


@dataclass(frozen=True)
class Reached:
    """What was asked for and what was reached: half widths as shares of the baseline's mean, and why it ended."""

    metric: str
    asked: float
    half_width: float
    because: str
