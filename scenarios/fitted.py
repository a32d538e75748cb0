"""Tables of a market that was fitted to a history: one Parquet file each, in one folder.

The mean units of item j in outlet s and week t, with x and V of the listed items and their category c, are

    exp(log_visits) * exp(I0 + expansion (I - I0)) * exp(V_j) / exp(I),      I = log sum exp V,
    V = utility + coefficients . x,   x = (log(price / base), log(base / base_reference), feature, display, tpr,
                                           feature * display, max(0, -log(price / base) - log(1 / 0.8))),

where I0 is I without promotions (price = base price, no flags). Who estimates them writes them with `write_fitted`; the
market reads them with `read_fitted`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.errors import BadInput

Level = Literal["category", "item", "outlet_category"]

COEFFICIENTS = ("log_discount", "log_base", "feature", "display", "tpr", "feature_display", "deep_cut")
"""What the utility of an offer responds to, in the order of the last axis of `Fitted.coefficients`."""
LEVELS: tuple[str, ...] = get_args(Level)
"""Whom the weekly shocks of a row in the table ``shocks`` strike alike."""
COLUMNS: Mapping[str, Mapping[str, type]] = {
    "outlets": {"outlet": str, "region": str},
    "items": {"item": str, "category": str, "own": bool},
    "categories": {"category": str, "expansion": float},
    "offers": {"outlet": str, "item": str, "utility": float, **dict.fromkeys(COEFFICIENTS, float)}
    | {"base_reference": float},
    "visits": {"outlet": str, "category": str, "week": int, "log_visits": float},
    "plan": {"outlet": str, "item": str, "week": int, "base_price": float, "price": float}
    | {"feature": float, "display": float, "tpr": float},
    "shocks": {"level": str, "sd": float, "persistence": float},
}
"""Columns of each table and what they hold. Any order of columns and rows; other columns are not read."""
DEEP_CUT = 0.8
"""Price over base price below which a cut is a deep one."""
KEYS = {
    "outlets": ("outlet",),
    "items": ("item",),
    "categories": ("category",),
    "offers": ("outlet", "item"),
    "visits": ("outlet", "category", "week"),
    "plan": ("outlet", "item", "week"),
    "shocks": ("level",),
}
"""What each row of a table is known by; no key stands twice."""
BOUNDS: Mapping[str, tuple[float, float]] = {
    "expansion": (0.0, 1.0),
    "utility": (-100.0, 100.0),
    **dict.fromkeys(COEFFICIENTS, (-100.0, 100.0)),
    "base_reference": (1e-6, 1e9),
    "log_visits": (-50.0, 20.0),
    "base_price": (1e-6, 1e9),
    "price": (1e-6, 1e9),
    "sd": (0.0, 3.0),
    "persistence": (0.0, 0.999),
    "week": (0, 10**6),
}
FLAGS = (0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Fitted:
    """S outlets, J items, C categories and W weeks; the arrays are read-only, NaN where nothing is offered.

    Attributes:
        outlets, items, categories: their names, in the order of the files. regions: (S,) that of each outlet.
        category: (J,) index of the item's category. own: (J,) the item is the brand's own.
        expansion: (C,) by how much category visits rise with the log inclusive value: 0 = fixed, 1 = no substitution.
        utility, base_reference: (S, J); money. coefficients: (S, J, 7), see `COEFFICIENTS`.
        first_week: number of the plan's first week in the files.
        log_visits: (W, S, C).
        listed, base_price, price, feature, display, tpr: (W, S, J); money and 0..1.
        sd, persistence: (3,) of the weekly shocks to the log of demand, by `LEVELS`; an autoregression of order one.
    """

    outlets: tuple[str, ...]
    regions: tuple[str, ...]
    items: tuple[str, ...]
    category: Ints
    own: Flags
    categories: tuple[str, ...]
    expansion: Floats
    utility: Floats
    coefficients: Floats
    base_reference: Floats
    first_week: int
    log_visits: Floats
    listed: Flags
    base_price: Floats
    price: Floats
    feature: Floats
    display: Floats
    tpr: Floats
    sd: Floats
    persistence: Floats

    def expected(self, row: int) -> Floats:
        """Mean units of a week of the plan, (S, J), at the history's prices, with full shelves; NaN if not listed."""
        with np.errstate(invalid="ignore"):
            change = np.log(self.price[row] / self.base_price[row])
            base = np.log(self.base_price[row] / self.base_reference)
            feature, display = self.feature[row], self.display[row]
            cut = np.maximum(0.0, -change - np.log(1.0 / DEEP_CUT))
            x = np.stack([change, base, feature, display, self.tpr[row], feature * display, cut], axis=-1)
        value = np.where(self.listed[row], self.utility + (self.coefficients * x).sum(axis=-1), np.nan)
        usual = np.where(self.listed[row], self.utility + self.coefficients[..., 1] * base, np.nan)
        units = np.full(value.shape, np.nan)
        for c, expansion in enumerate(self.expansion):
            inside = self.category == c
            with np.errstate(divide="ignore"):
                inclusive = np.log(np.nansum(np.exp(value[:, inside]), axis=1))
                before = np.log(np.nansum(np.exp(usual[:, inside]), axis=1))
            some = np.isfinite(inclusive)
            visits = self.log_visits[row, some, c] + before[some] + expansion * (inclusive[some] - before[some])
            units[np.ix_(some, inside)] = np.exp((visits - inclusive[some])[:, None] + value[np.ix_(some, inside)])
        return units

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False


def write_fitted(folder: Path, tables: Mapping[str, Any]) -> None:
    """Writes the tables as ``folder/NAME.parquet``, each whole or not at all, after a check of their columns.

    Args:
        folder: is made if it does not exist.
        tables: per name in `COLUMNS` a data frame, or a mapping from column to values.

    Raises:
        BadInput: a table or a column is missing, or the folder cannot be written.
    """
    import pyarrow as pa  # takes a quarter of a second, which --help must not wait for
    import pyarrow.parquet as pq

    kinds = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    for name, columns in COLUMNS.items():
        for column in columns:
            if name not in tables or column not in tables[name]:
                raise BadInput(str(folder / f"{name}.parquet"), column, "is missing from what is to be written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, columns in COLUMNS.items():
            data = {}
            for column, kind in columns.items():
                # An empty list has no kind of its own, and flags may come as true and false.
                cast = {str: object, float: np.float64}.get(kind)
                data[column] = pa.array(np.asarray(tables[name][column], cast), kinds[kind])
            part = folder / f"{name}.parquet.part"
            pq.write_table(pa.table(data), part, compression="zstd")
            part.replace(folder / f"{name}.parquet")
    except OSError as error:
        raise BadInput(str(folder), "", f"cannot be written: {error.strerror}") from None


def read_fitted(folder: Path) -> Fitted:
    """Reads and checks the tables of a folder; once in a process, as long as the files stay the same.

    Raises:
        BadInput: names the file, and the column and row at fault.
    """
    return _read(folder, tuple(_stamp(folder / f"{name}.parquet") for name in COLUMNS))


def table_files(folder: Path) -> tuple[Path, ...]:
    """The files that hold a fitted market's tables."""
    return tuple(folder / f"{name}.parquet" for name in COLUMNS)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        seen = path.stat()
    except OSError as error:
        raise BadInput(str(path), "", f"cannot be read: {error.strerror}") from None
    return seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=4)
def _read(folder: Path, stamps: tuple[tuple[int, int], ...]) -> Fitted:
    files = {name: _File(folder / f"{name}.parquet", name) for name in COLUMNS}
    outlets, items = files["outlets"].text("outlet"), files["items"].text("item")
    categories = files["categories"].text("category")
    if not outlets or not items:
        empty = "outlets" if not outlets else "items"
        raise BadInput(files[empty].where, "", "has no rows, expected is at least one")
    plan, offers, visits = files["plan"], files["offers"], files["visits"]
    week = plan.columns["week"]
    if not week.size:
        raise BadInput(plan.where, "", "has no rows, expected is at least one")
    first, weeks = int(week.min()), int(week.max() - week.min()) + 1
    category = files["items"].positions("category", categories, "categories.parquet")
    shape = len(outlets), len(items)
    cells = (offers.positions("outlet", outlets, "outlets.parquet"), offers.positions("item", items, "items.parquet"))
    offered = {name: _spread(shape, cells, offers.columns[name]) for name in (*COEFFICIENTS, "utility")}
    place = plan.positions("outlet", outlets, "outlets.parquet"), plan.positions("item", items, "items.parquet")
    played = (week - first, *place)
    unknown = np.isnan(offered["utility"][place])
    if unknown.any():
        raise plan.bad(int(np.argmax(unknown)), "item", "is listed where offers.parquet has no such outlet and item")
    log_visits = _visits(visits, outlets, categories, first, weeks)
    missing = np.isnan(log_visits[(week - first, place[0], category[place[1]])])
    if missing.any():
        problem = "lists an item in a week for which visits.parquet has no such outlet, category and week"
        raise plan.bad(int(np.argmax(missing)), "week", problem)
    listed = np.zeros((weeks, *shape), np.bool_)
    listed[played] = True
    names = ("base_price", "price", "feature", "display", "tpr")
    sd, persistence = _shocks(files["shocks"])
    return Fitted(
        outlets=outlets,
        regions=files["outlets"].text("region"),
        items=items,
        category=category,
        own=files["items"].columns["own"],
        categories=categories,
        expansion=files["categories"].columns["expansion"],
        utility=offered["utility"],
        coefficients=np.stack([offered[name] for name in COEFFICIENTS], axis=-1),
        base_reference=_spread(shape, cells, offers.columns["base_reference"]),
        first_week=first,
        log_visits=log_visits,
        listed=listed,
        **{name: _spread((weeks, *shape), played, plan.columns[name]) for name in names},
        sd=sd,
        persistence=persistence,
    )


def _visits(visits: "_File", outlets: Sequence[str], categories: Sequence[str], first: int, weeks: int) -> Floats:
    """Log of category visits, (W, S, C); rows of weeks that the plan does not have are not read."""
    place = visits.positions("outlet", outlets, "outlets.parquet")
    kind = visits.positions("category", categories, "categories.parquet")
    week = visits.columns["week"] - first
    kept = (week >= 0) & (week < weeks)
    cells = week[kept], place[kept], kind[kept]
    return _spread((weeks, len(outlets), len(categories)), cells, visits.columns["log_visits"][kept])


def _shocks(shocks: "_File") -> tuple[Floats, Floats]:
    """Standard deviation and persistence by `LEVELS`; a level without a row has no shocks."""
    sd, persistence = np.zeros(len(LEVELS)), np.zeros(len(LEVELS))
    level = shocks.positions("level", LEVELS, "category, item, outlet_category")
    sd[level], persistence[level] = shocks.columns["sd"], shocks.columns["persistence"]
    return sd, persistence


def _spread(shape: tuple[int, ...], cells: tuple[Ints, ...], values: Floats) -> Floats:
    whole = np.full(shape, np.nan)
    whole[cells] = values
    return whole


class _File:
    """One file, each column checked.

    Attributes:
        columns: by name, (n,) each; of texts the numbers of their names. names: by column of texts, its names.
    """

    def __init__(self, path: Path, name: str) -> None:
        import pyarrow as pa  # see write_fitted
        import pyarrow.parquet as pq

        self.where, self.name = str(path), name
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            reason = (getattr(error, "strerror", None) or str(error)).splitlines()[0]
            raise BadInput(self.where, "", f"cannot be read as Parquet: {reason}") from None
        self.columns: dict[str, npt.NDArray[Any]] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        for column, kind in COLUMNS[name].items():
            self.columns[column] = self._column(table, column, kind)
        self._distinct(KEYS[name])

    def bad(self, row: int, column: str, problem: str) -> BadInput:
        """The error for a row, counted from 1 in messages."""
        return BadInput(self.where, f"row {row + 1}, {column}", f"is {self._shown(row, column)!r}, {problem}")

    def text(self, column: str) -> tuple[str, ...]:
        """A column of texts, row by row."""
        return tuple(self.names[column][code] for code in self.columns[column].tolist())

    def positions(self, column: str, known: Sequence[str], source: str) -> Ints:
        """The column as positions in ``known``, which are the names in ``source``."""
        position = {name: number for number, name in enumerate(known)}
        found = np.array([position.get(name, -1) for name in self.names[column]], np.int64)[self.columns[column]]
        if (found < 0).any():
            raise self.bad(int(np.argmin(found)), column, f"which is not in {source}")
        return np.asarray(found)

    def _shown(self, row: int, column: str) -> str:
        value = self.columns[column][row]
        return self.names[column][value] if column in self.names else str(value)

    def _column(self, table: Any, column: str, kind: type) -> npt.NDArray[Any]:
        if column not in table.column_names:
            known = ", ".join(table.column_names)
            raise BadInput(self.where, column, f"is missing, the columns are {known}")
        values = table.column(column)
        if values.null_count:
            row = int(np.argmax(values.is_null().to_numpy(zero_copy_only=False)))
            raise BadInput(self.where, f"row {row + 1}, {column}", "is empty, expected is a value")
        return self._coded(values, column) if kind is str else self._numbers(values.to_numpy(), column, kind)

    def _coded(self, values: Any, column: str) -> npt.NDArray[Any]:
        """Texts as numbers of their names, which saves a minute of comparing them in a long table."""
        if len(values) and str(values.type) not in (
            "string",
            "large_string",
            "dictionary<values=string, indices=int32>",
        ):
            raise BadInput(self.where, column, f"holds {values.type}, expected are texts")
        coded = values.combine_chunks()
        coded = coded if hasattr(coded, "dictionary") else coded.dictionary_encode()
        self.names[column] = tuple(coded.dictionary.to_pylist())
        return np.asarray(coded.indices.to_numpy(zero_copy_only=False), np.int64)

    def _numbers(self, array: npt.NDArray[Any], column: str, kind: type) -> npt.NDArray[Any]:
        allowed = {bool: "b", int: "iu", float: "fiub"}[kind]
        if array.dtype.kind not in allowed:
            expected = {bool: "true and false", int: "whole numbers", float: "numbers"}[kind]
            raise BadInput(self.where, column, f"holds {array.dtype}, expected are {expected}")
        if kind is bool:
            return array
        numbers = array.astype(np.int64 if kind is int else np.float64)
        low, high = FLAGS if self.name == "plan" and column in ("feature", "display", "tpr") else BOUNDS[column]
        wrong = ~((numbers >= low) & (numbers <= high))
        if wrong.any():
            row = int(np.argmax(wrong))
            problem = f"is {numbers[row]:g}, allowed are values from {low:g} to {high:g}"
            raise BadInput(self.where, f"row {row + 1}, {column}", problem)
        return numbers

    def _distinct(self, keys: Sequence[str]) -> None:
        whole = np.zeros(self.columns[keys[0]].size, np.int64)
        for key in keys:
            whole = whole * (int(self.columns[key].max(initial=0)) + 1) + self.columns[key]
        _, first, count = np.unique(whole, return_index=True, return_counts=True)
        if (count > 1).any():
            row = int(first[np.argmax(count > 1)])
            again = int(np.flatnonzero(whole == whole[row])[1])
            key = ", ".join(self._shown(row, name) for name in keys)
            raise BadInput(self.where, f"row {again + 1}, {', '.join(keys)}", f"repeats {key} of row {row + 1}")
