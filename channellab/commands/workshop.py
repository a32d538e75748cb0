"""``channellab workshop``: the page for a room."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from channellab.options import Quiet, Set, Workers, check_run_options, complete, cores
from channellab.scenarios.errors import BadInput


def workshop(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO]", help="Market to try policies in: library name or TOML file.", autocompletion=complete
        ),
    ] = "base",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8710,
    host: Annotated[
        str, typer.Option(help="Address to listen on; all but loopback need a token, 0.0.0.0 is the whole network.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None, typer.Option(help="Token of the facilitator; made and printed if none is given.")
    ] = None,
    studies: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder whose finished studies can be looked at.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for what was played, so that the next start knows it.")
    ] = None,
    consumers: Annotated[int, typer.Option(help="Consumers that a market may have.")] = 250_000,
    weeks: Annotated[int, typer.Option(help="Weeks that a run may have, warm-up included.")] = 320,
    queued: Annotated[int, typer.Option(help="Runs that may wait.")] = 120,
    workers: Workers = None,
    overrides: Set = None,
    quiet: Quiet = False,
) -> None:
    """Show a page on which a room tries policies: sliders, policies side by side, a big screen, phones.

    Example: channellab workshop base --studies studies --port 8710
    """
    check_run_options(weeks, None, workers=workers, consumers=consumers, queued=queued)
    from channellab.reports.workshop.limits import Limits
    from channellab.reports.workshop.server import MISSING, address, serve
    from channellab.scenarios.files import load

    if not all(map(find_spec, ("fastapi", "uvicorn", "segno"))):
        raise BadInput("channellab workshop", "", MISSING)
    if studies is not None and not studies.is_dir():
        raise BadInput(f"--studies {studies}", "", "is no folder")
    where, loaded, limits = (
        address(host, port, token),
        load(scenario, overrides or ()),
        Limits(consumers, weeks, queued),
    )
    limits.check(loaded)
    say = (lambda _: None) if quiet else typer.echo
    serve(loaded, where, workers=workers or cores(), limits=limits, studies=studies, keep=keep, say=say)
