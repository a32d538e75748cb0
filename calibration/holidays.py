"""How much of each holiday's season lies in each week, for demand that moves with holidays.

Of the United States by the rules of 5 U.S.C. 6103, with Easter, the Super Bowl and Halloween; of China from the
festivals of ``scenarios/data/china_festivals.csv`` (2019 to 2027).
"""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import channellab.scenarios

DAYS_BEFORE = 7
"""People shop for a holiday in the days up to it: a week counts by how many of these days (and the day) lie in it."""
_FESTIVALS = Path(channellab.scenarios.__file__).parent / "data" / "china_festivals.csv"


def holidays(date: "pd.Series[pd.Timestamp]", whose: str) -> dict[str, NDArray[np.float64]]:
    """Shares of holidays in weeks.

    Args:
        date: last day of each week; NaT where unknown. whose: ``us``, ``china`` or ``none``.

    Returns:
        By name of the column (``holiday_easter``), float64[W]: share of the days of shopping that lie in the week.
    """
    if whose == "none" or date.isna().any():
        return {}
    years = range(date.iloc[0].year, date.iloc[-1].year + 2)
    days = sorted(_us(years) if whose == "us" else _china())
    last = date.dt.date.to_numpy()
    found = {f"holiday_{name}": np.zeros(len(last)) for name, _ in days}
    for name, day in days:
        found[f"holiday_{name}"] += [_share(day, end) for end in last]
    return {name: values for name, values in found.items() if values.any()}


def _share(day: datetime.date, end: datetime.date) -> float:
    """Share of the days of shopping for a holiday in the week that ends on a day."""
    begin, start = end - datetime.timedelta(days=6), day - datetime.timedelta(days=DAYS_BEFORE)
    days = (min(day, end) - max(start, begin)).days + 1
    return max(days, 0) / (DAYS_BEFORE + 1)


def _us(years: range) -> Iterator[tuple[str, datetime.date]]:
    for year in years:
        yield "new_year", datetime.date(year, 1, 1)
        yield "super_bowl", _weekday(year, 2, 6, 1)
        yield "easter", (pd.Timestamp(year, 1, 1) + pd.offsets.Easter()).date()
        yield "memorial_day", _weekday(year, 6, 0, 0)
        yield "independence_day", datetime.date(year, 7, 4)
        yield "labor_day", _weekday(year, 9, 0, 1)
        yield "halloween", datetime.date(year, 10, 31)
        yield "thanksgiving", _weekday(year, 11, 3, 4)
        yield "christmas", datetime.date(year, 12, 25)


def _weekday(year: int, month: int, weekday: int, which: int) -> datetime.date:
    """The first, second... such day of a month (0 = Monday); the 0th is the last one of the month before.

    >>> _weekday(2010, 11, 3, 4).isoformat(), _weekday(2010, 6, 0, 0).isoformat()
    ('2010-11-25', '2010-05-31')
    """
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def _china() -> Iterator[tuple[str, datetime.date]]:
    with _FESTIVALS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["festival"], datetime.date.fromisoformat(row["date"])
