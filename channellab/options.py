"""Options that several verbs share, and how they are checked."""

import os
from pathlib import Path
from typing import Annotated

import typer

from channellab.scenarios.errors import BadInput


def complete(incomplete: str) -> list[str]:
    """Scenarios that start like this: those of the library, then files."""
    from channellab.scenarios.ready import names

    files = [path.as_posix() for path in Path().glob("*.toml")]
    return [name for name in (*names(), *sorted(files)) if name.startswith(incomplete)]


def own_language() -> str:
    """The language of the locale."""
    from channellab.reports.language import of_locale

    return of_locale(os.environ)


def spoken(lang: str | None) -> str:
    """The language that is asked for, else that of the locale.

    Raises:
        BadInput: the lab does not speak it.
    """
    from channellab.reports.language import LANGUAGES, words

    named = lang or own_language()
    return named if named in LANGUAGES else words(named).lang  # to read all words takes as long as the library


Language = Annotated[
    str | None,
    typer.Option("--lang", help="Language of what it says, en or zh.", show_default="that of the locale"),
]
Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print less: no progress, no comments, no headings.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting, e.g. products.0.list_price=9; repeatable."),
]
Retry = Annotated[bool, typer.Option("--retry", help="Play runs that failed before once more.")]
ScenarioName = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="Name in the library or path of a TOML file.", autocompletion=complete),
]
ScenarioNames = Annotated[
    list[str],
    typer.Argument(
        metavar="SCENARIO...", help="Library names or paths of TOML files, two or more.", autocompletion=complete
    ),
]
OneMetric = Annotated[str, typer.Option(help="The metric that it is about; docs/metrics.md lists them.")]
Weeks = Annotated[int | None, typer.Option(help="Measured weeks; else as in the scenario.")]
Seed = Annotated[int | None, typer.Option(help="Seed of the first replication; else as in the scenario or baseline.")]
Workers = Annotated[int | None, typer.Option(help="Processes, from 1; else as many as there are cores.")]
Cluster = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers play, e.g. tcp://10.0.0.1:8786.")
]
StudyOut = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the study, made or continued.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write the result into.")]


def check_run_options(weeks: int | None, seed: int | None, **counts: int | None) -> None:
    """Refuses weeks, seeds and numbers from 1 on (given by the names of their options) that cannot be.

    Raises:
        BadInput: naming the option.
    """
    from pydantic import ValidationError

    from channellab.scenarios.explain import explain
    from channellab.scenarios.settings.run import RunSettings

    for option, count in counts.items():
        if count is not None and count < 1:
            raise BadInput(f"--{option}", "", f"is {count}, allowed are values from 1")
    given = {"weeks": weeks, "seed": seed}
    try:
        RunSettings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        complaint = explain(error, RunSettings)
        raise BadInput(f"--{complaint.parts[0]}", "", complaint.problem) from None


def cores() -> int:
    """Cores that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
