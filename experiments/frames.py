"""What a study holds, as tidy tables: one row a run, and the tables of all runs. Reading needs no right to write."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from channellab.experiments import schema, series
from channellab.experiments.store import SERIES
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

RUNS = "runs"
STATES = ("planned", "done", "failed")
FIRST = ("run", "scenario", "policy")
LAST = ("replication", "seed", "status")
BOOKS = ("money_imbalance", "goods_imbalance")
_QUERY = """
SELECT runs.number AS run, plan.scenario, policy, inputs, replication, seed, status, metrics, money_imbalance,
    goods_imbalance, error, seconds
FROM plan JOIN runs ON runs.number = plan.run ORDER BY plan.number
"""


def runs(folder: Path) -> pd.DataFrame:
    """One row a run that a design wanted: names, inputs by key, replication, seed, status, metrics, books, error.

    Raises:
        BadInput: the folder holds no study that can be read.
    """
    with closing(schema.open_to_read(folder)) as database, schema.spoken(folder):
        cursor = database.execute(_QUERY)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    frame = pd.DataFrame(rows, columns=names)
    inputs, metrics = (
        pd.DataFrame([json.loads(row[place] or "{}") for row in rows], index=frame.index)
        for place in (names.index("inputs"), names.index("metrics"))
    )
    known = [name for name in CATALOGUE if name in metrics]
    rest = frame[["error", "seconds"]]
    return pd.concat([frame[[*FIRST]], inputs, frame[[*LAST]], metrics[known], frame[[*BOOKS]], rest], axis=1)


def table(folder: Path, name: str) -> pd.DataFrame:
    """A table of all runs that are done, one under the other, with the number of the run in front.

    Raises:
        BadInput: there is no such table, or no study.
    """
    if name not in series.TABLES:
        raise BadInput(str(folder), name, f"is no table of a study, allowed are {', '.join((RUNS, *series.TABLES))}")
    with closing(schema.open_to_read(folder)) as database, schema.spoken(folder):
        rows = database.execute("SELECT run, stream FROM series WHERE name = ? ORDER BY run", (name,)).fetchall()
        shelved = [series.read_shard(file) for file in sorted((folder / SERIES).glob(f"{name}-*.parquet"))]
    waiting = [series.numbered(run, series.decoded(stream)) for run, stream in rows]
    # A run may be in both for the moment between the writing of its shard and its removal from the database.
    kept = [series.without(shard, [run for run, _ in rows]) for shard in shelved]
    if not (kept or waiting):
        return pd.DataFrame({series.RUN: []})
    frame: pd.DataFrame = series.stacked([*kept, *waiting]).to_pandas()
    return frame


def chosen(folder: Path, conditions: Sequence[str] = (), status: str | None = None) -> pd.DataFrame:
    """The runs of a study that meet all conditions, which are written as for `matching`.

    Raises:
        BadInput: there is no such state, the folder holds no study, or a condition names no column.
    """
    if status is not None and status not in STATES:
        raise BadInput("--status", "", f"is {status!r}, allowed are {', '.join(STATES)}")
    return matching(runs(folder), [*conditions, *([f"status={status}"] if status else [])])


def of(folder: Path, name: str, found: pd.DataFrame) -> pd.DataFrame:
    """A table of some of the runs; the runs themselves where it is called so.

    Raises:
        BadInput: there is no such table, or no study.
    """
    if name == RUNS:
        return found
    rows = table(folder, name)
    return rows[rows["run"].isin(found["run"])].reset_index(drop=True)


def matching(frame: pd.DataFrame, conditions: Sequence[str]) -> pd.DataFrame:
    """The rows that meet all conditions, written as COLUMN=VALUE, COLUMN!=VALUE, or with <, <=, > or >=.

    >>> matching(pd.DataFrame({"a": [1, 2, 3]}), ["a>=2", "a!=3"])["a"].tolist()
    [2]

    Raises:
        BadInput: a condition is not written like that, or names no column.
    """
    for condition in conditions:
        frame = frame[_meets(frame, condition)]
    return frame


_SIGNS = ("<=", ">=", "!=", "=", "<", ">")


def _meets(frame: pd.DataFrame, condition: str) -> "pd.Series[bool]":
    sign = next((sign for sign in _SIGNS if sign in condition), None)
    if sign is None:
        raise BadInput("--where", "", f"is {condition!r}, allowed is COLUMN=VALUE, also with != < <= > >=")
    column, _, text = (part.strip() for part in condition.partition(sign))
    if column not in frame:
        raise BadInput("--where", column, f"is no column, allowed are {', '.join(frame.columns)}")
    values = frame[column]
    if sign in ("=", "!="):
        same = values.map(lambda value: _same(value, text))
        return same.astype(bool) if sign == "=" else ~same.astype(bool)
    try:
        bound = float(text)
    except ValueError:
        raise BadInput("--where", column, f"is compared with {text!r}, allowed is a number") from None
    numbers = pd.to_numeric(values, errors="coerce")
    return {"<": numbers < bound, "<=": numbers <= bound, ">": numbers > bound, ">=": numbers >= bound}[sign]


def _same(value: object, text: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).lower() == text.lower()
    try:
        return float(text) == value
    except ValueError:
        return False
