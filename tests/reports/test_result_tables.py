"""What the command line prints of results, in both languages."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from channellab import result_tables
from channellab.experiments.compare import Comparison
from channellab.experiments.families import PRIMARY
from channellab.scenarios.metrics import CATALOGUE

Printed = Callable[[str, str], str]
KINDS = ("comparison", "selection", "explanation", "search")


@pytest.fixture
def printed(
    comparison: Comparison, studies_root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Printed:
    """What is printed of a kind of result in a language."""
    monkeypatch.setenv("COLUMNS", "300")
    show: dict[str, Any] = {
        "comparison": result_tables.print_comparison,
        "selection": result_tables.print_selection,
        "explanation": partial(result_tables.print_explanation, metrics=["channel_profit", "nps"]),
        "search": result_tables.print_front,
    }

    def call(kind: str, lang: str) -> str:
        file = studies_root / kind / f"{kind}.json"
        show[kind](comparison.document() if kind == "comparison" else json.loads(file.read_text("utf-8")), lang)
        return capsys.readouterr().out

    return call


def figures(text: str) -> list[str]:
    """Numbers of some digits, in order."""
    return re.findall(r"-?\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+", text)


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_print_the_same_figures(printed: Printed, kind: str) -> None:
    english, chinese = printed(kind, "en"), printed(kind, "zh")
    assert figures(english) == figures(chinese) != []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_in_english(printed: Printed, kind: str) -> None:
    """But for names of scenarios and abbreviations."""
    words = {*re.findall(r"\b[a-z]{3,}", printed(kind, "zh"))}
    assert words - {"intensive", "selective", "exclusive"} == set()


@pytest.mark.parametrize(("lang", "headings"), [("en", ("Primary", "Exploratory")), ("zh", ("主要", "探索性"))])
def test_the_primary_metrics_come_first(printed: Printed, lang: str, headings: tuple[str, str]) -> None:
    lines = printed("comparison", lang).splitlines()
    first, second = (next(n for n, line in enumerate(lines) if line.startswith(each)) for each in headings)
    title = {"en": "title_en", "zh": "title_zh"}[lang]
    between = [line.split("  ")[0] for line in lines[first + 1 : second]]
    assert between == [getattr(CATALOGUE[name], title) for name in CATALOGUE if name in PRIMARY]
    assert len(lines) - second > len(CATALOGUE) - len(PRIMARY)
