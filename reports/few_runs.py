"""Differences that would be clear if one looked at them alone: how many runs they want, as so many are looked at."""

import math
from dataclasses import dataclass

from scipy.stats import t as student

from channellab.reports.folder import Difference
from channellab.reports.study import CLEAR, Told, verdict

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


def looked_at(told: Told) -> int:
    """Differences that Holm's correction is over."""
    return len(told.document.metrics) * len(told.document.others)


def few_runs(told: Told, other: str) -> FewRuns | None:
    """What is not clear although its own interval leaves out zero; None if there is nothing of the kind."""
    differences = {name: told.difference(name, other) for name in told.document.metrics}
    found = {
        name: each for name, each in differences.items() if verdict(name, each) == "unclear" and _alone_clear(each)
    }
    if not found:
        return None
    tests, here = looked_at(told), told.document.replications
    wanted = sorted(runs_wanted(each, here, tests) for each in found.values())
    return FewRuns(list(found), tests, wanted[(len(wanted) - 1) // 2], wanted[-1])


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


def _alone_clear(difference: Difference) -> bool:
    low, high = difference.ci95
    return low > 0 or high < 0
