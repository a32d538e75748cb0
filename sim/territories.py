"""Territories of partners: who holds which, how far they are apart, and what the brand's protection means in each."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.distributors import DistributorColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.network import LogisticsSettings
from channellab.scenarios.timetable import DISTRIBUTORS, active_entries, effective
from channellab.sim.network import RoadNetwork, km_between_districts, lead_days

if TYPE_CHECKING:
    from channellab.sim.market import Market

Texts = npt.NDArray[np.str_]
TERRITORIAL = ("distributors", "subdistributors")
"""Tiers whose firms hold a territory, a region or a district."""
FIRMS_OF_A_PLACE = 64
"""Numbers set aside in the draws for the firms of one place; districts count from a million on."""
FIRST_DISTRICT = 1_000_000


@dataclass(frozen=True)
class Territories:
    """Geography of the M firms of a tier; matrices (M, M) run from the firm that sells to the one sold into.

    Attributes:
        km: by road, from the centre of a territory to that of another. days: under way. freight: money per unit.
        abroad: whether another territory is meant, not that of a colleague.
        near: 1 for firms of one region or of two that a road joins, who hear of each other's cases, else 0.
        key: (M,) identity in every draw.
    """

    km: Floats
    days: Floats
    freight: Floats
    abroad: Flags
    near: Floats
    key: Ints


@dataclass(frozen=True)
class Roster:
    """All N firms with a territory, tier by tier: party, region, and identity in every draw."""

    party: Index
    region: Index
    key: Ints

    @cached_property
    def regions(self) -> int:
        """How many regions they stand in."""
        return int(np.unique(self.region).size)


@dataclass(frozen=True)
class ProtectionTerms:
    """Policy in force in each region, (R,) each: the settings of the same names, and which timetable entries hold.

    A threshold or a number of cases that is absent is infinite.
    """

    entries: tuple[int, ...]
    territories: Flags
    deposit: Floats
    detection: Floats
    check_cost: Floats
    trace_days: Floats
    false_alarms: Floats
    scan_rate: Floats
    member_scan_rate: Floats
    scan_days: Floats
    anomaly_threshold: Floats
    history_weeks: Ints
    audits: Floats
    audit_target: Texts
    audit_finds: Floats
    audit_cost: Floats
    tolerance: Floats
    warnings: Ints
    deductions: Ints
    deduction: Floats
    damages: Floats
    damages_cases: Floats
    injured_share: Floats
    stop_weeks: Ints

    @cached_property
    def policed(self) -> bool:
        """Whether there is anything to pay for or to be accused of."""
        rates = self.deposit, self.detection, self.false_alarms, self.scan_rate, self.member_scan_rate, self.audits
        return any(rate.any() for rate in rates) or self.watched

    @cached_property
    def watched(self) -> bool:
        """Whether anybody's shipments are watched."""
        return bool(np.isfinite(self.anomaly_threshold).any())

    @cached_property
    def ladders(self) -> tuple[Ints, Ints]:
        """Regions (U,), one for each of the different ladders of penalties, and the number of each region's, (R,)."""
        steps = self.territories, self.warnings, self.deductions, self.deduction, self.damages, self.stop_weeks
        _, regions, number = np.unique(np.stack(steps), axis=1, return_index=True, return_inverse=True)
        return regions, number.ravel()

    @cached_property
    def scanned(self) -> bool:
        """Whether anybody scans."""
        return bool(self.scan_rate.any() or self.member_scan_rate.any())


def territories(roads: RoadNetwork, firms: DistributorColumns, logistics: LogisticsSettings) -> Territories:
    """The geography of one tier's territories."""
    if firms.district.size and firms.district[0] >= 0:
        place, between = firms.district, km_between_districts(roads)
    else:
        place, between = firms.region, roads.region_km
    km = between[np.ix_(place, place)]
    joined = np.eye(len(roads.table.region_ids), dtype=np.bool_)
    a, b = roads.table.edges.T
    joined[a, b] = joined[b, a] = True
    near = joined[np.ix_(firms.region, firms.region)].astype(np.float64)
    np.fill_diagonal(near, 0.0)
    days, freight = lead_days(km, logistics.handling_days, logistics.km_per_day), km * logistics.freight_per_unit_km
    return Territories(km, days, freight, place[:, None] != place, near, keys(firms))


def at_work(firms: DistributorColumns) -> Flags:
    """Firms (M,) that hold a territory now: they have not left, and the layout has work for them."""
    return firms.active & firms.contracted


def keys(firms: DistributorColumns) -> Ints:
    """Identity of a tier's firms in the draws: the place, and the number among the firms of the place."""
    districts = bool(firms.district.size and firms.district[0] >= 0)
    place = (firms.district if districts else firms.region).astype(np.int64)
    number = np.arange(place.size) - np.searchsorted(place, place)
    return (place + FIRST_DISTRICT * districts) * FIRMS_OF_A_PLACE + number


def in_transit(tiers: dict[str, DistributorColumns]) -> Ints:
    """Units that each firm of the roster has sent off and that have not arrived, (N,)."""
    return np.concatenate([tiers[name].in_transit.sum(axis=1) for name in TERRITORIAL])


def shipped(tiers: dict[str, DistributorColumns], before: Ints) -> Ints:
    """Units that each firm of the roster has sent off this week, (N,), from those in transit before."""
    arrived = np.concatenate([tiers[name].delivered.sum(axis=1) for name in TERRITORIAL])
    return np.asarray(in_transit(tiers) + arrived - before)


def roster(tiers: dict[str, DistributorColumns]) -> Roster:
    """All firms with a territory."""
    firms = [tiers[name] for name in TERRITORIAL]
    return Roster(
        np.concatenate([tier.party for tier in firms]),
        np.concatenate([tier.region for tier in firms]),
        np.concatenate([keys(tier) for tier in firms]),
    )


def _or_never(value: Any) -> Any:
    return np.inf if value is None else value


def protection_terms(market: "Market", known: ProtectionTerms | None) -> ProtectionTerms:
    """The policy in force in every region; ``known`` is returned where it still holds."""
    entries = active_entries(market.scenario, market.measured_week)
    if known is not None and known.entries == entries:
        return known
    table = market.roads.table
    here = [
        effective(market.scenario, market.measured_week, region, ROLES[role], DISTRIBUTORS).policy.protection
        for region, role in zip(table.region_ids, table.role, strict=True)
    ]
    columns: dict[str, npt.NDArray[np.generic]] = {
        field.name: np.array([_or_never(getattr(policy, field.name)) for policy in here])
        for field in fields(ProtectionTerms)
        if field.name != "entries"
    }
    return ProtectionTerms(entries, **columns)  # type: ignore[arg-type]  # types follow from the settings
