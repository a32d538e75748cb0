"""``channellab report``: a page about a result."""

import json
from pathlib import Path
from typing import Annotated

import typer

from channellab.options import Json, Quiet
from channellab.output import print_json


def report(
    result: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that run or compare wrote with --out.")],
    lang: Annotated[str, typer.Option(help="Language of the report, en or zh.")] = "en",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; else report.html in DIR.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a web page that stands by itself about a result: summary, tables and charts.

    Example: channellab report results/layouts --lang zh --out layouts.html
    """
    from channellab.reports.report import write_report

    target = out or result / "report.html"
    write_report(result, target, lang)
    _list_as_ours(target)
    if as_json:
        print_json({"file": str(target), "lang": lang})
    elif not quiet:
        typer.echo(f"{target} is written")


def _list_as_ours(file: Path) -> None:
    """A report among the files of a result belongs to them: what replaces the result later replaces it too."""
    from channellab.staging import MANIFEST

    manifest = file.parent / MANIFEST
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(sorted({*names, file.name}), indent=1) + "\n", encoding="utf-8")
    except (OSError, TypeError, ValueError):
        return  # no folder of a result
