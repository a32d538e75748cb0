"""Reading scenario files: layers, overrides, every way to get them wrong, and writing them back."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channellab.scenarios import files, ready
from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import dotted
from channellab.scenarios.overrides import parse
from channellab.scenarios.settings import SCHEMA_VERSION
from channellab.scenarios.show import toml_value

LIBRARY = [entry.name for entry in files.library()]
SMALL = """
about = "small"
[title]
en = "Small"
zh = "小"
[consumers]
count = 100
[[products]]
name = "A"
[[products]]
name = "B"
unit_cost = 3
"""
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file into the current folder, beside a library that holds only ``small``; returns its path."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library/small.toml").write_text(SMALL, "utf-8")
    monkeypatch.setattr(ready, "FOLDER", tmp_path / "library")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def write(name: str, text: str | bytes) -> str:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


def complaint(name: str, *overrides: str) -> str:
    with pytest.raises(BadInput) as caught:
        files.load(name, overrides)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Words for people


@pytest.mark.parametrize("name", LIBRARY)
def test_library_scenarios_say_in_both_languages_what_they_are_for(name: str) -> None:
    """A Chinese text tells of the same settings and has the same figures."""
    about = files.load(name).scenario.about
    assert re.search("[\u4e00-\u9fff]{4}", about.zh)
    assert about.zh.endswith("。")
    about.zh.encode("gb2312")
    settings = re.compile(r"(?:policy|consumers|manufacturer|stuffing)\.[a-z_.0-9]*[a-z0-9]")
    assert {*settings.findall(about.zh)} == {*settings.findall(about.en)}
    figures = re.compile(r"\d+\.\d+")
    assert {*figures.findall(about.en)} <= {*figures.findall(about.zh)}


def test_what_a_scenario_is_for_may_be_plain_text(write: Write) -> None:
    assert files.load("small").scenario.about.model_dump() == {"en": "small", "zh": ""}


def test_words_of_another_scenario_do_not_stand_beside_ones_own(write: Write) -> None:
    mine = write("mine.toml", 'extends = "small"\ntitle = {en = "Mine"}\nabout = {zh = "我的。"}')
    scenario = files.load(mine).scenario
    assert (scenario.title.en, scenario.title.zh) == ("Mine", "")
    assert (scenario.about.en, scenario.about.zh) == ("", "我的。")
    silent = files.load(write("silent.toml", 'extends = "small"')).scenario
    assert (silent.title.zh, silent.about.en) == ("小", "small")


# The library and its neighbours


def test_the_library_is_listed(write: Write) -> None:
    assert files.library() == [files.LibraryEntry("small", "Small", "小", "small", "")]


@pytest.mark.parametrize("name", LIBRARY)
def test_library_scenarios_load_and_have_titles_in_both_languages(name: str) -> None:
    loaded = files.load(name)
    entry = next(entry for entry in files.library() if entry.name == name)
    assert (loaded.name, loaded.where, loaded.base) == (name, f"{name}.toml", ready.FOLDER)
    assert entry.title_en
    assert entry.title_zh
    assert entry.about


def test_a_file_has_its_folder_as_base(write: Write) -> None:
    write("sub/mine.toml", 'extends = "small"')
    loaded = files.load("sub/mine.toml")
    assert (loaded.base, loaded.name, loaded.where) == (Path("sub"), "mine", "sub/mine.toml")
    assert loaded.scenario == files.load("small").scenario


def test_a_folder_of_the_same_name_does_not_hide_the_library(write: Write) -> None:
    Path("small").mkdir()
    assert files.load("small").scenario.consumers.count == 100


# Layers


def test_tables_merge_deeply_and_arrays_are_replaced_whole(write: Write) -> None:
    write("mine.toml", 'extends = "small"\n[title]\nen = "Mine"\n[[products]]\nname = "C"')
    scenario = files.load("mine.toml").scenario
    assert (scenario.title.en, scenario.consumers.count) == ("Mine", 100)
    assert [sku.name for sku in scenario.products] == ["C"]


def test_extends_is_relative_to_the_file_and_may_go_on(write: Write) -> None:
    write("a/first.toml", 'extends = "../b/second.toml"\n[run]\nweeks = 3')
    write("b/second.toml", 'extends = "small"\n[run]\nweeks = 2\nwarmup = 1')
    run = files.load("a/first.toml").scenario.run
    assert (run.weeks, run.warmup) == (3, 1)


def test_csv_paths_belong_to_the_file_that_sets_them(write: Write, tmp_path: Path) -> None:
    write("a/first.toml", 'extends = "../b/second.toml"\n[network]\nedges = "roads.csv"')
    write("b/second.toml", '[network]\nregions = "towns.csv"\ndistricts = "china"')
    network = files.load("a/first.toml", ["network.district_count=3"]).scenario.network
    here = tmp_path / "here"
    assert Path(network.regions).resolve() == here / "b/towns.csv"
    assert network.edges == str(here / "a/roads.csv")
    assert network.districts == "china"


def test_csv_paths_on_the_command_line_belong_to_the_current_folder(write: Write, tmp_path: Path) -> None:
    network = files.load("small", ["network.regions=towns.csv", "network.edges=us"]).scenario.network
    assert (network.regions, network.edges) == (str(tmp_path / "here/towns.csv"), "us")


def test_a_byte_order_mark_and_windows_lines_are_fine(write: Write) -> None:
    write("mine.toml", b"\xef\xbb\xbf[run]\r\nweeks = 9\r\n[[products]]\r\nname = 'x'\r\n")
    assert files.load("mine.toml").scenario.run.weeks == 9


def test_timetable_keys_need_no_quotes(write: Write) -> None:
    entry = "[[timetable]]\nweeks = [1, 2]\n[timetable.set]\npolicy.price.ex_factory_discount = 0.1\n"
    write("mine.toml", f'extends = "small"\n{entry}')
    (read,) = files.load("mine.toml").scenario.timetable
    assert read.set == {"policy.price.ex_factory_discount": 0.1}
    (changed,) = files.load("mine.toml", ["timetable.0.set.policy.price.ex_factory_discount=0.2"]).scenario.timetable
    assert changed.set == {"policy.price.ex_factory_discount": 0.2}


# Overrides


def test_overrides_reach_into_tables_arrays_and_defaults(write: Write) -> None:
    overrides = [
        "products.1.list_price=9",
        "layout.core=selective",
        "consumers.segments.0.need=0.5",
        "title={zh='新'}",
        "run.currency = 'USD'",
        "consumers.demand.series=[1, 2]",
        "consumers.demand.series.1=7",
    ]
    scenario = files.load("small", overrides).scenario
    assert (scenario.products[1].name, scenario.products[1].list_price) == ("B", 9.0)
    assert scenario.layout.core == "selective"
    assert (scenario.consumers.segments[0].name, scenario.consumers.segments[0].need) == ("all", 0.5)
    assert (scenario.title.en, scenario.title.zh, scenario.run.currency) == ("Small", "新", "USD")
    assert scenario.consumers.demand.series == (1, 7)


def test_the_last_override_wins(write: Write) -> None:
    assert files.load("small", ["run.weeks=5", "run.weeks=6"]).scenario.run.weeks == 6


_text = st.text(st.characters(exclude_categories=["Cs"]))
_values = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | _text,
    lambda inner: st.lists(inner) | st.dictionaries(_text, inner),
    max_leaves=8,
)


@given(key=st.lists(_text.filter(lambda part: "=" not in part), min_size=1).map(tuple), value=_values)
def test_an_override_is_read_as_it_is_written(key: tuple[str, ...], value: Any) -> None:
    assert parse(f"{dotted(key)}={toml_value(value)}") == (key, value)


@given(
    st.from_regex(r"[a-z][a-z_ -]{0,20}[a-z]", fullmatch=True).filter(
        lambda w: w not in ("true", "false", "nan", "inf")
    )
)
def test_words_that_are_not_toml_are_text(words: str) -> None:
    assert parse(f"title.en={words}") == (("title", "en"), words)


@given(st.integers(1, 5200), st.integers(0, 1040))
def test_overrides_come_out_where_they_went_in(weeks: int, warmup: int) -> None:
    run = files.load("base", [f"run.weeks={weeks}", f"run.warmup={warmup}"]).scenario.run
    assert (run.weeks, run.warmup) == (weeks, warmup)


OVERRIDE_ERRORS = [
    ("consumers.cuont=3", "--set: consumers.cuont is unknown; the nearest known key is consumers.count"),
    ("list_price=3", "--set: list_price is unknown; the nearest known key is products.0.list_price"),
    ("consumer.count=3", "--set: consumer is unknown; the nearest known key is consumers"),
    ("products.0.zzz=3", "--set: products.0.zzz is unknown; known keys here are name, list_price, "),
    ("products.2.name=3", "--set: products.2 is unknown, products has positions 0 to 1"),
    ("products.last.name=3", "--set: products.last is unknown, products has positions 0 to 1"),
    ("rivals.0.name=3", "--set: rivals.0 is unknown, rivals has no positions, it is empty"),
    ("run.weeks=true", "--set: run.weeks is true, allowed is a whole number"),
    ("run.weeks=ten", "--set: run.weeks is 'ten', allowed is a whole number"),
    ("run.weeks=1.5", "--set: run.weeks is 1.5, allowed is a whole number"),
    ("run.weeks=-5", "--set: run.weeks is -5, allowed are values from 1"),
    ("run.weeks.x=3", "--set: run.weeks is a table, allowed is a whole number"),
    ("run.currency=[1]", "--set: run.currency is a list, allowed is text in quotes"),
    ("run.currency=", "--set: run.currency has 0 characters, allowed are at least 1"),
    ("run=5", "--set: run is 5, allowed is a table"),
    ("consumers.count=0", "--set: consumers.count is 0, allowed are values from 1"),
    ("consumers.income_effect=inf", "--set: consumers.income_effect is inf, allowed is a finite number"),
    ("consumers.income_effect=true", "--set: consumers.income_effect is true, allowed is a number"),
    ("consumers.society.friends=3", "--set: consumers.society.friends is 3, allowed are multiples of 2"),
    ("consumers.stock_out.wait=1.7", "--set: consumers.stock_out.wait is 1.7, allowed are values up to 1"),
    ("run.seed=9223372036854775808", "--set: run.seed is 9223372036854775808, allowed are values below 922"),
    ("products.0.list_price=0", "--set: products.0.list_price is 0, allowed are values above 0"),
    ("products=[{}]", "--set: products.0.name is missing"),
    ("products=[]", "--set: products has 0 entries, allowed are at least 1"),
    ("products.0.name=B", "--set: products and rivals.products name 'B' twice, allowed are different names"),
    ("layout.core=x", "--set: layout.core is 'x', allowed are 'intensive', 'selective' or 'exclusive'"),
    ("consumers.stock_out.wait=0.95", "--set: consumers.stock_out.wait + leave is 1.04, allowed are values up to 1"),
    ("network.sites_per_area=3", "--set: network.sites_per_district is 8, allowed are multiples of network.sites_per_"),
    ("run.seed=1979-01-01", "--set: run.seed is 1979-01-01, allowed is a whole number"),
    (f"run.seed={'x' * 99}", f"--set: run.seed is '{'x' * 36}..., allowed is a whole number"),
    ("run.weeks", "--set: is 'run.weeks', allowed is KEY=VALUE"),
    ("=3", "--set: has the key '', allowed are names joined by dots"),
    ("[run]=3", "--set: has the key '[run]', allowed are names joined by dots"),
    ("a\nb=3", "--set: has the key 'a\\nb', allowed are names joined by dots"),
    ("timetable=[{weeks=[3,2],set={x=1}}]", "--set: timetable.0.weeks is [3, 2], allowed are two weeks in order"),
    ("timetable=[{weeks=[1],set={x=1}}]", "--set: timetable.0.weeks.1 is missing"),
    ("timetable=[{weeks=[1,2],set={x=1}}]", "--set: timetable.0.set.x cannot change by week, allowed are keys under"),
]


@pytest.mark.parametrize(("text", "sentence"), OVERRIDE_ERRORS)
def test_a_wrong_override_is_explained(write: Write, text: str, sentence: str) -> None:
    assert complaint("small", text).startswith(sentence)


# Files that are wrong


FILE_ERRORS = [
    ("[consumers]\ncuont = 3", "bad.toml: consumers.cuont is unknown; the nearest known key is consumers.count"),
    ("[foo]", "bad.toml: foo is unknown; known keys here are schema_version, "),
    ("[run]\nweeks = 'ten'", "bad.toml: run.weeks is 'ten', allowed is a whole number"),
    ("[run]\nweeks = \n", "bad.toml: is not valid TOML: Invalid value (at line 2, column 9)"),
    (b"a = '\xff'", "bad.toml: is not UTF-8 text: invalid start byte at byte 5"),
    ("a = " + "[" * 5000, "bad.toml: is nested too deeply"),
    ("extends = 5", "bad.toml: extends is no text, allowed is a library name or the path of a TOML file"),
    ("extends = 'smal'", "bad.toml: extends is 'smal', no scenario of the library; the nearest names are small, and"),
    ("extends = 'no.toml'", "bad.toml: extends is 'no.toml', which is not a file"),
    ("extends = '.'", "bad.toml: extends is '.', no scenario of the library"),
    ("extends = 'bad.toml'", "bad.toml: extends is circular: bad.toml -> bad.toml"),
    ("schema_version = 9", "bad.toml: schema_version is 9, this channellab reads up to 1; install a newer one"),
    ("schema_version = 0", "bad.toml: schema_version is 0, allowed are whole numbers from 1 to 1"),
    ("schema_version = true", "bad.toml: schema_version is true, allowed are whole numbers from 1 to 1"),
    ("timetable = 5", "bad.toml: timetable is 5, allowed is a list"),
    ("timetable = [5]", "bad.toml: timetable.0 is 5, allowed is a table"),
    ("network = 5", "bad.toml: network is 5, allowed is a table"),
    ("[network]\nregions = 5", "bad.toml: network.regions is 5, allowed is text in quotes"),
]


@pytest.mark.parametrize(("text", "sentence"), FILE_ERRORS)
def test_a_wrong_file_is_explained(write: Write, text: str | bytes, sentence: str) -> None:
    assert complaint(write("bad.toml", text)).startswith(sentence)


def test_a_circle_of_extends_is_named_in_full(write: Write) -> None:
    write("a.toml", "extends = 'sub/b.toml'")
    write("sub/b.toml", "extends = 'c.toml'")
    write("sub/c.toml", "extends = '../a.toml'")
    circle = "a.toml -> sub/b.toml -> sub/c.toml -> a.toml"
    assert complaint("a.toml") == f"sub/c.toml: extends is circular: {circle}"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("smal", "'smal': is no scenario of the library; the nearest names are small, and the path of a file ends in"),
        ("no.toml", "no.toml: does not exist"),
        ("sub/no", "sub/no: does not exist"),
        ("file.toml/no.toml", "file.toml/no.toml: does not exist"),
        ("sub", "sub: is a folder, allowed is a TOML file"),
        ("a\0b.toml", "a\0b.toml: is not valid TOML: embedded null byte"),
        ("x" * 300 + ".toml", "x" * 300 + ".toml: cannot be read: File name too long"),
    ],
)
def test_what_is_no_scenario_is_explained(write: Write, name: str, sentence: str) -> None:
    Path("sub").mkdir()
    write("file.toml", "")
    assert complaint(name).startswith(sentence)


def test_the_layer_that_set_the_key_is_blamed(write: Write) -> None:
    write("below.toml", 'extends = "small"\n[run]\nweeks = -1\n[[products]]\nname = "x"\nlist_price = -1')
    write("above.toml", 'extends = "below.toml"\n[run]\nwarmup = 3')
    assert complaint("above.toml").startswith("below.toml: run.weeks is -1")
    assert complaint("above.toml", "run.weeks=4").startswith("below.toml: products.0.list_price is -1")
    assert complaint("above.toml", "run.weeks=4", "products.0.list_price=-2").startswith("--set: products.0.list_price")


def test_of_keys_that_clash_the_newest_is_blamed(write: Write) -> None:
    write("below.toml", "[consumers.stock_out]\nleave = 0.5")
    write("above.toml", 'extends = "below.toml"\n[consumers.stock_out]\nwait = 0.6')
    assert complaint("above.toml").startswith("above.toml: consumers.stock_out.wait + leave is 1.1")
    assert complaint("above.toml", "consumers.stock_out.leave=0.7").startswith(
        "--set: consumers.stock_out.wait + leave"
    )


def test_a_table_may_replace_a_value_of_a_lower_layer(write: Write) -> None:
    write("below.toml", "run = 5\nproducts = 3")
    write("above.toml", 'extends = "below.toml"\n[run]\nweeks = 7\n[[products]]\nname = "x"')
    assert files.load("above.toml").scenario.run.weeks == 7


def test_the_timetable_is_checked_when_it_is_read(write: Write) -> None:
    entry = '[[timetable]]\nweeks = [1, 2]\nset = {"policy.price.ex_factory_discount" = 2}\n'
    write("mine.toml", f'extends = "small"\n{entry}')
    sentence = 'timetable.0.set."policy.price.ex_factory_discount" is {}, allowed are values up to 0.95'
    assert complaint("mine.toml") == f"mine.toml: {sentence.format(2)}"
    override = "timetable.0.set.policy.price.ex_factory_discount=3"
    assert complaint("mine.toml", override) == f"--set: {sentence.format(3)}"


# Versions


def test_older_files_are_migrated_step_by_step() -> None:
    steps = {1: lambda t: {**t, "weeks": t["weeks"] + 1}, 2: lambda t: {"run": {"weeks": t["weeks"]}}}

    def migrated(table: dict[str, Any]) -> dict[str, Any]:
        return files.migrate(table, "old.toml", 3, steps)

    assert migrated({"schema_version": 1, "weeks": 5}) == {"schema_version": 3, "run": {"weeks": 6}}
    assert migrated({"schema_version": 2, "weeks": 5}) == {"schema_version": 3, "run": {"weeks": 5}}
    assert migrated({"weeks": 5}) == {"weeks": 5}


def test_migrations_reach_the_schema_of_today() -> None:
    assert set(files.MIGRATIONS) == set(range(1, SCHEMA_VERSION))
