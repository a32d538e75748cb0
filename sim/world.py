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
from channellab.agents.kols import KolColumns
from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
from channellab.agents.online import OnlineColumns
from channellab.agents.pricing import PricingColumns
from channellab.agents.retailers import RetailerColumns
from channellab.agents.rivals import RivalColumns
from channellab.agents.shelves import Shelves, join
from channellab.agents.stores import StoreColumns
from channellab.scenarios.errors import BadInput
from channellab.scenarios.regions import ROLES, RegionTable
from channellab.scenarios.settings import Scenario
from channellab.sim import audience, firms, outlets
from channellab.sim.assortment import Assortment, assortment
from channellab.sim.chain import TIERS
from channellab.sim.ledger import Group
from channellab.sim.network import RoadNetwork, nearest_districts, road_network
from channellab.sim.outlets import SITES_PER_DISTRICT
from channellab.sim.population import Places, draw_population, popularity
from channellab.sim.pricing_groups import pricing_groups


@dataclass(frozen=True)
class World:
    """Everything that exists before the first week."""

    roads: RoadNetwork
    goods: Assortment
    consumers: ConsumerColumns
    shelves: Shelves
    retailers: RetailerColumns
    stores: StoreColumns
    online: OnlineColumns
    warehouses: DistributorColumns
    pricing: PricingColumns
    distributors: DistributorColumns
    platform_distributors: DistributorColumns
    subdistributors: DistributorColumns
    plants: PlantColumns
    manufacturers: ManufacturerColumns
    rivals: RivalColumns
    kols: KolColumns
    parties: int

    @property
    def tiers(self) -> dict[str, Any]:
        """The columns of all firms that send or receive goods, by name."""
        return {name: getattr(self, name) for name in (*TIERS, "rivals")}


def build_world(scenario: Scenario, table: RegionTable, seed: int) -> World:
    """The world of a scenario and a seed."""
    roads = road_network(table, scenario.network.detour)
    goods = assortment(scenario)
    first = int(Group.MANUFACTURER)
    manufacturers = firms.manufacturers(goods, first)
    rivals = firms.rivals(scenario, goods, first + 1)
    plants = firms.plants(scenario, table, goods, first)
    party = first + 1 + rivals.party.size
    distributors = firms.distributors(scenario, table, goods, party)
    party += distributors.party.size
    subdistributors = firms.subdistributors(scenario, table, goods, party)
    party += subdistributors.party.size
    platform_distributors = firms.platform_distributors(scenario, table, goods, party)
    party += platform_distributors.party.size
    online = outlets.online_shops(scenario, table, goods, first, party)
    party += online.party.size
    retailers = outlets.retailers(scenario, table, goods, seed, party)
    stores = outlets.stores(scenario, table, goods, seed, first)
    party += retailers.party.size
    consumers = _consumers(scenario, roads, seed, stores)
    kols = audience.kols(scenario, table, consumers, seed, party)
    warehouses = firms.warehouses(scenario, table, goods, first)
    for tier in (plants, warehouses, distributors, subdistributors, platform_distributors):
        tier.lie_by_sku()
    return World(
        roads=roads,
        goods=goods,
        consumers=consumers,
        shelves=join(retailers, stores, online),
        retailers=retailers,
        stores=stores,
        online=online,
        warehouses=warehouses,
        pricing=pricing_groups(scenario, retailers, stores, online),
        distributors=distributors,
        platform_distributors=platform_distributors,
        subdistributors=subdistributors,
        plants=plants,
        manufacturers=manufacturers,
        rivals=rivals,
        kols=kols,
        parties=party + kols.count,
    )


def check_places(scenario: Scenario, table: RegionTable, where: str) -> None:
    """Raises BadInput where a firm is to stand in a region that the table does not have."""
    named = {f"manufacturer.plants.{n}.region": plant.region for n, plant in enumerate(scenario.manufacturer.plants)}
    for tier in ("warehouses", "platform_distributors"):
        named |= {f"{tier}.regions.{n}": region for n, region in enumerate(getattr(scenario, tier).regions)}
    if scenario.online.region is not None:
        named["online.region"] = scenario.online.region
    for number, sku in enumerate(scenario.products):
        places = [(n, name) for n, name in enumerate(sku.regions) if name not in ROLES]
        named |= {f"products.{number}.regions.{n}": name for n, name in places}
    for key, region in named.items():
        if region not in table.region_ids:
            known = ", ".join(table.region_ids[:5])
            raise BadInput(where, key, f"is {region!r}, allowed are regions such as {known}")


def _consumers(scenario: Scenario, roads: RoadNetwork, seed: int, stores: StoreColumns) -> ConsumerColumns:
    network, table = scenario.network, roads.table
    areas = network.sites_per_district // network.sites_per_area
    districts = len(table.district_ids)
    site = np.arange(districts)[:, None] * SITES_PER_DISTRICT + np.arange(network.sites_per_district)
    mean_income = float((table.income * table.population).sum() / table.population.sum())
    x, y = (uniforms(seed, stream, site.ravel()) * network.area_side for stream in (Stream.SITE_X, Stream.SITE_Y))
    store_x, store_y = (
        uniforms(seed, stream, stores.site) * network.area_side for stream in (Stream.STORE_X, Stream.STORE_Y)
    )
    neighbour, neighbour_km = nearest_districts(roads)
    places = Places(
        weight=table.district_population,
        income=(table.income / mean_income)[table.district_region],
        areas=areas,
        sites=network.sites_per_area,
        side=network.area_side,
        site_x=x,
        site_y=y,
        store_x=store_x,
        store_y=store_y,
        first_store=x.size,
        neighbour=neighbour,
        neighbour_km=neighbour_km,
        popularity=np.array([popularity(shop) for shop in scenario.online.shops], np.float64),
    )
    return draw_population(scenario.consumers, seed, places)
