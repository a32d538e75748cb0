"""The festivals of China at which goods are promoted, by week of the year, from the built-in calendar."""

import csv
from functools import lru_cache
from importlib.resources import files

WEEKS_PER_YEAR = 52
LAST_YEAR = 2027
"""Last year of the built-in calendar."""


@lru_cache(maxsize=1)
def calendar() -> dict[str, dict[int, int]]:
    """By festival and year, the week of the year in which it falls, counted from 1."""
    found: dict[str, dict[int, int]] = {}
    text = (files("channellab.scenarios") / "data" / "china_festivals.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["festival"], {})[int(row["year"])] = int(row["week_of_year"])
    return found


def names() -> tuple[str, ...]:
    """All festivals of the calendar, in alphabetical order.

    >>> names()
    ('618', 'double_11', 'double_12', 'mid_autumn', 'national_day', 'spring_festival')
    """
    return tuple(sorted(calendar()))


@lru_cache(maxsize=1024)
def dates(festival: str, first_year: int, duration: int) -> tuple[tuple[int, int], ...]:
    """First and last measured weeks of the events that end in a festival's week, one for each year of the calendar.

    Measured week 1 is week 1 of the first year, and years have 52 weeks. Weeks before week 1 are left out.

    >>> dates("double_11", 2026, 2)
    ((44, 45), (96, 97))
    """
    weeks = [
        (year - first_year) * WEEKS_PER_YEAR + min(week, WEEKS_PER_YEAR)
        for year, week in sorted(calendar()[festival].items())
        if year >= first_year
    ]
    return tuple((max(week - duration + 1, 1), week) for week in weeks)
