"""What tests of many runs share: a small market, and designs of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

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
