"""``channellab compare``: scenarios on the same luck."""

from typing import TYPE_CHECKING, Annotated

import typer

from channellab.options import Json, Out, Quiet, ScenarioNames, Seed, Set, Weeks, Workers, check_run_options, cores
from channellab.output import deliver

if TYPE_CHECKING:
    from channellab.experiments.compare import Comparison
    from channellab.tables import Progress


def compare(
    scenarios: ScenarioNames,
    baseline: Annotated[
        str | None, typer.Option(help="The scenario that the others are held against; else the first.")
    ] = None,
    weeks: Weeks = None,
    seed: Seed = None,
    replications: Annotated[int, typer.Option(help="Seeds that every scenario is played on, from 2.")] = 8,
    workers: Workers = None,
    overrides: Set = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play scenarios on the same seeds and print what each changes against the baseline.

    Example: channellab compare intensive selective exclusive --replications 8 --out results/layouts
    """
    from channellab.scenarios.files import load

    check_run_options(weeks, seed, replications=replications, workers=workers)
    loaded = [load(name, overrides or ()) for name in scenarios]
    from channellab.tables import print_comparison

    def play(progress: "Progress | None") -> "Comparison":
        from channellab.experiments import compare as comparing

        return comparing.compare(
            loaded,
            baseline=baseline,
            seed=seed,
            weeks=weeks,
            replications=replications,
            workers=workers or cores(),
            progress=progress,
        )

    deliver(play, print_comparison, out, as_json, quiet)
