"""Refusals are told in Chinese as well, all of them."""

import re
import tomllib
from typing import Literal

import pytest
from pydantic import Field, ValidationError

from channellab.cli import main
from channellab.reports.refusals import told
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.explain import explain
from channellab.scenarios.keys import all_keys, dotted
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.base import Settings

from .spoken import ROOT, sentences

CATALOGUE = tomllib.loads((ROOT / "reports/words/refusals_zh.toml").read_text("utf-8"))
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*[a-z]")
NO_WORDS = re.compile(r"""'[^']*'|"[^"]*"|\S*[._=/]\S*|--\S+""")
"""Names, keys, files and what is quoted."""


def latin(text: str) -> set[str]:
    return {word for word in WORD.findall(NO_WORDS.sub(" ", text)) if word.lower() == word}


COMMANDS = {"pip", "apt", "install", "runs", "failed"}
KEYS = {str(part) for key in all_keys(Scenario) for part in key} | {"points", "start"}
KEPT = (
    COMMANDS
    | KEYS
    | {word for section in CATALOGUE.values() for chinese in section.values() for word in latin(chinese)}
)
"""English words that Chinese sentences keep, such as names of commands and settings."""


def test_the_source_is_read() -> None:
    found = sentences()
    assert len(found) > 250
    assert {"is missing", "the job has no result yet", "is unknown; the nearest known key is 7"} <= found.keys()
    assert any(text.startswith("is not UTF-8 text ('7'); other rows are") for text in found), "parts are put together"


@pytest.mark.parametrize("place", ["file", "sentence"])
def test_every_sentence_that_the_code_refuses_with_has_chinese(place: str) -> None:
    left = {}
    for text, said_by in sentences().items():
        refusal = BadInput("m.toml", "run.weeks", text)
        chinese = told(refusal if place == "file" else ChannelLabError(str(refusal)), "zh")
        if english := latin(chinese) - KEPT:
            left[said_by] = (text, chinese, english)
    assert not left


def test_placeholders_are_the_same_and_the_font_has_all_characters() -> None:
    for section in CATALOGUE.values():
        for english, chinese in section.items():
            assert {*re.findall(r"\{\w+\}", chinese)} <= {*re.findall(r"\{\w+\}", english)}, english
            chinese.encode("gb2312")


class Small(Settings):
    """Every kind of bound."""

    whole: int = Field(2, ge=1, le=5, multiple_of=2)
    number: float = Field(0.5, gt=0, lt=1)
    yes: bool = True
    text: str = Field("abc", min_length=2, max_length=4)
    one: Literal["a", "b"] = "a"
    many: tuple[int, ...] = Field((1,), min_length=1, max_length=2)
    inner: dict[str, int] = Field(default_factory=dict)


@pytest.mark.parametrize(
    "wrong",
    [
        {"whole": 0},
        {"whole": 7},
        {"whole": 3},
        {"whole": "x"},
        {"whole": 2.5},
        {"number": 0.0},
        {"number": 1.0},
        {"number": "x"},
        {"number": float("inf")},
        {"yes": 3},
        {"text": "a"},
        {"text": "abcde"},
        {"text": 3},
        {"one": "c"},
        {"many": ()},
        {"many": (1, 2, 3)},
        {"many": 3},
        {"inner": 3},
        {"wholes": 3},
        {"nothing_like_it": 3},
    ],
)
def test_every_kind_of_bound_has_chinese(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        Small.model_validate(wrong)
    complaint = explain(caught.value, Small)
    (key,) = wrong
    chinese = told(BadInput("m.toml", dotted(complaint.parts), complaint.problem), "zh")
    assert chinese.startswith(f"m.toml：{key} ")
    assert not latin(chinese.replace(key, "")) - {"true", "false", "x", "inf"} - {*Small.model_fields}


def test_what_is_not_known_stays_and_what_people_type_is_kept() -> None:
    assert told("something of another package", "zh") == "something of another package"
    typed = told(BadInput("levers", "policy.price.kind", "is 'does not exist', allowed are 'free' or 'uniform'"), "zh")
    assert typed == "调节项：policy.price.kind 为 'does not exist'，须为 'free' 或 'uniform'"
    assert told(BadInput("a.toml", "", "does\nnot exist"), "en") == "a.toml: does not exist"


def test_the_command_line_speaks_the_language_of_the_locale_or_the_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["run", "bas"]) == 2
    assert "'bas'：不是情景库里的情景；最接近的名称是 base" in capsys.readouterr().err
    assert main(["run", "base", "--set", "consumers.count=-4"]) == 2
    assert capsys.readouterr().err == "--set：consumers.count 为 -4，须为不小于 1 的值\n"
    assert main(["run", "--nothing-like-it"]) == 2
    assert capsys.readouterr().err.startswith("没有选项 --nothing-like-it")
    assert main(["report", "no-such-folder", "--lang", "en"]) == 2
    assert "is no folder" in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["report", "no-such-folder", "--lang=zh"]) == 2
    assert "不是文件夹" in capsys.readouterr().err
