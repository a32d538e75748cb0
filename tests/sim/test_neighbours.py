"""Shopping over the border: outlets of the nearest other district, at the cost of the way."""

from pathlib import Path

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.sim.market import Market, region_table

REGIONS = "id,name,population,income,latitude,longitude\nA,East,1000000,30000,0,0\nB,West,1000000,30000,0,0.2\n"
ROAD = "a,b,km\nA,B,24\n"
WEEKS = 12
CHEAPER = 'timetable=[{weeks=[1, 52], where=["A"], set={"policy.price.recommended_discount"=0.25}}]'


@pytest.fixture
def places(tmp_path: Path) -> list[str]:
    (tmp_path / "regions.csv").write_text(REGIONS)
    (tmp_path / "roads.csv").write_text(ROAD)
    return [
        *(f"network.regions={tmp_path / 'regions.csv'}", f"network.edges={tmp_path / 'roads.csv'}"),
        *("network.district_count=2", "network.sites_per_district=4", "network.sites_per_area=4"),
        *("consumers.count=3000", "consumers.outlets_considered=4", "run.warmup=0", "manufacturer.plants=[]"),
        *("distributors.per_region=0", "retailers.local_lead_days=1.0", "consumers.awareness.initial=1.0"),
        *("retailers.stock.rule=base_stock", "retailers.stock.level=2000"),
        *("manufacturer.stock.rule=base_stock", "manufacturer.stock.level=50000"),
        "online.shops=[]",
    ]


def units(places: list[str], *overrides: str) -> tuple[int, int, int]:
    """Own units sold in regions A and B, and purchases of people of one in the other."""
    scenario = load("one-tier", [*places, *overrides]).scenario
    market = Market(scenario, region_table(scenario, Path()))
    abroad, sold = 0, np.zeros(2, np.int64)
    for _ in range(WEEKS):
        market.step()
        mind, area = market.consumers.mind, market.consumers.tastes.area
        abroad += int(((mind.last_site >= 0) & (mind.last_site // 4 != area)).sum())
        sold += market.retailers.sold[:, : market.goods.own].reshape(2, -1).sum(axis=1)
    market.close()
    return int(sold[0]), int(sold[1]), abroad


def test_a_lower_price_draws_shoppers_over_the_border(places: list[str]) -> None:
    """With the same luck, a price cut in A takes sales from B, where prices stay; nothing moves without neighbours."""
    there = ("consumers.neighbour_outlets=2",)
    alone, cheap_alone = units(places), units(places, CHEAPER)
    near, cheap_near = units(places, *there), units(places, *there, CHEAPER)
    assert alone[2] == cheap_alone[2] == 0
    assert alone[1] == cheap_alone[1]
    assert near[2] > 0
    assert cheap_near[1] < near[1]
    assert cheap_near[0] - near[0] > cheap_alone[0] - alone[0]


def test_a_longer_way_keeps_people_at_home(places: list[str]) -> None:
    trips = [
        units(
            places, "consumers.neighbour_outlets=2", f'consumers.segments=[{{name="all", neighbour_burden={burden}}}]'
        )
        for burden in (0.0, 0.05, 10.0)
    ]
    assert trips[0][2] > trips[1][2] > trips[2][2] == 0


def test_there_is_no_neighbour_in_a_country_of_one_district() -> None:
    one = load("logit-shares", ["consumers.neighbour_outlets=1", "consumers.count=50"]).scenario
    market = Market(one)
    assert (market.consumers.tastes.far == -1).all()
    market.step()
    market.close()


def test_more_neighbours_than_sites_are_refused() -> None:
    with pytest.raises(BadInput, match=r"neighbour_outlets is 2, allowed are values up to network.sites_per_district"):
        load("logit-shares", ["consumers.neighbour_outlets=2"])
