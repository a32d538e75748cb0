"""The tutorials: every command runs, every figure is what a command prints, and both languages show the same.

In brief always; in full, as a reader would, among the slow tests. After a change of the model, the figures that they
then print belong on the pages.
"""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .doc_examples import ROOT, blocks, commands, try_page

FOLDER = ROOT / "docs" / "tutorials"
NAMES = ("strategist", "researcher", "planner", "workshop")
FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])\d*\.\d+")
"""A figure with thousands or decimals; counts of seeds, weeks and the like are written without."""
PATIENCE = 600.0
"""Seconds; on a fresh machine the kernels are compiled first."""
EACH = pytest.mark.parametrize("name", NAMES)
BOTH = pytest.mark.parametrize("page", [FOLDER / f"{name}{lang}.md" for name in NAMES for lang in ("", ".zh")], ids=str)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the example data where a checkout has them."""
    (tmp_path / "calibration").symlink_to(ROOT / "calibration", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


@EACH
def test_a_tutorial_works_in_brief(name: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try_page(FOLDER / f"{name}.md", capsys)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name != "workshop"])
def test_a_tutorial_prints_its_figures(name: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try_page(FOLDER / f"{name}.md", capsys, full=True)


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def page() -> Iterator[int]:
    """The page that the workshop's tutorial starts, by the port that it listens on."""
    text = (FOLDER / "workshop.md").read_text("utf-8")
    ((_, verb, *options),) = (
        words for block in blocks(text) if block.language == "bash" for words in commands(block.text)
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "channellab", verb, *options, "--port", str(port), "--workers", "1", "-q"]
    with subprocess.Popen(command) as started:
        end = time.monotonic() + PATIENCE
        while not listens(port):
            assert started.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
        yield port
        started.terminate()


@pytest.mark.slow
def test_the_workshop_shows_its_figures(page: int, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (FOLDER / "workshop.md").read_text("utf-8")
    (checkout / "page.md").write_text(text.replace("127.0.0.1:8710", f"127.0.0.1:{page}"), encoding="utf-8")
    try_page(checkout / "page.md", capsys, full=True)


def test_there_is_no_other_tutorial() -> None:
    assert {page.name for page in FOLDER.iterdir()} == {f"{name}{lang}.md" for name in NAMES for lang in ("", ".zh")}


@EACH
def test_the_chinese_page_shows_the_same(name: str) -> None:
    here, there = (blocks((FOLDER / f"{name}{lang}.md").read_text("utf-8")) for lang in ("", ".zh"))
    assert here == there


@BOTH
def test_every_figure_is_printed_by_a_command(page: Path) -> None:
    text = page.read_text("utf-8")
    printed = "\n".join(block.text for block in blocks(text))
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", "", text, flags=re.MULTILINE | re.DOTALL)
    assert [figure for figure in FIGURE.findall(prose) if figure not in printed] == []
