"""``channellab scenarios``: the library, and files of one's own."""

import os
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from channellab.options import Json, Language, Quiet, ScenarioName, Set, spoken
from channellab.output import print_json
from channellab.scenarios.errors import BadInput

if TYPE_CHECKING:
    from channellab.scenarios.ready import LibraryEntry


_WIDTH, _INDENT = 100, "    "


def list_scenarios(lang: Language = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """List the library.

    Example: channellab scenarios list
    """
    from channellab.scenarios.ready import library, names

    language = spoken(lang)
    if as_json:
        print_json([vars(entry) for entry in library()])
    elif quiet:
        typer.echo("\n".join(names()))
    else:
        typer.echo("\n".join(_paragraph(entry, language) for entry in library()))


def show(
    scenario: ScenarioName, overrides: Set = None, lang: Language = None, as_json: Json = False, quiet: Quiet = False
) -> None:
    """Print a scenario as TOML, with every setting, its unit and meaning.

    Example: channellab scenarios show base --set consumers.count=5000
    """
    from channellab.reports.meanings import meaning
    from channellab.scenarios import files

    language = spoken(lang)
    loaded = files.load(scenario, overrides or ())
    if as_json:
        identity = files.scenario_hash(loaded.scenario, loaded.base)
        print_json({"name": loaded.name, "scenario_hash": identity, "scenario": files.resolve(loaded.scenario)})
    else:
        typer.echo(files.to_toml(loaded.scenario, not quiet, lambda text: meaning(text, language)), nl=False)


def schema(as_json: Json = False, quiet: Quiet = False) -> None:
    """Print the JSON Schema of scenario files, for editors (it is always JSON).

    Example: channellab scenarios schema > scenario.schema.json
    """
    from channellab.scenarios import files

    print_json(files.schema())


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
        print_json({"file": str(target), "extends": extends})
    elif not quiet:
        typer.echo(f"{target} is written; try: channellab run {target}")


def _paragraph(entry: "LibraryEntry", lang: str) -> str:
    """Plain text: to load rich would take longer than all the rest."""
    if lang == "zh" and entry.about_zh:
        return f"{entry.name}：{entry.title_zh}（{entry.title_en}）\n{_chinese(entry.about_zh)}"
    about = textwrap.fill(entry.about, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return f"{entry.name}: {entry.title_en} ({entry.title_zh})\n{about}"


def _chinese(text: str) -> str:
    """Lines of text that may break behind any character, two columns wide, but but within no word."""
    lines, width = [_INDENT], len(_INDENT)
    for piece in re.findall(r"[（“《]*(?:[!-~]+|[^!-~])[，。；：、？！）”》%]*", text.replace("\n", "")):
        wide = sum(1 if ord(character) < 0x2000 else 2 for character in piece)
        if width + wide > _WIDTH:
            lines, width = [*lines, _INDENT], len(_INDENT)
        lines[-1], width = lines[-1] + piece, width + wide
    return "\n".join(line.rstrip() for line in lines)


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
