"""``channellab odd``: the ODD and TRACE record of a scenario or a study."""

from pathlib import Path
from typing import Annotated

import typer

from channellab.options import Json, Quiet, Set, complete
from channellab.output import print_json


def odd(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="Scenario, or folder of a result or study.", autocompletion=complete),
    ],
    overrides: Set = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; else it is printed.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the ODD and TRACE record of a scenario or a study: always the same for the same.

    Example: channellab odd selective --out selective.md
    """
    from channellab.reports.record import record, subject
    from channellab.reports.report import write_whole

    text = record(subject(scenario, overrides or ()))
    if out is not None:
        write_whole(out, text.encode())
    if as_json:
        print_json({"file": str(out)} if out is not None else {"record": text})
    elif out is None:
        typer.echo(text, nl=False)
    elif not quiet:
        typer.echo(f"{out} is written")
