"""The page that people get: its numbers are those of the result, it stands by itself, and it trusts nobody."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from channellab.reports import charts, report
from channellab.reports.language import LANGUAGES
from channellab.reports.quantities import ROUNDING
from channellab.reports.report import render, write_report
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load, to_toml
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.settings import Scenario

from .pages import MEGABYTE, Element, everything, missing_glyphs, parsed, requests_of


@cache
def rendered(folder: Path, lang: str) -> str:
    return render(folder, lang)


@pytest.fixture(scope="module")
def page(comparison_folder: Path) -> str:
    return rendered(comparison_folder, "en")


@pytest.fixture(scope="module")
def tree(page: str) -> Element:
    return parsed(page)


@pytest.fixture(scope="module")
def document(comparison_folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((comparison_folder / "result.json").read_text("utf-8"))
    return found


def used(document: dict[str, Any]) -> dict[str, Any]:
    """Metrics that are not 0 in every scenario; the table leaves out the others."""
    metrics = document["metrics"]
    means = {name: [one["mean"] for one in each["scenarios"].values()] for name, each in metrics.items()}
    return {name: each for name, each in metrics.items() if any(abs(mean) > ROUNDING for mean in means[name])}


# Numbers


def test_metrics_are_those_of_the_result(tree: Element, document: dict[str, Any]) -> None:
    (table,) = tree.all("table", **{"class": "metrics"})
    for name, metric in used(document).items():
        (row,) = [row for row in table.all("tr") if row.attributes.get("data-metric") == name]
        means = [each["mean"] for each in metric["scenarios"].values()]
        changes = [each["mean"] for each in metric["differences"].values()]
        assert row.values() == [*means, *changes]
        ends = [[float(small.attributes[end]) for end in ("data-low", "data-high")] for small in row.all("small")]
        assert ends == [each["ci95"] for each in metric["differences"].values()]


def test_numbers_that_people_read_are_rounded_from_these(tree: Element) -> None:
    (table,) = tree.all("table", **{"class": "metrics"})
    for data in table.all("data"):
        exact, shown = float(data.attributes["value"]), data.text
        digits = re.match(r"[−\d.,]+", shown)
        assert digits, shown
        number = digits[0].replace("−", "-").replace(",", "")
        decimals = len(number.partition(".")[2])
        near = [exact, exact * 100]
        # Money is shown to the place its error supports, so that zeros before the point may be rounding.
        step = 10.0 ** (-decimals or len(number.lstrip("-")) - len(number.lstrip("-").rstrip("0")))
        assert any(abs(float(number) - value) <= 0.5 * step + 1e-9 for value in near), (exact, shown)


def test_verdicts_are_said_only_where_they_are_clear(tree: Element, document: dict[str, Any]) -> None:
    (table,) = tree.all("table", **{"class": "metrics"})
    seen = set()
    for name, metric in used(document).items():
        (row,) = [row for row in table.all("tr") if row.attributes.get("data-metric") == name]
        cells = [cell for cell in row.all("td") if "change" in cell.attributes["class"]]
        for cell, difference in zip(cells, metric["differences"].values(), strict=True):
            clear = difference["p_holm"] < 0.05 and difference["mean"] != 0
            assert ("*" in cell.text) == clear
            up = (difference["mean"] > 0) == (CATALOGUE[name].direction == "up")
            said = ("better" if up else "worse") if CATALOGUE[name].direction != "none" else ""
            assert [word for word in ("better", "worse") if word in cell.text] == ([said] if clear and said else [])
            seen.add(clear)
    assert seen == {True, False}


def test_regions_are_those_of_the_result(tree: Element, comparison_folder: Path) -> None:
    regions = pd.read_csv(comparison_folder / "regions.csv", dtype={"region": str})
    (table,) = tree.all("table", **{"class": "regions"})
    by_name = {row.all("th")[0].text: row.values() for row in table.all("tbody")[0].all("tr")}
    for name, rows in regions.groupby("name_en"):
        assert by_name[str(name)] == rows[["weighted_distribution", "units_sold"]].to_numpy().ravel().tolist()


def test_roles_add_up_to_the_result(tree: Element, document: dict[str, Any]) -> None:
    (table,) = tree.all("table", **{"class": "roles"})
    units = [row.values() for row in table.all("tr") if row.attributes.get("data-measure") == "units_sold"]
    assert len(units) == 3
    told = [each["mean"] for each in document["metrics"]["units_sold"]["scenarios"].values()]
    assert [sum(column) for column in zip(*units, strict=True)] == pytest.approx(told)


def test_parts_of_the_shelf_price_add_up_to_one(tree: Element, document: dict[str, Any]) -> None:
    (table,) = tree.all("table", **{"class": "price"})
    *parts, _, paid = table.all("tbody")[0].all("tr")
    columns = zip(*(row.values() for row in parts), strict=True)
    assert [sum(column) for column in columns] == pytest.approx([1, 1, 1], abs=1e-9)
    revenue = [each["mean"] for each in document["metrics"]["revenue"]["scenarios"].values()]
    assert paid.values() == pytest.approx(revenue)


@pytest.fixture
def no_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of words alone: charts take most of the time."""
    monkeypatch.setattr(charts, "inline_svg", lambda *_: Markup(""))


# The page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["comparison_folder", "run_folder"])
def test_it_stands_by_itself(request: pytest.FixtureRequest, kind: str, lang: str) -> None:
    page = rendered(request.getfixturevalue(kind), lang)
    assert len(page.encode()) < 3 * MEGABYTE
    assert requests_of(page) == []
    assert missing_glyphs(page, lang) == set()
    tree = parsed(page)
    assert not [each for each in everything(tree) for name in each.attributes if name.startswith("on")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_can_be_used_without_seeing_it(comparison_folder: Path, lang: str) -> None:
    tree = parsed(rendered(comparison_folder, lang))
    # Bars beside numbers that stand in the text are hidden from those who listen.
    charts = [each for each in tree.all("svg") if each.attributes["role"] != "presentation"]
    assert len(charts) == (4 + 3 + 1 + 1) + (2 + 2 + 1 + 1 + 1 + 1 + 1)  # and those made for a room
    assert all(chart.attributes["role"] == "img" for chart in charts)
    assert all(len(chart.attributes["aria-label"]) > 1 for chart in charts)
    assert all(cell.attributes.get("scope") for cell in tree.all("th"))
    ids = [each.attributes["id"] for each in everything(tree) if "id" in each.attributes]
    named = {each.attributes[key] for each in everything(tree) for key in LABELS if key in each.attributes}
    assert named <= set(ids)
    assert [level.tag for level in everything(tree) if level.tag in ("h1", "h2")] == ["h1", *["h2"] * 12]
    assert tree.all("html")[0].attributes["lang"] == {"en": "en", "zh": "zh-CN"}[lang]


LABELS = ("aria-labelledby", "aria-describedby")


def test_ids_differ(page: str) -> None:
    ids = re.findall(r'<[^>]* id="([^"]*)"', re.sub(r'id="[^"]*-halo"', "", page))
    assert len(ids) == len(set(ids))


def test_it_is_the_same_each_time(run_folder: Path) -> None:
    assert render(run_folder) == rendered(run_folder, "en")


def test_chinese_throughout(comparison_folder: Path) -> None:
    tree = parsed(rendered(comparison_folder, "zh"))
    said = " ".join(e.text for s in tree.all("section")[:5] for t in ("h2", "h3", "p", "li") for e in s.all(t))
    assert set(re.findall(r"[A-Za-z]{2,}", said)) <= {"Holm", "result", "json"}
    assert "渠道总利润" in tree.text
    assert "元" in tree.text
    assert tree.all("h1")[0].text == "全面选择性分销、全面独家分销与全面密集分销对比"


def test_a_single_run_promises_no_interval(run_folder: Path) -> None:
    tree = parsed(rendered(run_folder, "en"))
    assert "This is a single run" in tree.text
    assert "95 %" not in tree.text
    assert "±" not in tree.text
    assert not tree.all("table", **{"class": "varied"})


def test_what_was_varied_and_how_to_do_it_again(tree: Element, document: dict[str, Any]) -> None:
    (table,) = tree.all("table", **{"class": "varied"})
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in table.all("tbody")[0].all("tr")}
    named = {f"Layout in {role} regions layout.{role}" for role in ("core", "potential", "edge")}
    assert rows.keys() == named, "by name, and by key for who looks for it in a file"
    assert rows["Layout in core regions layout.core"] == [
        *("intensive", "selective", "exclusive"),
        "Layout in core regions.",
    ]
    for said in (*document["scenario_hash"].values(), "They balance", f"numpy {document['versions']['numpy']}"):
        assert said in tree.text


@pytest.mark.usefixtures("no_charts")
def test_without_scenario_files_it_says_what_it_cannot(copied: Path) -> None:
    for file in copied.glob("*.toml"):
        file.unlink()
    tree = parsed(render(copied))
    assert tree.all("h1")[0].text == "selective and exclusive against intensive"
    assert "the settings cannot be told" in tree.text
    assert "units of money a year" in tree.text
    assert "CNY" not in tree.text


@pytest.mark.usefixtures("no_charts")
def test_books_that_do_not_balance_are_told_first(copied: Path) -> None:
    edit(copied, ledger={"money_imbalance": 0.01, "goods_imbalance": 3})
    (header,) = parsed(render(copied)).all("header")
    assert "They do not balance: money is off by 0.01 of a week's turnover, goods by 3 units." in header.text


def edit(folder: Path, **changes: Any) -> None:
    file = folder / "result.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), encoding="utf-8")


@pytest.mark.usefixtures("no_charts")
@pytest.mark.usefixtures("no_charts")
def test_diverted_goods_are_explained(copied: Path) -> None:
    goods = pd.read_csv(copied / "goods.csv", dtype={"a": str, "b": str})
    more = [("selective", "110000", "460000", 50.0, "diverted")]
    diverted = pd.DataFrame(more, columns=["scenario", "a", "b", "units", "kind"])
    pd.concat([goods.assign(kind="sold"), diverted]).to_csv(copied / "goods.csv", index=False)
    assert "goods that left the territory" in render(copied)


# Trust


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> & \"'</svg>{{ 7 * 7 }}"


def test_a_hostile_scenario_is_only_text(copied: Path) -> None:
    file = copied / "scenario-selective.toml"
    scenario = load(str(file)).scenario.model_dump()
    hostile = {**scenario, "title": {"en": HOSTILE, "zh": HOSTILE}, "about": HOSTILE}
    file.write_text(to_toml(Scenario.model_validate(hostile)), encoding="utf-8")
    regions = copied / "regions.csv"
    regions.write_text(regions.read_text("utf-8").replace("Beijing", "<script>b</script>"), encoding="utf-8")
    page = render(copied)
    assert "alert(1)" in page
    tree = parsed(page)
    assert not tree.all("script")
    assert not tree.all("img")
    assert "{{ 7 * 7 }}" in tree.all("pre")[1].text
    assert not [each for each in everything(tree) for name in each.attributes if name.startswith("on")]
    assert tree.all("meta", **{"http-equiv": "Content-Security-Policy"})


@pytest.mark.usefixtures("no_charts")
def test_scenarios_of_the_same_title_are_called_by_their_names(copied: Path) -> None:
    text = (copied / "scenario-intensive.toml").read_text("utf-8")
    (copied / "scenario-selective.toml").write_text(text, encoding="utf-8")
    assert parsed(render(copied)).all("h1")[0].text == "selective and Exclusive everywhere against intensive"


# Folders that are none


def drop(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_text(path.read_text("utf-8")[:100], encoding="utf-8")


def binary(path: Path) -> None:
    path.write_bytes(b"\x00\xff\xfe" * 50)


def empty(path: Path) -> None:
    path.write_text("", encoding="utf-8")


TABLES = ("weekly", "regions", "edges", "money", "goods", "replications")


@pytest.mark.parametrize("name", ["result.json", *(f"{table}.csv" for table in TABLES)])
@pytest.mark.parametrize("harm", [drop, binary, empty])
def test_a_garbled_file_is_one_sentence(copied: Path, name: str, harm: Any) -> None:
    harm(copied / name)
    with pytest.raises(BadInput) as error:
        render(copied)
    assert str(error.value).startswith(f"{copied / name}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scenarios": []}, "names no scenarios"),
        ({"baseline": "base"}, "a baseline that is none of them"),
        ({"scenarios": ["intensive", "selective"]}, "other scenarios under metrics.channel_profit"),
        ({"weeks": {}}, "other scenarios under weeks"),
        ({"replications": "many"}, "replications is not as written"),
        ({"metrics": {"channel_profit": {"scenarios": {}}}}, r"metrics.channel_profit.differences is missing"),
        ({"metrics": {}}, "metrics.channel_profit is missing"),
        ({"seed": None}, "seed is not as written"),
    ],
)
def test_a_garbled_document_is_one_sentence(copied: Path, changes: dict[str, Any], said: str) -> None:
    edit(copied, **changes)
    with pytest.raises(BadInput, match=said) as error:
        render(copied)
    assert str(error.value).startswith(str(copied / "result.json"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("money", "money", "much", "money holds 'much' in line 2, allowed are numbers"),
        ("regions", "role", "center", "role is 'center', allowed are core, potential, edge"),
        ("regions", "scenario", "elsewhere", "differs between"),
        ("goods", "a", "999999", "a is '999999', which is none of the regions"),
        ("goods", "units", "-3", "units is -3, allowed are values from 0"),
        ("weekly", "fill_rate", "1,2", "fill_rate holds '1,2' in line 2"),
    ],
)
def test_a_garbled_cell_is_one_sentence(copied: Path, table: str, column: str, value: str, said: str) -> None:
    file = copied / f"{table}.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame.loc[0, column] = value
    frame.to_csv(file, index=False)
    with pytest.raises(BadInput, match=said):
        render(copied)


def test_a_missing_column_or_scenario_is_named(copied: Path) -> None:
    file = copied / "weekly.csv"
    frame = pd.read_csv(file)
    frame.drop(columns="awareness").to_csv(file, index=False)
    with pytest.raises(BadInput, match="awareness is not in this result"):
        render(copied)
    frame[frame["scenario"] != "selective"].to_csv(file, index=False)
    with pytest.raises(BadInput, match=r"weekly\.csv: scenario has no row of 'selective', which result\.json names"):
        render(copied)


def test_no_folder_and_no_language(tmp_path: Path, comparison_folder: Path) -> None:
    with pytest.raises(BadInput, match="is no folder, allowed is one that channellab run or compare wrote"):
        render(tmp_path / "nothing")
    with pytest.raises(BadInput, match="language: is 'fr'"):
        render(comparison_folder, "fr")


def test_a_file_that_cannot_be_written_leaves_nothing(
    comparison_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "render", lambda *_: "page")
    (tmp_path / "taken").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        write_report(comparison_folder, tmp_path / "taken")
    with pytest.raises(BadInput, match="cannot be written"):
        write_report(comparison_folder, tmp_path / "nowhere" / "report.html")
    assert [path.name for path in tmp_path.rglob("*")] == ["taken"]
