"""``channellab compare``: scenarios on the same luck."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channellab.options import Json, Out, Quiet, ScenarioNames, Seed, Set, Weeks, Workers, check_run_options, cores
from channellab.output import deliver
from channellab.scenarios.errors import BadInput

if TYPE_CHECKING:
    from channellab.experiments.compare import Comparison
    from channellab.experiments.precision import Precision
    from channellab.tables import Progress

AUTO = "auto"


def compare(
    scenarios: ScenarioNames,
    baseline: Annotated[
        str | None, typer.Option(help="The scenario that the others are held against; else the first.")
    ] = None,
    weeks: Weeks = None,
    seed: Seed = None,
    replications: Annotated[
        str, typer.Option(metavar="N", help="Seeds that every scenario is played on, from 2, or auto.")
    ] = "8",
    metric: Annotated[
        str, typer.Option(help="With auto: the metric whose interval must be narrow.")
    ] = "channel_profit",
    half_width: Annotated[
        float, typer.Option(help="With auto: half of the interval, as a share of the baseline's mean.")
    ] = 0.01,
    most: Annotated[int, typer.Option(help="With auto: seeds at most.")] = 64,
    uncertainty: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the [uncertainties] of this file anew for every seed."),
    ] = None,
    workers: Workers = None,
    overrides: Set = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play scenarios on the same seeds and print what each changes against the baseline.

    Example: channellab compare intensive selective exclusive --replications auto --out results/layouts
    """
    from channellab.scenarios.files import load

    count = _count(replications)
    check_run_options(weeks, seed, replications=count, workers=workers)
    loaded = [load(name, overrides or ()) for name in scenarios]
    from channellab.tables import print_comparison

    def play(progress: "Progress | None") -> "Comparison":
        from channellab.experiments import compare as comparing
        from channellab.experiments.uncertainty import read_uncertainty

        return comparing.compare(
            loaded,
            baseline=baseline,
            seed=seed,
            weeks=weeks,
            replications=count or _precision(metric, half_width, most),
            workers=workers or cores(),
            uncertainty=read_uncertainty(uncertainty) if uncertainty else None,
            progress=progress,
        )

    deliver(play, print_comparison, out, as_json, quiet)


def _count(text: str) -> int | None:
    """A number of replications, or None for as many as it takes."""
    if text == AUTO:
        return None
    try:
        return int(text)
    except ValueError:
        raise BadInput("--replications", "", f"is {text!r}, allowed are whole numbers from 2, or auto") from None


def _precision(metric: str, half_width: float, most: int) -> "Precision":
    from channellab.experiments.precision import Precision

    try:
        return Precision(metric, half_width, most)
    except BadInput as error:
        raise BadInput(f"--{error.key.replace('_', '-')}", "", error.problem) from None
