"""Scenarios written for people, machines and editors: TOML, templates, plain data, hash, JSON Schema."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channellab.scenarios import files
from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import all_keys, dotted, split
from channellab.scenarios.settings import Scenario
from channellab.scenarios.show import toml_value

LIBRARY = [entry.name for entry in files.library()]
SMALL = "[[products]]\nname = 'A'\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with ``small.toml`` in it."""
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(SMALL, "utf-8")
    return tmp_path


@pytest.mark.parametrize("units", [True, False])
@pytest.mark.parametrize("name", LIBRARY)
def test_what_show_prints_reads_back_the_same(name: str, units: bool, tmp_path: Path) -> None:
    scenario = files.load(name).scenario
    (tmp_path / "copy.toml").write_text(files.to_toml(scenario, units), "utf-8")
    assert files.load(str(tmp_path / "copy.toml")).scenario == scenario


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(text: str) -> None:
    value = {text: [text, True, 1e-5, 10**20, {}]}
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


def test_arrays_of_tables_and_timetables_survive(here: Path) -> None:
    overrides = [
        'timetable=[{weeks=[1, 2], set={"policy.price.ex_factory_discount" = 0.1}}]',
        "manufacturer.plants=[{region='x', capacity=5}, {region='y'}]",
        "rivals=[{name='r', products=[{name='q'}, {name='s'}]}, {name='t'}]",
    ]
    scenario = files.load("small.toml", overrides).scenario
    Path("copy.toml").write_text(files.to_toml(scenario), "utf-8")
    assert files.load("copy.toml").scenario == scenario


def test_show_prints_one_key_a_line_with_unit_and_meaning(here: Path) -> None:
    lines = files.to_toml(files.load("small.toml").scenario).splitlines()
    assert "weeks = 104  # weeks; Measured weeks." in lines
    assert 'currency = "CNY"  # Currency of all money in the scenario.' in lines
    assert "[consumers.demand]  # Where demand comes from." in lines
    assert "# trunk_lead_days is absent  # days; Days from plant to distributor; by distance if absent." in lines


@pytest.mark.parametrize("name", LIBRARY)
def test_a_template_extends_and_changes_only_the_title(name: str, tmp_path: Path) -> None:
    base = files.load(name).scenario
    (tmp_path / "mine.toml").write_text(files.template('my "own"', name, base), "utf-8")
    mine = files.load(str(tmp_path / "mine.toml")).scenario
    assert mine.title.en == 'my "own"'
    assert mine.model_copy(update={"title": base.title, "about": base.about}) == base


def test_a_template_stays_valid_with_its_comments_taken_away(tmp_path: Path) -> None:
    lines = files.template("mine", "base", files.load("base").scenario).splitlines()
    opened = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in lines]
    assert opened != lines
    (tmp_path / "mine.toml").write_text("\n".join(opened), "utf-8")
    assert len(files.load(str(tmp_path / "mine.toml")).scenario.timetable) == 1


def test_the_hash_follows_content_not_place(here: Path) -> None:
    for folder in (Path("a"), Path("b")):
        folder.mkdir()
        (folder / "mine.toml").write_text("extends = '../small.toml'\n[network]\nregions = 'towns.csv'")
        (folder / "towns.csv").write_text("one")

    def identity(folder: str, *overrides: str) -> str:
        loaded = files.load(f"{folder}/mine.toml", overrides)
        return files.scenario_hash(loaded.scenario, loaded.base)

    first = identity("a")
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert identity("b") == first
    assert identity("b", "run.weeks=5") != first
    Path("b/towns.csv").write_text("two")
    assert identity("b") != first


def test_the_hash_follows_meaning_not_spelling(here: Path) -> None:
    Path("mine.toml").write_text("products = [{unit_cost = 3.0, name = 'A'}]\n[consumers]\nincome_effect = 1.0")
    mine = files.load("mine.toml").scenario
    same = files.load("small.toml", ["consumers.income_effect=1", "products.0.unit_cost=3", "layout.core=intensive"])
    assert files.scenario_hash(mine, here) == files.scenario_hash(same.scenario, Path("elsewhere"))


def test_a_missing_csv_is_named_by_the_hash(here: Path) -> None:
    loaded = files.load("small.toml", ["network.regions=towns.csv"])
    with pytest.raises(BadInput, match=r"towns\.csv: network\.regions cannot be read: No such file or directory"):
        files.scenario_hash(loaded.scenario, loaded.base)


@pytest.mark.parametrize("name", LIBRARY)
def test_plain_data_is_the_scenario(name: str) -> None:
    scenario = files.load(name).scenario
    assert Scenario.model_validate_json(json.dumps(files.resolve(scenario))) == scenario


def test_the_schema_knows_units_sources_and_extends() -> None:
    schema = files.schema()
    json.dumps(schema)
    assert schema["properties"]["extends"]["type"] == "string"
    run = schema["$defs"]["RunSettings"]["properties"]["weeks"]
    assert (run["unit"], run["source"], run["minimum"], run["maximum"]) == ("weeks", "assumption", 1, 5200)
    for table in (schema, *schema["$defs"].values()):
        assert table["additionalProperties"] is False
        for name, setting in table["properties"].items():
            assert "$ref" in setting or {"unit", "source", "description"} <= set(setting) or name == "extends"


def test_every_known_key_is_a_key() -> None:
    keys = [dotted(key) for key in all_keys(Scenario)]
    assert {"run.weeks", "products.0.list_price", "retailers.formats.0.price.markup"} <= set(keys)
    assert all(split(key) for key in keys)
