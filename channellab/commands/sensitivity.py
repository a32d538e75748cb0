"""``channellab sensitivity``: what decides the outcomes, and where a policy fails."""

from pathlib import Path
from typing import Annotated

import typer

from channellab.options import (
    Cluster,
    Json,
    Language,
    Quiet,
    Retry,
    StudyOut,
    Workers,
    check_run_options,
    cores,
    spoken,
)
from channellab.output import print_json, shows_progress


def sensitivity(
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="File that declares inputs and outcomes.")],
    out: StudyOut,
    workers: Workers = None,
    cluster: Cluster = None,
    retry: Retry = False,
    lang: Language = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure how much each input decides of the outcomes, and name the conditions in which a policy fails.

    Example: channellab sensitivity doubts.toml --out studies/doubts --workers 2
    """
    check_run_options(None, None, workers=workers)
    from channellab import tables
    from channellab.experiments.executors import Place
    from channellab.experiments.sensitivity import analyse
    from channellab.experiments.sensitivity_file import read_sensitivity

    language = spoken(lang)
    wanted = read_sensitivity(study)
    place = Place(workers or cores(), cluster)
    with tables.progress(shows_progress(as_json, quiet), "runs") as progress:
        found = analyse(wanted, out, place, progress, retry=retry)
    found.write(out)
    if as_json:
        print_json(found.document())
    elif not quiet:
        tables.print_sensitivity(found.document(), language)
