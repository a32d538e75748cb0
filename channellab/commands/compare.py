"""``channellab compare``: scenarios on the same luck."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from channellab.options import (
    Json,
    Language,
    Out,
    Quiet,
    ScenarioNames,
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
    from channellab.experiments.compare import Comparison
    from channellab.experiments.precision import Precision
    from channellab.tables import Progress

AUTO = "auto"
NONE = "none"
"""In place of primary metrics: all are judged together."""


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
    primary: Annotated[
        str | None,
        typer.Option(
            metavar="METRICS",
            help="Metrics that the comparison is made for, with commas between: judged together, apart from all "
            "others; none judges all together.",
            show_default="profit of the channel, both distributions, conflict index",
        ),
    ] = None,
    workers: Workers = None,
    overrides: Set = None,
    out: Out = None,
    lang: Language = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play scenarios on the same seeds and print what each changes against the baseline.

    Example: channellab compare intensive selective exclusive --replications auto --out results/layouts
    """
    from channellab.scenarios.files import load

    count, language, first = _count(replications), spoken(lang), _primary(primary)
    check_run_options(weeks, seed, replications=count, workers=workers)
    loaded = [load(name, overrides or ()) for name in scenarios]

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
            primary=first,
            progress=progress,
        )

    def show(document: dict[str, Any]) -> None:
        from channellab.result_tables import print_comparison

        print_comparison(document, language)

    deliver(play, show, out, as_json, quiet)


def _count(text: str) -> int | None:
    """A number of replications, or None for as many as it takes."""
    if text == AUTO:
        return None
    try:
        return int(text)
    except ValueError:
        raise BadInput("--replications", "", f"is {text!r}, allowed are whole numbers from 2, or auto") from None


def _primary(text: str | None) -> tuple[str, ...]:
    """The metrics that are judged apart from all others."""
    from channellab.experiments.families import PRIMARY, primary_metrics

    if text is None:
        return PRIMARY
    try:
        return () if text == NONE else primary_metrics([name.strip() for name in text.split(",")])
    except BadInput as error:
        raise BadInput("--primary", "", error.problem) from None


def _precision(metric: str, half_width: float, most: int) -> "Precision":
    from channellab.experiments.precision import Precision

    try:
        return Precision(metric, half_width, most)
    except BadInput as error:
        raise BadInput(f"--{error.key.replace('_', '-')}", "", error.problem) from None
