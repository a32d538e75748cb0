"""Pages about studies of every kind: their numbers are those of the files, and they stand by themselves."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from channellab.experiments import frames
from channellab.reports.kinds import calibration
from channellab.reports.language import LANGUAGES, words
from channellab.reports.report import render
from channellab.scenarios.errors import BadInput

from .pages import MEGABYTE, Element, everything, missing_glyphs, parsed, requests_of

KINDS = ("explanation", "selection", "search", "sensitivity", "batch", "calibration")


@pytest.fixture(scope="module")
def folders(studies_root: Path, calibration_folder: Path) -> dict[str, Path]:
    return {kind: studies_root / kind for kind in KINDS} | {"calibration": calibration_folder}


@cache
def page(folder: Path, lang: str) -> str:
    return render(folder, lang)


def table(tree: Element, name: str) -> list[Element]:
    (found,) = tree.all("table", **{"data-table": name})
    return found.all("tbody")[0].all("tr")


def told(folder: Path, file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / file).read_text("utf-8"))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_stands_by_itself(folders: dict[str, Path], kind: str, lang: str) -> None:
    text = page(folders[kind], lang)
    assert len(text.encode()) < 3 * MEGABYTE
    assert requests_of(text) == []
    assert missing_glyphs(text, lang) == set()
    tree = parsed(text)
    pictures = tree.all("svg")
    assert pictures
    assert all(picture.attributes["role"] == "img" for picture in pictures)
    assert all(len(picture.attributes["aria-label"]) > 10 for picture in pictures)
    ids = [each.attributes["id"] for each in everything(tree) if "id" in each.attributes and "halo" not in str(each)]
    assert len(ids) == len(set(ids))
    assert tree.all("html")[0].attributes["lang"] == {"en": "en", "zh": "zh-CN"}[lang]
    assert tree.all("p", **{"class": "note validity"})


@pytest.mark.parametrize("kind", KINDS)
def test_languages_tell_the_same_numbers(folders: dict[str, Path], kind: str) -> None:
    english, chinese = (parsed(page(folders[kind], lang)) for lang in LANGUAGES)
    assert english.values() == chinese.values()
    assert len(english.all("svg")) == len(chinese.all("svg"))


def test_an_explanation_has_all_metrics_and_parts(folders: dict[str, Path]) -> None:
    found = told(folders["explanation"], "explanation.json")
    rows = table(parsed(page(folders["explanation"], "en")), "explanation")
    assert len(rows) == len(found["metrics"])
    for row, metric in zip(rows, found["metrics"].values(), strict=True):
        assert row.values() == [metric["whole"]["mean"], *(part["mean"] for part in metric["parts"].values())]


def test_a_selection_has_all_candidates(folders: dict[str, Path]) -> None:
    found = told(folders["selection"], "selection.json")
    rows = table(parsed(page(folders["selection"], "en")), "selection")
    assert [row.values() for row in rows] == [[c["mean"], c["replications"]] for c in found["candidates"].values()]


def test_a_search_has_today_and_the_finalists(folders: dict[str, Path]) -> None:
    found = told(folders["search"], "search.json")
    rows = table(parsed(page(folders["search"], "en")), "finalists")
    wanted = [
        [*(each["objectives"][o["label"]]["mean"] for o in found["objectives"]), each["chance_of_front"]]
        for each in (found["today"], *found["finalists"])
    ]
    assert [row.values() for row in rows] == wanted
    assert [row.all("th")[0].text for row in rows] == [
        "Today",
        *(str(each["candidate"]) for each in found["finalists"]),
    ]


@pytest.mark.parametrize(
    ("confirmed", "answered", "sentences"),
    [
        (True, {"error": None, "still_better": False}, ["is recommended: against today", "does not beat today when"]),
        (False, {"error": "no such plan"}, ["it does not beat today: ", "could not be played: no such plan"]),
    ],
)
def test_a_search_tells_what_becomes_of_what_it_recommends(
    folders: dict[str, Path], tmp_path: Path, confirmed: bool, answered: dict[str, Any], sentences: list[str]
) -> None:
    copy = shutil.copytree(folders["search"], tmp_path / "search")
    found = told(copy, "search.json")
    gaps = {each["label"]: {"mean": 4.0, "ci95": [3.0, 5.0], "surely_better": 1.0} for each in found["objectives"]}
    first = found["finalists"][0]
    found["recommended"] = {
        **{name: first[name] for name in ("candidate", "values", "feasible")},
        "against_today": gaps,
        "still_better": confirmed,
        "answered": {"settings": {}, "settle": 2, "feasible": True, "against_today": gaps, **answered},
    }
    (copy / "search.json").write_text(json.dumps(found), "utf-8")
    said = parsed(page(copy, "en")).text
    for sentence in sentences:
        assert sentence in said


def test_sensitivities_stand_in_order(folders: dict[str, Path]) -> None:
    found = told(folders["sensitivity"], "sensitivity.json")
    rows = table(parsed(page(folders["sensitivity"], "en")), "indices-manufacturer_profit")
    order = sorted(found["indices"], key=lambda row: -row["mu_star"])
    assert [row.all("code")[0].text for row in rows] == [row["input"] for row in order]
    columns = ("mu_star", "half_width", "sigma", "noise")
    assert [row.values() for row in rows] == [[row[c] for c in columns] for row in order]


def test_points_of_a_batch_are_means_over_its_runs(folders: dict[str, Path]) -> None:
    runs = frames.runs(folders["batch"])
    rows = table(parsed(page(folders["batch"], "en")), "points")
    means = runs.groupby("products.0.ex_factory_price", sort=False)["channel_profit"].mean()
    assert [row.values()[0] for row in rows] == [2, 2]
    assert [row.values()[1] for row in rows] == pytest.approx(list(means))


def test_a_calibration_has_its_holdout_coverage_and_estimates(folders: dict[str, Path]) -> None:
    folder = folders["calibration"]
    tree = parsed(page(folder, "en"))
    holdout = pd.read_csv(folder / "holdout.csv").sort_values("wape")
    assert [row.values()[0] for row in table(tree, "holdout")] == holdout["wape"].tolist()
    called = [row.all("td")[0].text for row in table(tree, "holdout")]
    assert called == [words("en").named("calibration.methods", name) for name in holdout["method"]]
    assert table(tree, "coverage")[0].values() == [6, 0.5, 0.82, 0.96]
    assert table(tree, "estimates")[0].values() == [-2.2]
    assert table(tree, "trade_offs")[0].values() == [-0.91, -0.9]
    assert "the strongest: Feature and Display" in tree.text
    assert table(tree, "lifts")[0].values() == [189, 2.14, 2.08]
    assert "the best forecast at 1 of 1 levels" in tree.text
    shown = next(svg.attributes["aria-label"] for svg in tree.all("svg") if "not seen" in svg.attributes["aria-label"])
    assert "In the 94 fitted periods" in shown
    assert "In the 6 periods not seen by the fit" in shown


def test_what_the_data_report_says_is_told_in_both_languages(folders: dict[str, Path]) -> None:
    english, chinese = (parsed(page(folders["calibration"], lang)) for lang in LANGUAGES)
    assert "there are 30 weeks, less than a year; season cannot be learned" in english.text
    assert "只有 30 周，不足一年，无法学到季节性" in chinese.text
    assert "less than a year" not in chinese.text
    (row,) = table(chinese, "findings")
    assert [cell.text for cell in row.all("td")] == ["销量为负（退货不是销售）", "2", "7、11"]


def test_a_week_that_some_series_learn_and_others_forecast_is_one_week(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    """Where tests are the last weeks of each series, which end in different weeks."""
    both = pd.DataFrame({"level": "total", "series": "all", "week": [93, 94], "units": [10.0, 500.0], "mean": 20.0})
    held = pd.concat([both, pd.read_csv(folders["calibration"] / "forecasts.csv")])
    (tmp_path / "fitted_weeks.csv").write_bytes((folders["calibration"] / "fitted_weeks.csv").read_bytes())
    frame = calibration.fit_frame(tmp_path, held)[1].set_index("period")
    assert frame.loc["93", ["observed", "predicted", "holdout"]].tolist() == [10 + 193, 20 + 191, False]
    assert frame.loc["94", ["observed", "predicted", "holdout"]].tolist() == [500 + 194, 20 + 192, True]
    assert frame.loc[["93", "94"], "low"].isna().all()
    assert frame.loc["95", "low"] == 80 + 95
    assert len(frame) == 100


@pytest.mark.parametrize(
    ("kind", "file"),
    [("explanation", "explanation.json"), ("selection", "selection.json"), ("search", "search.json"),
     ("sensitivity", "sensitivity.json"), ("calibration", "holdout.csv")],
)  # fmt: skip
def test_a_garbled_file_is_one_sentence(folders: dict[str, Path], tmp_path: Path, kind: str, file: str) -> None:
    for name in ("calibration.json", "result.json", "forecasts.csv"):
        if kind == "calibration":
            (tmp_path / name).write_bytes((folders[kind] / name).read_bytes())
    (tmp_path / file).write_bytes(b"\x00\xff")
    with pytest.raises(BadInput) as error:
        render(tmp_path)
    assert str(error.value).startswith(str(tmp_path / file))
    assert "\n" not in str(error.value)
