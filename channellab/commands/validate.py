"""``channellab validate``: how far the model can be trusted."""

from typing import TYPE_CHECKING, Annotated

import typer

from channellab.options import Json, Out, Quiet, Workers, check_run_options, cores
from channellab.output import deliver

if TYPE_CHECKING:
    from channellab.calibration.validation.run import Validation
    from channellab.tables import Progress


def validate(
    quick: Annotated[bool, typer.Option("--quick", help="Under two minutes: fewer results, facts and seeds.")] = False,
    out: Out = None,
    workers: Workers = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the model against exact results, its own books and published effects; exits with 1 where a gate fails.

    Example: channellab validate --quick
    """
    check_run_options(None, None, workers=workers)
    from channellab import tables
    from channellab.calibration.validation import run
    from channellab.experiments.executors import Place

    passed: list[bool] = []

    def play(progress: "Progress | None") -> "Validation":
        found = run.validate(quick, Place(workers or cores()), progress)
        passed.append(found.passed)
        return found

    deliver(play, tables.print_validation, out, as_json, quiet, "gates")
    if not all(passed):
        raise typer.Exit(1)
