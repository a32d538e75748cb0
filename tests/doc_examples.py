"""The examples of a page of the docs, tried in order in one empty folder.

``toml NAME`` is written to NAME and must load; ``python`` runs; ``console`` must print what it shows, where ``...``
stands for anything left out; in ``bash``, commands are parsed and cheap ones run. A comment on the line above a block
says more: ``run with: OPTIONS`` (runs the verbs in `PLAYING` with these too; slow tests without), ``always with:
OPTIONS`` (slow tests too), ``in full`` (run by slow tests alone), ``not run`` (python that takes long), ``not here``
(commands for several machines), ``wrong on purpose`` (TOML that must not load), ``a design`` (TOML for ``channellab
batch``), ``a study`` (TOML for ``channellab search``), ``a sensitivity study`` (TOML for ``channellab sensitivity``),
``uncertainties`` (TOML for ``compare --uncertainty``), ``a calibration``, ``targets``, ``a diffusion`` (TOML for
``channellab calibrate``).
"""

import doctest
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from channellab import cli
from channellab.calibration.diffusion import DiffusionFile
from channellab.calibration.history_file import read_calibration
from channellab.calibration.targets_file import read_targets
from channellab.experiments.designs import read_design
from channellab.experiments.inputs import read_study
from channellab.experiments.search_file import read_search
from channellab.experiments.sensitivity_file import read_sensitivity
from channellab.experiments.uncertainty import read_uncertainty
from channellab.scenarios import ready, timetable
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.keys import exists
from channellab.scenarios.regions import ROLES, load_regions
from channellab.scenarios.settings import Scenario

ROOT = Path(__file__).resolve().parents[1]
FREE = (
    ("timetable", "set"),
    ("policy", "rebate", "others", "options"),
    ("retailers", "formats", "price", "other", "options"),
)
"""Tables that hold keys of any name."""
FLAGS = re.MULTILINE | re.DOTALL
BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^\n]*?) -->\n)?^```(?P<language>\w+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$", FLAGS
)
PLAYING = ("run", "compare", "batch", "runs", "search", "sensitivity", "calibrate", "report", "rerun")
WORKING = ("run", "compare", "batch", "search", "sensitivity", "calibrate", "rerun")
"""Those of them that take --workers, which changes no figure."""
STUDIES: dict[str, Callable[[Path], Any]] = {
    "a design": lambda file: list(read_design(file).points()),
    "a study": lambda file: read_search(file).levers,
    "a sensitivity study": lambda file: read_sensitivity(file).inputs,
    "a calibration": lambda file: read_calibration(file).file,
    "a diffusion": lambda file: read_study(file, DiffusionFile).diffusion,
    "targets": lambda file: read_targets(file).file,
    "uncertainties": lambda file: read_uncertainty(file).inputs,
}
OTHER_PROGRAMS = {"source", "cd", "git"}
SHELL = re.compile(r"[|<>;&]")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; ``note`` is the comment above it."""

    language: str
    name: str
    note: str
    text: str


def blocks(markdown: str) -> list[Block]:
    found = [Block(**{k: v or "" for k, v in block.groupdict().items()}) for block in BLOCK.finditer(markdown)]
    assert len(re.findall("^```", markdown, re.MULTILINE)) == 2 * len(found), "a block names no language"
    return found


def try_page(page: Path, capsys: pytest.CaptureFixture[str], full: bool = False) -> None:
    """Try all examples of a page in the current folder: in brief, or in full as a reader would."""
    names: dict[str, Any] = {}
    for block in blocks(page.read_text("utf-8")):
        match block.language:
            case "toml":
                try_toml(block, full)
            case "python":
                try_python(block, names, full)
            case "bash":
                for command in commands(block.text) if block.note != "not here" else ():
                    try_command(command, block.note, full)
            case "console":
                try_console(block, capsys, full)


def try_toml(block: Block, full: bool = False) -> None:
    if not block.name or (block.note == "in full" and not full):
        assert [key for key in keys_in(tomllib.loads(block.text)) if not exists(Scenario, key)] == []
        return
    Path(block.name).write_text(block.text, encoding="utf-8")
    if block.note in STUDIES:
        assert STUDIES[block.note](Path(block.name))
        return
    if block.note == "wrong on purpose":
        with pytest.raises(BadInput):
            load(block.name)
        return
    scenario = load(block.name).scenario
    network = scenario.network
    table = load_regions(network.regions, network.edges, network.districts, network.district_count, Path())
    timetable.check(scenario, table.region_ids, [ROLES[role] for role in table.role], block.name)


def keys_in(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, list):
        for inner in value:
            yield from keys_in(inner, above)
    if isinstance(value, dict) and above not in FREE:
        for name, inner in value.items():
            if (*above, name) != ("extends",):
                yield (*above, name)
                yield from keys_in(inner, (*above, name))


def try_python(block: Block, names: dict[str, Any], full: bool = False) -> None:
    later = block.note == "not run" or (block.note == "in full" and not full)
    if not block.text.startswith(">>>"):
        code = compile(block.text, "example", "exec")
        if not later:
            exec(code, names)
        return
    if later:
        return
    example = doctest.DocTestParser().get_doctest(block.text, names, "example", "example", 0)
    said: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(example, out=said.append, clear_globs=False).failed
    assert not failed, "".join(said)
    names |= example.globs


def commands(text: str) -> Iterator[list[str]]:
    """Words of each command, up to the first pipe or redirection."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        end = next((n for n, word in enumerate(words) if SHELL.match(word)), len(words))
        if words:
            yield words[:end]


def try_command(words: list[str], note: str, full: bool = False) -> None:
    match [Path(words[0]).name, *words[1:]]:
        case ["channellab", "scenarios", *rest]:
            assert cli.main(["scenarios", *rest]) == 0, words
        case ["channellab", verb, *rest] if verb in PLAYING and plays(note, full):
            assert cli.main([verb, *rest, *more(verb, note, full)]) == 0, words
        case ["channellab", *rest]:
            parse(rest)
        case ["make", *rest]:
            makefile = (ROOT / "Makefile").read_text("utf-8")
            assert [target for target in rest if "=" not in target and f"\n{target}:" not in makefile] == []
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module), words
        case [program, *_]:
            assert program in OTHER_PROGRAMS, words


def plays(note: str, full: bool) -> bool:
    """Whether the commands of a block are carried out."""
    return note.startswith(("run with:", "always with:")) or (full and note == "in full")


def more(verb: str, note: str, full: bool) -> list[str]:
    """Options that keep an example cheap; none that changes its figures where it is carried out in full."""
    if full and not note.startswith("always with:"):
        return ["--workers", "1"] if verb in WORKING else []
    return shlex.split(note.partition(":")[2])


def parse(arguments: list[str]) -> None:
    """Parse a command without running it, and read the scenarios that it names if they are there."""
    command: Any = typer.main.get_command(cli.app)
    context = command.make_context("channellab", list(arguments))
    while hasattr(command, "commands"):
        word, *arguments = arguments
        command = command.commands[word]
        context = command.make_context(word, list(arguments), parent=context)
    given = context.params
    for scenario in [*given.get("scenarios", []), given.get("scenario", "")]:
        if scenario in ready.names() or Path(scenario).is_file():
            load(scenario, given["overrides"] or ())


def try_console(block: Block, capsys: pytest.CaptureFixture[str], full: bool = False) -> None:
    for shown in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, expected = shown.partition("\n")
        words = shlex.split(line)[1:]
        if block.note and not plays(block.note, full):
            parse(words)
            continue
        capsys.readouterr()
        code = cli.main([*words, *(more(words[0], block.note, full) if block.note else ())])
        said = capsys.readouterr()
        if block.note and not full:
            assert code == 0, line
        else:
            assert re.fullmatch(pattern(expected), squeezed(said.out + said.err), re.DOTALL), said.out + said.err


def pattern(shown: str) -> str:
    """What a command must print, as a regular expression, where it shows this."""
    return ".*?".join(re.escape(part) for part in squeezed(shown).split("..."))


def squeezed(text: str) -> str:
    """Without blanks at the ends of lines, and with one in place of several."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
