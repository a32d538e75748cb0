"""Checks of a history that was read: what makes it hard to learn from."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.findings import Finding
from channellab.calibration.history import History
from channellab.calibration.listing import USUAL, counted, gap_length

FEW_WEEKS, YEAR = 13, 52
STEADY = 0.005
"""Standard deviation of log prices below which a series' price does not move."""
FAR = 6.0
"""Robust standard deviations from the median of the log of units that make an outlier."""
MONEY, SLOPE = 0.8, 0.3
"""Correlation of log prices with log units, and slope, from which on they are taken for money: it rises with units, if
by less than in proportion where cheap weeks sell most."""
MANY_UNITS, ODD_GAPS = 3, 0.02
"""A series that sells fewer units in at most so small a share of its rows has no weeks without a sale: missing rows of
it were not recorded. It is told where so large a share of all weeks is missing."""
THIN = 0.5
"""Share of the usual number of rows below which a week is thin."""


def checks(history: History) -> Iterator[Finding]:
    """All that is found."""
    yield from _few(history)
    yield from _zero_series(history)
    yield from _steady_prices(history)
    yield from _money(history)
    yield from _outliers(history)
    yield from _sparse(history)
    yield from _thin_weeks(history)
    yield from _gaps(history)
    yield from _alike(history)
    yield from _stock(history)
    yield from _margins(history)


def _few(history: History) -> Iterator[Finding]:
    series, weeks = history.shape
    if weeks < FEW_WEEKS:
        yield Finding("warning", "weeks", "hardly_any_weeks", weeks, facts={"weeks": weeks})
    elif weeks < YEAR:
        yield Finding("warning", "weeks", "no_season", weeks, facts={"weeks": weeks})
    elif weeks < 2 * YEAR:
        yield Finding("note", "weeks", "no_trend", weeks, facts={"weeks": weeks})
    if history.series["outlet"].nunique() == 1:
        yield Finding("warning", "outlets", "one_outlet", 1)
    if series == 1:
        yield Finding("warning", "series", "one_series", 1)


def _zero_series(history: History) -> Iterator[Finding]:
    zero = history.matrix("units").sum(axis=1) == 0
    if zero.any():
        yield Finding("warning", "units", "never_sold", int(zero.sum()), facts={"names": _named(history, zero)})


def _steady_prices(history: History) -> Iterator[Finding]:
    recorded = history.matrix("recorded")
    price = np.where(recorded, np.log(history.matrix("price")), np.nan)
    weeks = np.maximum(recorded.sum(axis=1), 1)
    mean = np.nansum(price, axis=1) / weeks
    spread = np.sqrt(np.nansum((price - mean[:, None]) ** 2, axis=1) / weeks)
    steady = spread < STEADY
    if steady.all():
        yield Finding("warning", "price", "no_price_moves", len(steady))
    elif steady.any():
        yield Finding("note", "price", "some_prices_still", int(steady.sum()))


def _money(history: History) -> Iterator[Finding]:
    """Prices that move as units do are money taken."""
    recorded, units = history.matrix("recorded"), history.matrix("units")
    use = recorded & (units > 0)
    weeks = np.maximum(use.sum(axis=1, keepdims=True), 1)
    logs = [np.where(use, np.log(np.where(use, each, 1.0)), 0.0) for each in (history.matrix("price"), units)]
    price, sold = (np.where(use, each - each.sum(axis=1, keepdims=True) / weeks, 0.0) for each in logs)
    both, alone, other = float((price * sold).sum()), float((sold**2).sum()), float((price**2).sum())
    if both > MONEY * max(np.sqrt(alone * other), 1e-9) and both > SLOPE * alone:
        yield Finding("warning", "price", "prices_follow_units", int(use.sum()))


def _outliers(history: History) -> Iterator[Finding]:
    """Weeks far from the median of their series that no promotion or price explains."""
    recorded, units = history.matrix("recorded"), history.matrix("units")
    promoted = history.matrix("promotion") + history.matrix("display") + history.matrix("feature") > 0
    promoted |= history.matrix("price") < 0.9 * history.matrix("base_price")
    value = np.where(recorded & ~promoted, np.log1p(units), np.nan)
    enough = np.isfinite(value).sum(axis=1) >= FEW_WEEKS
    value = np.where(enough[:, None], value, 0.0)
    middle = np.nanmedian(value, axis=1, keepdims=True)
    # Counts scatter by chance: the logarithm of a count with mean m by about 1 / sqrt(m + 1).
    scale = np.maximum(1.4826 * np.nanmedian(np.abs(value - middle), axis=1, keepdims=True), np.exp(-middle / 2))
    far = np.abs(value - middle) > FAR * scale
    if far.any():
        rows = np.sort(history.matrix("row")[far])
        yield Finding("note", "outliers", "outliers", int(far.sum()), tuple(rows.tolist()), {"times": FAR})


def _sparse(history: History) -> Iterator[Finding]:
    """Months, or every other week."""
    weeks = np.flatnonzero(history.matrix("recorded").any(axis=0))
    apart = float(np.median(np.diff(weeks))) if len(weeks) > 1 else 1.0
    if apart > 1:
        yield Finding("warning", "period", "sparse_periods", len(weeks), facts={"weeks": f"{apart:g}"})


def _thin_weeks(history: History) -> Iterator[Finding]:
    rows = history.matrix("recorded").sum(axis=0)
    thin = (rows < THIN * np.median(rows[rows > 0])) & (rows > 0 if (rows == 0).mean() > THIN else rows >= 0)
    if thin.any():
        labels = history.calendar["label"].to_numpy()[thin].tolist()
        some = ", ".join(map(str, labels[:5])) + (" ..." if len(labels) > 5 else "")
        yield Finding("warning", "coverage", "thin_weeks", int(thin.sum()), facts={"weeks": some})


def _gaps(history: History) -> Iterator[Finding]:
    recorded, listed = history.matrix("recorded"), history.matrix("listed")
    filled = listed & ~recorded
    weeks = history.calibration.file.history.gap_weeks or USUAL
    told = counted(recorded)
    long = filled[:, told] & (gap_length(recorded[:, told]) >= weeks)
    if filled.sum() > long.sum():
        yield Finding("note", "coverage", "short_gaps", int(filled.sum() - long.sum()), facts={"weeks": weeks})
    if long.any():
        yield Finding("note", "coverage", "gaps_by_chance", int(long.sum()), facts={"weeks": weeks})
    odd = filled & _never_without_a_sale(history)[:, None]
    if odd.sum() > ODD_GAPS * listed.sum():
        yield Finding("warning", "coverage", "odd_gaps", int(odd.sum()))
    if not listed.all():
        yield Finding("note", "coverage", "not_listed", int((~listed).sum()))


def _never_without_a_sale(history: History) -> NDArray[np.bool_]:
    """Series whose recorded weeks have, nearly all, so many units that a week with none is no chance, (S,)."""
    recorded, units = history.matrix("recorded"), history.matrix("units")
    few = (recorded & (units < MANY_UNITS)).sum(axis=1)
    return np.asarray((recorded.sum(axis=1) >= FEW_WEEKS) & (few <= ODD_GAPS * recorded.sum(axis=1)))


def _alike(history: History) -> Iterator[Finding]:
    """Ids that are written differently and may be the same: case, width, spaces, leading zeros."""
    for key in ("outlet", "product"):
        found = defaultdict(list)
        for name in history.series[key].cat.categories:
            found[_folded(str(name))].append(str(name))
        twins = [names for names in found.values() if len(names) > 1]
        if twins:
            pairs = "; ".join(" and ".join(map(repr, names)) for names in twins[:3])
            yield Finding("warning", key, f"{key}s_alike", len(twins), facts={"pairs": pairs})


def _folded(name: str) -> str:
    """An id without what people write differently.

    >>> _folded("Ａ 07") == _folded("a7")
    True
    """
    plain = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return plain.lstrip("0") if plain.isdecimal() else "".join(_without_zeros(plain))


def _without_zeros(text: str) -> Iterator[str]:
    """Leaves out zeros that begin a number."""
    inside = False
    for number, letter in enumerate(text):
        begins = letter == "0" and not inside and text[number + 1 : number + 2].isdecimal()
        inside = letter.isdecimal() and not begins
        if not begins:
            yield letter


def _stock(history: History) -> Iterator[Finding]:
    if "stock" not in history.frame:
        return
    out = (history.matrix("units") >= history.matrix("stock")) & history.matrix("recorded")
    if out.any():
        yield Finding("note", "stock", "sold_out", int(out.sum()), _rows(history, out))


def _margins(history: History) -> Iterator[Finding]:
    if "wholesale_price" not in history.frame:
        return
    below = (history.matrix("wholesale_price") > history.matrix("price")) & history.matrix("recorded")
    if below.mean() > 0.5 * history.matrix("recorded").mean():
        yield Finding("warning", "wholesale_price", "wholesale_above", int(below.sum()), _rows(history, below))


def _rows(history: History, cells: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.sort(history.matrix("row")[cells]).tolist())


def _named(history: History, series: NDArray[np.bool_]) -> str:
    found = history.series.loc[series, ["outlet", "product"]].astype(str)
    names = [" / ".join(row) for row in found.itertuples(index=False, name=None)]
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
