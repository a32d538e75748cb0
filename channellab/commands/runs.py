"""``channellab runs``: what a study holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channellab.options import Json, Quiet
from channellab.output import print_json
from channellab.scenarios.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

LISTED = 40
FORMATS = (".csv", ".json", ".parquet")


def runs(
    study: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that batch or search wrote.")],
    where: Annotated[
        list[str] | None, typer.Option(help="Only runs that meet this, e.g. policy=today or seed>=5; repeatable.")
    ] = None,
    status: Annotated[str | None, typer.Option(help="Only runs that are planned, done or failed.")] = None,
    metrics: Annotated[str, typer.Option("--metric", help="Metrics to list, with commas between.")] = "channel_profit",
    table: Annotated[str, typer.Option(help="What to export: runs, weekly, products, regions, money, ...")] = "runs",
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all columns to a .csv, .json or .parquet file.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the runs of a study, choose among them, and export them or their tables.

    Example: channellab runs studies/layouts --where policy=selective --export selective.csv
    """
    if export is not None and export.suffix not in FORMATS:
        raise BadInput(f"--export {export}", "", f"has no such format, allowed endings are {', '.join(FORMATS)}")
    from channellab.experiments import frames

    found = frames.chosen(study, where or (), status)
    named = [name.strip() for name in metrics.split(",") if name.strip()]
    unknown = [name for name in named if name not in found]
    if unknown and len(found) and (found["status"] == "done").any():
        raise BadInput("--metric", "", f"names {unknown[0]!r}, which the runs do not have; docs/metrics.md lists them")
    shown = frames.of(study, table, found)
    if export is not None:
        _export(shown, export)
    if as_json:
        print_json([_plain(row) for row in shown.to_dict("records")])
    elif not quiet:
        _list(found, [name for name in named if name in found], export)


def _plain(row: "Mapping[Hashable, object]") -> dict[str, object]:
    """What is missing is null."""
    return {str(name): None if value != value else value for name, value in row.items()}


def _export(frame: "pd.DataFrame", file: Path) -> None:
    try:
        if file.suffix == ".csv":
            frame.to_csv(file, index=False)
        elif file.suffix == ".json":
            frame.to_json(file, orient="records", indent=1, double_precision=15)
        else:
            frame.to_parquet(file, index=False)
    except OSError as error:
        raise BadInput(f"--export {file}", "", f"cannot be written: {error.strerror}") from None


def _list(found: "pd.DataFrame", metrics: list[str], export: Path | None) -> None:
    from channellab.tables import print_runs

    print_runs(found, metrics, LISTED)
    if export is not None:
        typer.echo(f"{export} is written")
