"""What tests of many runs share: a small market, and designs and searches of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from channellab.experiments.search_file import SearchStudy, read_search

from .searches import ONE, PRICE
from .searches import Written as SearchWritten

SMALL = """
weeks = 2
[constants]
consumers.count = 200
run.warmup = 1
"""
"""A market whose run takes a few hundredths of a second."""

Written = Callable[..., Path]


@pytest.fixture
def design(tmp_path: Path) -> Written:
    """Writes a design of a small market; ``head`` and ``tail`` stand before and after what makes it small."""

    def write(head: str = "replications = 2", tail: str = "", name: str = "design.toml") -> Path:
        file = tmp_path / name
        scenarios = "" if "scenarios" in head else 'scenarios = ["bilateral-monopoly"]'
        file.write_text(f"{scenarios}\n{head}\n{SMALL}\n{tail}", "utf-8")
        return file

    return write


@pytest.fixture
def study(tmp_path: Path) -> SearchWritten:
    """Writes and reads a study of a double monopoly whose manufacturer sets its price by the lever."""

    def write(
        objectives: str = ONE,
        how: str = "evaluations = 12\nbatch = 4\nfinalists = 3\nfresh = 4",
        levers: str = f"{PRICE} = {{low = 25.0, high = 95.0}}",
        count: int = 300,
        head: str = "replications = 2",
    ) -> SearchStudy:
        file = tmp_path / "study.toml"
        scenarios = "" if "scenarios" in head else 'scenarios = ["bilateral-monopoly"]'
        file.write_text(
            f"{scenarios}\nweeks = 2\n{head}\n[constants]\nrun.warmup = 1\nconsumers.count = {count}\n"
            f'manufacturer.price.rule = "list"\n[levers]\n{levers}\n{objectives}\n[search]\n{how}\n',
            "utf-8",
        )
        return read_search(file)

    return write
