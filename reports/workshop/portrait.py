"""A partner's story: what it received and earned, how content it is, its record, and where it stands in its tier."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

FIGURES = ("units_received", "satisfaction", "resentment", "attempts", "caught")
"""Columns of a table of partners that are told, beside the median of its tier."""
QUARTERS = 4


def portrait(partners: pd.DataFrame, rebates: Mapping[str, float], partner: str) -> dict[str, Any] | None:
    """One partner among all; None where it is not there, as under a layout that leaves its site closed.

    Args:
        partners: a row a partner with ``partner`` (tier and number in it), ``region`` and `FIGURES`.
        rebates: by plan, what it has earned a year.

    Returns:
        ``quarter`` counts from the largest by units received (1) to the smallest (4); None if it received nothing.

    >>> table = pd.DataFrame({"partner": [f"retailers {n}" for n in (1, 2, 3, 4)], "region": "a", "units_received":
    ...     [0.0, 5.0, 9.0, 7.0], "satisfaction": 0.5, "resentment": 0.0, "attempts": 0, "caught": 0})
    >>> told = portrait(table, {"volume": 3.0}, "retailers 4")
    >>> told["of"], told["quarter"], told["figures"]["units_received"]
    (4, 2, {'value': 7.0, 'median': 6.0})
    """
    found = partners[partners["partner"] == partner]
    if not len(found):
        return None
    tier = partners[partners["partner"].str.partition(" ")[0] == partner.partition(" ")[0]]
    mine = found.iloc[0]
    return {
        "partner": partner,
        "region": str(mine["region"]),
        "of": len(tier),
        "quarter": _quarter(tier["units_received"], float(mine["units_received"])),
        "figures": {
            name: {"value": float(mine[name]), "median": float(tier[name].median())} for name in FIGURES if name in tier
        },
        "rebates": {plan: money for plan, money in rebates.items() if money},
    }


def _quarter(received: "pd.Series[float]", mine: float) -> int | None:
    """Among those that received something."""
    taking = received[received > 0]
    if not mine > 0:
        return None
    return 1 + int((taking > mine).sum()) * QUARTERS // len(taking)
