"""A user's CSV or Parquet file as a table of what is in it; complaints name rows.

Rows of a CSV file are numbered as a spreadsheet does (header = 1), those of a Parquet file from 1.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from channellab.scenarios.errors import BadInput

_SEPARATORS = ",;\t|"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheet programs begin, newer and older ones."""


@dataclass(frozen=True)
class Table:
    """A file that was read. where: its name. data: its columns, without blank rows. first: number of its first row."""

    where: str
    data: pd.DataFrame
    first: int

    def number(self, position: int) -> int:
        """Number of the row at a position of ``data``."""
        return int(self.data.index[position]) + self.first

    def need(self, column: str, key: str) -> None:
        """Checks that there is a column.

        Raises:
            BadInput: there is none; ``key`` is the setting that names it.
        """
        if column not in self.data:
            raise self.lacks(column, key, [str(name) for name in self.data.columns])

    def lacks(self, column: str, key: str, found: Sequence[str]) -> BadInput:
        """The error where a column is not among those found."""
        near = get_close_matches(column, found, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        problem = f"has no column {column!r}, which {key} names; found are {', '.join(found)}{hint}"
        return BadInput(self.where, "", problem)


def read_table(path: Path, encoding: str, key: str = "history.file") -> Table:
    """Reads a file; what a CSV file holds stays text.

    Args:
        key: the setting that names it.

    Raises:
        BadInput: it cannot be read, or holds no rows.
    """
    where = str(path)
    if not path.is_file():
        problem = f"which {key} names, is no file" if path.exists() else f"which {key} names, does not exist"
        raise BadInput(where, "", problem)
    is_parquet = path.suffix.lower() in {".parquet", ".pq"}
    data = _parquet(path) if is_parquet else _csv(path, encoding)
    data.columns = pd.Index([str(name).removeprefix("\ufeff").strip() for name in data.columns])
    twice = data.columns[data.columns.duplicated()]
    if len(twice):
        raise BadInput(where, "", f"has the column {twice[0]!r} twice")
    if not is_parquet:
        data = data[(data != "").any(axis=1)]
    if data.empty:
        raise BadInput(where, "", "has no rows")
    return Table(where, data, 1 if is_parquet else 2)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path).reset_index(drop=True)
    except Exception as error:  # pyarrow raises many kinds
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(str(path), "", f"cannot be read as a Parquet file: {first}") from None


def _csv(path: Path, encoding: str) -> pd.DataFrame:
    where = str(path)
    raw = path.read_bytes()
    try:
        head = raw.decode(encoding).split("\n", 1)[0]
    except LookupError:
        raise BadInput(where, "", f"history.encoding is {encoding!r}, which is no encoding") from None
    except UnicodeDecodeError:
        raise BadInput(where, *_undecodable(raw, encoding)) from None
    separator = max(_SEPARATORS, key=head.count)
    try:
        return pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, encoding=encoding, skip_blank_lines=False,
            index_col=False, on_bad_lines="error",
        )  # fmt: skip
    except pd.errors.EmptyDataError:
        raise BadInput(where, "", "is empty, expected is a first row with the names of the columns") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error, ValueError) as error:
        raise BadInput(where, "", f"cannot be read as a table: {str(error).strip()}") from None


def _undecodable(raw: bytes, encoding: str) -> tuple[str, str]:
    """Place and problem of the first line that is not of the encoding."""
    if raw[:4] in WORKBOOKS:
        return "", 'is no text but a workbook or an archive; save its sheet as "CSV UTF-8"'
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "", 'is UTF-16 text; save it as "CSV UTF-8", or set history.encoding = "utf-16"'
    lines = raw.split(b"\n")
    bad = [number for number, line in enumerate(lines, 1) if not _decodes(line, encoding)]
    if not bad:
        return "", f"is not {encoding} text"
    name = "UTF-8" if encoding.startswith("utf-8") else encoding
    mixed = any(byte > 127 for line in _others(lines, bad) for byte in line)
    also = "; other rows are, so encodings are mixed" if mixed else ""
    sample = lines[bad[0] - 1][:40].decode(encoding, "replace").strip()
    rows = f"row {bad[0]}" + (f" (and {len(bad) - 1} more)" if len(bad) > 1 else "")
    hint = 'history.encoding = "gb18030"' if _is_chinese(raw) else "history.encoding"
    return rows, f'is not {name} text ({sample!r}){also}; save the file as "CSV UTF-8", or set {hint}'


def _is_chinese(raw: bytes) -> bool:
    """Whether all of it reads as Chinese in the code that Windows writes there: mostly letters of that script."""
    if not _decodes(raw, "gb18030"):
        return False
    signs = [sign for sign in raw.decode("gb18030") if ord(sign) > 127]
    return sum("\u4e00" <= sign <= "\u9fff" for sign in signs) > len(signs) / 2


def _others(lines: Sequence[bytes], bad: Sequence[int]) -> list[bytes]:
    skip = {*bad}
    return [line for number, line in enumerate(lines, 1) if number not in skip]


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
