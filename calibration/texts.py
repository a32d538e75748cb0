"""Columns of texts as positions in a list of the different ones, which is what long tables need to be quick."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Texts:
    """A column of n texts. names: the different ones, sorted. codes: int64[n], positions in ``names``."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]

    def renamed(self, rename: Callable[[str], str]) -> "Texts":
        """Every text as what ``rename`` makes of it."""
        return _coded([rename(name) for name in self.names], self.codes)

    def at(self, position: int) -> str:
        """The text at a position."""
        return self.names[int(self.codes[position])]

    @property
    def category(self) -> pd.Categorical:
        """The same as pandas has it."""
        return pd.Categorical.from_codes(self.codes, pd.Index(self.names, dtype=object))


def texts(column: "pd.Series[Any]") -> Texts:
    """A column as texts without spaces around them; missing ones are empty.

    >>> texts(pd.Series([2.0, 1.0, None])).names, texts(pd.Series([" a", None])).names
    (('', '1', '2'), ('', 'a'))
    """
    codes, found = pd.factorize(column, use_na_sentinel=True)
    names = [_name(each) for each in found]
    return _coded([*names, ""], np.where(codes < 0, len(names), codes).astype(np.int64))


def _name(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value).strip()


def _coded(names: Sequence[str], codes: NDArray[np.int64]) -> Texts:
    """Sorts names and drops those that are equal or not used."""
    used = sorted({names[code] for code in np.unique(codes)})
    position = {name: at for at, name in enumerate(used)}
    return Texts(tuple(used), np.array([position.get(name, 0) for name in names], np.int64)[codes])
