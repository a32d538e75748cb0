"""What verbs print and write: one JSON document, or words for people, and the folder of a result."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from channellab.tables import Progress


class Result(Protocol):
    """What a verb brings home."""

    def document(self) -> dict[str, Any]:
        """As plain data."""

    def write(self, folder: Path) -> None:
        """Writes it into an existing folder."""


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(document, indent=2, allow_nan=False))


def shows_progress(as_json: bool, quiet: bool) -> bool:
    """Whether somebody wants to see, and can, how far things are."""
    return not quiet and (not as_json or sys.stderr.isatty())


def deliver(
    play: "Callable[[Progress | None], Result]",
    show: "Callable[[dict[str, Any]], None]",
    out: Path | None,
    as_json: bool,
    quiet: bool,
    what: str = "weeks",
) -> None:
    """Plays with a progress bar of ``what`` is done, writes the result where it was asked for, and prints it."""
    from channellab import staging, tables

    with staging.staged(out) as folder:
        with tables.progress(shows_progress(as_json, quiet), what) as progress:
            result = play(progress)
        document = result.document()
        if folder:
            result.write(folder)
    if as_json:
        print_json(document)
    else:
        show(document)
