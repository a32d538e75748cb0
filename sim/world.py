"""Draws the world of a seed: sites and firms on the network, with the stock they start with.

What stands here depends on the scenario and the seed alone, never on a layout or a policy: a layout later opens some of
the candidate sites, and the same shops stand on them in every layout.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from channellab.agents.columns import Floats, Index, Ints
from channellab.agents.consumers import ConsumerColumns
from channellab.agents.distributors import DistributorColumns
from channellab.agents.draws import GOLDEN, Stream, uniforms
from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
from channellab.agents.retailers import RetailerColumns
from channellab.agents.rivals import RivalColumns
from channellab.scenarios.errors import BadInput
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.assortment import Assortment, assortment
from channellab.sim.ledger import Group
from channellab.sim.network import LOCAL_KM, RoadNetwork, lead_days, road_network
from channellab.sim.population import draw_population

SITES_PER_DISTRICT = 4096
"""Numbers set aside for the sites of a district, so that a site keeps its number when a district gets more of them."""


@dataclass(frozen=True)
class World:
    """Everything that exists before the first week."""

    roads: RoadNetwork
    goods: Assortment
    consumers: ConsumerColumns
    retailers: RetailerColumns
    distributors: DistributorColumns
    subdistributors: DistributorColumns
    plants: PlantColumns
    manufacturers: ManufacturerColumns
    rivals: RivalColumns
    parties: int

    @property
    def tiers(self) -> dict[str, Any]:
        """The columns of all firms that send or receive goods, by name."""
        names = ("retailers", "subdistributors", "distributors", "plants", "rivals")
        return {name: getattr(self, name) for name in names}


def build_world(scenario: Scenario, table: RegionTable, seed: int) -> World:
    """The world of a scenario and a seed."""
    roads = road_network(table, scenario.network.detour)
    goods = assortment(scenario)
    first = int(Group.MANUFACTURER)
    manufacturers = _manufacturers(goods, first)
    rivals = _rivals(scenario, goods, first + 1)
    plants = _plants(scenario, table, goods, first)
    party = first + 1 + rivals.party.size
    distributors = _distributors(scenario, roads, goods, plants, party)
    party += distributors.party.size
    subdistributors = _subdistributors(scenario, roads, goods, distributors, plants, party)
    party += subdistributors.party.size
    retailers = _retailers(scenario, roads, goods, seed, party)
    _connect(scenario, roads, retailers, subdistributors, distributors, plants)
    return World(
        roads=roads,
        goods=goods,
        consumers=_consumers(scenario, table, seed),
        retailers=retailers,
        distributors=distributors,
        subdistributors=subdistributors,
        plants=plants,
        manufacturers=manufacturers,
        rivals=rivals,
        parties=party + retailers.party.size,
    )


def check_plants(scenario: Scenario, table: RegionTable, where: str) -> None:
    """Raises BadInput where a plant stands in a region that the table does not have."""
    for n, plant in enumerate(scenario.manufacturer.plants):
        if plant.region not in table.region_ids:
            known = ", ".join(table.region_ids[:5])
            raise BadInput(
                where, f"manufacturer.plants.{n}.region", f"is {plant.region!r}, allowed are regions such as {known}"
            )


def _stock_columns(firms: int, skus: int, weeks: int, unit_cost: Floats) -> dict[str, Any]:
    shape = (firms, skus)
    return {
        "stock": np.zeros(shape, np.int64),
        "on_order": np.zeros(shape, np.int64),
        "in_transit": np.zeros(shape, np.int64),
        "held": np.zeros(shape, np.int64),
        "unit_cost": np.broadcast_to(unit_cost, shape).copy(),
        "demand": np.zeros(shape),
        "ordered": np.zeros(shape, np.int64),
        "mean": np.zeros(shape),
        "variance": np.zeros(shape),
        "history": np.zeros((weeks, *shape)),
        "protection": np.ones(firms, np.int32),
    }


def _window(settings: StockSettings) -> int:
    return settings.forecast_weeks if settings.forecast == "moving_average" else 0


def _parties(first: int, count: int) -> Index:
    return np.arange(first, first + count, dtype=np.int32)


def _rivals(scenario: Scenario, goods: Assortment, first: int) -> RivalColumns:
    count = len(scenario.rivals)
    ends = np.searchsorted(goods.brand, np.arange(1, count + 2))
    return RivalColumns(
        party=_parties(first, count),
        lead_days=np.array([rival.lead_days for rival in scenario.rivals], np.float64),
        first_sku=ends[:-1].astype(np.int32),
        last_sku=ends[1:].astype(np.int32),
        active=np.ones(count, np.bool_),
    )


def _plants(scenario: Scenario, table: RegionTable, goods: Assortment, party: int) -> PlantColumns:
    maker = scenario.manufacturer
    places = [plant.region for plant in maker.plants] or [table.region_ids[int(np.argmax(table.population))]]
    count = len(places)
    columns = _stock_columns(count, goods.own, _window(maker.stock), goods.unit_cost[: goods.own])
    columns["protection"][:] = max(int(np.ceil(maker.production_days / 7)), 1)
    return PlantColumns(
        **columns,
        party=np.full(count, party, np.int32),
        region=np.array([table.region_ids.index(place) for place in places], np.int32),
        capacity=np.array([plant.capacity for plant in maker.plants] or [10**12], np.int64),
        received=np.zeros((count, goods.own), np.int64),
        active=np.ones(count, np.bool_),
    )


def _manufacturers(goods: Assortment, party: int) -> ManufacturerColumns:
    return ManufacturerColumns(
        party=np.array([party], np.int32),
        active=np.ones(1, np.bool_),
        ex_factory_price=goods.ex_factory_price[None, : goods.own].copy(),
    )


def _distributors(
    scenario: Scenario, roads: RoadNetwork, goods: Assortment, plants: PlantColumns, first: int
) -> DistributorColumns:
    settings = scenario.distributors
    region = np.repeat(np.arange(len(roads.table.region_ids), dtype=np.int32), settings.per_region)
    km = roads.region_km[np.ix_(plants.region, region)]
    supplier = km.argmin(axis=0).astype(np.int32)
    lead = _lead(scenario, settings.trunk_lead_days, km.min(axis=0))
    whole = np.full(region.size, -1, np.int32)
    return _wholesalers(settings.stock, goods, first, region, whole, supplier, km.min(axis=0), lead)


def _subdistributors(
    scenario: Scenario,
    roads: RoadNetwork,
    goods: Assortment,
    distributors: DistributorColumns,
    plants: PlantColumns,
    first: int,
) -> DistributorColumns:
    settings = scenario.subdistributors
    district = np.repeat(np.arange(len(roads.table.district_ids), dtype=np.int32), settings.per_district)
    region = roads.table.district_region[district]
    supplier, km = _supply(scenario, roads, district, distributors, plants)
    lead = _lead(scenario, settings.regional_lead_days, km)
    return _wholesalers(settings.stock, goods, first, region, district, supplier, km, lead)


def _supply(
    scenario: Scenario, roads: RoadNetwork, district: Index, distributors: DistributorColumns, plants: PlantColumns
) -> tuple[Index, Floats]:
    """Supplier (a distributor of the region, or the nearest plant) of firms in the districts, and the way in km."""
    region, local = roads.table.district_region[district], roads.district_km[district]
    if distributors.party.size:
        per_region = scenario.distributors.per_region
        start = np.searchsorted(roads.table.district_region, region)
        return (region * per_region + (district - start) % per_region).astype(np.int32), local
    km = roads.region_km[np.ix_(plants.region, region)]
    return km.argmin(axis=0).astype(np.int32), local + km.min(axis=0)


def _wholesalers(
    stock: StockSettings,
    goods: Assortment,
    first: int,
    region: Index,
    district: Index,
    supplier: Index,
    km: Floats,
    lead: Floats,
) -> DistributorColumns:
    own, count = goods.own, region.size
    columns = _stock_columns(count, own, _window(stock), goods.ex_factory_price[:own])
    columns["protection"][:] = np.maximum(np.ceil(lead / 7), 1)
    return DistributorColumns(
        **columns,
        party=_parties(first, count),
        region=region,
        district=district,
        supplier=supplier,
        distance=km,
        lead_days=lead,
        active=np.ones(count, np.bool_),
        purchase_price=np.zeros((count, own)),
        price=np.zeros((count, own)),
        owed=np.zeros((count, own), np.int64),
        received=np.zeros((count, own), np.int64),
        received_value=np.zeros((count, own)),
    )


def _lead(scenario: Scenario, declared: float | None, km: Floats) -> Floats:
    if declared is not None:
        return np.full(km.shape, declared)
    return lead_days(km, scenario.logistics.handling_days, scenario.logistics.km_per_day)


def _ranks(service: Floats, lot: Floats, per_area: int) -> Index:
    """Place of each site in its area when a brand picks its partners: best service first, a keyed lot among equals."""
    order = np.lexsort((lot.reshape(-1, per_area), -service.reshape(-1, per_area)), axis=1)
    return np.argsort(order, axis=1).astype(np.int32).ravel()


def _retailers(scenario: Scenario, roads: RoadNetwork, goods: Assortment, seed: int, first: int) -> RetailerColumns:
    settings, network, own, skus = scenario.retailers, scenario.network, goods.own, len(goods.names)
    districts, per_district = len(roads.table.district_ids), network.sites_per_district
    district = np.repeat(np.arange(districts, dtype=np.int32), per_district)
    site = district.astype(np.int64) * SITES_PER_DISTRICT + np.tile(np.arange(per_district), districts)
    count = site.size
    edges = np.cumsum([shop.share for shop in settings.formats])[:-1]
    kind = np.searchsorted(edges, uniforms(seed, Stream.SITE_FORMAT, site), side="right").astype(np.int32)
    service = np.array([shop.service for shop in settings.formats])[kind]
    appeal = np.array([shop.appeal for shop in settings.formats])[kind]
    spread = np.array([shop.price_spread for shop in settings.formats])[kind]
    cost = np.concatenate([goods.distributor_price[:own], goods.ex_factory_price[own:]])
    zeros = np.zeros((count, skus), np.int64)
    return RetailerColumns(
        **_stock_columns(count, skus, _window(settings.stock), cost),
        party=_parties(first, count),
        site=site,
        site_key=(site + 1).astype(np.uint64) * np.uint64(64) * GOLDEN,
        district=district,
        region=roads.table.district_region[district],
        area=np.repeat(np.arange(count // network.sites_per_area, dtype=np.int32), network.sites_per_area),
        format=kind,
        rank=_ranks(service, uniforms(seed, Stream.SITE_RANK, site), network.sites_per_area),
        quality=settings.quality_spread * _normal(seed, Stream.SITE_QUALITY, site) + appeal,
        base_service=service,
        price_factor=np.exp(spread * _normal(seed, Stream.SITE_PRICE, site)),
        distance=np.zeros(count),
        lead_days=np.zeros(count),
        supplier=np.zeros(count, np.int32),
        active=np.ones(count, np.bool_),
        authorised=np.zeros(count, np.bool_),
        service=service.copy(),
        support=np.zeros(count),
        recommended_price=np.tile(goods.list_price, (count, 1)),
        purchase_price=np.tile(cost, (count, 1)),
        price=np.tile(goods.list_price, (count, 1)),
        owed=np.zeros((count, own), np.int64),
        backlog=np.zeros((count, own), np.int64),
        received=zeros.copy(),
        received_value=np.zeros((count, skus)),
        wished=zeros.copy(),
        served=zeros.copy(),
        sold=zeros.copy(),
        unmet=zeros.copy(),
        waiting=zeros.copy(),
        fetched=zeros.copy(),
    )


def _normal(seed: int, stream: Stream, site: Ints) -> Floats:
    return np.asarray(ndtri(np.clip(uniforms(seed, stream, site), 1e-12, 1 - 1e-12)))


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
        retailers.supplier[:], retailers.distance[:] = _supply(
            scenario, roads, retailers.district, distributors, plants
        )
    retailers.lead_days[:] = _lead(scenario, scenario.retailers.local_lead_days, retailers.distance)
    retailers.protection[:] = np.floor(retailers.lead_days / 7) + 1


def _consumers(scenario: Scenario, table: RegionTable, seed: int) -> ConsumerColumns:
    network = scenario.network
    areas = network.sites_per_district // network.sites_per_area
    districts = len(table.district_ids)
    site = np.arange(districts)[:, None] * SITES_PER_DISTRICT + np.arange(network.sites_per_district)
    mean_income = float((table.income * table.population).sum() / table.population.sum())
    x, y = (uniforms(seed, stream, site.ravel()) * network.area_side for stream in (Stream.SITE_X, Stream.SITE_Y))
    return draw_population(
        scenario.consumers,
        seed,
        table.district_population.astype(np.float64),
        (table.income / mean_income)[table.district_region],
        areas,
        (x, y),
        network.sites_per_area,
        network.area_side,
    )
