"""``channellab report``: a page about a result; ``channellab rerun``: its numbers again."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from channellab.options import Json, Language, Quiet, Workers, check_run_options, cores, own_language
from channellab.output import print_json, shows_progress

MOST_TOLD = 8
"""Numbers that differ which are told."""


def report(
    result: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder that run, compare, batch, search, ... wrote with --out.")
    ],
    lang: Language = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; else report.html in DIR.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a PDF beside the page too (extra pdf).")] = False,
    png: Annotated[
        Path | None,
        typer.Option("--png", metavar="FOLDER", help="Write every chart as PNG and every table as CSV there too."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a web page that stands by itself about a result: summary, tables and charts.

    Example: channellab report results/layouts --lang zh --out layouts.html --pdf
    """
    from channellab.reports.report import page_of, rendered, write_whole

    lang = lang or own_language()
    target = out or result / "report.html"
    page = page_of(result, lang)
    text = rendered(page)
    files = {"file": target}
    if pdf:
        from channellab.reports.pdf import as_pdf

        files["pdf"] = target.with_suffix(".pdf")
        write_whole(files["pdf"], as_pdf(text))
        _list_as_ours(files["pdf"])
    write_whole(target, text.encode())
    _list_as_ours(target)
    if png:
        from channellab.reports.exports import export

        files["png"] = png
        export(page, png)
    if as_json:
        print_json({**{name: str(file) for name, file in files.items()}, "lang": lang})
    elif not quiet:
        typer.echo("\n".join(f"{file} is written" for file in files.values()))


def rerun(
    page: Annotated[Path, typer.Argument(metavar="REPORT.html", help="Page that channellab report wrote.")],
    workers: Workers = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a report's inputs again, from the page alone, and say whether its numbers are the same.

    Example: channellab rerun layouts.html --workers 2
    """
    check_run_options(None, None, workers=workers)
    from channellab import tables
    from channellab.reports.repeat import carried, repeat

    data = carried(page)
    with tables.progress(shows_progress(as_json, quiet)) as progress:
        found = repeat(data, workers or cores(), progress)
    if as_json:
        differing = [{"where": where, "page": before, "again": after} for where, before, after in found.differing]
        versions = {name: list(both) for name, both in found.versions.items()}
        print_json({"same": found.same, "numbers": found.numbers, "differing": differing, "versions": versions,
                    "sha256": found.sha256})  # fmt: skip
    elif not quiet:
        typer.echo("\n".join(_told(found)))
    if not found.same:
        raise typer.Exit(1)


def _told(found: Any) -> list[str]:
    if found.same:
        return [f"all {found.numbers:,} numbers are the same; inputs {found.sha256[:12]}"]
    lines = [f"{len(found.differing):,} of {found.numbers:,} numbers differ; inputs {found.sha256[:12]}"]
    lines += [f"  {where}: {before} in the page, {after} now" for where, before, after in found.differing[:MOST_TOLD]]
    if found.versions:
        told = ", ".join(f"{name} {before} then, {here} here" for name, (before, here) in found.versions.items())
        return [*lines, f"versions differ: {told}"]
    return [*lines, "versions are the same; the code or the processor may be another one"]


def _list_as_ours(file: Path) -> None:
    """A report among the files of a result belongs to them: what replaces the result later replaces it too."""
    from channellab.staging import MANIFEST

    manifest = file.parent / MANIFEST
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(sorted({*names, file.name}), indent=1) + "\n", encoding="utf-8")
    except (OSError, TypeError, ValueError):
        return  # no folder of a result
