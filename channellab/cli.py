"""The command line: its verbs, and what becomes of errors. What is heavy is imported inside the verbs, so that
``--help`` and ``list`` answer at once.

Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from channellab import __version__
from channellab.commands import scenarios as library
from channellab.commands.batch import batch
from channellab.commands.calibrate import calibrate
from channellab.commands.compare import compare
from channellab.commands.explain import explain
from channellab.commands.odd import odd
from channellab.commands.report import report, rerun
from channellab.commands.run import run
from channellab.commands.runs import runs
from channellab.commands.search import search
from channellab.commands.select import select
from channellab.commands.sensitivity import sensitivity
from channellab.commands.validate import validate
from channellab.commands.workshop import workshop
from channellab.options import own_language
from channellab.scenarios.errors import BadInput, ChannelLabError

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
scenarios.command("list")(library.list_scenarios)
scenarios.command()(library.show)
scenarios.command()(library.schema)
scenarios.command()(library.new)
app.command()(run)
app.command()(compare)
app.command()(select)
app.command()(explain)
app.command()(batch)
app.command()(runs)
app.command()(search)
app.command()(sensitivity)
app.command()(validate)
app.command()(calibrate)
app.command()(report)
app.command()(rerun)
app.command()(odd)
app.command()(workshop)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever goes wrong becomes one sentence on standard error."""
    try:
        code = app(args=None if argv is None else list(argv), prog_name="channellab", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        return _fail(error, _language(sys.argv[1:] if argv is None else argv))
    if code == INTERRUPTED:
        _say("interrupted", _language(sys.argv[1:] if argv is None else argv))
    return code if isinstance(code, int) else 0


def _fail(error: Exception, lang: str) -> int:
    if isinstance(error, USAGE_ERROR):
        _say(getattr(error, "format_message", error.__str__)(), lang)
        return 2
    if isinstance(error, ChannelLabError):
        _say(error, lang)
        return 2 if isinstance(error, BadInput) else 1
    if os.environ.get(DEBUG) == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        _say(f"{error.filename}: {error.strerror}", lang)
        return 1
    _say(f"failed with {type(error).__name__}: {' '.join(str(error).split())} ({DEBUG}=1 shows where)", lang)
    return 1


def _say(problem: Exception | str, lang: str) -> None:
    from channellab.reports.refusals import told

    typer.echo(told(problem, lang), err=True)


def _language(argv: Sequence[str]) -> str:
    """The language to say in what is wrong: what ``--lang`` asks for, else that of the locale."""
    words = [word for each in argv for word in (each.split("=", 1) if each.startswith("--lang=") else [each])]
    asked = [*words, ""][words.index("--lang") + 1] if "--lang" in words else ""
    return asked if asked in ("en", "zh") else own_language()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"channellab {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Simulate sales channels, and try policies in them."""
