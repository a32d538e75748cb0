"""The road network: shortest roads, local ways, neighbours, lead times."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from channellab.scenarios.regions import RegionTable, load_regions
from channellab.sim.network import (
    LOCAL_KM,
    build_graph,
    district_key,
    km_between_districts,
    lead_days,
    region_key,
    road_network,
)

DETOUR = 1.3


def table_of(name: str) -> RegionTable:
    return load_regions(name, None, None, None if name == "us" else 120, Path())


def own(folder: Path, regions: str, edges: str | None, districts: str | None) -> RegionTable:
    texts = {"r.csv": regions, "e.csv": edges, "d.csv": districts}
    for name, text in texts.items():
        (folder / name).write_text(text or "", encoding="utf-8")
    return load_regions("r.csv", edges and "e.csv", districts and "d.csv", None, folder)


def assert_metric(km: NDArray[np.float64]) -> None:
    assert np.isfinite(km).all()
    assert (km == km.T).all()
    assert (np.diag(km) == 0).all()
    for by in km:
        assert (km <= by[:, None] + by + 1e-9).all()


@pytest.mark.parametrize("name", ["china", "us"])
def test_the_graph_is_connected_and_complete(name: str) -> None:
    table = table_of(name)
    graph = build_graph(table, DETOUR)
    regions, districts = len(table.region_ids), len(table.district_ids)
    assert nx.is_connected(graph)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (regions + districts, len(table.edges) + districts)
    keys = {"kind", "name_en", "name_zh", "population", "income", "tier", "role", "latitude", "longitude"}
    assert all(keys <= attributes.keys() for _, attributes in graph.nodes(data=True))
    json.dumps(nx.node_link_data(graph, edges="edges"))


def test_nodes_know_who_they_are() -> None:
    graph = build_graph(table_of("china"), DETOUR)
    assert graph.nodes[region_key("440000")]["name_zh"] == "广东省"
    assert graph.nodes[region_key("440000")]["tier"] == 1
    assert graph.nodes[district_key("440300")]["region"] == "440000"
    assert graph.nodes[district_key("440300")]["role"] == "core"


@pytest.mark.parametrize("name", ["china", "us"])
def test_roads_are_a_metric(name: str) -> None:
    network = road_network(table_of(name), DETOUR)
    assert_metric(network.region_km)
    assert_metric(km_between_districts(network))


@pytest.mark.parametrize("name", ["china", "us"])
def test_roads_are_the_shortest_paths_of_the_graph(name: str) -> None:
    network = road_network(table_of(name), DETOUR)
    ids = network.table.region_ids
    lengths = nx.single_source_dijkstra_path_length(network.graph, region_key(ids[0]), weight="km")
    np.testing.assert_allclose(network.region_km[0], [lengths[region_key(i)] for i in ids])
    seats = network.region_km[0][network.table.district_region]
    expected = [lengths[district_key(i)] for i in network.table.district_ids]
    np.testing.assert_allclose(seats + network.district_km, expected)


def test_hainan_is_reached_by_the_ferry_only() -> None:
    graph = build_graph(table_of("china"), DETOUR)
    roads = [(other, road["kind"]) for other, road in graph[region_key("460000")].items() if road["kind"] != "spoke"]
    assert roads == [(region_key("440000"), "ferry")]
    graph.remove_edge(region_key("460000"), region_key("440000"))
    assert not nx.is_connected(graph)


def test_detour_scales_roads() -> None:
    table = table_of("china")
    straight, winding = (road_network(table, detour).region_km for detour in (1.0, 1.5))
    np.testing.assert_allclose(winding, 1.5 * straight)


def test_a_district_at_its_seat_has_a_local_way() -> None:
    network = road_network(table_of("us"), DETOUR)
    assert (network.district_km == LOCAL_KM).all()


def test_districts_across_a_border_do_not_go_round_by_the_seats() -> None:
    """Langfang lies 50 km from Beijing; by its seat Shijiazhuang the way is ten times as long."""
    table = load_regions("china", None, None, None, Path())
    network, at = road_network(table, DETOUR), table.district_ids.index
    km = km_between_districts(network)[at("131000"), at("110000")]
    assert 50 < km < 90
    assert network.district_km[at("131000")] + network.region_km[2, 0] > 600


def test_districts_are_never_farther_than_by_their_seats() -> None:
    network = road_network(table_of("china"), DETOUR)
    region = network.table.district_region
    by_seats = network.district_km[:, None] + network.region_km[np.ix_(region, region)] + network.district_km
    np.fill_diagonal(by_seats, 0.0)
    assert (km_between_districts(network) <= by_seats + 1e-9).all()


def test_a_given_road_length_holds_where_coordinates_say_nothing(tmp_path: Path) -> None:
    """Teaching markets may put everything at one place and state the kilometres."""
    regions = "id,name,population,income,latitude,longitude\na,A,1,1,0,0\nb,B,1,1,0,0\nc,C,1,1,0,0\n"
    network = road_network(own(tmp_path, regions, "a,b,km\na,b,100\nb,c,50\n", None), 1.0)
    assert network.region_km.tolist() == [[0, 100, 150], [100, 0, 50], [150, 50, 0]]
    assert km_between_districts(network)[0].tolist() == [0, 110, 160]


def test_a_mountain_road_is_as_winding_for_its_districts(tmp_path: Path) -> None:
    regions = "id,name,population,income,latitude,longitude\na,A,2,1,0,0\nb,B,2,1,0,1\n"
    districts = "id,region,name,population,latitude,longitude\na1,a,A1,2,0,0.2\nb1,b,B1,2,0,0.8\n"
    network = road_network(own(tmp_path, regions, "a,b,km\na,b,333.585\n", districts), 1.0)
    assert km_between_districts(network)[0, 1] == pytest.approx(0.6 * 333.585, rel=1e-4)


def test_one_region_is_a_network(tmp_path: Path) -> None:
    regions = "id,name,population,income,latitude,longitude\na,A,1,1,0,0\n"
    table = own(tmp_path, regions, None, None)
    network = road_network(table, DETOUR)
    assert (network.region_km.tolist(), network.district_km.tolist()) == ([[0.0]], [LOCAL_KM])
    assert km_between_districts(network).tolist() == [[0.0]]


def test_results_are_read_only() -> None:
    network = road_network(table_of("us"), DETOUR)
    with pytest.raises(ValueError, match="read-only"):
        network.region_km[0, 0] = 1.0


def test_lead_days_grow_with_distance() -> None:
    km = np.array([[0.0, 500.0], [1000.0, 2000.0]])
    assert lead_days(km, 1.0, 500.0).tolist() == [[1, 2], [3, 5]]
