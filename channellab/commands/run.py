"""``channellab run``: one scenario."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from channellab.options import (
    Json,
    Language,
    Out,
    Quiet,
    ScenarioName,
    Seed,
    Set,
    Weeks,
    Workers,
    check_run_options,
    cores,
    spoken,
)
from channellab.output import deliver

if TYPE_CHECKING:
    from channellab.experiments.replicate import Study
    from channellab.tables import Progress


def run(
    scenario: ScenarioName,
    weeks: Weeks = None,
    seed: Seed = None,
    replications: Annotated[int, typer.Option(help="Runs with different seeds, from 1.")] = 1,
    workers: Workers = None,
    overrides: Set = None,
    out: Out = None,
    lang: Language = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run one scenario and print its metrics.

    Example: channellab run base --weeks 52 --replications 4 --set layout.core=selective --out results/selective
    """
    from channellab.scenarios.files import load

    check_run_options(weeks, seed, replications=replications, workers=workers)
    language = spoken(lang)
    loaded = load(scenario, overrides or ())

    def play(progress: "Progress | None") -> "Study":
        from channellab.experiments import replicate

        processes = workers or min(replications, cores())
        return replicate.run(
            loaded, seed=seed, weeks=weeks, replications=replications, workers=processes, progress=progress
        )

    def show(document: dict[str, Any]) -> None:
        from channellab.result_tables import print_study

        print_study(document, language)

    deliver(play, show, out, as_json, quiet)
