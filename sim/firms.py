"""Draws the firms behind the shelves: plants, distributors on two tiers, the manufacturer and its rivals."""

from typing import Any

import numpy as np

from channellab.agents.columns import Floats, Index
from channellab.agents.distributors import DistributorColumns
from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
from channellab.agents.rivals import RivalColumns
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.assortment import Assortment
from channellab.sim.network import RoadNetwork, lead_days


def stock_columns(firms: int, skus: int, weeks: int, unit_cost: Floats) -> dict[str, Any]:
    """Empty stocks and forecasts of a tier; ``weeks`` is the length of its memory of demand."""
    shape = (firms, skus)
    return {
        "stock": np.zeros(shape, np.int64),
        "on_order": np.zeros(shape, np.int64),
        "in_transit": np.zeros(shape, np.int64),
        "delivered": np.zeros(shape, np.int64),
        "held": np.zeros(shape, np.int64),
        "unit_cost": np.broadcast_to(unit_cost, shape).copy(),
        "demand": np.zeros(shape),
        "ordered": np.zeros(shape, np.int64),
        "mean": np.zeros(shape),
        "variance": np.zeros(shape),
        "history": np.zeros((weeks, *shape)),
        "protection": np.ones(firms, np.int32),
    }


def window(settings: StockSettings) -> int:
    """Weeks of demand that a firm keeps in mind."""
    return settings.forecast_weeks if settings.forecast == "moving_average" else 0


def parties(first: int, count: int) -> Index:
    """Places in the books, one after another."""
    return np.arange(first, first + count, dtype=np.int32)


def rivals(scenario: Scenario, goods: Assortment, first: int) -> RivalColumns:
    """The rival brands."""
    count = len(scenario.rivals)
    ends = np.searchsorted(goods.brand, np.arange(1, count + 2))
    return RivalColumns(
        party=parties(first, count),
        lead_days=np.array([rival.lead_days for rival in scenario.rivals], np.float64),
        first_sku=ends[:-1].astype(np.int32),
        last_sku=ends[1:].astype(np.int32),
        active=np.ones(count, np.bool_),
    )


def plants(scenario: Scenario, table: RegionTable, goods: Assortment, party: int) -> PlantColumns:
    """The plants, by default one without limit in the most populous region."""
    maker = scenario.manufacturer
    places = [plant.region for plant in maker.plants] or [table.region_ids[int(np.argmax(table.population))]]
    count = len(places)
    columns = stock_columns(count, goods.own, window(maker.stock), goods.unit_cost[: goods.own])
    columns["protection"][:] = max(int(np.ceil(maker.production_days / 7)), 1)
    return PlantColumns(
        **columns,
        party=np.full(count, party, np.int32),
        region=np.array([table.region_ids.index(place) for place in places], np.int32),
        capacity=np.array([plant.capacity for plant in maker.plants] or [10**12], np.int64),
        received=np.zeros((count, goods.own), np.int64),
        active=np.ones(count, np.bool_),
    )


def manufacturers(goods: Assortment, party: int) -> ManufacturerColumns:
    """The brand's owner."""
    return ManufacturerColumns(
        party=np.array([party], np.int32),
        active=np.ones(1, np.bool_),
        ex_factory_price=goods.ex_factory_price[None, : goods.own].copy(),
    )


def distributors(
    scenario: Scenario, roads: RoadNetwork, goods: Assortment, plants: PlantColumns, first: int
) -> DistributorColumns:
    """Distributors, each with the nearest plant."""
    settings = scenario.distributors
    region = np.repeat(np.arange(len(roads.table.region_ids), dtype=np.int32), settings.per_region)
    km = roads.region_km[np.ix_(plants.region, region)]
    supplier = km.argmin(axis=0).astype(np.int32)
    lead = lead_time(scenario, settings.trunk_lead_days, km.min(axis=0))
    whole = np.full(region.size, -1, np.int32)
    return _wholesalers(settings.stock, goods, first, region, whole, supplier, km.min(axis=0), lead)


def subdistributors(
    scenario: Scenario,
    roads: RoadNetwork,
    goods: Assortment,
    distributors: DistributorColumns,
    plants: PlantColumns,
    first: int,
) -> DistributorColumns:
    """Sub-distributors of the districts."""
    settings = scenario.subdistributors
    district = np.repeat(np.arange(len(roads.table.district_ids), dtype=np.int32), settings.per_district)
    region = roads.table.district_region[district]
    supplier, km = supply(scenario, roads, district, distributors, plants)
    lead = lead_time(scenario, settings.regional_lead_days, km)
    return _wholesalers(settings.stock, goods, first, region, district, supplier, km, lead)


def supply(
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
    columns = stock_columns(count, own, window(stock), goods.ex_factory_price[:own])
    columns["protection"][:] = np.maximum(np.ceil(lead / 7), 1)
    return DistributorColumns(
        **columns,
        party=parties(first, count),
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


def lead_time(scenario: Scenario, declared: float | None, km: Floats) -> Floats:
    """Days under way: what is declared, or what the road takes."""
    if declared is not None:
        return np.full(km.shape, declared)
    return lead_days(km, scenario.logistics.handling_days, scenario.logistics.km_per_day)
