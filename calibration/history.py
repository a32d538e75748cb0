"""A sales history: every series (an outlet's sales of a product) in every week, in our columns.

``read_history`` reads, checks and cleans the files of a calibration; ``data_report`` in the module of that name says
what was found. The shape, for S series and W weeks:

    history.frame     S * W rows, by series and in it by week: a rectangle, so that ``matrix("units")`` is a view [S, W]
        series        int32, 0..S-1                    week       int32, 0..W-1
        units         int64, 0 where nothing was sold  price      float64, paid on average; base_price where no row is
        base_price    float64, without promotion       promotion, display, feature   float64, shares 0..1
        recorded      bool, whether the file has a row listed     bool, whether it could be bought (listing.py)
        row           int64, number in the file or -1
        and of distribution, wholesale_price, stock (what could be sold, see stock.py), orders and costs what is mapped,
            float64 with NaN
    history.series    S rows, index 0..S-1: outlet, product, category, brand, region and the groups, as categories
    history.calendar  W rows, index = week: label as in the file, date (NaT where unknown), holiday columns

Prices are NaN only in series without any known price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.base_price import base_price, between, carried
from channellab.calibration.cleaned import Cleaned
from channellab.calibration.findings import Finding
from channellab.calibration.history_file import EXTRAS, FLAGS, Calibration, Moment, read_calibration
from channellab.calibration.history_rows import read_clean
from channellab.calibration.holidays import holidays
from channellab.calibration.listing import listed
from channellab.calibration.periods import Weeks, day, origin, week_of
from channellab.calibration.stock import available, kind_of_stock

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class History:
    """A sales history; see the head of this module.

    Attributes:
        calibration: the file that describes it. weeks: how its periods became weeks.
        rows_read: rows of the file. findings: what was dropped or replaced on the way.
    """

    frame: pd.DataFrame
    series: pd.DataFrame
    calendar: pd.DataFrame
    calibration: Calibration
    weeks: Weeks
    rows_read: int
    findings: tuple[Finding, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of series and of weeks."""
        return len(self.series), len(self.calendar)

    def matrix(self, column: str) -> NDArray[Any]:
        """A column of the frame as [S, W]."""
        values: NDArray[Any] = self.frame[column].to_numpy()
        return values.reshape(self.shape)

    def until(self, week: int) -> "History":
        """The first ``week`` weeks of it."""
        frame = self.frame[self.frame["week"] < week].reset_index(drop=True)
        return replace(self, frame=frame, calendar=self.calendar.iloc[:week])

    def with_columns(self, **columns: NDArray[Any]) -> "History":
        """The same with other columns of the frame, each [S, W]."""
        return replace(self, frame=self.frame.assign(**{name: each.ravel() for name, each in columns.items()}))


def read_history(file: Path | Calibration, overrides: Sequence[str] = ()) -> History:
    """The history of a calibration file.

    Raises:
        BadInput: the calibration file or the data cannot be used.
    """
    calibration = file if isinstance(file, Calibration) else read_calibration(file, overrides)
    found = read_clean(calibration)
    return _panel(calibration, found, Weeks(_first(found)))


def _first(found: Cleaned) -> Moment:
    first = origin(found.rows["period"].to_numpy(np.float64), found.dates)
    return day(first) if found.dates else first


def _panel(calibration: Calibration, found: Cleaned, weeks: Weeks) -> History:
    """Every series in every week, from the rows that there are."""
    settings, rows = calibration.file.history, found.rows
    week = week_of(rows["period"].to_numpy(np.float64), found.dates)
    count = int(week.max()) + 1
    number, series = _series(rows)
    cell, shape = number * count + week, (len(series), count)

    def spread(column: str, default: float = np.nan) -> Matrix:
        values = np.full(shape[0] * shape[1], default)
        if column in rows:
            values[cell] = rows[column].fillna(default)
        return values.reshape(shape)

    row = spread("row", -1.0).astype(np.int64)
    recorded = row >= 0
    shares = {name: spread(name, 0.0) for name in FLAGS}
    price = spread("price")
    if "base_price" not in rows:
        # A base price that is estimated a little off must not tell weeks with a row, which sold, from those without.
        price = between(price)
    base = _base(spread("base_price"), price, shares, settings.base_price_weeks)
    columns: dict[str, NDArray[Any]] = {
        "series": np.repeat(np.arange(shape[0], dtype=np.int32), count),
        "week": np.tile(np.arange(count, dtype=np.int32), shape[0]),
        "units": spread("units", 0.0).astype(np.int64),
        "price": np.where(np.isnan(price), base, price),
        "base_price": base,
        **shares,
        "recorded": recorded,
        "listed": listed(recorded, np.asarray(series["outlet"].cat.codes, np.int64), settings.gap_weeks),
        "row": row,
        **{name: spread(name) for name in EXTRAS if name in rows},
    }
    findings = list(found.findings)
    if "stock" in columns:
        stock, units = columns["stock"], columns["units"].astype(np.float64)
        kind = settings.stock or kind_of_stock(stock, units)
        columns["stock"] = available(stock, units, kind)
        if kind != (settings.stock or "available"):
            findings.append(Finding("note", "stock", "stock_left", int((units > stock).sum())))
    frame = pd.DataFrame({name: each.ravel() for name, each in columns.items()})
    calendar = weeks.table(count, settings.calendar.start)
    calendar = calendar.assign(**holidays(calendar["date"], settings.calendar.holidays)).set_index("week")
    return History(frame, series, calendar, calibration, weeks, len(found.table.data), tuple(findings))


def _series(rows: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """The series of each row, int64[n], and what is said of each series in its first row."""
    outlet, product = (rows[key].cat for key in ("outlet", "product"))
    both = outlet.codes.to_numpy(np.int64) * len(product.categories) + product.codes.to_numpy(np.int64)
    _, first, number = np.unique(both, return_index=True, return_inverse=True)
    keep = pd.Index(first)
    about = [str(name) for name in rows if isinstance(rows[name].dtype, pd.CategoricalDtype)]
    return number.astype(np.int64), rows.loc[keep, about].reset_index(drop=True)


def _base(given: Matrix, price: Matrix, shares: Mapping[str, Matrix], weeks: int) -> Matrix:
    """Base prices as given, between them carried on; of series without any, estimated."""
    promoted = np.any([share > 0 for share in shares.values()], axis=0)
    estimated = carried(base_price(price, promoted, weeks))
    return np.where(np.isnan(given).all(axis=1, keepdims=True), estimated, carried(given))
