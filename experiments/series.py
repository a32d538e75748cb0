"""Tables of many runs: each run's as bytes, and shards of about a hundred runs as Parquet files."""

import os
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from channellab.experiments.play import Run

RUN = "run"
"""Column of a shard that numbers the runs."""
TABLES = tuple(field.name for field in fields(Run) if field.type is pd.DataFrame and field.name != "edges")
"""Tables of a run that are kept; roads between regions follow from the scenario."""


def encoded(run: Run) -> dict[str, bytes]:
    """By name, the run's tables as Arrow streams."""
    return {name: _bytes(pa.Table.from_pandas(getattr(run, name), preserve_index=False)) for name in TABLES}


def decoded(stream: bytes) -> pa.Table:
    """A table of one run."""
    return pa.ipc.open_stream(stream).read_all()


def numbered(run: int, table: pa.Table) -> pa.Table:
    """With the number of the run in front."""
    return table.replace_schema_metadata(None).add_column(0, RUN, pa.array([run] * table.num_rows, pa.int64()))


def stacked(tables: Sequence[pa.Table]) -> pa.Table:
    """One under the other, in the order of the runs; columns that some lack are empty there."""
    together = pa.concat_tables(tables, promote_options="permissive")
    return together.take(pc.sort_indices(together, [(RUN, "ascending")]))


def write_shard(file: Path, runs: dict[int, bytes]) -> None:
    """Writes tables of runs, by number, into a shard, beside what it holds of other runs; all or nothing."""
    new = [numbered(run, decoded(stream)) for run, stream in runs.items()]
    old = [without(read_shard(file), runs)] if file.exists() else []
    _replace(file, stacked([*old, *new]))


def without(table: pa.Table, runs: Collection[int]) -> pa.Table:
    """The rows of other runs."""
    return table.filter(pc.invert(pc.is_in(table[RUN], pa.array([*runs], pa.int64()))))


def read_shard(file: Path) -> pa.Table:
    """All rows of a shard."""
    return pq.read_table(file)


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    stream: bytes = sink.getvalue().to_pybytes()
    return stream


def _replace(file: Path, table: pa.Table) -> None:
    file.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=file.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            pq.write_table(table, sink, compression="zstd")
        aside.chmod(0o644)
        aside.replace(file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
