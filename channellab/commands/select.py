"""``channellab select``: the best of a few scenarios."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from channellab.options import (
    Json,
    Language,
    OneMetric,
    Out,
    Quiet,
    ScenarioNames,
    Seed,
    Set,
    Weeks,
    Workers,
    check_run_options,
    spoken,
)
from channellab.options import cores as all_cores
from channellab.output import deliver
from channellab.scenarios.errors import BadInput

if TYPE_CHECKING:
    from channellab.experiments.select import Selection
    from channellab.tables import Progress


def select(
    scenarios: ScenarioNames,
    indifference: Annotated[float, typer.Option(help="Smallest difference worth telling apart, in the metric's unit.")],
    metric: OneMetric = "channel_profit",
    level: Annotated[float, typer.Option(help="Probability of choosing the best, 0.5 to 1.")] = 0.95,
    most: Annotated[int, typer.Option(help="Replications of a scenario at most.")] = 200,
    weeks: Weeks = None,
    seed: Seed = None,
    workers: Workers = None,
    overrides: Set = None,
    out: Out = None,
    lang: Language = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the best of up to twenty scenarios, with a stated probability of being right.

    Example: channellab select intensive selective exclusive --metric channel_profit --indifference 500000
    """
    from channellab.scenarios.files import load

    check_run_options(weeks, seed, most=most, workers=workers)
    language = spoken(lang)
    loaded = [load(name, overrides or ()) for name in scenarios]

    def play(progress: "Progress | None") -> "Selection":
        from channellab.experiments import select as selecting

        try:
            return selecting.select(
                loaded,
                metric,
                indifference,
                seed=seed,
                weeks=weeks,
                level=level,
                most=most,
                workers=workers or all_cores(),
                progress=progress,
            )
        except BadInput as error:
            if error.where != "select":
                raise
            raise BadInput(f"--{error.key}" if error.key != "scenarios" else "scenarios", "", error.problem) from None

    def show(document: dict[str, Any]) -> None:
        from channellab.result_tables import print_selection

        print_selection(document, language)

    deliver(play, show, out, as_json, quiet)
