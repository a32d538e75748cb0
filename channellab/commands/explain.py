"""``channellab explain``: which part of a change did what."""

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
from channellab.scenarios.errors import BadInput

if TYPE_CHECKING:
    from channellab.experiments.explain import Explanation
    from channellab.tables import Progress


def explain(
    start: ScenarioName,
    end: ScenarioName,
    metrics: Annotated[str, typer.Option("--metric", help="Metrics to show, with commas between.")] = "channel_profit",
    weeks: Weeks = None,
    seed: Seed = None,
    replications: Annotated[int, typer.Option(help="Seeds that every combination is played on, from 2.")] = 8,
    workers: Workers = None,
    overrides: Set = None,
    out: Out = None,
    lang: Language = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Split the difference between two scenarios over the groups of settings in which they differ.

    Example: channellab explain base every-policy --metric channel_profit,weighted_distribution --replications 4
    """
    from channellab.scenarios.files import load
    from channellab.scenarios.metrics import CATALOGUE

    check_run_options(weeks, seed, replications=replications, workers=workers)
    language = spoken(lang)
    shown = [name.strip() for name in metrics.split(",") if name.strip()]
    for name in shown:
        if name not in CATALOGUE:
            raise BadInput("--metric", "", f"names {name!r}, which is no metric; docs/metrics.md lists them")
    first, last = (load(name, overrides or ()) for name in (start, end))

    def play(progress: "Progress | None") -> "Explanation":
        from channellab.experiments import explain as explaining

        return explaining.explain(
            first,
            last,
            seed=seed,
            weeks=weeks,
            replications=replications,
            workers=workers or cores(),
            progress=progress,
        )

    def show(document: dict[str, Any]) -> None:
        from channellab.result_tables import print_explanation

        print_explanation(document, language, shown)

    deliver(play, show, out, as_json, quiet)
