"""The road network: regions joined by roads, districts hanging on their region's seat; graph in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csgraph

from channellab.scenarios.regions import ROLES, RegionTable, great_circle_km

LOCAL_KM = 5.0
"""Shortest way in km between two places of a network: even inside the seat's own city a truck drives to the shop.

Assumption: the mean distance from the centre of a round city is 2/3 of its radius, here 7.5 km (about 180 km2)."""
_SAME_PLACE_KM = 1.0
"""Seats closer than this say nothing about how much longer than the great circle the roads are."""


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Road distances between R regions and D districts; the arrays are read-only.

    Attributes:
        table: the regions and districts, whose order the arrays follow.
        detour: road km per straight-line km.
        graph: see ``build_graph``.
        region_km: float64[R, R], shortest road from seat to seat along the graph; symmetric, zero diagonal.
        district_km: float64[D], road from the seat of the own region to the district.
    """

    table: RegionTable
    detour: float
    graph: nx.Graph[str]
    region_km: NDArray[np.float64]
    district_km: NDArray[np.float64]

    def __post_init__(self) -> None:
        self.region_km.flags.writeable = False
        self.district_km.flags.writeable = False


def region_key(region_id: str) -> str:
    """The graph's node of a region."""
    return f"region:{region_id}"


def district_key(district_id: str) -> str:
    """The graph's node of a district."""
    return f"district:{district_id}"


def road_network(table: RegionTable, detour: float) -> RoadNetwork:
    """Build the graph of a table and measure it; ``detour`` is road km per straight-line km, usually 1.2 to 1.4."""
    graph = build_graph(table, detour)
    keys = [region_key(region_id) for region_id in table.region_ids]
    roads = nx.to_scipy_sparse_array(graph.subgraph(keys), nodelist=keys, dtype=np.dtype(np.float64), weight="km")
    km = np.asarray(csgraph.dijkstra(roads, directed=False))
    # The two directions add the same kilometres in another order and may differ in the last bit.
    return RoadNetwork(table, detour, graph, np.minimum(km, km.T), _spoke_km(table, detour))


def build_graph(table: RegionTable, detour: float) -> nx.Graph[str]:
    """The graph of a table: nodes ``region:<id>`` and ``district:<id>``, roads between regions, spokes to districts.

    Nodes have kind (region, district), name_en, name_zh, population, income, tier, role, latitude, longitude and
    district nodes region (an id); a region has the tier of its largest district, a district the income and role of
    its region. Edges have km by road and kind: that of the table, or ``spoke``.
    """
    graph: nx.Graph[str] = nx.Graph()
    _add_regions(graph, table)
    _add_districts(graph, table)
    _add_roads(graph, table, detour)
    return graph


def km_between_districts(network: RoadNetwork) -> NDArray[np.float64]:
    """Shortest road float64[D, D] from district to district; symmetric, zero diagonal, triangle inequality holds.

    Trucks need not call at the seats: districts of one region, or of two that a road joins, are also linked directly,
    by the great circle times the detour and times the ratio of that road to the great circle between its seats.
    Work grows with the cube of D: 3 ms for 120 districts, 50 ms for 367.
    """
    table, region = network.table, network.table.district_region
    via_seats = network.district_km[:, None] + network.region_km[np.ix_(region, region)] + network.district_km
    north, east = table.district_latitude, table.district_longitude
    direct = great_circle_km(north[:, None], east[:, None], north, east)
    direct = np.maximum(direct * network.detour, LOCAL_KM) * _stretch(table)[np.ix_(region, region)]
    km = np.minimum(via_seats, direct)
    np.fill_diagonal(km, 0.0)
    shortest = np.asarray(csgraph.floyd_warshall(km, directed=False))
    return np.minimum(shortest, shortest.T)


def nearest_districts(network: RoadNetwork) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest other district of each by road, int64[D], and the kilometres to it, float64[D].

    A network of one district has none: -1, at 0 km.
    """
    count = len(network.table.district_ids)
    if count == 1:
        return np.array([-1]), np.zeros(1)
    km = km_between_districts(network)
    np.fill_diagonal(km, np.inf)
    nearest = np.argmin(km, axis=1)
    return nearest, km[np.arange(count), nearest]


def lead_days(km: ArrayLike, handling_days: ArrayLike, km_per_day: ArrayLike) -> NDArray[np.float64]:
    """Days from order to arrival: handling and the drive at a mean ``km_per_day`` (> 0, stops included); broadcasts.

    >>> lead_days([0.0, 1000.0], 1.0, 500.0).tolist()
    [1.0, 3.0]
    """
    return np.asarray(handling_days, np.float64) + np.asarray(km, np.float64) / np.asarray(km_per_day, np.float64)


def _spoke_km(table: RegionTable, detour: float) -> NDArray[np.float64]:
    seat = table.district_region
    km = great_circle_km(table.latitude[seat], table.longitude[seat], table.district_latitude, table.district_longitude)
    return np.maximum(km * detour, LOCAL_KM)


def _stretch(table: RegionTable) -> NDArray[np.float64]:
    """float64[R, R]: edge km over great circle; 1 inside a region, infinite without a road or where seats coincide."""
    a, b = table.edges.T
    direct = great_circle_km(table.latitude[a], table.longitude[a], table.latitude[b], table.longitude[b])
    apart = direct > _SAME_PLACE_KM
    stretch = np.full((len(table.region_ids),) * 2, np.inf)
    stretch[a[apart], b[apart]] = stretch[b[apart], a[apart]] = table.edge_km[apart] / direct[apart]
    np.fill_diagonal(stretch, 1.0)
    return stretch


def _add_regions(graph: nx.Graph[str], table: RegionTable) -> None:
    tier = np.full(len(table.region_ids), 5)
    np.minimum.at(tier, table.district_region, table.district_tier)
    for r, region_id in enumerate(table.region_ids):
        graph.add_node(
            region_key(region_id),
            kind="region",
            name_en=table.region_names_en[r],
            name_zh=table.region_names_zh[r],
            population=int(table.population[r]),
            income=float(table.income[r]),
            tier=int(tier[r]),
            role=ROLES[table.role[r]],
            latitude=float(table.latitude[r]),
            longitude=float(table.longitude[r]),
        )


def _add_districts(graph: nx.Graph[str], table: RegionTable) -> None:
    for d, district_id in enumerate(table.district_ids):
        r = table.district_region[d]
        graph.add_node(
            district_key(district_id),
            kind="district",
            region=table.region_ids[r],
            name_en=table.district_names_en[d],
            name_zh=table.district_names_zh[d],
            population=int(table.district_population[d]),
            income=float(table.income[r]),
            tier=int(table.district_tier[d]),
            role=ROLES[table.role[r]],
            latitude=float(table.district_latitude[d]),
            longitude=float(table.district_longitude[d]),
        )


def _add_roads(graph: nx.Graph[str], table: RegionTable, detour: float) -> None:
    regions = [region_key(region_id) for region_id in table.region_ids]
    for (a, b), km, kind in zip(table.edges.tolist(), table.edge_km.tolist(), table.edge_kind, strict=True):
        graph.add_edge(regions[a], regions[b], km=km * detour, kind=kind)
    seats, spokes = table.district_region.tolist(), _spoke_km(table, detour).tolist()
    for district_id, r, km in zip(table.district_ids, seats, spokes, strict=True):
        graph.add_edge(regions[r], district_key(district_id), km=km, kind="spoke")
