"""What each row of a history is about: outlet, product, and what the file or its side tables say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from channellab.calibration.cleaned import Cleaned
from channellab.calibration.history_file import Calibration
from channellab.calibration.tables import Table, read_table
from channellab.calibration.texts import Texts, texts
from channellab.scenarios.errors import BadInput

UNKNOWN = "(unknown)"
"""Category, group and so on of outlets and products of which nothing is said."""
ALL = "(all)"
"""The one outlet or product of a history that names none."""


@dataclass(frozen=True)
class Side:
    """A side table. key: ``outlet`` or ``product``. column: of the file and the table that holds the ids."""

    key: str
    column: str
    table: Table
    ids: Texts


def fill_keys(found: Cleaned, calibration: Calibration) -> None:
    """Fills the columns outlet and product, and of category, brand, region and the groups what is mapped.

    Raises:
        BadInput: a column is nowhere, or a side table names an id twice or does not know the ids of the file.
    """
    sides, keys = [], {}
    for key, column in _id_columns(calibration).items():
        if column is None:
            found.rows[key] = Texts((ALL,), np.zeros(len(found.rows), np.int64)).category
            continue
        found.table.need(column, f"history.columns.{key}")
        keys[key] = texts(found.table.data[column])
        found.rows[key] = keys[key].category
        if side := _side(calibration, key, column):
            _check_known(found, side)
            sides.append(side)
    for name, (column, recode, setting) in _attributes(calibration).items():
        cells = _looked_up(found, keys, column, setting, sides)
        found.rows[name] = cells.renamed(lambda cell, recode=recode: recode.get(cell, cell) or UNKNOWN).category  # type: ignore[misc]


def _id_columns(calibration: Calibration) -> dict[str, str | None]:
    columns = calibration.file.history.columns
    return {"outlet": columns.outlet or columns.region, "product": columns.product or columns.brand}


def _attributes(calibration: Calibration) -> dict[str, tuple[str, Mapping[str, str], str]]:
    """By our name: the column, the recoding, and the setting that names it."""
    settings = calibration.file.history
    found: dict[str, tuple[str, Mapping[str, str], str]] = {}
    for name in ("category", "brand", "region"):
        column = getattr(settings.columns, name)
        if column is not None:
            found[name] = (column, {}, f"history.columns.{name}")
    for name, group in settings.groups.items():
        found[name] = (group.column, group.recode, f"history.groups.{name}.column")
    return found


def _side(calibration: Calibration, key: str, column: str) -> Side | None:
    settings = calibration.file.history
    name = settings.outlets if key == "outlet" else settings.products
    if name is None:
        return None
    table = read_table(calibration.path(name), settings.encoding, f"history.{key}s")
    table.need(column, f"history.columns.{key}")
    ids = texts(table.data[column])
    again = pd.Series(ids.codes).duplicated().to_numpy()
    if again.any():
        at = int(np.flatnonzero(again)[0])
        raise BadInput(table.where, f"row {table.number(at)}, {column}", f"is {ids.at(at)!r} again, allowed is once")
    return Side(key, column, table, ids)


def _check_known(found: Cleaned, side: Side) -> None:
    unknown = ~found.rows[side.key].isin(side.ids.names).to_numpy()
    found.refuse_many(unknown, side.column, f"has ids that {side.table.where} lacks", f"history.columns.{side.key}")
    found.tell("warning", unknown, side.key, "unknown_id", file=Path(side.table.where).name, unknown=UNKNOWN)


def _looked_up(found: Cleaned, keys: Mapping[str, Texts], column: str, setting: str, sides: Sequence[Side]) -> Texts:
    """A text column of the file, or of the first side table that has it."""
    if column in found.table.data:
        return texts(found.table.data[column])
    side = next((side for side in sides if column in side.table.data), None)
    if side is None:
        known = [*found.table.data.columns, *(name for side in sides for name in side.table.data)]
        raise found.table.lacks(column, setting, [str(name) for name in known])
    values = texts(side.table.data[column])
    said = {side.ids.at(row): values.at(row) for row in range(len(side.ids.codes))}
    return keys[side.key].renamed(lambda name: said.get(name, ""))
