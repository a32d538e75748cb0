"""The verb `report`: what it writes and says, and what belongs to the result afterwards."""

import json
from pathlib import Path

import pytest

from channellab import staging
from channellab.cli import main
from channellab.reports import report


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without its contents, which other tests look at; folders are read all the same."""
    whole = report.page_of

    def page_of(folder: Path, lang: str) -> object:
        return f"page in {lang}" if (folder / "result.json").is_file() else whole(folder, lang)

    monkeypatch.setattr(report, "page_of", page_of)
    monkeypatch.setattr(report, "rendered", str)


def test_it_goes_into_the_folder_and_is_replaced_with_it(
    copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "staged"
    with staging.staged(out) as folder:
        assert folder
        (folder / "result.json").write_bytes((copied / "result.json").read_bytes())
    assert main(["report", str(out)]) == 0
    assert capsys.readouterr().out == f"{out / 'report.html'} is written\n"
    assert (out / "report.html").read_text("utf-8") == "page in en"
    with staging.staged(out) as folder:
        assert folder
    assert [path.name for path in out.iterdir()] == [staging.MANIFEST]


def test_language_place_and_silence(copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main(["report", str(copied), "--lang", "zh", "--out", str(page), "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert page.read_text("utf-8") == "page in zh"
    assert main(["report", str(copied), "--out", str(page), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(page), "lang": "en"}
    assert not (copied / "report.html").exists()


def test_a_folder_that_is_no_result_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"{tmp_path / 'result.json'}: cannot be read")
    assert list(tmp_path.iterdir()) == []


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--help"]) == 0
    said = capsys.readouterr().out
    assert "Example: channellab report" in said
    assert "--json" in said
    assert "-q" in said
