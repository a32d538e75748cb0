"""Differences that would be clear if one looked at them alone: how many runs they want, as so many are looked at."""

import math
from dataclasses import dataclass

from scipy.stats import t as student

from channellab.reports.folder import Difference
from channellab.reports.study import CLEAR, Told, alone_clear, verdict

MOST = 1000
"""Runs; where more are wanted, nobody plays them."""


@dataclass(frozen=True)
class FewRuns:
    """What so few runs cannot tell.

    Attributes:
        metrics: differences that are not clear for this reason alone. tests: differences that are looked at together.
        half, enough: runs that would do for half of them, and for all, at most `MOST`.
    """

    metrics: list[str]
    tests: int
    half: int
    enough: int


def few_runs(told: Told, other: str) -> list[FewRuns]:
    """What is not clear although its own interval leaves out zero, by families that are judged together."""
    differences = {name: told.difference(name, other) for name in told.document.metrics}
    puzzling = [name for name, each in differences.items() if verdict(name, each) == "unclear" and alone_clear(each)]
    families = [[name for name in puzzling if (name in told.document.primary) == chosen] for chosen in (True, False)]
    found, here = [], told.document.replications
    for metrics in filter(None, families):
        tests = told.tests(metrics[0])
        wanted = sorted(runs_wanted(differences[name], here, tests) for name in metrics)
        found.append(FewRuns(metrics, tests, wanted[(len(wanted) - 1) // 2], wanted[-1]))
    return found


def runs_wanted(difference: Difference, runs: int, tests: int) -> int:
    """Runs after which a difference is clear among so many, if its mean and spread stay what they are in these.

    That is by Bonferroni, as if it were the first of Holm's steps, and so never too few. A difference twice as large as
    half of its interval after 3 runs, alone and among 75:

    >>> from channellab.reports.folder import Difference
    >>> half = Difference(mean=2.0, ci95=(1.0, 3.0), p_holm=1.0, better=None)
    >>> runs_wanted(half, 3, 1), runs_wanted(half, 3, 75)
    (3, 5)
    """
    low, high = difference.ci95
    spread = (high - low) / 2 / float(student.ppf(0.975, runs - 1)) * math.sqrt(runs)
    if spread == 0.0:
        return runs
    effect = abs(difference.mean) / spread
    least = (more for more in range(runs, MOST) if 2 * tests * student.sf(effect * math.sqrt(more), more - 1) < CLEAR)
    return next(least, MOST)
