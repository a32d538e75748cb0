"""The study browser: what a search, a batch and a result show, and that no address leads out of the folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channellab.cli import main
from channellab.experiments import frames
from channellab.scenarios.files import Loaded

from .conftest import Served, serve

SEARCH = """
scenarios = ["bilateral-monopoly"]
weeks = 2
replications = 2
[constants]
run.warmup = 1
consumers.count = 200
[levers]
policy.price.ex_factory_discount = {low = 0.0, high = 0.3}
[[objectives]]
metric = "manufacturer_profit"
[[objectives]]
metric = "partner_profit"
[search]
evaluations = 8
batch = 4
finalists = 4
fresh = 4
"""
BATCH = """
scenarios = ["bilateral-monopoly"]
weeks = 2
replications = 2
[constants]
run.warmup = 1
consumers.count = 200
[policies.today]
[policies.cheap]
policy.price.ex_factory_discount = 0.1
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a search, a batch and a comparison."""
    folder = tmp_path_factory.mktemp("studies")
    for verb, text in (("search", SEARCH), ("batch", BATCH)):
        (folder / f"{verb}.toml").write_text(text, "utf-8")
        assert main([verb, str(folder / f"{verb}.toml"), "--out", str(folder / "mine" / verb), "-q"]) == 0
    small = ["--weeks", "2", "--set", "consumers.count=200", "--replications", "2", "--workers", "1", "-q"]
    names = ["bilateral-monopoly", "bilateral-monopoly-three-tiers"]
    assert main(["compare", *names, *small, "--out", str(folder / "compared")]) == 0
    return folder


@pytest.fixture(scope="module")
def browser(market: Loaded, root: Path) -> Iterator[Served]:
    yield from serve(market, studies=root)


def ids(browser: Served) -> dict[str, str]:
    listed = browser.client.get("/api/studies").json()
    assert [(each["name"], each["kind"]) for each in listed] == [
        ("compared", "result"),
        ("mine/batch", "batch"),
        ("mine/search", "search"),
    ]
    return {each["kind"]: each["id"] for each in listed}


def test_a_search_shows_its_front(browser: Served) -> None:
    found = browser.client.get(f"/api/studies/{ids(browser)['search']}").json()["search"]
    assert [each["label"] for each in found["objectives"]] == ["manufacturer_profit", "partner_profit"]
    assert len(found["candidates"]) == 8
    for finalist in found["finalists"]:
        low, high = finalist["objectives"]["partner_profit"]["ci95"]
        assert low <= finalist["objectives"]["partner_profit"]["mean"] <= high
        assert 0 <= finalist["chance_of_front"] <= 1


def test_a_batch_shows_its_groups_with_the_means_of_its_runs(browser: Served, root: Path) -> None:
    groups = browser.client.get(f"/api/studies/{ids(browser)['batch']}").json()["groups"]
    runs = frames.runs(root / "mine" / "batch")
    for group, policy in zip(groups, ("today", "cheap"), strict=True):
        mine = runs[runs["policy"] == policy]
        assert (group["name"], group["runs"], group["done"]) == (f"bilateral-monopoly · {policy}", 2, 2)
        assert group["metrics"]["channel_profit"]["mean"] == pytest.approx(mine["channel_profit"].mean())


def test_regions_and_partners_of_a_group(browser: Served, root: Path) -> None:
    study = ids(browser)["batch"]
    (region,) = browser.client.get(f"/api/studies/{study}/regions", params={"group": 1}).json()
    assert region["policies"][0]["units_sold"] > 0
    (story,) = browser.client.get(f"/api/studies/{study}/regions/{region['region']}", params={"group": 1}).json()
    table = frames.table(root / "mine" / "batch", "partners")
    assert story["all"] == table["partner"].nunique()
    assert browser.client.get(f"/api/studies/{study}/regions", params={"group": 7}).status_code == 422


def test_a_result_shows_its_scenarios(browser: Served) -> None:
    study = ids(browser)["result"]
    groups = browser.client.get(f"/api/studies/{study}").json()["groups"]
    assert [group["name"] for group in groups] == ["bilateral-monopoly", "bilateral-monopoly-three-tiers"]
    (region,) = browser.client.get(f"/api/studies/{study}/regions", params={"group": 0}).json()
    (story,) = browser.client.get(f"/api/studies/{study}/regions/{region['region']}").json()
    partner = story["partners"][0]
    (portrait,) = browser.client.get(f"/api/studies/{study}/partners/{partner['partner']}").json()
    assert portrait["figures"]["units_received"]["value"] == partner["units_received"]
    assert browser.client.get(f"/api/studies/{study}/page").status_code == 422


def test_a_partner_of_a_group(browser: Served, root: Path) -> None:
    study = ids(browser)["batch"]
    table = frames.table(root / "mine" / "batch", "partners")
    name = table["partner"].iloc[0]
    (portrait,) = browser.client.get(f"/api/studies/{study}/partners/{name}").json()
    runs = frames.runs(root / "mine" / "batch")
    mine = table[(table["partner"] == name) & table["run"].isin(runs[runs["policy"] == "today"]["run"])]
    assert portrait["figures"]["units_received"]["value"] == pytest.approx(mine["units_received"].mean())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_the_report_of_a_study_says(browser: Served, lang: str) -> None:
    address = f"/api/studies/{ids(browser)['batch']}"
    page = browser.client.get(f"{address}/page", params={"lang": lang}).json()
    assert page["findings"]
    charts = [chart["name"] for section in page["sections"] for chart in section["charts"]]
    drawn = browser.client.get(f"{address}/charts/{charts[0]}", params={"lang": lang})
    assert drawn.content.startswith(b"\x89PNG")
    assert browser.client.get(f"{address}/charts/none").status_code == 404
    tables = [table for section in page["sections"] for table in section["tables"]]
    assert all(len(row) == len(table["columns"]) for table in tables for row in table["rows"])
    report = browser.client.get(f"{address}/report", params={"lang": lang})
    assert "attachment" in report.headers["content-disposition"]
    assert all(cell["text"] in report.text for cell in tables[0]["rows"][0] if "<" not in cell["text"])


def test_a_finalist_leads_to_its_own_runs(browser: Served) -> None:
    found = browser.client.get(f"/api/studies/{ids(browser)['search']}").json()
    policies = [group["policy"] for group in found["groups"]]
    late = [f"candidate {each['candidate']} fresh" for each in found["search"]["finalists"]]
    assert set(late) <= set(policies[: len(late) + 4])
    for place, finalist in zip(late, found["search"]["finalists"], strict=True):
        metrics = found["groups"][policies.index(place)]["metrics"]
        assert metrics["partner_profit"]["mean"] == pytest.approx(finalist["objectives"]["partner_profit"]["mean"])


@pytest.mark.parametrize("address", ["..", "%2e%2e%2f", "compared", "mine%2Fbatch", "0000000000000000"])
def test_only_what_is_listed_can_be_had(browser: Served, address: str) -> None:
    answer = browser.client.get(f"/api/studies/{address}")
    assert answer.status_code in (404, 307) or address == ".."
    assert "groups" not in answer.text


def test_a_garbled_study_is_one_sentence(browser: Served, root: Path) -> None:
    broken = root / "broken"
    broken.mkdir()
    (broken / "search.json").write_text("[1,", "utf-8")
    study = next(each for each in browser.client.get("/api/studies").json() if each["name"] == "broken")
    answer = browser.client.get(f"/api/studies/{study['id']}")
    (broken / "search.json").unlink()
    assert answer.status_code == 422
    assert "cannot be read" in answer.json()["detail"]
