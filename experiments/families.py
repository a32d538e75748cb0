"""Which differences are judged together: those of the primary metrics, named before the results, and all the others.

Who looks at 150 differences finds some by luck alone, so p values are corrected for their number. To correct the one
figure that a study was made for over everything that it happens to record would hide what it shows; trials therefore
name their primary endpoints beforehand, correct these among themselves, and take the rest as exploratory (ICH E9,
section 2.2; FDA 2022, Multiple Endpoints in Clinical Trials).
"""

from collections.abc import Mapping, Sequence

from channellab.experiments.pairs import holm
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

PRIMARY = ("channel_profit", "numeric_distribution", "weighted_distribution", "conflict_index")
"""Unless a comparison names others: what policies are searched for, profit, coverage and conflict."""


def primary_metrics(wanted: Sequence[str]) -> tuple[str, ...]:
    """The metrics that are judged as one family, each once; without any, all metrics are.

    Raises:
        BadInput: one is no metric.
    """
    for name in wanted:
        if name not in CATALOGUE:
            raise BadInput("compare", "primary", f"is {name!r}, which is no metric; docs/metrics.md lists them")
    return tuple(dict.fromkeys(wanted))


def adjusted(p_values: Mapping[tuple[str, str], float], primary: Sequence[str]) -> dict[tuple[str, str], float]:
    """By metric and scenario, the p value after Holm's correction within its family: the primary ones, or the rest.

    >>> raw = {("channel_profit", "B"): 0.01, ("nps", "B"): 0.02, ("revenue", "B"): 0.04}
    >>> adjusted(raw, ["channel_profit"])
    {('channel_profit', 'B'): 0.01, ('nps', 'B'): 0.04, ('revenue', 'B'): 0.04}
    """
    found = dict.fromkeys(p_values, 1.0)
    for chosen in (True, False):
        family = [key for key in p_values if (key[0] in primary) == chosen]
        found |= zip(family, holm([p_values[key] for key in family]), strict=True)
    return found
