"""``channellab search``: good policies."""

from pathlib import Path
from typing import Annotated

import typer

from channellab.options import Cluster, Json, Language, Quiet, StudyOut, Workers, check_run_options, cores, spoken
from channellab.output import print_json, shows_progress


def search(
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="File that declares levers and objectives.")],
    out: StudyOut,
    workers: Workers = None,
    cluster: Cluster = None,
    storage: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Database of the search, e.g. postgresql+psycopg://...; else a file in DIR."),
    ] = None,
    lang: Language = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Search for policies that are good in several objectives; the same command again goes on where it was stopped.

    Example: channellab search coverage.toml --out studies/coverage --workers 2
    """
    check_run_options(None, None, workers=workers)
    language = spoken(lang)
    from channellab import tables
    from channellab.experiments.executors import Place
    from channellab.experiments.search import search as seek
    from channellab.experiments.search_file import read_search

    wanted = read_search(study)
    place = Place(workers or cores(), cluster)
    with tables.progress(shows_progress(as_json, quiet), "runs") as progress:
        found = seek(wanted, out, place, storage=storage, progress=progress)
    found.write(out)
    if as_json:
        print_json(found.document())
    elif not quiet:
        from channellab.result_tables import print_front

        print_front(found.document(), language)
