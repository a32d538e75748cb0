"""Draws the firms behind the shelves: plants and warehouses, distributors, the manufacturer and its rivals."""

from typing import Any

import numpy as np

from channellab.agents.distributors import DistributorColumns
from channellab.agents.manufacturer import ManufacturerColumns, PlantColumns
from channellab.agents.rivals import RivalColumns
from channellab.scenarios.arrays import Floats, Index
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings
from channellab.sim.assortment import Assortment
from channellab.sim.network import lead_days


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
        "response": np.zeros(firms),
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
        delivered_value=np.zeros(count),
        active=np.ones(count, np.bool_),
    )


def manufacturers(goods: Assortment, party: int) -> ManufacturerColumns:
    """The brand's owner."""
    return ManufacturerColumns(
        party=np.array([party], np.int32),
        active=np.ones(1, np.bool_),
        ex_factory_price=goods.ex_factory_price[None, : goods.own].copy(),
    )


def distributors(scenario: Scenario, table: RegionTable, goods: Assortment, first: int) -> DistributorColumns:
    """Distributors of the regions."""
    settings = scenario.distributors
    region = np.repeat(np.arange(len(table.region_ids), dtype=np.int32), settings.per_region)
    return _wholesalers(settings.stock, goods, parties(first, region.size), region)


def subdistributors(scenario: Scenario, table: RegionTable, goods: Assortment, first: int) -> DistributorColumns:
    """Sub-distributors of the districts."""
    settings = scenario.subdistributors
    district = np.repeat(np.arange(len(table.district_ids), dtype=np.int32), settings.per_district)
    region = table.district_region[district]
    return _wholesalers(settings.stock, goods, parties(first, district.size), region, district)


def platform_distributors(scenario: Scenario, table: RegionTable, goods: Assortment, first: int) -> DistributorColumns:
    """Distributors that sell over a platform."""
    settings = scenario.platform_distributors
    region = _named(table, settings.regions)
    return _wholesalers(settings.stock, goods, parties(first, region.size), region)


def warehouses(scenario: Scenario, table: RegionTable, goods: Assortment, party: int) -> DistributorColumns:
    """The brand's regional warehouses, whose goods are worth what they cost to make."""
    region = _named(table, scenario.warehouses.regions)
    columns = _wholesalers(scenario.warehouses.stock, goods, np.full(region.size, party, np.int32), region)
    columns.purchase_price[:] = columns.unit_cost[:] = goods.unit_cost[: goods.own]
    return columns


def _named(table: RegionTable, regions: tuple[str, ...]) -> Index:
    return np.array([table.region_ids.index(region) for region in regions], np.int32)


def _wholesalers(
    stock: StockSettings, goods: Assortment, party: Index, region: Index, district: Index | None = None
) -> DistributorColumns:
    """Firms between plants and shops; who supplies them is settled by the layout."""
    own, count = goods.own, region.size
    return DistributorColumns(
        **stock_columns(count, own, window(stock), goods.ex_factory_price[:own]),
        party=party,
        region=region,
        district=np.full(count, -1, np.int32) if district is None else district,
        **supplied(count),
        contracted=np.ones(count, np.bool_),
        active=np.ones(count, np.bool_),
        purchase_price=np.zeros((count, own)),
        price=np.zeros((count, own)),
        owed=np.zeros((count, own), np.int64),
        received=np.zeros((count, own), np.int64),
        received_value=np.zeros((count, own)),
        delivered_value=np.zeros(count),
    )


def supplied(count: int) -> dict[str, Any]:
    """Where goods come from, before a layout has settled it."""
    return {
        "supplier_tier": np.zeros(count, np.int32),
        "supplier": np.zeros(count, np.int32),
        "distance": np.zeros(count),
        "lead_days": np.zeros(count),
    }


def lead_time(scenario: Scenario, declared: float | None, km: Floats) -> Floats:
    """Days under way: what is declared, or what the road takes."""
    if declared is not None:
        return np.full(km.shape, declared)
    return lead_days(km, scenario.logistics.handling_days, scenario.logistics.km_per_day)
