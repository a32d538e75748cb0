"""The docs are held against the code: examples run, links lead somewhere, names and tables are those of the code."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

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
from channellab.reports import odd
from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import all_keys, dotted, exists, is_option
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import BRAND, Account
from channellab.sim.week import PHASES

from .doc_examples import ROOT, try_page

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
PICTURES = {f"docs/pictures/{name}.png" for name in ("detection", "network", "trajectories")}

# Examples


@pytest.mark.parametrize("name", [name for name in NAMES if "tutorials" not in name])
def test_examples_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try_page(ROOT / name, capsys)


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
    assert [dotted(key) for key in ours if not (exists(Scenario, key) or is_option(Scenario, key))] == []


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
