"""The rows of a history's file in our columns, checked and cleaned."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.cleaned import Cleaned
from channellab.calibration.findings import numbered
from channellab.calibration.history_file import EXTRAS, FLAGS, Calibration
from channellab.calibration.history_keys import fill_keys
from channellab.calibration.numbers import in_words, numbers
from channellab.calibration.periods import parse_periods, week_of
from channellab.calibration.tables import read_table
from channellab.scenarios.arrays import Flags
from channellab.scenarios.errors import BadInput

SPAN, LONGEST = 20, 260
"""A history may span so many times the weeks with rows, and five years."""
ROUNDED = 0.1
"""Share of all units that rounding to whole ones may change."""
DAILY = 2
"""Days of a usual week with rows from which on a history is one of days."""
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
    _clean_days(found)
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
    hint = 'history.calendar.format says how dates are written, such as "%d.%m.%Y", or history.columns.period'
    found.refuse_many(np.isnan(period), column, problem, hint)
    _refuse_far_periods(found, column)


def _refuse_far_periods(found: Cleaned, column: str) -> None:
    """A mistyped year would make a history of a thousand weeks, nearly all of them empty."""
    period = found.rows["period"].to_numpy(np.float64)
    known = np.flatnonzero(np.isfinite(period))
    if not len(known):
        return
    week = week_of(period[known], found.dates)
    seen = np.unique(week)
    if seen[-1] - seen[0] <= SPAN * len(seen) + LONGEST:
        return
    gap = int(np.argmax(np.diff(seen)))
    first = gap + 1 <= len(seen) / 2
    rows = found.rows["row"].to_numpy()[known][(week <= seen[gap]) if first else (week > seen[gap])].tolist()
    cell = str(found.table.data[column].iloc[rows[0] - found.first_row])[:40]
    problem = (
        f"spans {seen[-1] - seen[0] + 1:,} weeks, of which {len(seen):,} have rows ({numbered(rows, 3)}; there it is "
    )
    raise BadInput(found.table.where, repr(column), f"{problem}{cell!r}); allowed are histories without such gaps")


def _fill_number(found: Cleaned, name: str, column: str) -> None:
    cells = found.table.data[column].reset_index(drop=True)
    number, commas = numbers(in_words(cells) if name in FLAGS else cells)
    empty = cells.isna().to_numpy()
    if not pd.api.types.is_numeric_dtype(cells):
        empty = empty | cells.astype(str).str.strip().isin(MISSING).to_numpy()
    bad = np.isnan(number) & ~empty
    found.rows[name] = number
    found.refuse_many(bad, column, "holds no number", f"history.columns.{name}")
    found.tell("repaired", bad, name, "no_number")
    found.tell("note", commas, name, "commas")


def _clean_keys(found: Cleaned) -> None:
    found.drop(found.rows["period"].isna().to_numpy(), "period", "no_period")
    for key in ("outlet", "product"):
        found.drop((found.rows[key] == "").to_numpy(), key, "no_id")
        found.rows[key] = found.rows[key].cat.remove_unused_categories()


def _clean_units(found: Cleaned) -> None:
    found.drop(found.rows["units"].isna().to_numpy(), "units", "no_units")
    negative = _values(found, "units") < 0
    column = "units"
    if len(negative) and negative.mean() > found.tolerance:
        rows = found.rows["row"].to_numpy()[negative].tolist()
        problem = f"are negative in {negative.mean():.0%} of the rows ({numbered(rows, 3)})"
        raise BadInput(found.table.where, column, f"{problem}; history.columns.units may name the wrong column")
    found.drop(negative, "units", "negative")
    units = _values(found, "units")
    lost = float(np.abs(units - np.round(units)).sum())
    if lost > ROUNDED * units.sum():
        problem = f"are fractions, of which rounding to whole units would change {lost / units.sum():.0%}"
        more = "allowed are numbers of single units, such as pieces or kilograms, not thousands of them"
        raise BadInput(found.table.where, "units", f"{problem}; {more}")
    broken, price = units != np.round(units), _values(found, "price")
    if broken.mean() > ROUNDED and (price == np.round(price))[np.isfinite(price)].all():
        found.tell("warning", broken, "units", "swapped")
    found.tell("repaired", broken, "units", "rounded")
    found.rows["units"] = np.round(units)


def _clean_prices(found: Cleaned) -> None:
    for name in ("price", "base_price"):
        if name not in found.rows:
            continue
        price = _values(found, name)
        found.tell("repaired", np.isnan(price), name, "no_price")
        found.blank(price <= 0, name, "not_positive")
        usual = found.rows.groupby("product", observed=True)[name].transform("median").to_numpy(np.float64)
        price = _values(found, name)
        far = (price < usual / FAR) | (price > usual * FAR)
        found.blank(far, name, "far_price", times=FAR)
    if found.rows["price"].isna().all() and not found.rows.empty:
        raise BadInput(
            found.table.where, "price", "has no value above 0; history.columns.price may name another column"
        )


def _clean_shares(found: Cleaned, given: dict[str, str]) -> None:
    for name in (*FLAGS, "distribution"):
        if name in given:
            share = _values(found, name)
            bad, filled = (share < 0) | (share > 1), np.nan_to_num(share) != 0
            hint = f"per cent are shares times 100, or history.columns.{name}"
            found.refuse_many(bad, given[name], "is no share from 0 to 1", hint, filled)
            found.blank(bad, name, "no_share")


def _clean_days(found: Cleaned) -> None:
    """Of a history of days, a first or last week of which days are missing would look like a week of few sales."""
    if not found.dates or found.rows.empty:
        return
    period = found.rows["period"].to_numpy(np.float64)
    week = week_of(period, found.dates)
    days = pd.Series(period).groupby(week).nunique()
    usual = int(days.median())
    short = [end for end in {int(days.index[0]), int(days.index[-1])} if usual >= DAILY and days[end] < usual]
    told = ", ".join(f"{days[end]}/{usual}" for end in sorted(short))
    found.drop(np.isin(week, short), "period", "part_of_a_week", days=told)


def _clean_copies(found: Cleaned, duplicates: str, where: str) -> None:
    """Rows of one week, outlet and product: equal ones once, others as the calibration file says."""
    again = _keys(found).duplicated(keep=False).to_numpy()
    copies = again.copy()
    copies[again] = found.rows[again].drop(columns="row").duplicated().to_numpy()
    found.drop(copies, "copies", "copies")
    again = _keys(found).duplicated(keep=False).to_numpy()
    if not again.any():
        return
    if duplicates == "refuse":
        rows = found.rows["row"].to_numpy()[again].tolist()
        problem = f"has {again.sum():,} rows that share week, outlet and product with another row ({numbered(rows, 4)})"
        more = "map what tells them apart, or set history.duplicates to sum, first or last"
        if found.dates and not found.rows.assign(key=_keys(found)).duplicated(["key", "period"]).any():
            more = 'they are of single days: set history.duplicates = "sum" to add them up to weeks'
        raise BadInput(found.table.where, "", f"{problem}; {more}")
    if duplicates == "sum":
        _add_up(found, again)
        return
    kept: Literal["first", "last"] = "first" if duplicates == "first" else "last"
    found.drop(_keys(found).duplicated(keep=kept).to_numpy(), "several rows", "one_of_several", which=duplicates)


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
    found.tell("repaired", again, "several rows", "added_up")
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
