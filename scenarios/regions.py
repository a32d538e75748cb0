"""Region tables: who lives where, and which regions touch. Formats, sources and proposals: ``docs/regions.md``."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from channellab.scenarios.errors import BadInput
from channellab.scenarios.region_rests import Districts, Places, gathered, rest_id
from channellab.scenarios.region_rows import Rows, read_rows

ROLES = ("core", "potential", "edge")
BUILT_IN = ("china", "us", "single", "pair")
COLUMNS = {
    "regions": (("id", "name", "population", "income", "latitude", "longitude"), ("name_zh", "role")),
    "edges": (("a", "b"), ("km", "kind")),
    "districts": (("id", "region", "name", "population", "latitude", "longitude"), ("name_zh", "tier")),
}
"""Per table the required columns, then the optional ones; of others only ``*_status`` is read."""
TIER_FLOORS = (1_000_000, 3_000_000, 5_000_000, 10_000_000)
"""Districts of more persons than the k-th floor are of tier 5 - k or better, others of tier 5. Our proposal."""
EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""
COVERAGE_TOLERANCE = 0.05
"""Largest share by which a region's population may differ from the sum of its districts."""
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False)
class RegionTable:
    """R regions, E roads between them and D districts inside them; the arrays are read-only.

    Attributes:
        region_ids, region_names_en, region_names_zh: text, length R, in the order of the file; a Chinese name
            that is not given is the English one.
        population: int64[R], persons.
        income: float64[R], currency a year, per head (in the built-in table ``us`` per household).
        role: int8[R], index into ROLES.
        latitude, longitude: float64[R], degrees, of the region's seat.
        edges: int32[E, 2], region indices a < b, ascending, each pair once; they connect all regions.
        edge_km: float64[E], straight-line km between the seats, before any detour.
        edge_kind: length E, such as ``land`` or ``ferry``.
        district_ids, district_names_en, district_names_zh: text, length D, grouped by region, inside it by id
            with the rest last.
        district_region: int32[D], region index, ascending.
        district_population: int64[D], persons.
        district_tier: int8[D], city tier from 1 (largest) to 5.
        district_latitude, district_longitude: float64[D], degrees.
        unverified: columns such as ``regions.income`` with a value that was not checked against a source.
    """

    region_ids: tuple[str, ...]
    region_names_en: tuple[str, ...]
    region_names_zh: tuple[str, ...]
    population: NDArray[np.int64]
    income: NDArray[np.float64]
    role: NDArray[np.int8]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    edges: NDArray[np.int32]
    edge_km: NDArray[np.float64]
    edge_kind: tuple[str, ...]
    district_ids: tuple[str, ...]
    district_names_en: tuple[str, ...]
    district_names_zh: tuple[str, ...]
    district_region: NDArray[np.int32]
    district_population: NDArray[np.int64]
    district_tier: NDArray[np.int8]
    district_latitude: NDArray[np.float64]
    district_longitude: NDArray[np.float64]
    unverified: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False


def load_regions(regions: str, edges: str | None, districts: str | None, count: int | None, base: Path) -> RegionTable:
    """Read a built-in table ("china", "us") or the user's own CSV files.

    Args:
        regions: built-in name, or path of a CSV file relative to ``base``.
        edges: likewise; None takes those of the built-in regions, or none for a single own region.
        districts: likewise; None takes those of the built-in regions, or one district per region.
        count: number of districts wanted: the largest stand alone, and one rest per region (id ``<region>-rest``)
            gathers its others; a rest of one district is that district. None takes all rows.
        base: folder of the scenario file.

    Raises:
        BadInput: names the file, and the row and column or the setting at fault.
    """
    region_rows = _read(regions, "regions", base)
    places = _places(region_rows)
    income = region_rows.numeric("income", 0.01, 1e12)
    role = _roles(region_rows, places.population * income)
    _not_kept(region_rows, set(ROLES), "all regions of a role")
    edge_rows = _optional(edges, "edges", regions, base)
    pairs, edge_km, edge_kind = _edges(edge_rows, region_rows.where, places)
    district_rows = _optional(districts, "districts", regions, base)
    inside = _districts(district_rows, places, region_rows.where)
    inside = gathered(inside, places, _allowed_count(count, len(places.ids), district_rows, region_rows.where))
    return RegionTable(
        region_ids=places.ids,
        region_names_en=places.names_en,
        region_names_zh=places.names_zh,
        population=places.population,
        income=income,
        role=role,
        latitude=places.latitude,
        longitude=places.longitude,
        edges=pairs,
        edge_km=edge_km,
        edge_kind=edge_kind,
        district_ids=inside.places.ids,
        district_names_en=inside.places.names_en,
        district_names_zh=inside.places.names_zh,
        district_region=inside.region,
        district_population=inside.places.population,
        district_tier=inside.tier,
        district_latitude=inside.places.latitude,
        district_longitude=inside.places.longitude,
        unverified=_unverified(regions=region_rows, edges=edge_rows, districts=district_rows),
    )


def great_circle_km(
    latitude_a: ArrayLike, longitude_a: ArrayLike, latitude_b: ArrayLike, longitude_b: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distance in km between points in degrees (haversine on a sphere of EARTH_RADIUS_KM); broadcasts."""
    north_a, east_a, north_b, east_b = (
        np.radians(np.asarray(d, np.float64)) for d in (latitude_a, longitude_a, latitude_b, longitude_b)
    )
    chord = np.sin((north_b - north_a) / 2) ** 2
    chord = chord + np.cos(north_a) * np.cos(north_b) * np.sin((east_b - east_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def city_tier(population: NDArray[np.int64]) -> NDArray[np.int8]:
    """City tier 1 (largest) to 5 of districts with so many persons, by TIER_FLOORS; same shape."""
    return (5 - np.searchsorted(TIER_FLOORS, population, side="left")).astype(np.int8)


def _read(name: str, table: str, base: Path) -> Rows:
    path = _DATA / f"{name}_{table}.csv" if name in BUILT_IN else base / name
    if not path.is_file():
        raise BadInput(name, f"network.{table}", f"is no file in {base} and no built-in table ({', '.join(BUILT_IN)})")
    return read_rows(path, path.name if name in BUILT_IN else name, COLUMNS[table][0])


def _optional(name: str | None, table: str, regions: str, base: Path) -> Rows | None:
    if name is None and regions in BUILT_IN and (_DATA / f"{regions}_{table}.csv").is_file():
        name = regions
    return None if name is None else _read(name, table, base)


def _places(rows: Rows) -> Places:
    names = rows.columns["name"]
    if "" in names:
        raise rows.bad(names.index(""), "name", "is empty")
    return Places(
        ids=rows.ids("id"),
        names_en=names,
        names_zh=rows.text("name_zh", names),
        population=rows.whole("population", 1, 10_000_000_000),
        latitude=rows.numeric("latitude", -90, 90),
        longitude=rows.numeric("longitude", -180, 180),
    )


def _roles(rows: Rows, purchasing_power: NDArray[np.float64]) -> NDArray[np.int8]:
    """As given, else by terciles of population x income: core the upper third, edge the lower; ties in file order."""
    if "role" in rows.columns:
        return rows.chosen("role", ROLES, f"allowed are {', '.join(ROLES)}").astype(np.int8)
    role = np.empty(len(purchasing_power), np.int8)
    role[np.argsort(-purchasing_power, kind="stable")] = np.arange(len(role)) * len(ROLES) // len(role)
    return role


def _edges(
    rows: Rows | None, regions_where: str, places: Places
) -> tuple[NDArray[np.int32], NDArray[np.float64], tuple[str, ...]]:
    if rows is None:
        if len(places.ids) > 1:
            problem = "is missing, expected is a CSV file of the roads between the regions"
            raise BadInput(regions_where, "network.edges", problem)
        return np.empty((0, 2), np.int32), np.empty(0), ()
    unknown = f"which is no id in {regions_where}"
    ends = np.column_stack([rows.chosen("a", places.ids, unknown), rows.chosen("b", places.ids, unknown)])
    ends.sort(axis=1)
    _distinct(rows, ends)
    km = _edge_km(rows, ends, places)
    kind = rows.text("kind", ("land",) * len(km))
    _connected(rows.where, ends, places)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    return ends[order].astype(np.int32), km[order], tuple(kind[e] for e in order)


def _distinct(rows: Rows, ends: NDArray[np.int64]) -> None:
    first: dict[tuple[int, int], int] = {}
    for row, (a, b) in enumerate(ends.tolist()):
        if a == b:
            raise rows.bad(row, "b", f"is {rows.columns['b'][row]!r} like a, expected is another region")
        if (a, b) in first:
            raise rows.bad(row, "b", f"repeats the road of row {first[a, b]}; each pair stands once, in either order")
        first[a, b] = rows.numbers[row]


def _edge_km(rows: Rows, ends: NDArray[np.int64], places: Places) -> NDArray[np.float64]:
    a, b = ends.T
    direct = great_circle_km(places.latitude[a], places.longitude[a], places.latitude[b], places.longitude[b])
    km = rows.numeric("km", 0.001, 100_000, direct.tolist())
    if (km <= 0).any():
        problem = "is not given, and cannot be computed as both regions have the same coordinates"
        raise rows.bad(int(np.argmin(km)), "km", problem)
    return km


def _connected(where: str, ends: NDArray[np.int64], places: Places) -> None:
    part = np.arange(len(places.ids))
    for _ in places.ids:
        before = part.copy()
        np.minimum.at(part, ends[:, 0], before[ends[:, 1]])
        np.minimum.at(part, ends[:, 1], before[ends[:, 0]])
        if np.array_equal(part, before):
            break
    if part.any():
        lost, names = np.flatnonzero(part), places.names_en
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        problem = f"are not one network: {names[lost[0]]}{others} cannot be reached from {names[0]}; add an edge"
        raise BadInput(where, "network.edges", problem)


def _districts(rows: Rows | None, regions: Places, regions_where: str) -> Districts:
    if rows is None:
        return Districts(regions, np.arange(len(regions.ids), dtype=np.int32), city_tier(regions.population))
    places = _places(rows)
    region = rows.chosen("region", regions.ids, f"which is no id in {regions_where}")
    tier = rows.whole("tier", 1, 5, city_tier(places.population).tolist())
    _not_kept(rows, set(map(rest_id, regions.ids)), "the districts of a region that do not stand alone")
    _covered(rows.where, regions, region, places.population)
    return Districts(places, region.astype(np.int32), tier.astype(np.int8))


def _not_kept(rows: Rows, kept: set[str], meaning: str) -> None:
    for row, own in enumerate(rows.columns["id"]):
        if own in kept:
            raise rows.bad(row, "id", f"is {own!r}, a word kept for {meaning}")


def _covered(where: str, regions: Places, region: NDArray[np.int64], population: NDArray[np.int64]) -> None:
    persons = np.zeros_like(regions.population)
    np.add.at(persons, region, population)
    wrong = np.abs(persons - regions.population) > COVERAGE_TOLERANCE * regions.population
    if wrong.any():
        r = int(np.argmax(wrong))
        held = f"{persons[r]} persons" if persons[r] else "no district"
        problem = f"hold {held} in region {regions.names_en[r]} ({regions.ids[r]}) of {regions.population[r]} persons"
        raise BadInput(where, "network.districts", f"{problem}; the two may differ by {COVERAGE_TOLERANCE:.0%}")


def _allowed_count(count: int | None, regions: int, rows: Rows | None, where: str) -> int:
    lowest, highest = regions, len(rows.numbers) if rows else regions
    if count is None:
        return highest
    if not lowest <= count <= highest:
        reason = "one per region to all rows" if rows else "one per region, as there is no table of districts"
        allowed = f"values from {lowest} to {highest} ({reason})" if rows else f"{lowest} ({reason})"
        raise BadInput(rows.where if rows else where, "network.district_count", f"is {count}, allowed is {allowed}")
    return count


def _unverified(**tables: Rows | None) -> tuple[str, ...]:
    return tuple(f"{table}.{column}" for table, rows in tables.items() if rows for column in rows.unverified())
