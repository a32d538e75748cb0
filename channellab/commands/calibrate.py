"""``channellab calibrate``: a market fitted to a sales history."""

from pathlib import Path
from typing import Annotated, Any

import typer

from channellab.options import Json, Quiet, Set, StudyOut, Workers, check_run_options, cores
from channellab.output import print_json, shows_progress


def calibrate(
    file: Annotated[Path, typer.Argument(metavar="CALIBRATION.toml", help="File that describes the history.")],
    out: StudyOut,
    workers: Workers = None,
    overrides: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit a market to a sales history: data report, fit, intervals, holdout table, diagnostics and fitted scenario.

    The same command again goes on where it was stopped.

    Example: channellab calibrate store.toml --out calibrations/store --workers 2
    """
    check_run_options(None, None, workers=workers)
    from channellab import tables
    from channellab.calibration.calibrate import calibrate as run
    from channellab.calibration.history_file import read_calibration

    calibration = read_calibration(file, overrides or [])
    with tables.stages(shows_progress(as_json, quiet)) as told:
        found: dict[str, Any] = run(calibration, out, workers or cores(), told)
    if as_json:
        print_json(found)
    elif not quiet:
        tables.print_calibration(found, out)
