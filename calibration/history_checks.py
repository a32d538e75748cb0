"""Checks of a history that was read: what makes it hard to learn from."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.findings import Finding
from channellab.calibration.history import History

FEW_WEEKS, YEAR = 13, 52
STEADY = 0.005
"""Standard deviation of log prices below which a series' price does not move."""
FAR = 6.0
"""Robust standard deviations from the median of the log of units that make an outlier."""
THIN = 0.5
"""Share of the usual number of rows below which a week is thin."""


def checks(history: History) -> Iterator[Finding]:
    """All that is found."""
    yield from _few(history)
    yield from _zero_series(history)
    yield from _steady_prices(history)
    yield from _outliers(history)
    yield from _thin_weeks(history)
    yield from _gaps(history)
    yield from _alike(history)
    yield from _stock(history)
    yield from _margins(history)


def _few(history: History) -> Iterator[Finding]:
    series, weeks = history.shape
    if weeks < FEW_WEEKS:
        text = f"there are {weeks} weeks; effects of price and promotion can hardly be told from chance"
        yield Finding("warning", "weeks", text, weeks)
    elif weeks < YEAR:
        yield Finding("warning", "weeks", f"there are {weeks} weeks, less than a year; season cannot be learned", weeks)
    elif weeks < 2 * YEAR:
        text = f"there are {weeks} weeks, less than two years; season and trend cannot be told apart"
        yield Finding("note", "weeks", text, weeks)
    if history.series["outlet"].nunique() == 1:
        text = "there is a single outlet; nothing is learned of differences between outlets, and price endogeneity "
        yield Finding("warning", "outlets", f"{text}can be tested in one way only", 1)
    if series == 1:
        text = "there is a single series; nothing is learned of substitution, and nothing can be shared between series"
        yield Finding("warning", "series", text, 1)


def _zero_series(history: History) -> Iterator[Finding]:
    zero = history.matrix("units").sum(axis=1) == 0
    if zero.any():
        text = f"series never sell a unit and tell nothing: {_named(history, zero)}"
        yield Finding("warning", "units", text, int(zero.sum()))


def _steady_prices(history: History) -> Iterator[Finding]:
    recorded = history.matrix("recorded")
    price = np.where(recorded, np.log(history.matrix("price")), np.nan)
    weeks = np.maximum(recorded.sum(axis=1), 1)
    mean = np.nansum(price, axis=1) / weeks
    spread = np.sqrt(np.nansum((price - mean[:, None]) ** 2, axis=1) / weeks)
    steady = spread < STEADY
    if steady.all():
        text = "no price ever changes; price sensitivity cannot be learned from this history and needs a prior"
        yield Finding("warning", "price", text, len(steady))
    elif steady.any():
        text = "series have a price that never changes; they learn their price sensitivity from others"
        yield Finding("note", "price", text, int(steady.sum()))


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
        text = f"units are {FAR:g} robust standard deviations from the median of their series, without a promotion"
        yield Finding("note", "outliers", text, int(far.sum()), tuple(rows.tolist()))


def _thin_weeks(history: History) -> Iterator[Finding]:
    rows = history.matrix("recorded").sum(axis=0)
    thin = rows < THIN * np.median(rows)
    if thin.any():
        labels = history.calendar["label"].to_numpy()[thin].tolist()
        some = ", ".join(map(str, labels[:5])) + (" ..." if len(labels) > 5 else "")
        text = f"weeks have less than half of the usual number of rows: {some}"
        yield Finding("warning", "coverage", text, int(thin.sum()))


def _gaps(history: History) -> Iterator[Finding]:
    recorded, listed = history.matrix("recorded"), history.matrix("listed")
    filled = listed & ~recorded
    if filled.any():
        text = f"weeks of series have no row in a gap of less than {history.calibration.file.history.gap_weeks} weeks"
        yield Finding("note", "coverage", f"{text} and count as weeks without a sale", int(filled.sum()))
    if not listed.all():
        yield Finding("note", "coverage", "weeks of series count as not listed", int((~listed).sum()))


def _alike(history: History) -> Iterator[Finding]:
    """Ids that are written differently and may be the same: case, width, spaces, leading zeros."""
    for key in ("outlet", "product"):
        found = defaultdict(list)
        for name in history.series[key].cat.categories:
            found[_folded(str(name))].append(str(name))
        twins = [names for names in found.values() if len(names) > 1]
        if twins:
            pairs = "; ".join(" and ".join(map(repr, names)) for names in twins[:3])
            text = f"ids of {key}s are written alike and count as different: {pairs}"
            yield Finding("warning", key, text, len(twins))


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
    empty = (history.matrix("stock") <= 0) & history.matrix("recorded")
    if empty.any():
        text = "rows have no stock: what shoppers wanted in them is not seen"
        yield Finding("note", "stock", text, int(empty.sum()), _rows(history, empty))


def _margins(history: History) -> Iterator[Finding]:
    if "wholesale_price" not in history.frame:
        return
    below = (history.matrix("wholesale_price") > history.matrix("price")) & history.matrix("recorded")
    if below.mean() > 0.5 * history.matrix("recorded").mean():
        text = "wholesale prices are above prices in most rows; the columns may be swapped"
        yield Finding("warning", "wholesale_price", text, int(below.sum()), _rows(history, below))


def _rows(history: History, cells: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.sort(history.matrix("row")[cells]).tolist())


def _named(history: History, series: NDArray[np.bool_]) -> str:
    found = history.series.loc[series, ["outlet", "product"]].astype(str)
    names = [" / ".join(row) for row in found.itertuples(index=False, name=None)]
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
