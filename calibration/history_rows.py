"""The rows of a history's file in our columns, checked and cleaned."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.cleaned import Cleaned
from channellab.calibration.findings import numbered
from channellab.calibration.history_file import EXTRAS, FLAGS, Calibration
from channellab.calibration.history_keys import fill_keys
from channellab.calibration.periods import parse_periods, week_of
from channellab.calibration.tables import read_table
from channellab.scenarios.arrays import Flags
from channellab.scenarios.errors import BadInput

FAR = 10.0
"""A price so many times above or below the median of its product is taken for an error of recording."""
MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "-")
"""Texts that say that there is no number."""
MEANS = ("price", "base_price", *FLAGS, "distribution", "wholesale_price", "costs")
"""Of several rows of a week, the mean is taken of these."""


def read_clean(calibration: Calibration) -> Cleaned:
    """The rows of a history, cleaned.

    Returns:
        Rows with the columns ``row`` (int64), ``period`` (float64: days since 1970, or week numbers), the text columns
        outlet, product and whichever of category, brand, region and the groups there are, ``units`` (float64, whole,
        not negative), ``price`` (float64, NaN where none is known), and whichever other numbers are mapped.

    Raises:
        BadInput: the files cannot be read, lack a mapped column, or a mapping is wrong.
    """
    settings = calibration.file.history
    table = read_table(calibration.path(settings.file), settings.encoding)
    for name, column in settings.columns.given.items():
        if name not in ("category", "brand", "region"):
            table.need(column, f"history.columns.{name}")
    found = Cleaned(table, pd.DataFrame({"row": table.data.index.to_numpy() + table.first}), settings.tolerance)
    fill_keys(found, calibration)
    given = settings.columns.given
    _fill_period(found, calibration)
    for name in ("units", "price", "base_price", *FLAGS, *EXTRAS):
        if name in given:
            _fill_number(found, name, given[name])
    _clean_keys(found)
    _clean_units(found)
    _clean_prices(found)
    _clean_shares(found, given)
    _clean_copies(found, settings.duplicates, calibration.where)
    if found.rows.empty:
        raise BadInput(table.where, "", f"has no row that can be used; {found.findings[-1].text}")
    if not found.rows["units"].any():
        raise BadInput(
            table.where, repr(settings.columns.units), "is 0 in every row, so that there is nothing to learn"
        )
    return found


def _fill_period(found: Cleaned, calibration: Calibration) -> None:
    column = calibration.file.history.columns.period
    period, found.dates = parse_periods(found.table.data[column], calibration.file.history.calendar)
    found.rows["period"] = period
    problem = "holds no date or week number"
    hint = "history.calendar.format says how dates are written, or history.columns.period"
    found.refuse_many(np.isnan(period), column, problem, hint)


def _fill_number(found: Cleaned, name: str, column: str) -> None:
    cells = found.table.data[column].reset_index(drop=True)
    number = pd.to_numeric(cells, errors="coerce").astype(np.float64).to_numpy()
    number = np.where(np.isfinite(number), number, np.nan)
    empty = cells.isna().to_numpy()
    if not pd.api.types.is_numeric_dtype(cells):
        empty = empty | cells.astype(str).str.strip().isin(MISSING).to_numpy()
    bad = np.isnan(number) & ~empty
    found.rows[name] = number
    found.refuse_many(bad, column, "holds no number", f"history.columns.{name}")
    found.tell("repaired", bad, name, "is no number and counts as missing")


def _clean_keys(found: Cleaned) -> None:
    found.drop(found.rows["period"].isna().to_numpy(), "period", "is empty or no date or week number")
    for key in ("outlet", "product"):
        found.drop((found.rows[key] == "").to_numpy(), key, "is empty")
        found.rows[key] = found.rows[key].cat.remove_unused_categories()


def _clean_units(found: Cleaned) -> None:
    found.drop(found.rows["units"].isna().to_numpy(), "units", "are missing")
    negative = _values(found, "units") < 0
    column = "units"
    if len(negative) and negative.mean() > found.tolerance:
        rows = found.rows["row"].to_numpy()[negative].tolist()
        problem = f"are negative in {negative.mean():.0%} of the rows ({numbered(rows, 3)})"
        raise BadInput(found.table.where, column, f"{problem}; history.columns.units may name the wrong column")
    found.drop(negative, "units", "are negative (returns are not sales)")
    units = _values(found, "units")
    found.tell("repaired", units != np.round(units), "units", "are not whole and were rounded")
    found.rows["units"] = np.round(units)


def _clean_prices(found: Cleaned) -> None:
    for name in ("price", "base_price"):
        if name not in found.rows:
            continue
        price = _values(found, name)
        found.tell("repaired", np.isnan(price), name, "is missing and is estimated from the weeks around")
        found.blank(price <= 0, name, "is not above 0 and is estimated from the weeks around")
        usual = found.rows.groupby("product", observed=True)[name].transform("median").to_numpy(np.float64)
        price = _values(found, name)
        far = (price < usual / FAR) | (price > usual * FAR)
        found.blank(far, name, f"is {FAR:g} times off the median of its product and is estimated from the weeks around")
    if found.rows["price"].isna().all() and not found.rows.empty:
        raise BadInput(
            found.table.where, "price", "has no value above 0; history.columns.price may name another column"
        )


def _clean_shares(found: Cleaned, given: dict[str, str]) -> None:
    for name in (*FLAGS, "distribution"):
        if name in given:
            bad = (_values(found, name) < 0) | (_values(found, name) > 1)
            problem = "is no share from 0 to 1"
            found.refuse_many(bad, given[name], problem, f"history.columns.{name}")
            found.blank(bad, name, f"{problem} and counts as missing")


def _clean_copies(found: Cleaned, duplicates: str, where: str) -> None:
    """Rows of one week, outlet and product: equal ones once, others as the calibration file says."""
    again = _keys(found).duplicated(keep=False).to_numpy()
    copies = again.copy()
    copies[again] = found.rows[again].drop(columns="row").duplicated().to_numpy()
    found.drop(copies, "copies", "of other rows are left out")
    again = _keys(found).duplicated(keep=False).to_numpy()
    if not again.any():
        return
    if duplicates == "refuse":
        rows = found.rows["row"].to_numpy()[again].tolist()
        problem = f"has {again.sum():,} rows that share week, outlet and product with another row ({numbered(rows, 4)})"
        more = "map what tells them apart, or set history.duplicates to sum, first or last"
        raise BadInput(found.table.where, "", f"{problem}; {more}")
    if duplicates == "sum":
        _add_up(found, again)
        return
    problem = f"of one week, outlet and product: the {duplicates} row is used"
    kept: Literal["first", "last"] = "first" if duplicates == "first" else "last"
    found.drop(_keys(found).duplicated(keep=kept).to_numpy(), "several rows", problem)


def _keys(found: Cleaned) -> "pd.Series[int]":
    """A number for each week, outlet and product."""
    rows = found.rows
    if rows.empty:
        return pd.Series([0])[:0]
    week = week_of(rows["period"].to_numpy(np.float64), found.dates)
    outlet, product = (rows[key].cat for key in ("outlet", "product"))
    series = outlet.codes.to_numpy(np.int64) * len(product.categories) + product.codes.to_numpy(np.int64)
    return pd.Series(series * (int(week.max()) + 1) + week)


def _add_up(found: Cleaned, again: Flags) -> None:
    """Units, stock, orders and costs are added; other numbers are means weighted by units; texts of the first row."""
    several = "rows of one week, outlet and product are added up, prices as means weighted by units"
    found.tell("repaired", again, "several", several)
    rows = found.rows.assign(key=_keys(found))
    weight = rows["units"].to_numpy(np.float64) + 1e-9
    how = {str(name): "first" for name in rows if name != "key"}
    how |= {name: "sum" for name in ("units", "stock", "orders") if name in rows}
    means = [name for name in MEANS if name in rows]
    for name in means:
        known = rows[name].notna().to_numpy()
        rows[f"{name} weight"] = np.where(known, weight, 0.0)
        rows[name] = np.where(known, rows[name] * weight, 0.0)
        how |= {name: "sum", f"{name} weight": "sum"}
    rows = rows.groupby("key", sort=False).agg(how).reset_index(drop=True)
    for name in means:
        weight = rows.pop(f"{name} weight").to_numpy(np.float64)
        rows[name] = np.divide(rows[name], weight, out=np.full(len(rows), np.nan), where=weight > 0)
    found.rows = rows


def _values(found: Cleaned, name: str) -> NDArray[np.float64]:
    return found.rows[name].to_numpy(np.float64)
