"""A page's numbers again, from the page alone."""

import json
from pathlib import Path

import pytest

from channellab.cli import main
from channellab.reports.repeat import carried, repeat
from channellab.reports.report import write_report
from channellab.scenarios.errors import BadInput


@pytest.fixture(scope="module")
def page(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "run.html"
    write_report(run_folder, file)
    return file


def test_a_run_gives_the_same_numbers(page: Path, run_folder: Path) -> None:
    found = repeat(carried(page))
    assert found.same
    assert found.kind == "run"
    assert found.numbers >= len(json.loads((run_folder / "result.json").read_text("utf-8"))["metrics"])


@pytest.mark.parametrize("kind", ["explanation", "selection", "search", "sensitivity", "batch"])
def test_studies_give_the_same_numbers(studies_root: Path, tmp_path: Path, kind: str) -> None:
    write_report(studies_root / kind, tmp_path / "page.html")
    found = repeat(carried(tmp_path / "page.html"))
    assert found.same, found.differing[:3]
    assert found.numbers > 8


def test_a_comparison_carries_all_it_needs(comparison_folder: Path, tmp_path: Path) -> None:
    write_report(comparison_folder, tmp_path / "page.html", "zh")
    data = carried(tmp_path / "page.html")
    assert data["kind"] == "compare"
    assert data["scenarios"].keys() == {"intensive", "selective", "exclusive"}
    result = json.loads((comparison_folder / "result.json").read_text("utf-8"))
    assert data["result"] == {key: value for key, value in result.items() if key != "elapsed_s"}


def test_a_comparison_on_a_fitted_market_is_played_from_the_page_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its tables are in the page; each seed has its own draw of what is uncertain."""
    folder, unsure, cheaper = tmp_path / "result", tmp_path / "unsure.toml", tmp_path / "cheaper.toml"
    unsure.write_text("[uncertainties]\nretailers.handling_cost = {low = 0.0, high = 4.0}\n", encoding="utf-8")
    cheaper.write_text('extends = "replayed-history"\npolicy.price.recommended_discount = 0.1\n', encoding="utf-8")
    brief = ("--weeks", "2", "--replications", "2", "--workers", "1", "-q", "--uncertainty", str(unsure))
    assert main(["compare", "replayed-history", str(cheaper), *brief, "--out", str(folder)]) == 0
    assert main(["report", str(folder), "-q"]) == 0
    data = carried(folder / "report.html")
    for told in data["scenarios"].values():
        assert {"plan.parquet", "visits.parquet"} <= told["fitted"].keys()
        assert {"regions", "edges", "districts"} <= told["tables"].keys()
    assert main(["rerun", str(folder / "report.html"), "--workers", "1"]) == 0
    assert "numbers are the same" in capsys.readouterr().out


@pytest.fixture(scope="module")
def refit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a calibration, with its data in a folder beside it."""
    folder = tmp_path_factory.mktemp("refit")
    (folder / "sales").mkdir()
    rows = [
        f"{week},{shop},{10 + (week * 7 + shop * 3) % 6 + 8 * (week % 5 == shop)},{1.5 if week % 5 == shop else 2}"
        for shop in range(2)
        for week in range(1, 25)
    ]
    (folder / "sales" / "s.csv").write_text("\n".join(["week,shop,sold,paid", *rows, ""]), "utf-8")
    mapped = 'columns = {period = "week", outlet = "shop", units = "sold", price = "paid"}'
    brief = "[test]\nlast_weeks = 3\n[fit]\ntrials = 1\ndraws = 50\n"
    (folder / "shop.toml").write_text(f'[history]\nfolder = "sales"\nfile = "s.csv"\n{mapped}\n{brief}', "utf-8")
    assert main(["calibrate", str(folder / "shop.toml"), "--out", str(folder / "fit"), "--workers", "1", "-q"]) == 0
    write_report(folder / "fit", folder / "page.html", "zh")
    return folder


def test_a_calibration_is_fitted_again_to_the_same_data(
    refit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, data = str(refit / "page.html"), ["--data", str(refit / "sales"), "--workers", "1"]
    assert str(refit) not in Path(page).read_text("utf-8"), "a path of this machine is in the page"
    assert main(["rerun", page, *data]) == 0
    assert "numbers are the same" in capsys.readouterr().out
    assert main(["rerun", page]) == 2
    assert "--data FOLDER says where s.csv is" in capsys.readouterr().err
    text = (refit / "sales" / "s.csv").read_text("utf-8")
    (tmp_path / "s.csv").write_text(text.replace("10,0,", "10,0,1"), "utf-8")
    assert main(["rerun", page, "--data", str(tmp_path)]) == 2
    assert "is not the file that the report was made from" in capsys.readouterr().err


def test_numbers_of_a_calibration_that_differ_are_told(refit: Path) -> None:
    data = carried(refit / "page.html")
    data["result"]["tables"]["holdout.csv"][0]["wape"] += 0.01
    data["result"]["validation"]["loss"] += 1.0
    found = repeat(data, places=[refit / "sales"])
    assert {where for where, _, _ in found.differing} == {"validation.loss", "tables.holdout.csv.0.wape"}
    assert found.numbers > 60


def test_numbers_that_differ_are_told(page: Path) -> None:
    data = carried(page)
    data["result"]["metrics"]["units_sold"]["mean"] += 1
    found = repeat(data)
    assert [where for where, _, _ in found.differing] == ["metrics.units_sold.mean"]


def test_a_changed_page_is_refused(page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text("utf-8")
    assert '"replications":1,' in text
    (tmp_path / "page.html").write_text(text.replace('"replications":1,', '"replications":2,'), encoding="utf-8")
    assert main(["rerun", str(tmp_path / "page.html")]) == 2
    assert "were changed after it was written" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "<html></html>", '<template id="channellab-inputs">{</template>'])
def test_other_pages_are_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="carries"):
        carried(tmp_path / "page.html")
    with pytest.raises(BadInput, match="cannot be read"):
        carried(tmp_path / "none.html")


def test_the_command_says_so(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rerun", str(page), "--workers", "1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["same"] is True
    assert said["differing"] == []
