"""Under whose terms the firms of a tier stand: region, market role, and partner group of the timetable."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.scenarios.arrays import Flags, Ints
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.policy import PolicySettings
from channellab.scenarios.timetable import DISTRIBUTORS, ONLINE, STORES, Terms, effective
from channellab.sim.chain import MAKERS

if TYPE_CHECKING:
    from channellab.sim.market import Market

Rows = slice | Ints
"""Some firms of a tier: a slice where they are all of them."""


class Standing(NamedTuple):
    """Firms (F,) of a tier that live under the same terms, their partner group, and the policy in force for them.

    The brand's own plants and warehouses are of no group.
    """

    rows: Flags
    group: str
    policy: PolicySettings


def standings(market: "Market", name: str) -> Iterator[Standing]:
    """All firms of a tier by the terms of the week; those of online shops and plants hold everywhere."""
    tier, table, week = market.tiers[name], market.roads.table, market.measured_week
    if not tier.party.size:
        return
    if name in MAKERS or name == "online":
        group = ONLINE if name == "online" else ""
        policy = effective(market.scenario, week, "", "", group).policy
        yield Standing(np.ones(tier.party.size, np.bool_), group, policy)
        return
    formats = [shop.name for shop in market.scenario.retailers.formats]
    kind = tier.format if name == "retailers" else np.zeros(tier.party.size, np.int32)
    for region, number in sorted({*zip(tier.region.tolist(), kind.tolist(), strict=True)}):
        group = {"retailers": formats[number], "stores": STORES}.get(name, DISTRIBUTORS)
        policy = effective(market.scenario, week, table.region_ids[region], ROLES[table.role[region]], group).policy
        yield Standing((tier.region == region) & (kind == number), group, policy)


def regions_by_terms(market: "Market", group: str) -> Iterator[tuple[Flags, Terms]]:
    """The terms of the week for a partner group, and for each the regions, (R,), in which they are in force."""
    scenario, week, table = market.scenario, market.measured_week, market.roads.table
    if not scenario.timetable:
        yield np.ones(len(table.region_ids), np.bool_), effective(scenario, week, "", "", group)
        return
    same: dict[Terms, list[int]] = {}
    for region, (place, role) in enumerate(zip(table.region_ids, table.role, strict=True)):
        same.setdefault(effective(scenario, week, place, ROLES[role], group), []).append(region)
    for terms, regions in same.items():
        yield np.isin(np.arange(len(table.region_ids)), regions), terms


def shops_by_terms(market: "Market") -> Iterator[tuple[Rows, Terms]]:
    """All shops by the terms of the week."""
    scenario, shops = market.scenario, market.retailers
    if not scenario.timetable:
        yield slice(None), effective(scenario, market.measured_week, "", "", scenario.retailers.formats[0].name)
        return
    for number, shop in enumerate(scenario.retailers.formats):
        for regions, here in regions_by_terms(market, shop.name):
            yield np.flatnonzero(regions[shops.region] & (shops.format == number)), here
