from collections.abc import Callable
from pathlib import Path

import pytest

from channellab.calibration.history_file import read_calibration
from channellab.scenarios.errors import BadInput

from .conftest import EXAMPLES, plain_table

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("columns", "more", "sentence"),
    [
        ({}, {"history.colums": 1}, "history.colums is unknown; the nearest known key is history.columns"),
        ({"units": None}, {}, "history.columns.units is missing"),
        ({"price": "sold"}, {}, "history.columns.price is 'sold' as units is, allowed is a column of its own"),
        ({}, {"test.first": 20, "test.last_weeks": 4}, "test.last_weeks and first or last are both given"),
        ({}, {"test.last": 20}, "test.first is missing where last is given"),
        ({}, {"levels.A.by": ["town"]}, "levels.A.by names 'town', allowed are"),
        ({}, {"history.groups.units.column": "x"}, "history.groups units is the name of a column"),
        ({}, {"test.first": "soon"}, "test.first is 'soon', allowed are dates such as 2011-01-12 and week numbers"),
        ({}, {"test.first": [1]}, "test.first"),
        ({}, {"history.gap_weeks": 0}, "history.gap_weeks is 0, allowed are values from 1"),
        ({}, {"history.duplicates": "mean"}, "history.duplicates is 'mean', allowed are"),
        ({}, {"history.calendar.format": "%Q"}, "history.calendar.format is '%Q', which strptime does not know"),
        ({}, {"history.calendar.format": "%Y-%m-%d%z"}, "history.calendar.format is '%Y-%m-%d%z', which strptime"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    calibration_file: Write, columns: dict[str, str], more: dict[str, object], sentence: str
) -> None:
    path = calibration_file(plain_table(), columns, more)
    with pytest.raises(BadInput) as caught:
        read_calibration(path)
    assert str(caught.value).startswith(f"{path}: {sentence}")


def test_an_override_is_blamed_for_what_it_says(calibration_file: Write) -> None:
    with pytest.raises(BadInput, match=r"^--set: test\.origins is 0, allowed are values from 1"):
        read_calibration(calibration_file(plain_table()), ["test.origins=0"])


def test_a_folder_belongs_to_the_file_and_in_an_override_to_the_current_folder(
    calibration_file: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = calibration_file(plain_table(), {}, {"history.folder": "inner"})
    assert read_calibration(path).path("x.csv") == tmp_path / "inner" / "x.csv"
    monkeypatch.chdir("/")
    assert read_calibration(path, ["history.folder=data"]).path("x.csv") == Path("/data/x.csv")
    assert read_calibration(path, ["history.file=x.csv"]).path("/x.csv") == Path("/x.csv")


@pytest.mark.parametrize("name", ["store", "cheese", "synthetic"])
def test_the_examples_are_valid(name: str) -> None:
    found = read_calibration(EXAMPLES / f"{name}.toml")
    assert found.file.levels
    assert found.path("x").parent.name in {"data", "synthetic"}


def test_names_of_other_letters_are_told_to_stand_in_quotes(calibration_file: Write) -> None:
    path = calibration_file(plain_table())
    text = path.read_text("utf-8")
    path.write_text(text + "[levels]\n合计 = {by = []}\n", "utf-8")
    with pytest.raises(BadInput, match=r"is not valid TOML: .*; names with letters beyond a to z stand in quotes$"):
        read_calibration(path)
    path.write_text(text + '[levels]\n"合计" = {by = []}\n', "utf-8")
    assert [*read_calibration(path).file.levels] == ["合计"]
