"""Who supplies whom: settled by the layout in force, anew whenever it changes or a contract has ended.

Buyers of a partner whose contract has ended are dealt out among its colleagues of the place, or go to the tier above
where it had none. What a buyer has ordered and not yet received from one supplier is served by the next one; what is
under way arrives.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.errors import BadInput
from channellab.scenarios.regions import ROLES, RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.layout import LayoutSettings
from channellab.scenarios.timetable import effective
from channellab.sim.chain import SELLERS, links, patrons
from channellab.sim.firms import lead_time
from channellab.sim.network import LOCAL_KM

if TYPE_CHECKING:
    from channellab.sim.market import Market

Layouts = tuple[LayoutSettings, ...]
Source = tuple[Index, Floats]
"""Rows of suppliers, and the way from them in km."""


def layouts_in_force(market: "Market") -> Layouts:
    """The layout of each region this week."""
    table, group = market.roads.table, market.scenario.retailers.formats[0].name
    if not market.scenario.timetable:
        return (market.scenario.layout,) * len(table.region_ids)
    return tuple(
        effective(market.scenario, market.measured_week, region, ROLES[role], group).layout
        for region, role in zip(table.region_ids, table.role, strict=True)
    )


def connect(market: "Market", layouts: Layouts) -> None:
    """Gives every buyer its supplier under the layouts of the regions, and the market its links and patrons."""
    market.layouts = layouts
    scenario, tiers = market.scenario, market.tiers
    if market.warehouses.party.size:
        _connect_warehouses(market)
    regional, district = _in_use(market, layouts, "distributors"), _in_use(market, layouts, "subdistributors")
    for name, declared in (
        ("distributors", scenario.distributors.trunk_lead_days),
        ("platform_distributors", scenario.platform_distributors.trunk_lead_days),
        ("online", scenario.online.lead_days),
    ):
        tier = tiers[name]
        _supply(market, tier, slice(None), *_brand(market, tier.region), declared)
        tier.protection[:] = _weeks_covered(tier.lead_days, name == "online")
    if market.stores.party.size:
        _connect_stores(market)
    _connect_subdistributors(market, regional)
    chosen = _suppliers_of_shops(market, layouts)
    _connect_shops(market, chosen, regional, district)
    _contract(market, chosen, regional, district)
    market.links = links(scenario, tiers)
    market.patron = patrons(tiers, market.manufacturers.party)


def _in_use(market: "Market", layouts: Layouts, name: str) -> Ints:
    """Firms of a tier at work in each region, or in each of its districts."""
    scenario, role = market.scenario, market.roads.table.role
    all_there = scenario.distributors.per_region if name == "distributors" else scenario.subdistributors.per_district
    wanted = [getattr(getattr(layout, name), ROLES[r]) for layout, r in zip(layouts, role, strict=True)]
    return np.array([all_there if number is None else min(number, all_there) for number in wanted], np.int64)


def _weeks_covered(lead_days: Floats, from_shelf: bool) -> Index:
    """Weeks of demand an order covers: what arrives on a week's first day comes after that week's shoppers."""
    weeks = np.floor(lead_days / 7) + 1 if from_shelf else np.maximum(np.ceil(lead_days / 7), 1)
    return weeks.astype(np.int32)


def _supply(market: "Market", tier: Any, rows: Any, seller: str, source: Source, declared: float | None) -> None:
    tier.supplier_tier[rows] = SELLERS.index(seller)
    tier.supplier[rows], tier.distance[rows] = source
    tier.lead_days[rows] = lead_time(market.scenario, declared, source[1])


def _brand(market: "Market", region: Index, local: Floats | float = 0.0) -> tuple[str, Source]:
    """The brand's nearest stock point: a regional warehouse where there are any, else a plant."""
    name = "warehouses" if market.warehouses.party.size else "plants"
    return name, _nearest(market, name, region, local)


def _nearest(market: "Market", name: str, region: Index, local: Floats | float = 0.0) -> Source:
    km = market.roads.region_km[np.ix_(market.tiers[name].region, region)]
    return km.argmin(axis=0).astype(np.int32), km.min(axis=0) + local


def _connect_warehouses(market: "Market") -> None:
    tier, declared = market.warehouses, market.scenario.warehouses.lead_days
    _supply(market, tier, slice(None), "plants", _nearest(market, "plants", tier.region), declared)
    tier.protection[:] = _weeks_covered(tier.lead_days, False)


def _connect_stores(market: "Market") -> None:
    stores, local = market.stores, market.roads.district_km[market.stores.district]
    name, source = _brand(market, stores.region, local)
    _supply(market, stores, slice(None), name, source, market.scenario.stores.local_lead_days)
    stores.protection[:] = _weeks_covered(stores.lead_days, True)


def _connect_subdistributors(market: "Market", regional: Ints) -> None:
    tier, declared = market.subdistributors, market.scenario.subdistributors.regional_lead_days
    local = market.roads.district_km[tier.district]
    brand, source = _brand(market, tier.region, local)
    _supply(market, tier, slice(None), brand, source, declared)
    if market.distributors.party.size:
        chosen = _distributor(market, tier.district, regional)
        rows = np.flatnonzero(chosen >= 0)
        _supply(market, tier, rows, "distributors", (chosen[rows], local[rows]), declared)
    tier.protection[:] = _weeks_covered(tier.lead_days, False)


def _distributor(market: "Market", district: Index, regional: Ints) -> Index:
    """The distributor of each district: those of a region are dealt out among the firms at work there; -1 for none."""
    owner = market.roads.table.district_region
    region = owner[district]
    number = district - np.searchsorted(owner, region)
    return _dealt(market, "distributors", region, number, regional[region])


def _dealt(market: "Market", name: str, place: Index, number: Ints | Index, employed: Ints) -> Index:
    """Rows of the firms that serve buyers of some places, dealt out by number; -1 where all have been dismissed.

    Args:
        place: (B,) region or district of each buyer. number: (B,) which of the place's firms it is dealt to, in turn.
        employed: (B,) firms that the layout employs in the place.
    """
    settings = market.scenario.distributors.per_region, market.scenario.subdistributors.per_district
    each = settings[name == "subdistributors"]
    first = place * each
    gone = dismissed(market, name)
    if not gone.any():
        return (first + number % employed).astype(np.int32)
    left = ~gone.reshape(-1, each)[place] & (np.arange(each) < employed[:, None])
    firms = left.sum(axis=1)
    turn = number % np.maximum(firms, 1)
    chosen = left & (left.cumsum(axis=1) == turn[:, None] + 1)
    return np.where(firms > 0, first + chosen.argmax(axis=1), -1).astype(np.int32)


def dismissed(market: "Market", name: str) -> Flags:
    """Firms (F,) of a tier whose contract ended before this week."""
    exited = market.partners.exited[market.tiers[name].party]
    return np.asarray((exited > 0) & (exited < market.week))


def _suppliers_of_shops(market: "Market", layouts: Layouts) -> list[str]:
    """The tier that supplies the shops of each region."""
    lowest = next((n for n in ("subdistributors", "distributors") if market.tiers[n].party.size), "direct")
    chosen = [getattr(la.supply, ROLES[r]) for la, r in zip(layouts, market.roads.table.role, strict=True)]
    return [lowest if name == "lowest" else name for name in chosen]


def _connect_shops(market: "Market", chosen: list[str], regional: Ints, district: Ints) -> None:
    shops, declared = market.retailers, market.scenario.retailers.local_lead_days
    local = market.roads.district_km[shops.district]
    rows_of = {name: np.flatnonzero(np.array([n == name for n in chosen])[shops.region]) for name in sorted({*chosen})}
    if "subdistributors" in rows_of:
        # Supplier and shop are in one district: the way is the shortest the network knows.
        rows = rows_of.pop("subdistributors")
        source = _subdistributor(market, rows, district), np.full(rows.size, LOCAL_KM)
        _hand_over(market, rows_of, rows, "subdistributors", source)
    if "distributors" in rows_of:
        rows = rows_of.pop("distributors")
        source = _distributor(market, shops.district[rows], regional), local[rows]
        _hand_over(market, rows_of, rows, "distributors", source)
    for name, rows in rows_of.items():
        region, way = shops.region[rows], local[rows]
        brand = name == "direct"
        seller, source = _brand(market, region, way) if brand else (name, _nearest(market, name, region, way))
        _supply(market, shops, rows, seller, source, declared)
    shops.protection[:] = _weeks_covered(shops.lead_days, True)


def _hand_over(market: "Market", rows_of: dict[str, Ints], rows: Ints, name: str, source: Source) -> None:
    """Supplies shops from a tier; those for whom nobody is left there are added to the rows of the tier above."""
    served = source[0] >= 0
    declared = market.scenario.retailers.local_lead_days
    _supply(market, market.retailers, rows[served], name, (source[0][served], source[1][served]), declared)
    if not served.all():
        above = "distributors" if name == "subdistributors" and market.distributors.party.size else "direct"
        rows_of[above] = np.sort(np.concatenate([rows_of.get(above, np.empty(0, np.int64)), rows[~served]]))


def _subdistributor(market: "Market", rows: Ints, district: Ints) -> Index:
    """The sub-distributor of each shop: the areas of a district are dealt out among the firms at work there."""
    network, shops = market.scenario.network, market.retailers
    area = shops.area[rows] % (network.sites_per_district // network.sites_per_area)
    return _dealt(market, "subdistributors", shops.district[rows], area, district[shops.region[rows]])


def _contract(market: "Market", chosen: list[str], regional: Ints, district: Ints) -> None:
    """Firms for which the layouts have work: others neither order nor cost the brand's overheads."""
    here = np.array(chosen)
    upper, lower = market.distributors, market.subdistributors
    upper.contracted[:] = np.isin(here, ("distributors", "subdistributors"))[upper.region]
    upper.contracted &= _number(upper.region) < regional[upper.region]
    lower.contracted[:] = (here == "subdistributors")[lower.region]
    lower.contracted &= _number(lower.district) < district[lower.region]
    for name in ("distributors", "subdistributors"):
        market.tiers[name].contracted &= ~dismissed(market, name)
    platform = market.platform_distributors
    served = market.retailers.supplier_tier == SELLERS.index("platform_distributors")
    platform.contracted[:] = np.isin(np.arange(platform.party.size), market.retailers.supplier[served])


def _number(place: Index) -> Ints:
    """Number of each firm among those of its place, which stand together."""
    return np.arange(place.size) - np.searchsorted(place, place)


def check_layout(scenario: Scenario, table: RegionTable, where: str) -> None:
    """Raises BadInput where a layout, now or by the timetable, counts on partners or sites that do not exist."""
    turns = {1, *(week for entry in scenario.timetable for week in entry.weeks)}
    group = scenario.retailers.formats[0].name
    for week in sorted(turns):
        for region, number in zip(table.region_ids, table.role, strict=True):
            role = ROLES[number]
            _check(scenario, effective(scenario, week, region, role, group).layout, role, where)


def _check(scenario: Scenario, layout: LayoutSettings, role: str, where: str) -> None:
    firms = {
        "distributors": (scenario.distributors.per_region, "distributors.per_region"),
        "subdistributors": (scenario.subdistributors.per_district, "subdistributors.per_district"),
        "platform_distributors": (len(scenario.platform_distributors.regions), "platform_distributors.regions"),
    }
    supply = getattr(layout.supply, role)
    if supply in firms and not firms[supply][0]:
        problem = f"is {supply!r}, but {firms[supply][1]} has none; allowed are 'lowest' and 'direct'"
        raise BadInput(where, f"layout.supply.{role}", problem)
    if getattr(layout.own_stores, role) > 0 and not scenario.stores.per_area:
        share = getattr(layout.own_stores, role)
        raise BadInput(where, f"layout.own_stores.{role}", f"is {share:g}, but stores.per_area is 0; allowed is 0")
    for tier in ("distributors", "subdistributors"):
        number = getattr(getattr(layout, tier), role)
        if number is not None and number > firms[tier][0]:
            problem = f"is {number}, allowed are numbers up to {firms[tier][1]} ({firms[tier][0]})"
            raise BadInput(where, f"layout.{tier}.{role}", problem)
