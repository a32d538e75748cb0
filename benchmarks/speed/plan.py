"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes and repeats of the benchmark.

    Attributes:
        scenario: of the library, whose market is measured.
        scale: share of the declared numbers of consumers; 1 for figures that mean something.
        rounds: how often the interleaved measurements are repeated; medians are taken over the rounds.
        weeks: weeks of a market in a round.
        warmup: weeks that a market has played before it is timed.
        batches: repeats of the batch on one and two processes. replications: of the longer batch.
    """

    scenario: str = "base"
    scale: float = 1.0
    rounds: int = 7
    weeks: int = 8
    warmup: int = 26
    batches: int = 3
    replications: int = 22

    def consumers(self, count: int) -> int:
        """That number of consumers at this scale."""
        return max(int(count * self.scale), 500)


FULL = Plan()
QUICK = Plan(rounds=3, weeks=4, batches=1, replications=12)
TRIAL = Plan(scale=0.005, rounds=1, weeks=2, warmup=1, batches=1, replications=3)
"""A toy: it only shows that everything is measured."""
