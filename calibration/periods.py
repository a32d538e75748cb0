"""Periods of a history as weeks counted from 0, whether they are written as dates or as numbers."""

import datetime
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.history_file import Calendar, Moment
from channellab.scenarios.errors import BadInput

_ISO_WEEK = re.compile(r"(\d{4})\s*(?:[-/年]?\s*[Ww第]\s*(\d{1,2})\s*周?|年\s*(\d{1,2})\s*周)")
_OFFSET = re.compile(r"(?<=:\d\d)(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)$")
_CHINESE = {"年": "-", "月": "-", "日": "", "/": "-"}
_LARGEST_NUMBER = 99_999
"""A week's number is not larger; 20110105 is a date."""
DAYS, MONTHS = 7, 12
EXCEL, EXCEL_EPOCH = (30_000, 60_000), 25_569
"""Numbers of this size are days as spreadsheets count them, 1982 to 2064, and the one of 1970-01-01."""


@dataclass(frozen=True)
class Weeks:
    """How periods of a file become weeks.

    Attributes:
        first: day or number that week 0 begins with. is_date: which of them.
    """

    first: Moment

    @property
    def number(self) -> int:
        """The number that week 0 has, 0 where periods are dates."""
        return 0 if isinstance(self.first, datetime.date) else self.first

    @property
    def is_date(self) -> bool:
        """Whether periods are dates."""
        return isinstance(self.first, datetime.date)

    def index(self, moment: Moment, key: str, where: str) -> int:
        """The week of a moment that a calibration file names.

        Raises:
            BadInput: it is a number where periods are dates, or the other way round.
        """
        if isinstance(moment, datetime.date) != self.is_date:
            kind = "dates" if self.is_date else "week numbers"
            raise BadInput(where, key, f"is {moment}, allowed are {kind}, as in the history")
        if isinstance(moment, datetime.date):
            return (moment - self.first).days // DAYS if isinstance(self.first, datetime.date) else 0
        return moment - self.number

    def table(self, count: int, start: datetime.date | None) -> pd.DataFrame:
        """The calendar: a row per week.

        Args:
            start: the date of week number 1, where periods are numbers.

        Returns:
            week: 0..count-1. label: number or date (``2011-01-05``) as in the file; of dates of any day, the Monday.
            date: the same day, or NaT where no date is known.
        """
        week = np.arange(count)
        first = pd.Timestamp(self.first) if self.is_date else self._dated(start)
        date = pd.Series(first + pd.to_timedelta(week * DAYS, "D")) if first is not None else None
        if date is None:
            date = pd.Series(np.full(count, np.datetime64("NaT"), "datetime64[ns]"))
        label = date.dt.strftime("%Y-%m-%d") if self.is_date else pd.Series((self.number + week).astype(str))
        return pd.DataFrame({"week": week, "label": label, "date": date})

    def _dated(self, start: datetime.date | None) -> pd.Timestamp | None:
        if start is None:
            return None
        return pd.Timestamp(start) + pd.Timedelta(days=DAYS * (self.number - 1))


def parse_periods(cells: "pd.Series[str]", calendar: Calendar) -> tuple[NDArray[np.float64], bool]:
    """Periods as numbers: days since 1970 of dates, else week numbers; NaN where a cell is none.

    Returns:
        The numbers, float64[n], and whether they are days.
    """
    if pd.api.types.is_datetime64_any_dtype(cells) and calendar.kind != "weeks":
        return _days(pd.to_datetime(cells)), True
    text = cells.astype(str).str.strip()
    number = pd.to_numeric(text, errors="coerce")
    plain = number.dropna()
    small = len(plain) > len(cells) / 2 and bool((plain.abs() <= _LARGEST_NUMBER).all())
    if calendar.kind == "weeks" or (calendar.kind is None and calendar.format is None and small):
        whole = number.where(number == number.round()).to_numpy(np.float64)
        if calendar.kind is None and EXCEL[0] <= plain.min() and plain.max() <= EXCEL[1]:
            return whole - EXCEL_EPOCH, True
        return whole, False
    return _days(_dates(text, calendar.format)), True


def _dates(text: "pd.Series[str]", form: str | None) -> "pd.Series[pd.Timestamp]":
    if form is not None:
        return pd.to_datetime(text, format=form, errors="coerce")
    if text.str.fullmatch(_ISO_WEEK).mean() > 0.5:
        return _iso_weeks(text.str.replace(_ISO_WEEK, lambda found: f"{found[1]} {found[2] or found[3]}", regex=True))
    if text.str.fullmatch(r"\d{8}").mean() > 0.5:
        return pd.to_datetime(text, format="%Y%m%d", errors="coerce")
    if text.str.fullmatch(r"(?:19|20)\d{4}").mean() > 0.5:  # year and week, or year and month
        later = pd.to_numeric(text.str[4:], errors="coerce") > MONTHS
        return _iso_weeks(text.str[:4] + " " + text.str[4:]) if later.any() else _iso(text.str[:4] + "-" + text.str[4:])
    for sign, plain in _CHINESE.items():
        text = text.str.replace(sign, plain, regex=False)
    return _iso(text.str.rstrip("-"))


def _iso(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Days as they are written, wherever that is: offsets of time zones, which change in the year, are left out.

    >>> _days(_iso(pd.Series(["1970-01-02T00:00:00-05:00", "1970-01-03 00:00-0400", "1970-01-04"]))).tolist()
    [1.0, 2.0, 3.0]
    """
    return pd.to_datetime(text.str.replace(_OFFSET, "", regex=True), format="ISO8601", errors="coerce")


def _iso_weeks(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Mondays of weeks that are written as year and number."""
    return pd.to_datetime(text + " 1", format="%G %V %u", errors="coerce")


def _days(dates: "pd.Series[pd.Timestamp]") -> NDArray[np.float64]:
    dates = dates.dt.tz_localize(None)
    days = dates.to_numpy("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))


def origin(period: NDArray[np.float64], dates: bool) -> int:
    """The day or number that week 0 begins with, of periods as ``parse_periods`` gives them.

    Dates that all lie whole weeks apart are the weeks; of dates of any day, weeks begin on Mondays.
    """
    first = int(np.min(period))
    if not dates or not np.any((period - first) % DAYS):
        return first
    return first - (first + 3) % DAYS  # 1970 began on a Thursday


def week_of(period: NDArray[np.float64], dates: bool) -> NDArray[np.int64]:
    """Weeks counted from 0, int64[n]."""
    week: NDArray[np.int64] = ((period - origin(period, dates)) // (DAYS if dates else 1)).astype(np.int64)
    return week


def day(number: float) -> datetime.date:
    """The date of a day since 1970.

    >>> day(0).isoformat()
    '1970-01-01'
    """
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(number))
