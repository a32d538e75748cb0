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

    A file with targets fits parameters of a scenario to figures of a market, one with a diffusion the Bass curve.

    The same command again goes on where it was stopped.

    Example: channellab calibrate store.toml --out calibrations/store --workers 2
    """
    check_run_options(None, None, workers=workers)
    from channellab import tables
    from channellab.calibration.calibrate import calibrate as run
    from channellab.calibration.history_file import read_calibration
    from channellab.scenarios.errors import BadInput

    kind = kind_of(file)
    if kind != "history":
        if overrides:
            raise BadInput("--set", "", f"changes nothing in a calibration of {kind}, allowed is a history's")
        found = calibrate_figures(file, out, kind, workers or cores(), shows_progress(as_json, quiet))
        if as_json:
            print_json(found)
        elif not quiet:
            tables.print_parameters(found, out)
        return
    calibration = read_calibration(file, overrides or [])
    with tables.stages(shows_progress(as_json, quiet)) as told:
        found = run(calibration, out, workers or cores(), told)
    if as_json:
        print_json(found)
    elif not quiet:
        tables.print_calibration(found, out)


def kind_of(file: Path) -> str:
    """What a calibration is fitted to: a history, targets or a diffusion.

    Raises:
        BadInput: the file cannot be read.
    """
    from channellab.scenarios.layers import read_table

    table = read_table(file, str(file))
    return next((name for name in ("targets", "diffusion") if name in table), "history")


def calibrate_figures(file: Path, out: Path, kind: str, workers: int, shown: bool) -> dict[str, Any]:
    """Fits parameters to targets, or the Bass curve, writes what came of it and returns it as plain data."""
    from channellab import tables
    from channellab.calibration import diffusion, targets_file, to_targets
    from channellab.experiments.executors import Place

    if kind == "diffusion":
        curve = diffusion.fit_diffusion(diffusion.read_diffusion(file))
        curve.write(out)
        return curve.document()
    study = targets_file.read_targets(file)
    with tables.progress(shown, "runs") as progress:
        fitted = to_targets.calibrate_to_targets(study, out, Place(workers), progress)
    fitted.write(out)
    return fitted.document()
