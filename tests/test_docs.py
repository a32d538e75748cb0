"""The docs are held against the code: examples run, links lead somewhere, names and tables are those of the code.

A page's fenced blocks are tried in order in one empty folder. ``toml NAME`` is written to NAME and must load;
``python`` runs; ``console`` must print what it shows; in ``bash``, commands are parsed and cheap ones run. A comment on
the line above a block says more: ``run with: OPTIONS`` (runs the verbs in `PLAYING` with these too),
``not run`` (python that takes long), ``not here`` (commands for several machines), ``wrong on purpose`` (TOML that must
not load), ``a design`` (TOML for ``channellab batch``), ``a study`` (TOML for ``channellab search``),
``a sensitivity study`` (TOML for ``channellab sensitivity``), ``uncertainties`` (TOML for ``compare --uncertainty``),
``a calibration``, ``targets``, ``a diffusion`` (TOML for ``channellab calibrate``).
"""

import doctest
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
import typer

from channellab import cli
from channellab.agents.consumers import Mind, Tastes
from channellab.agents.distributors import DistributorColumns
from channellab.agents.kols import KolColumns
from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
from channellab.agents.online import OnlineColumns
from channellab.agents.pricing import PricingColumns
from channellab.agents.retailers import RetailerColumns
from channellab.agents.rivals import RivalColumns
from channellab.agents.stores import StoreColumns
from channellab.calibration.diffusion import DiffusionFile
from channellab.calibration.history_file import read_calibration
from channellab.calibration.targets_file import read_targets
from channellab.experiments.designs import read_design
from channellab.experiments.inputs import read_study
from channellab.experiments.search_file import read_search
from channellab.experiments.sensitivity import read_sensitivity
from channellab.experiments.uncertainty import read_uncertainty
from channellab.reports import odd
from channellab.scenarios import ready, timetable
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.keys import all_keys, dotted, exists
from channellab.scenarios.regions import ROLES, load_regions
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import BRAND, Account
from channellab.sim.week import PHASES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
PICTURES = {"docs/pictures/network.png", "docs/pictures/trajectories.png"}
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
PLAYING = ("run", "compare", "batch", "runs", "search", "sensitivity")
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


# Examples


@pytest.mark.parametrize("name", NAMES)
def test_examples_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks((ROOT / name).read_text("utf-8")):
        match block.language:
            case "toml":
                try_toml(block)
            case "python":
                try_python(block, names)
            case "bash":
                for command in commands(block.text) if block.note != "not here" else ():
                    try_command(command, block.note)
            case "console":
                try_console(block.text, capsys)


def try_toml(block: Block) -> None:
    if not block.name:
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


def try_python(block: Block, names: dict[str, Any]) -> None:
    if not block.text.startswith(">>>"):
        code = compile(block.text, "example", "exec")
        if block.note != "not run":
            exec(code, names)
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


def try_command(words: list[str], note: str) -> None:
    match [Path(words[0]).name, *words[1:]]:
        case ["channellab", "scenarios", *rest]:
            assert cli.main(["scenarios", *rest]) == 0, words
        case ["channellab", verb, *rest] if verb in PLAYING and note.startswith("run with:"):
            assert cli.main([verb, *rest, *shlex.split(note.removeprefix("run with:"))]) == 0, words
        case ["channellab", *rest]:
            parse(rest)
        case ["make", *rest]:
            makefile = (ROOT / "Makefile").read_text("utf-8")
            assert [target for target in rest if "=" not in target and f"\n{target}:" not in makefile] == []
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module), words
        case [program, *_]:
            assert program in OTHER_PROGRAMS, words


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


def try_console(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for shown in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, expected = shown.partition("\n")
        capsys.readouterr()
        cli.main(shlex.split(line)[1:])
        said = capsys.readouterr()
        assert said.out + said.err == expected, line


@pytest.mark.parametrize(
    "example",
    [
        "```toml\n[consumers]\ncuont = 1\n```",
        '```toml mine.toml\nextends = "base"\nrun.weeks = 0\n```',
        "```python\nassert 1 == 2\n```",
        "```python\n>>> 1 + 1\n3\n```",
        "```bash\nmake tea\n```",
        "```bash\nchannellab run base --week 3\n```",
        "```bash\nchannellab run base --set layout.core=dense\n```",
        "```bash\nfrobnicate\n```",
        "```console\n$ channellab scenarios list -q\nnothing\n```",
    ],
)
def test_a_wrong_example_is_caught(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Some words\n\n{example}\n", encoding="utf-8")
    with pytest.raises((AssertionError, BadInput, cli.USAGE_ERROR)):
        test_examples_work(str(page), tmp_path, monkeypatch, capsys)


# Links, keys, generated pages


@pytest.mark.parametrize("name", [*NAMES, "CHANGELOG.md", "scenarios/data/README.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    inside = [link.partition("#") for link in links if "://" not in link]
    places = {((page.parent / path).resolve() if path else page, anchor) for path, _, anchor in inside}
    missing = {place.relative_to(ROOT).as_posix() for place, _ in places if not place.exists()}
    assert missing <= PICTURES
    assert [(place, anchor) for place, anchor in places if anchor and anchor not in anchors(place)] == []


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_settings_that_are_mentioned_exist(name: str) -> None:
    spans = re.findall(r"`([a-z_]\w*(?:\.[\w-]+)+)`", (ROOT / name).read_text("utf-8"))
    keys = [tuple(part for part in span.split(".") if not part.isdecimal()) for span in spans]
    ours = [key for key in keys if key[0] in Scenario.model_fields and key[-1] not in ("md", "csv", "toml", "png")]
    assert [dotted(key) for key in ours if not exists(Scenario, key)] == []


def test_every_setting_is_explained() -> None:
    """By its name, also written in words, on one of the pages that people write."""
    pages = [DOCS / name for name in ("model.md", "regions.md", "scenario-files.md")]
    words = set(re.findall(r"\w+", text := " ".join(page.read_text("utf-8") for page in pages)))
    text = " ".join(text.split())
    known = {str(key[-1]) for key in all_keys(Scenario) if isinstance(key[-1], str)}
    assert sorted(name for name in known - words if name.replace("_", " ") not in text) == []


@pytest.mark.parametrize("name", odd.PAGES)
def test_rendered_pages_are_current(name: str, tmp_path: Path) -> None:
    odd.main(["--out", str(tmp_path)])
    assert (DOCS / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8"), (
        "refresh it: python -m channellab.reports.odd"
    )


# The model page


def rows_of(section: str) -> list[list[str]]:
    """Cells of the table in a section of the model page, named by the start of its heading."""
    text = (DOCS / "model.md").read_text("utf-8").partition(f"# {section}")[2]
    table = re.split(r"^#+ ", text, maxsplit=1, flags=re.MULTILINE)[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", table, re.MULTILINE)
    ][2:]


def test_the_week_is_told_in_its_order() -> None:
    assert [row[0] for row in rows_of("3. Process")] == [f"`{phase.__name__}`" for phase in PHASES]


def test_the_accounts_are_all_told() -> None:
    assert [row[0] for row in rows_of("7.10 Ledger")] == [account.name for account in Account]
    assert BRAND.stop == Account.RIVAL_SALES


def test_agents_are_told_by_their_columns() -> None:
    tables = (RetailerColumns, DistributorColumns, PlantColumns, ManufacturerColumns, RivalColumns)
    columns = {kind.__name__.removesuffix("Columns").lower(): {f.name for f in fields(kind)} for kind in tables}
    columns["own store"] = {f.name for f in fields(StoreColumns)}
    columns["online shop"] = {f.name for f in fields(OnlineColumns)}
    columns["pricing group"] = {f.name for f in fields(PricingColumns)}
    columns["opinion leader"] = {f.name for f in fields(KolColumns)}
    columns["consumer"] = {*Tastes._fields, *Mind._fields}
    told = {row[0]: set(re.findall(r"`(\w+)`", row[2])) for row in rows_of("2. Entities")}
    assert told.keys() == columns.keys()
    assert {kind: names - columns[kind] for kind, names in told.items() if names - columns[kind]} == {}
