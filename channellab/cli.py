"""The command line: thin verbs. What is heavy is imported inside them, so that ``--help`` and ``list`` answer at once.

Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.
"""

import json
import os
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from channellab import __version__
from channellab.scenarios.errors import BadInput, ChannelLabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from channellab.experiments.compare import Comparison
    from channellab.experiments.replicate import Study
    from channellab.scenarios.ready import LibraryEntry
    from channellab.tables import Progress

USAGE_ERROR: type[BaseException] = typer.BadParameter.__mro__[1]
"""What every mistake on the command line is; typer does not export the class by its name."""
INTERRUPTED = 130
DEBUG = "CHANNELLAB_DEBUG"

_STYLE: dict[str, Any] = {
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "context_settings": {"help_option_names": ["--help", "-h"]},
}
app = typer.Typer(help="Simulate sales channels, and try policies in them.", pretty_exceptions_enable=False, **_STYLE)
scenarios = typer.Typer(help="The library of ready scenarios, and files of your own.", **_STYLE)
app.add_typer(scenarios, name="scenarios")

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print less: no progress, no comments, no headings.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting, e.g. products.0.list_price=9; repeatable."),
]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever goes wrong becomes one sentence on standard error."""
    try:
        code = app(args=None if argv is None else list(argv), prog_name="channellab", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        return _fail(error)
    if code == INTERRUPTED:
        _say("interrupted")
    return code if isinstance(code, int) else 0


def _fail(error: Exception) -> int:
    if isinstance(error, USAGE_ERROR):
        _say(getattr(error, "format_message", error.__str__)())
        return 2
    if isinstance(error, ChannelLabError):
        _say(" ".join(str(error).split()))
        return 2 if isinstance(error, BadInput) else 1
    if os.environ.get(DEBUG) == "1":
        import traceback

        traceback.print_exception(error)
    _say(f"failed with {type(error).__name__}: {' '.join(str(error).split())} ({DEBUG}=1 shows where)")
    return 1


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, indent=2, allow_nan=False))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"channellab {__version__}")
        raise typer.Exit


def _complete(incomplete: str) -> list[str]:
    """Scenarios that start like this: those of the library, then files."""
    from channellab.scenarios.ready import names

    files = [path.as_posix() for path in Path().glob("*.toml")]
    return [name for name in (*names(), *sorted(files)) if name.startswith(incomplete)]


ScenarioName = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="Name in the library or path of a TOML file.", autocompletion=_complete),
]


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Simulate sales channels, and try policies in them."""


@scenarios.command("list")
def list_scenarios(as_json: Json = False, quiet: Quiet = False) -> None:
    """List the library.

    Example: channellab scenarios list
    """
    from channellab.scenarios.ready import library, names

    if as_json:
        _print_json([vars(entry) for entry in library()])
    elif quiet:
        typer.echo("\n".join(names()))
    else:
        typer.echo("\n".join(_paragraph(entry) for entry in library()))


def _paragraph(entry: "LibraryEntry") -> str:
    """Plain text: to load rich would take longer than all the rest."""
    about = textwrap.fill(entry.about, 100, initial_indent="    ", subsequent_indent="    ")
    return f"{entry.name}: {entry.title_en} ({entry.title_zh})\n{about}"


@scenarios.command()
def show(scenario: ScenarioName, overrides: Set = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Print a scenario as TOML, with every setting, its unit and meaning.

    Example: channellab scenarios show base --set consumers.count=5000
    """
    from channellab.scenarios import files

    loaded = files.load(scenario, overrides or ())
    if as_json:
        identity = files.scenario_hash(loaded.scenario, loaded.base)
        _print_json({"name": loaded.name, "scenario_hash": identity, "scenario": files.resolve(loaded.scenario)})
    else:
        typer.echo(files.to_toml(loaded.scenario, units=not quiet), nl=False)


@scenarios.command()
def schema(as_json: Json = False, quiet: Quiet = False) -> None:
    """Print the JSON Schema of scenario files, for editors (it is always JSON).

    Example: channellab scenarios schema > scenario.schema.json
    """
    from channellab.scenarios import files

    _print_json(files.schema())


@scenarios.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario, or path of its file.")],
    extends: Annotated[str, typer.Option(help="Library name or path of the scenario to start from.")] = "base",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the start of a scenario of your own into NAME.toml.

    Example: channellab scenarios new pilot --extends base
    """
    from channellab.scenarios import files

    target = Path(name if name.endswith(".toml") else f"{name}.toml")
    loaded = files.load(extends)
    text = files.template(target.stem, _seen_from(target.parent, extends), loaded.scenario)
    _write_new(target, text)
    if as_json:
        _print_json({"file": str(target), "extends": extends})
    elif not quiet:
        typer.echo(f"{target} is written; try: channellab run {target}")


@app.command()
def run(
    scenario: ScenarioName,
    weeks: Annotated[int | None, typer.Option(help="Measured weeks; else as in the scenario.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the first replication; else as in the scenario.")] = None,
    replications: Annotated[int, typer.Option(help="Runs with different seeds, from 1.")] = 1,
    workers: Annotated[int | None, typer.Option(help="Processes, from 1; else as many as there are cores.")] = None,
    overrides: Set = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write the result into.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run one scenario and print its metrics.

    Example: channellab run base --weeks 52 --replications 4 --set layout.core=selective --out results/selective
    """
    from channellab.scenarios.files import load

    _check_run_options(weeks, seed, {"--replications": replications, "--workers": workers})
    loaded = load(scenario, overrides or ())
    from channellab.tables import print_study

    def play(progress: "Progress | None") -> "Study":
        from channellab.experiments import replicate

        processes = workers or min(replications, _cores())
        return replicate.run(
            loaded, seed=seed, weeks=weeks, replications=replications, workers=processes, progress=progress
        )

    _deliver(play, print_study, out, as_json, quiet)


@app.command()
def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...", help="Library names or paths of TOML files, two or more.", autocompletion=_complete
        ),
    ],
    baseline: Annotated[
        str | None, typer.Option(help="The scenario that the others are held against; else the first.")
    ] = None,
    weeks: Annotated[int | None, typer.Option(help="Measured weeks; else as in the scenarios.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed all scenarios share; else the baseline's.")] = None,
    replications: Annotated[int, typer.Option(help="Seeds that every scenario is played on, from 2.")] = 8,
    workers: Annotated[int | None, typer.Option(help="Processes, from 1; else as many as there are cores.")] = None,
    overrides: Set = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write the result into.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play scenarios on the same seeds and print what each changes against the baseline.

    Example: channellab compare intensive selective exclusive --replications 8 --out results/layouts
    """
    from channellab.scenarios.files import load

    _check_run_options(weeks, seed, {"--replications": replications, "--workers": workers})
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
            workers=workers or _cores(),
            progress=progress,
        )

    _deliver(play, print_comparison, out, as_json, quiet)


@app.command()
def report(
    result: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that run or compare wrote with --out.")],
    lang: Annotated[str, typer.Option(help="Language of the report, en or zh.")] = "en",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; else report.html in DIR.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a web page that stands by itself about a result: summary, tables and charts.

    Example: channellab report results/layouts --lang zh --out layouts.html
    """
    from channellab.reports.report import write_report

    target = out or result / "report.html"
    write_report(result, target, lang)
    _list_as_ours(target)
    if as_json:
        _print_json({"file": str(target), "lang": lang})
    elif not quiet:
        typer.echo(f"{target} is written")


def _list_as_ours(file: Path) -> None:
    """A report among the files of a result belongs to them: what replaces the result later replaces it too."""
    from channellab.staging import MANIFEST

    manifest = file.parent / MANIFEST
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(sorted({*names, file.name}), indent=1) + "\n", encoding="utf-8")
    except (OSError, TypeError, ValueError):
        return  # no folder of a result


def _deliver(
    play: "Callable[[Progress | None], Study | Comparison]",
    show: "Callable[[dict[str, Any]], None]",
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Plays with a progress bar, writes the result where it was asked for, and prints it."""
    from channellab import staging, tables

    shown = not quiet and (not as_json or sys.stderr.isatty())
    with staging.staged(out) as folder:
        with tables.progress(shown) as progress:
            result = play(progress)
        document = result.document()
        if folder:
            result.write(folder)
    if as_json:
        _print_json(document)
    else:
        show(document)


def _check_run_options(weeks: int | None, seed: int | None, counts: dict[str, int | None]) -> None:
    from pydantic import ValidationError

    from channellab.scenarios.explain import explain
    from channellab.scenarios.settings.run import RunSettings

    for option, count in counts.items():
        if count is not None and count < 1:
            raise BadInput(option, "", f"is {count}, allowed are values from 1")
    given = {"weeks": weeks, "seed": seed}
    try:
        RunSettings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        complaint = explain(error, RunSettings)
        raise BadInput(f"--{complaint.parts[0]}", "", complaint.problem) from None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _seen_from(folder: Path, extends: str) -> str:
    """What ``extends`` must read in a file of ``folder``."""
    from channellab.scenarios.ready import names

    return extends if extends in names() else Path(os.path.relpath(extends, folder)).as_posix()


def _write_new(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(str(target), "", "exists already, allowed is a new file") from None
    except (OSError, ValueError) as error:
        raise BadInput(str(target), "", f"cannot be written: {getattr(error, 'strerror', None) or error}") from None
