"""A report as PDF and in pieces, and the ODD record."""

import builtins
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from channellab.cli import main
from channellab.reports.pdf import as_pdf
from channellab.reports.report import render
from channellab.scenarios.errors import ChannelLabError
from channellab.sim.week import PHASES


def test_without_weasyprint_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'pango'")
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ChannelLabError, match="needs WeasyPrint and Pango"):
        as_pdf("<p></p>")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.filterwarnings("ignore")
def test_a_pdf_has_every_letter(studies_root: Path, lang: str, caplog: pytest.LogCaptureFixture) -> None:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint or Pango is not there: {error}")
    assert weasyprint
    data = as_pdf(render(studies_root / "search", lang))
    assert data.startswith(b"%PDF")
    said = [record.getMessage() for record in caplog.records]
    assert not [line for line in said if "notdef" in line or "Font-face" in line]
    assert len(re.findall(rb"/Type /Page\b", data)) > 1 or b"/ObjStm" in data


def test_every_chart_and_table_by_itself(studies_root: Path, tmp_path: Path) -> None:
    out = tmp_path / "pieces"
    page = tmp_path / "page.html"
    assert main(["report", str(studies_root / "selection"), "--out", str(page), "--png", str(out), "-q"]) == 0
    assert {path.name for path in out.iterdir()} == {"ranking.png", "selection.csv"}
    with Image.open(out / "ranking.png") as picture:
        assert "Bar chart" in picture.info["Description"]
        assert picture.width > 1000
    assert len(pd.read_csv(out / "selection.csv")) == 2


def test_the_record_is_always_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["odd", "bilateral-monopoly"]) == 0
    said = capsys.readouterr().out
    assert main(["odd", "bilateral-monopoly", "--out", str(tmp_path / "odd.md"), "-q"]) == 0
    assert (tmp_path / "odd.md").read_text("utf-8") == said
    for number, heading in enumerate(
        ("Purpose", "Entities", "Process", "Design", "Initialisation", "Input", "Submod"), 1
    ):
        assert f"### {number}. {heading}" in said
    assert all(f"| {phase.__name__} |" in said for phase in PHASES)
    assert "## TRACE" in said
    assert re.search(r"\| scenario bilateral-monopoly \(SHA-256\) \| [0-9a-f]{64} \|", said)


def test_settings_that_were_changed_stand_in_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["odd", "base", "--set", "consumers.count=12345"]) == 0
    assert "| `consumers.count` | 12345 |" in capsys.readouterr().out


def test_a_record_of_a_study_tells_what_was_tried(studies_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["odd", str(studies_root / "search")]) == 0
    said = capsys.readouterr().out
    assert "levers: `products.0.ex_factory_price`" in said
    assert "| kind | search |" in said
    assert main(["odd", "nowhere"]) == 2
