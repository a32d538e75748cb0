"""Numbers as people and spreadsheets write them, and flags in words."""

from typing import Any

import numpy as np
import pandas as pd

from channellab.scenarios.arrays import Flags, Floats

_THOUSANDS = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_DECIMAL = r"[-+]?\d+,\d+"
_AROUND = r"[\s¥￥$€£元]"
YES = ("true", "yes", "y", "t", "x", "是", "有")
NO = ("false", "no", "n", "f", "否", "无")
"""Words for flags, in small letters."""


def numbers(cells: "pd.Series[Any]") -> tuple[Floats, Flags]:
    """Cells as numbers, NaN where there is none or no finite one; and which were understood only by their commas.

    A comma is one of thousands where three digits follow each in all cells of the column, else a decimal one.

    >>> [each.tolist() for each in numbers(pd.Series(["1,234", "¥ 5.5", "56", "many"]))]
    [[1234.0, 5.5, 56.0, nan], [True, False, False, False]]
    >>> numbers(pd.Series(["3,49", "2,999"]))[0].tolist()
    [3.49, 2.999]
    """
    found = pd.to_numeric(cells, errors="coerce").astype(np.float64).to_numpy().copy()
    commas = np.zeros(len(found), bool)
    at = np.flatnonzero(np.isnan(found))
    if len(at) and not pd.api.types.is_numeric_dtype(cells):
        text = cells.iloc[at].astype(str).str.replace(_AROUND, "", regex=True)
        with_comma = text.str.fullmatch(f"{_THOUSANDS}|{_DECIMAL}")
        thousands = bool(text[with_comma].str.fullmatch(_THOUSANDS).all())
        text = (
            text.str.replace(",", "", regex=False) if thousands else text.where(~with_comma, text.str.replace(",", "."))
        )
        found[at] = pd.to_numeric(text, errors="coerce").astype(np.float64).to_numpy()
        commas[at] = with_comma.to_numpy() & np.isfinite(found[at])
    return np.where(np.isfinite(found), found, np.nan), commas


def in_words(cells: "pd.Series[Any]") -> "pd.Series[Any]":
    """Cells with words for yes and no as 1 and 0; others as they are.

    >>> in_words(pd.Series(["Yes", "否", "0.5"])).tolist()
    [1, 0, '0.5']
    """
    if pd.api.types.is_numeric_dtype(cells):
        return cells
    meant = {**dict.fromkeys(YES, 1), **dict.fromkeys(NO, 0)}
    codes, found = pd.factorize(cells, use_na_sentinel=False)
    values: list[Any] = [meant.get(str(each).strip().casefold(), each) for each in found]
    return pd.Series([values[code] for code in codes], index=cells.index, dtype=object)
