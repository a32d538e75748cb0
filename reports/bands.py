"""Means over replications with their intervals, week by week."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import t as student

from channellab.scenarios.errors import BadInput

LEVEL = 0.95


def band(label: str, weekly: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean of a metric over replications with the interval of that mean (Student's t).

    Args:
        label: what the frame is called in errors.
        weekly: columns ``replication``, ``week`` and metrics, a row per replication and measured week.
        metric: one of its columns, in the metric's unit; NaN where a replication has no value.

    Returns:
        Per week (index, ascending) ``mean``, ``low``, ``high`` in the metric's unit, and ``n``, the replications
        with a value; ``low`` and ``high`` are NaN where n < 2, and ``mean`` too where n = 0.

    Raises:
        BadInput: the frame lacks the metric.
    """
    need(label, weekly, ("replication", "week", metric))
    values = weekly.groupby("week")[metric]
    n = values.count().to_numpy()
    mean = values.mean().to_numpy(np.float64)
    spread = values.std(ddof=1).to_numpy(np.float64)
    half = np.full(len(n), np.nan)
    many = n > 1
    half[many] = student.ppf((1 + LEVEL) / 2, n[many] - 1) * spread[many] / np.sqrt(n[many])
    weeks = pd.Index(sorted(weekly["week"].unique()), name="week")
    return pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half, "n": n}, index=weeks)


def replications(studies: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Number of replications in each frame."""
    return {label: int(weekly["replication"].nunique()) for label, weekly in studies.items()}


def need(label: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Insist on columns.

    Raises:
        BadInput: names the first that is absent, and what there is.
    """
    for column in columns:
        if column not in frame.columns:
            there = ", ".join(map(str, frame.columns)) or "nothing"
            raise BadInput(label, column, f"is not in this result, which has {there}")
    if frame.empty:
        raise BadInput(label, "", "has no rows, allowed is at least one")
