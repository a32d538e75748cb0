"""Draws the world of a seed: sites and firms on the network, with the stock they start with.

What stands here depends on the scenario and the seed alone, never on a layout or a policy: a layout later opens some of
the candidate sites, and the same shops stand on them in every layout.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from channellab.agents.consumers import ConsumerColumns
from channellab.agents.distributors import DistributorColumns
from channellab.agents.draws import Stream, uniforms
from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
from channellab.agents.online import OnlineColumns
from channellab.agents.retailers import RetailerColumns
from channellab.agents.rivals import RivalColumns
from channellab.agents.shelves import Shelves, join
from channellab.scenarios.errors import BadInput
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.sim import firms, outlets
from channellab.sim.assortment import Assortment, assortment
from channellab.sim.ledger import Group
from channellab.sim.network import LOCAL_KM, RoadNetwork, road_network
from channellab.sim.outlets import SITES_PER_DISTRICT
from channellab.sim.population import Places, draw_population


@dataclass(frozen=True)
class World:
    """Everything that exists before the first week."""

    roads: RoadNetwork
    goods: Assortment
    consumers: ConsumerColumns
    shelves: Shelves
    retailers: RetailerColumns
    online: OnlineColumns
    distributors: DistributorColumns
    subdistributors: DistributorColumns
    plants: PlantColumns
    manufacturers: ManufacturerColumns
    rivals: RivalColumns
    parties: int

    @property
    def tiers(self) -> dict[str, Any]:
        """The columns of all firms that send or receive goods, by name."""
        names = ("retailers", "online", "subdistributors", "distributors", "plants", "rivals")
        return {name: getattr(self, name) for name in names}


def build_world(scenario: Scenario, table: RegionTable, seed: int) -> World:
    """The world of a scenario and a seed."""
    roads = road_network(table, scenario.network.detour)
    goods = assortment(scenario)
    first = int(Group.MANUFACTURER)
    manufacturers = firms.manufacturers(goods, first)
    rivals = firms.rivals(scenario, goods, first + 1)
    plants = firms.plants(scenario, table, goods, first)
    party = first + 1 + rivals.party.size
    distributors = firms.distributors(scenario, roads, goods, plants, party)
    party += distributors.party.size
    subdistributors = firms.subdistributors(scenario, roads, goods, distributors, plants, party)
    party += subdistributors.party.size
    online = outlets.online_shops(scenario, roads, goods, plants.region, first, party)
    party += online.party.size
    retailers = outlets.retailers(scenario, roads, goods, seed, party)
    _connect(scenario, roads, retailers, subdistributors, distributors, plants)
    return World(
        roads=roads,
        goods=goods,
        consumers=_consumers(scenario, table, seed),
        shelves=join(retailers, online),
        retailers=retailers,
        online=online,
        distributors=distributors,
        subdistributors=subdistributors,
        plants=plants,
        manufacturers=manufacturers,
        rivals=rivals,
        parties=party + retailers.party.size,
    )


def check_places(scenario: Scenario, table: RegionTable, where: str) -> None:
    """Raises BadInput where a plant or the online warehouse stands in a region that the table does not have."""
    named = {f"manufacturer.plants.{n}.region": plant.region for n, plant in enumerate(scenario.manufacturer.plants)}
    if scenario.online.region is not None:
        named["online.region"] = scenario.online.region
    for key, region in named.items():
        if region not in table.region_ids:
            known = ", ".join(table.region_ids[:5])
            raise BadInput(where, key, f"is {region!r}, allowed are regions such as {known}")


def _connect(
    scenario: Scenario,
    roads: RoadNetwork,
    retailers: RetailerColumns,
    subdistributors: DistributorColumns,
    distributors: DistributorColumns,
    plants: PlantColumns,
) -> None:
    """Gives every retailer its supplier: the lowest tier there is above it, in its own district or region."""
    if subdistributors.party.size:
        per_district = scenario.subdistributors.per_district
        areas = scenario.network.sites_per_district // scenario.network.sites_per_area
        retailers.supplier[:] = retailers.district * per_district + (retailers.area % areas) % per_district
        # Supplier and shop are in one district: the way is the shortest the network knows.
        retailers.distance[:] = LOCAL_KM
    else:
        retailers.supplier[:], retailers.distance[:] = firms.supply(
            scenario, roads, retailers.district, distributors, plants
        )
    retailers.lead_days[:] = firms.lead_time(scenario, scenario.retailers.local_lead_days, retailers.distance)
    retailers.protection[:] = np.floor(retailers.lead_days / 7) + 1


def _consumers(scenario: Scenario, table: RegionTable, seed: int) -> ConsumerColumns:
    network = scenario.network
    areas = network.sites_per_district // network.sites_per_area
    districts = len(table.district_ids)
    site = np.arange(districts)[:, None] * SITES_PER_DISTRICT + np.arange(network.sites_per_district)
    mean_income = float((table.income * table.population).sum() / table.population.sum())
    x, y = (uniforms(seed, stream, site.ravel()) * network.area_side for stream in (Stream.SITE_X, Stream.SITE_Y))
    places = Places(
        weight=table.district_population,
        income=(table.income / mean_income)[table.district_region],
        areas=areas,
        sites=network.sites_per_area,
        side=network.area_side,
        site_x=x,
        site_y=y,
        popularity=np.array([shop.popularity for shop in scenario.online.shops], np.float64),
    )
    return draw_population(scenario.consumers, seed, places)
