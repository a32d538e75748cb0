"""``channellab batch``: all runs of a design."""

from pathlib import Path
from typing import Annotated

import typer

from channellab.options import Cluster, Json, Quiet, Retry, StudyOut, Workers, check_run_options, cores
from channellab.output import print_json, shows_progress
from channellab.scenarios.errors import ChannelLabError


def batch(
    design: Annotated[Path, typer.Argument(metavar="DESIGN.toml", help="File that declares the runs.")],
    out: StudyOut,
    workers: Workers = None,
    cluster: Cluster = None,
    retry: Retry = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play all runs of a design and keep them in a folder; the same command again goes on where it was stopped.

    Example: channellab batch layouts.toml --out studies/layouts --workers 2
    """
    check_run_options(None, None, workers=workers)
    from channellab import tables
    from channellab.experiments import batch as batches
    from channellab.experiments import points
    from channellab.experiments.designs import read_design
    from channellab.experiments.executors import Place

    wanted = read_design(design)
    place = Place(workers or cores(), cluster)
    with tables.progress(shows_progress(as_json, quiet), "runs") as progress:
        done = batches.play_points(wanted.points(), out, place, retry=retry, progress=progress)
    points.write(wanted, done)
    if as_json:
        print_json(done.document())
    elif not quiet:
        typer.echo(done.sentence())
    if done.failed:
        raise ChannelLabError(f"{done.failed} of {done.runs} runs failed; see: channellab runs {out} --status failed")
