"""Region tables: the built-in ones, the user's own, and one sentence for every mistake."""

import csv
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channellab.scenarios import regions as module
from channellab.scenarios.errors import BadInput
from channellab.scenarios.regions import (
    BUILT_IN,
    COLUMNS,
    ROLES,
    TIER_FLOORS,
    RegionTable,
    city_tier,
    great_circle_km,
    load_regions,
)

DATA = Path(module.__file__).parent / "data"
DOCS = Path(__file__).parents[2] / "docs" / "regions.md"
HERE = Path()

REGIONS = """id,name,name_zh,population,income,role,latitude,longitude
N,North,北,1000,50,core,40,100
S,South,,3000,20.5,edge,30,100
"""
EDGES = "a,b,km,kind\nS,N,1200,ferry\n"
DISTRICTS = """id,region,name,population,latitude,longitude
n1,N,Norton,1000,40.1,100
s1,S,Sutton,1500,30.1,100
s2,S,Surrey,1000,30.2,100
s3,S,Sarum,500,30.3,100
"""


def china(count: int | None) -> RegionTable:
    return load_regions("china", None, None, count, HERE)


def own(folder: Path, regions: str = REGIONS, edges: str = EDGES, districts: str = DISTRICTS) -> RegionTable:
    for name, text in (("r.csv", regions), ("e.csv", edges), ("d.csv", districts)):
        (folder / name).write_text(text, encoding="utf-8")
    return load_regions("r.csv", "e.csv", "d.csv", None, folder)


def assert_same(left: RegionTable, right: RegionTable) -> None:
    for field in fields(RegionTable):
        a, b = getattr(left, field.name), getattr(right, field.name)
        np.testing.assert_array_equal(a, b, err_msg=field.name, strict=isinstance(a, np.ndarray))


# The built-in tables


def test_china_has_the_size_of_the_base_market() -> None:
    table = china(120)
    assert (len(table.region_ids), len(table.edges), len(table.district_ids)) == (31, 69, 120)
    assert np.bincount(table.role).tolist() == [9, 13, 9]
    assert table.population.sum() == 1_409_778_724
    assert table.region_names_zh[0] == "北京市"


def test_us_has_states_and_the_capital_district() -> None:
    table = load_regions("us", None, None, None, HERE)
    assert (len(table.region_ids), len(table.edges), table.population.sum()) == (51, 114, 331_449_281)
    assert table.district_ids == table.region_ids
    assert table.region_names_zh == table.region_names_en
    assert np.bincount(table.role).tolist() == [17, 17, 17]


@pytest.mark.parametrize("name", ["china", "us"])
def test_unverified_income_is_visible(name: str) -> None:
    assert load_regions(name, None, None, None, HERE).unverified == ("regions.income",)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_kilometres_are_great_circles(name: str) -> None:
    table = load_regions(name, None, None, None, HERE)
    a, b = table.edges.T
    direct = great_circle_km(table.latitude[a], table.longitude[a], table.latitude[b], table.longitude[b])
    np.testing.assert_allclose(table.edge_km, direct, atol=0.051)


@pytest.mark.parametrize("count", [31, 32, 100, 120, 250, 366, 367, None])
def test_districts_add_up_to_their_regions(count: int | None) -> None:
    table = china(count)
    assert len(table.district_ids) == (count or 367) == len(set(table.district_ids))
    assert np.bincount(table.district_region, table.district_population).tolist() == table.population.tolist()
    assert (np.diff(table.district_region) >= 0).all()
    assert set(table.district_tier.tolist()) <= {1, 2, 3, 4, 5}


@settings(deadline=None, max_examples=50)
@given(st.tuples(st.integers(31, 367), st.integers(31, 367)).map(sorted))
def test_districts_nest(counts: list[int]) -> None:
    few, many = (china(count) for count in counts)
    alone, more = ({d for d in table.district_ids if not d.endswith("-rest")} for table in (few, many))
    assert alone <= more
    assert set(many.district_ids) - more <= set(few.district_ids) - alone


def test_every_count_between_the_limits_is_met() -> None:
    assert [len(china(count).district_ids) for count in range(31, 368)] == list(range(31, 368))


def test_the_largest_stand_alone() -> None:
    table = china(120)
    alone = [p for d, p in zip(table.district_ids, table.district_population, strict=True) if not d.endswith("-rest")]
    everything = np.sort(china(None).district_population)[::-1]
    assert sorted(alone, reverse=True) == everything[: len(alone)].tolist()


def test_a_rest_is_the_median_person_at_the_centre_of_population() -> None:
    table, whole = china(120), china(None)
    rest = table.district_ids.index("210000-rest")
    big = {"210100", "210200"}
    inside = [d for d, i in enumerate(whole.district_ids) if i.startswith("21") and i not in big]
    weights, tiers = whole.district_population[inside], whole.district_tier[inside]
    assert table.district_names_en[rest] == "Rest of Liaoning"
    assert table.district_names_zh[rest] == "辽宁省其他地区"
    assert table.district_population[rest] == weights.sum()
    assert table.district_tier[rest] == np.median(np.repeat(tiers, weights // 1000))
    north = np.average(whole.district_latitude[inside], weights=weights)
    assert table.district_latitude[rest] == pytest.approx(north, abs=0.05)


def test_a_rest_has_the_tier_of_its_median_person(tmp_path: Path) -> None:
    """Of 3000 persons 1000 live in tier 2, 500 in tier 3 and 1500 in tier 4: the 1500th lives in tier 3."""
    lines = DISTRICTS.splitlines()
    own(tmp_path, districts="\n".join(f"{line},{tier}" for line, tier in zip(lines, ["tier", 5, 4, 2, 3], strict=True)))
    table = load_regions("r.csv", "e.csv", "d.csv", 2, tmp_path)
    assert table.district_ids == ("n1", "S-rest")
    assert table.district_tier.tolist() == [5, 3]


def test_the_last_district_of_a_region_takes_its_place_by_id(tmp_path: Path) -> None:
    """In S the smallest has the first id; alone with the others it does not trail them like a rest."""
    districts = DISTRICTS.replace("s3,", "s0,")
    three = own(tmp_path, districts=districts + "n2,N,Nutley,20,40,100\nn3,N,Neath,10,40,100\n")
    assert three.district_ids == ("n1", "n2", "n3", "s0", "s1", "s2")
    assert load_regions("r.csv", "e.csv", "d.csv", 5, tmp_path).district_ids == ("n1", "N-rest", "s0", "s1", "s2")


def test_a_region_without_a_large_district_is_one_rest_of_its_own_name() -> None:
    table = china(120)
    assert table.district_names_en[table.district_ids.index("540000-rest")] == "Tibet"


@pytest.mark.parametrize(("persons", "tier"), [(1, 5), (1_000_000, 5), (1_000_001, 4), (5_000_001, 2), (10**8, 1)])
def test_city_tier(persons: int, tier: int) -> None:
    assert city_tier(np.array([persons])).tolist() == [tier]


def test_great_circle() -> None:
    """A quarter of the equator, and Beijing to Shanghai (1,067 km in any atlas)."""
    assert great_circle_km(0, 0, 0, 90) == pytest.approx(6371.0088 * np.pi / 2)
    assert great_circle_km(39.9075, 116.39723, 31.22222, 121.45806) == pytest.approx(1067, abs=2)
    assert great_circle_km(10, 179, 10, -179) == pytest.approx(float(great_circle_km(10, 1, 10, -1)))
    assert great_circle_km(90, 0, -90, 0) == pytest.approx(6371.0088 * np.pi)


def test_arrays_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        china(120).population[0] = 1


def test_festival_calendar_has_one_row_per_year_and_festival() -> None:
    with (DATA / "china_festivals.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["year"], row["festival"]) for row in rows}) == len(rows) == 54


# The user's own tables


def test_own_tables(tmp_path: Path) -> None:
    table = own(tmp_path)
    assert table.region_ids == ("N", "S")
    assert table.region_names_zh == ("北", "South")
    assert table.income.tolist() == [50, 20.5]
    assert [ROLES[role] for role in table.role] == ["core", "edge"]
    assert (table.edges.tolist(), table.edge_km.tolist(), table.edge_kind) == ([[0, 1]], [1200.0], ("ferry",))
    assert table.district_region.tolist() == [0, 1, 1, 1]
    assert table.district_tier.tolist() == [5, 5, 5, 5]
    assert table.unverified == ()


def test_us_as_own_tables_is_the_same(tmp_path: Path) -> None:
    for name in ("us_regions.csv", "us_edges.csv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    built_in = load_regions("us", None, None, None, HERE)
    assert_same(load_regions("us_regions.csv", "us_edges.csv", None, 51, tmp_path), built_in)


def test_us_roles_are_terciles(tmp_path: Path) -> None:
    with (DATA / "us_regions.csv").open(encoding="utf-8") as file:
        rows = [{k: v for k, v in row.items() if k != "role"} for row in csv.DictReader(file)]
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert_same(load_regions("r.csv", "us", None, None, tmp_path), load_regions("us", None, None, None, HERE))


def test_rows_in_any_order_give_the_same_roads_and_districts(tmp_path: Path) -> None:
    turned = "".join(np.roll(DISTRICTS.splitlines(keepends=True)[1:], 2))
    (tmp_path / "turned").mkdir()
    again = own(
        tmp_path / "turned", edges="a,b,km,kind\nN,S,1200,ferry\n", districts=DISTRICTS.splitlines()[0] + "\n" + turned
    )
    assert_same(again, own(tmp_path))


def test_optional_cells_have_defaults(tmp_path: Path) -> None:
    table = own(tmp_path, edges="a,b,km,kind\nN,S,,\n")
    assert table.edge_km.tolist() == pytest.approx([6371.0088 * np.radians(10)])
    assert table.edge_kind == ("land",)


def test_given_tiers_go_before_derived_ones(tmp_path: Path) -> None:
    lines = DISTRICTS.splitlines()
    tiers = [lines[0] + ",tier", lines[1] + ",2", lines[2] + ",", *(line + ",3" for line in lines[3:])]
    assert own(tmp_path, districts="\n".join(tiers)).district_tier.tolist() == [2, 5, 3, 3]


def test_status_columns_other_than_verified_are_visible(tmp_path: Path) -> None:
    districts = DISTRICTS.replace("longitude\n", "longitude,population_status\n").replace(",100\n", ",100,guess\n")
    edges = "a,b,km,km_status\nN,S,1200,verified in an atlas\n"
    assert own(tmp_path, edges=edges, districts=districts).unverified == ("districts.population",)


def test_spreadsheet_habits_are_understood(tmp_path: Path) -> None:
    """A byte-order mark, Windows line ends, empty rows below and around, spaces around cells."""
    text = "\ufeff" + REGIONS.replace("\n", "\r\n").replace("N,North", " N , North ") + ",,,,,,,\r\n\r\n"
    assert own(tmp_path, regions=text).region_ids == ("N", "S")


def test_one_region_needs_no_roads(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("".join(REGIONS.splitlines(keepends=True)[:2]), encoding="utf-8")
    table = load_regions("r.csv", None, None, None, tmp_path)
    assert table.edges.shape == (0, 2)
    assert table.district_ids == ("N",)


def test_own_roads_for_built_in_regions(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text((DATA / "china_edges.csv").read_text("utf-8").replace("ferry", "bridge"), "utf-8")
    table = load_regions("china", "e.csv", None, 120, tmp_path)
    assert set(table.edge_kind) == {"land", "bridge"}


def test_a_centre_beyond_the_date_line(tmp_path: Path) -> None:
    east = DISTRICTS.replace("30.1,100", "30.1,179").replace("30.2,100", "30.2,-179")
    own(tmp_path, districts=east)
    table = load_regions("r.csv", "e.csv", "d.csv", 2, tmp_path)
    assert abs(table.district_longitude[1]) > 140


# Mistakes: (file, what is replaced, by what, the whole message)

MISTAKES = [
    ("r", "population,", "people,", "r.csv: row 1 has no column 'population', found are id, name, name_zh, people, "),
    ("r", "name_zh", "name", "r.csv: row 1 has the column 'name' twice"),
    (
        "r",
        ",1000,",
        ',"1,000",',
        "r.csv: row 2, population is '1,000', allowed are whole numbers from 1 to 10000000000",
    ),
    ("r", ",1000,", ",1,000,", "r.csv: row 2 has 9 cells where the header has 8; quote texts that hold a comma and "),
    ("r", ",edge,", ",", "r.csv: row 3 has 7 cells where the header has 8;"),
    ("r", ",1000,", ",many,", "r.csv: row 2, population is 'many', allowed are whole numbers from 1 to"),
    ("r", ",1000,", ",,", "r.csv: row 2, population is '', allowed are whole numbers from 1 to"),
    ("r", ",1000,", ",0,", "r.csv: row 2, population is '0', allowed are whole numbers from 1 to"),
    ("r", ",1000,", ",-7,", "r.csv: row 2, population is '-7', allowed are whole numbers from 1 to"),
    ("r", ",1000,", ",10.5,", "r.csv: row 2, population is '10.5', allowed are whole numbers from 1 to"),
    ("r", ",1000,", ",1e300,", "r.csv: row 2, population is '1e300', allowed are whole numbers from 1 to"),
    ("r", ",1000,", ",inf,", "r.csv: row 2, population is 'inf', allowed are whole numbers from 1 to"),
    ("r", ",20.5,", ",nan,", "r.csv: row 3, income is 'nan', allowed are numbers from 0.01 to 1e+12"),
    ("r", ",20.5,", ",0,", "r.csv: row 3, income is '0', allowed are numbers from 0.01 to 1e+12"),
    ("r", "S,South", "N,South", "r.csv: row 3, id is 'N' again, first used in row 2"),
    ("r", "S,South", ",South", "r.csv: row 3, id is empty"),
    ("r", "S,South", "core,South", "r.csv: row 3, id is 'core', a word kept for all regions of a role"),
    ("r", "S,South", "S,", "r.csv: row 3, name is empty"),
    (
        "r",
        ",core,",
        ",cores,",
        "r.csv: row 2, role is 'cores', allowed are core, potential, edge; did you mean 'core'?",
    ),
    ("r", ",core,", ",,", "r.csv: row 2, role is '', allowed are core, potential, edge"),
    ("r", "40,100", "90.5,100", "r.csv: row 2, latitude is '90.5', allowed are numbers from -90 to 90"),
    ("r", "40,100", "40,181", "r.csv: row 2, longitude is '181', allowed are numbers from -180 to 180"),
    ("r", REGIONS, REGIONS.splitlines()[0], "r.csv: has no rows below its header"),
    ("r", REGIONS, "", "r.csv: is empty, expected is a first row with the names of the columns"),
    ("r", "North", '"North', "r.csv: cannot be read as a table: unexpected end of data"),
    ("e", "S,N", "X,N", "e.csv: row 2, a is 'X', which is no id in r.csv"),
    ("e", "S,N", "S,South", "e.csv: row 2, b is 'South', which is no id in r.csv"),
    ("e", "S,N", "S,S", "e.csv: row 2, b is 'S' like a, expected is another region"),
    (
        "e",
        "ferry\n",
        "ferry\nN,S,1,land\n",
        "e.csv: row 3, b repeats the road of row 2; each pair stands once, in either",
    ),
    ("e", "1200", "0", "e.csv: row 2, km is '0', allowed are numbers from 0.001 to 100000"),
    ("e", "1200", "far", "e.csv: row 2, km is 'far', allowed are numbers from"),
    ("d", "s1,S", "s1,T", "d.csv: row 3, region is 'T', which is no id in r.csv"),
    ("d", "s2,S", "s1,S", "d.csv: row 4, id is 's1' again, first used in row 3"),
    (
        "d",
        "s2,S",
        "S-rest,S",
        "d.csv: row 4, id is 'S-rest', a word kept for the districts of a region that do not stand",
    ),
    ("d", ",1500,", ",0,", "d.csv: row 3, population is '0', allowed are whole numbers from 1 to"),
    ("d", "n1,N", "n1,S", "d.csv: network.districts hold no district in region North (N) of 1000 persons; the two may"),
    (
        "d",
        ",1500,",
        ",15,",
        "d.csv: network.districts hold 1515 persons in region South (S) of 3000 persons; the two may",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES)
def test_a_mistake_is_one_clear_sentence(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    texts = {"r": REGIONS, "e": EDGES, "d": DISTRICTS}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    with pytest.raises(BadInput, match="^" + re.escape(message)):
        own(tmp_path, texts["r"], texts["e"], texts["d"])


def test_a_tier_out_of_range(tmp_path: Path) -> None:
    lines = DISTRICTS.splitlines()
    with pytest.raises(BadInput, match=r"^d.csv: row 2, tier is '6', allowed are whole numbers from 1 to 5$"):
        own(tmp_path, districts="\n".join([lines[0] + ",tier", *(line + ",6" for line in lines[1:])]))


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes(REGIONS.encode("gb18030"))
    with pytest.raises(BadInput, match=r'^r.csv: is not UTF-8 text; save it as "CSV UTF-8"$'):
        load_regions("r.csv", "e.csv", None, None, tmp_path)


@pytest.mark.parametrize("table", ["regions", "edges", "districts"])
def test_a_missing_file(tmp_path: Path, table: str) -> None:
    own(tmp_path)
    names = {"regions": "r.csv", "edges": "e.csv", "districts": "d.csv"} | {table: "no.csv"}
    with pytest.raises(
        BadInput, match=rf"^no.csv: network.{table} is no file in .* and no built-in table \(china, us, single, pair\)"
    ):
        load_regions(**names, count=None, base=tmp_path)


def test_own_regions_need_roads(tmp_path: Path) -> None:
    own(tmp_path)
    with pytest.raises(BadInput, match=r"^r.csv: network.edges is missing, expected is a CSV file of the roads"):
        load_regions("r.csv", None, None, None, tmp_path)


def test_roads_of_unknown_length(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^e.csv: row 2, km is not given, and cannot be computed as both regions"):
        own(tmp_path, regions=REGIONS.replace("30,100", "40,100"), edges="a,b\nN,S\n")


def test_a_network_in_parts(tmp_path: Path) -> None:
    roads = (DATA / "china_edges.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "e.csv").write_text("".join(line for line in roads if "ferry" not in line), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_regions("china", "e.csv", None, 120, tmp_path)
    expected = "e.csv: network.edges are not one network: Hainan cannot be reached from Beijing; add an edge"
    assert str(caught.value) == expected


@pytest.mark.parametrize("count", [30, 0, -1, 368])
def test_a_count_out_of_range(count: int) -> None:
    message = rf"^china_districts.csv: network.district_count is {count}, allowed is values from 31 to 367"
    with pytest.raises(BadInput, match=message):
        china(count)


def test_a_count_without_a_table_of_districts() -> None:
    with pytest.raises(
        BadInput, match=r"^us_regions.csv: network.district_count is 120, allowed is 51 \(one per region"
    ):
        load_regions("us", None, None, 120, HERE)


# The documents say what the code does


@pytest.mark.parametrize("table", COLUMNS)
def test_documented_columns(table: str) -> None:
    section = DOCS.read_text(encoding="utf-8").split(f"## `network.{table}`")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| (required|optional) \|", section, re.MULTILINE)
    required, optional = COLUMNS[table]
    assert found == [(name, "required") for name in required] + [(name, "optional") for name in optional]


def test_documented_tiers() -> None:
    found = re.findall(r"^\| (\d) \| more than ([\d,]+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(int(tier), int(floor.replace(",", ""))) for tier, floor in found] == [
        (5 - k, floor) for k, floor in reversed(list(enumerate(TIER_FLOORS, 1)))
    ]


def test_documented_files_and_columns_of_the_data_folder() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for path in sorted(DATA.glob("*.csv")):
        section = text.split(f"## {path.name}")[1].split("\n## ")[0]
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)
        assert re.findall(r"`(\w+)`", " ".join(rows)) == header, path.name
