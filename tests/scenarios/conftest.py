"""Distributions of third parties, made of the recipes in the docs."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

METADATA = "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"


@pytest.fixture
def acme(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The distribution of the page that the test's module calls its ``RECIPE``, as if it were installed."""
    blocks = dict[str, list[str]]()
    for language, text in re.findall(r"```(\w+)\n(.*?)```", request.module.RECIPE.read_text("utf-8"), re.DOTALL):
        blocks.setdefault(language, []).append(text)
    module, tests = blocks["python"]
    (tmp_path / "acme.py").write_text(module)
    (tmp_path / "test_acme.py").write_text(tests)
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA)
    (points,) = blocks["text"]
    (metadata / "entry_points.txt").write_text(points.replace('project.entry-points."', "").replace('"', ""))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield importlib.import_module("acme")
    sys.modules.pop("acme")
