"""Draws the outlets of a world: a retailer on every candidate site, the brand's own stores, and the online shops."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.draws import GOLDEN, Stream, uniforms
from channellab.agents.online import OnlineColumns
from channellab.agents.retailers import RetailerColumns
from channellab.agents.stores import StoreColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.regions import ROLES, RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.online import OnlineShopSettings
from channellab.scenarios.settings.retailers import FormatSettings
from channellab.scenarios.settings.stores import StoreSettings
from channellab.scenarios.timetable import ONLINE, STORES
from channellab.sim.assortment import SITE_SLOTS, Assortment
from channellab.sim.firms import parties, stock_columns, supplied, window
from channellab.sim.luck import normal
from channellab.sim.pricing_groups import chains, price_factors

if TYPE_CHECKING:
    from channellab.sim.market import Market

EVERYWHERE = -1
"""Stands for the region of an outlet that sells in all of them."""
SITES_PER_DISTRICT = 4096
"""Numbers set aside for the sites of a district, so that a site keeps its number when a district gets more of them."""
FIRST_ONLINE = 1 << 40
"""Number of the first online shop among all sites."""
FIRST_STORE = 1 << 41
"""Number of the first candidate site for own stores among all sites."""
STORES_PER_AREA = 4
"""Numbers set aside for the own stores of a shopping area, which is known by its first site."""


def retailers(scenario: Scenario, table: RegionTable, goods: Assortment, seed: int, first: int) -> RetailerColumns:
    """Retailers on all candidate sites; who supplies them is settled by the layout."""
    settings, network, own, skus = scenario.retailers, scenario.network, goods.own, len(goods.names)
    districts, per_district = len(table.district_ids), network.sites_per_district
    district = np.repeat(np.arange(districts, dtype=np.int32), per_district)
    site = district.astype(np.int64) * SITES_PER_DISTRICT + np.tile(np.arange(per_district), districts)
    count = site.size
    edges = np.cumsum([shop.share for shop in settings.formats])[:-1]
    kind = np.searchsorted(edges, uniforms(seed, Stream.SITE_FORMAT, site), side="right").astype(np.int32)
    service = np.array([shop.service for shop in settings.formats])[kind]
    appeal = np.array([shop.appeal for shop in settings.formats])[kind]
    chain = chains(settings.formats, kind, site, seed)
    cost = np.concatenate([goods.distributor_price[:own], goods.ex_factory_price[own:]])
    region = table.district_region[district]
    return RetailerColumns(
        assigned=_assigned(scenario, table, np.array([shop.name for shop in settings.formats])[kind], region),
        **stock_columns(count, skus, window(settings.stock), cost),
        party=parties(first, count),
        site=site,
        site_key=_site_key(site),
        district=district,
        region=region,
        area=np.repeat(np.arange(count // network.sites_per_area, dtype=np.int32), network.sites_per_area),
        format=kind,
        rank=_ranks(service, uniforms(seed, Stream.SITE_RANK, site), network.sites_per_area),
        quality=settings.quality_spread * normal(seed, Stream.SITE_QUALITY, site) + appeal,
        base_service=service,
        chain=chain,
        price_factor=price_factors(settings.formats, kind, chain, site, seed),
        **supplied(count),
        authorised=np.zeros(count, np.bool_),
        carries=np.zeros((count, own), np.bool_),
        listed=np.ones((count, skus), np.bool_),
        service=service.copy(),
        knowledge=_knowledge(settings.formats)[kind],
        support=np.zeros(count),
        backlog=np.zeros((count, own), np.int64),
        **_shelf_columns(goods, count, cost),
    )


def _knowledge(outlets: Iterable[FormatSettings | StoreSettings | OnlineShopSettings]) -> Floats:
    """Knowledge of each, that of its service where none is declared."""
    return np.array([shop.service if shop.knowledge is None else shop.knowledge for shop in outlets], np.float64)


def _ranks(service: Floats, lot: Floats, per_area: int) -> Index:
    """Place of each site in its area when a brand picks its partners: best service first, a keyed lot among equals."""
    order = np.lexsort((lot.reshape(-1, per_area), -service.reshape(-1, per_area)), axis=1)
    return np.argsort(order, axis=1).astype(np.int32).ravel()


def stores(scenario: Scenario, table: RegionTable, goods: Assortment, seed: int, maker: int) -> StoreColumns:
    """Candidate own stores in every shopping area, all of them the manufacturer's party."""
    settings, network, skus = scenario.stores, scenario.network, len(goods.names)
    areas = network.sites_per_district // network.sites_per_area
    district = np.repeat(np.arange(len(table.district_ids), dtype=np.int32), areas * settings.per_area)
    count = district.size
    area = np.arange(count, dtype=np.int32) // max(settings.per_area, 1)
    first_site = district.astype(np.int64) * SITES_PER_DISTRICT + area % areas * network.sites_per_area
    site = FIRST_STORE + first_site * STORES_PER_AREA + np.arange(count) % max(settings.per_area, 1)
    region = table.district_region[district]
    cost = np.where(np.arange(skus) < goods.own, goods.unit_cost, 0.0)
    return StoreColumns(
        assigned=_assigned(scenario, table, np.full(count, STORES), region),
        **stock_columns(count, skus, window(settings.stock), cost),
        party=np.full(count, maker, np.int32),
        site=site,
        site_key=_site_key(site),
        quality=np.full(count, settings.appeal),
        district=district,
        region=region,
        area=area,
        rank=_order_of_opening(region, table.district_population[district], uniforms(seed, Stream.STORE_RANK, site)),
        **supplied(count),
        open=np.zeros(count, np.bool_),
        service=np.full(count, settings.service),
        knowledge=np.repeat(_knowledge([settings]), count),
        price_factor=np.ones(count),
        **_shelf_columns(goods, count, cost),
    )


def _order_of_opening(region: Index, population: Ints, lot: Floats) -> Index:
    """Place of each store among those of its region: the most populous districts first, a keyed lot among equals."""
    order = np.lexsort((lot, -population, region))
    rank = np.empty(region.size, np.int32)
    rank[order] = np.arange(region.size) - np.searchsorted(region[order], region[order])
    return rank


def online_shops(scenario: Scenario, table: RegionTable, goods: Assortment, maker: int, first: int) -> OnlineColumns:
    """The online shops.

    Args:
        maker: party of the manufacturer. first: party of the first shop.
    """
    settings, shops = scenario.online, scenario.online.shops
    count, own = len(shops), goods.own
    place = int(np.argmax(table.population)) if settings.region is None else table.region_ids.index(settings.region)
    brands, partners = (np.array([shop.owner == who for shop in shops], np.bool_) for who in ("brand", "partner"))
    cost = goods.ex_factory_price
    network = scenario.network
    areas = len(table.district_ids) * (network.sites_per_district // network.sites_per_area)
    return OnlineColumns(
        assigned=_assigned(scenario, table, np.full(count, ONLINE), np.full(count, EVERYWHERE)),
        **stock_columns(count, len(goods.names), window(settings.stock), cost),
        party=np.where(brands, maker, parties(first, count)).astype(np.int32),
        site=FIRST_ONLINE + np.arange(count),
        site_key=_site_key(FIRST_ONLINE + np.arange(count)),
        quality=np.array([shop.appeal for shop in shops], np.float64),
        region=np.full(count, place, np.int32),
        **supplied(count),
        own=brands,
        partner=partners,
        dormant=partners.copy(),
        service=np.array([shop.service for shop in shops], np.float64),
        knowledge=_knowledge(shops),
        price_factor=1.0 - np.array([shop.discount for shop in shops], np.float64),
        platform_fee=np.array([shop.platform_fee for shop in shops], np.float64),
        group_size=np.array([shop.group_size if shop.kind == "group_buying" else 1 for shop in shops], np.int64),
        traffic_cost=np.array([shop.traffic_cost for shop in shops], np.float64),
        delivery_days=np.array([shop.delivery_days for shop in shops], np.float64),
        delivery_cost=np.array([shop.delivery_cost for shop in shops], np.float64),
        visits=np.zeros(count, np.int64),
        homes=np.zeros((count, areas, cost.size), np.int64),
        routed=np.zeros((count, own), np.int64),
        collected=np.zeros(count, np.int64),
        local_share=np.zeros(count),
        seen=np.zeros((count, cost.size)),
        seen_visits=np.zeros(count),
        worth=np.zeros(count),
        **_shelf_columns(goods, count, np.where(np.arange(cost.size) < own, 0.0, cost)) | {"active": ~partners},
    )


def _assigned(scenario: Scenario, table: RegionTable, group: npt.NDArray[np.str_], region: Index | Ints) -> Flags:
    """Own SKUs that the brand makes for the channel and region of each outlet, (O, K0)."""
    assigned = np.ones((group.size, len(scenario.products)), np.bool_)
    for number, sku in enumerate(scenario.products):
        if sku.channels:
            assigned[:, number] &= np.isin(group, sku.channels)
        if sku.regions:
            places = zip(table.region_ids, table.role, strict=True)
            meant = [name in sku.regions or ROLES[role] in sku.regions for name, role in places]
            assigned[:, number] &= (region == EVERYWHERE) | np.array(meant)[region]
    return assigned


def _site_key(site: Ints) -> npt.NDArray[np.uint64]:
    return (site + 1).astype(np.uint64) * np.uint64(SITE_SLOTS) * GOLDEN


def _shelf_columns(goods: Assortment, count: int, cost: Floats) -> dict[str, Any]:
    shape = (count, len(goods.names))
    counters = ("received", "wished", "served", "sold", "unmet", "waiting", "fetched", "promised", "awaited")
    return {
        "active": np.ones(count, np.bool_),
        "recommended_price": np.tile(goods.list_price, (count, 1)),
        "lowest_price": np.zeros(count),
        "highest_price": np.full(count, np.inf),
        "purchase_price": np.tile(cost, (count, 1)),
        "lowest_elsewhere": np.full(shape, np.inf),
        "pull": np.zeros(shape),
        "taken_down": np.zeros(count, np.int64),
        "price": np.tile(goods.list_price, (count, 1)),
        "owed": np.zeros((count, goods.own), np.int64),
        "received_value": np.zeros(shape),
        **{name: np.zeros(shape, np.int64) for name in counters},
    }


def carried_brand(market: "Market") -> Flags:
    """Which own SKUs the outlets carry, (N, K0)."""
    stores = market.stores.open[:, None] & market.stores.assigned
    return np.concatenate([market.retailers.carries, stores, market.online.assigned])


def carried(tiers: Mapping[str, Any], name: str, own: int) -> Flags:
    """(O, K) which SKUs the outlets of a tier sell by their terms, whoever is there to supply them."""
    outlets = tiers[name]
    if name == "retailers":
        sells = outlets.listed.copy(order="K")
        sells[:, :own] &= outlets.carries
        return np.asarray(sells)
    sells = np.zeros_like(outlets.stock, np.bool_)
    if name == "stores":
        sells[:, :own] = outlets.open[:, None] & outlets.assigned
    else:
        sells[:, :own], sells[:, own:] = outlets.assigned, ~outlets.own[:, None]
    return sells
