"""A witness of who supplies whom: the tier a layout chooses, the nearest of the brand, territories dealt out."""

import math
from typing import Any

from channellab.scenarios.settings import Scenario

from .chain import SELLERS, rows
from .photo import agree
from .terms import Terms

EARTH = 6371.0088
SHORTEST = 5.0
"""Kilometres to a shop in the seat's own city."""
Road = tuple[str, int, float]
"""Tier of the supplier, its row, and the kilometres from it."""


class Roads:
    """Suppliers, kilometres and days of all firms under the layouts of a week."""

    def __init__(self, scenario: Scenario, terms: Terms) -> None:
        self.scenario, self.terms, self.table = scenario, terms, terms.table
        self.km = self._between_seats()
        network = scenario.network
        self.areas = network.sites_per_district // network.sites_per_area

    def check(self, now: Any) -> None:
        """Asserts that every firm has the supplier that the layouts in force give it, and work where they have any."""
        trunk, regional = self.scenario.distributors.trunk_lead_days, self.scenario.subdistributors.regional_lead_days
        platform, shops = self.scenario.platform_distributors.trunk_lead_days, now.retailers
        plants = now.plants.region
        for n, region in enumerate(now.warehouses.region):
            km, plant = min((self.km[place][region], p) for p, place in enumerate(plants))
            self._check(now, "warehouses", n, ("plants", plant, km), self.scenario.warehouses.lead_days)
        for name, declared in (("distributors", trunk), ("platform_distributors", platform)):
            for n, region in enumerate(getattr(now, name).region):
                self._check(now, name, n, self._brand(now, region), declared)
        for n, district in enumerate(now.subdistributors.district):
            self._check(now, "subdistributors", n, self._above_city(now, district), regional)
        for n, district in enumerate(now.stores.district):
            self._check(
                now,
                "stores",
                n,
                self._brand(now, self._region(district), self._to_the_seat(district)),
                self.scenario.stores.local_lead_days,
                from_shelf=True,
            )
        for n, region in enumerate(now.online.region):
            self._check(now, "online", n, self._brand(now, region), self.scenario.online.lead_days, from_shelf=True)
        for o in rows(shops):
            self._check(now, "retailers", o, self._of_shop(now, o), self.scenario.retailers.local_lead_days, True)
        self._check_work(now)

    def _check(
        self, now: Any, name: str, row: int, road: Road, declared: float | None, from_shelf: bool = False
    ) -> None:
        """Supplier, kilometres, declared or driven days, and the weeks that an order must cover."""
        tier, (seller, supplier, km) = getattr(now, name), road
        logistics = self.scenario.logistics
        lead = logistics.handling_days + km / logistics.km_per_day if declared is None else declared
        # What arrives on a week's first day can be sent on that week, but comes after that week's shoppers.
        weeks = lead // 7 + 1 if from_shelf else max(math.ceil(lead / 7), 1)
        found = [
            tier.supplier_tier[row],
            tier.supplier[row],
            tier.distance[row],
            tier.lead_days[row],
            tier.protection[row],
        ]
        agree(f"{name} {row}", now.week, [SELLERS.index(seller), supplier, km, lead, weeks], found)

    def _check_work(self, now: Any) -> None:
        """Distributors and sub-distributors work where shops are supplied through them, platforms where shops buy."""
        buy = {(SELLERS[t], s) for t, s in zip(now.retailers.supplier_tier, now.retailers.supplier, strict=True)}
        middle, lower, platform = now.distributors, now.subdistributors, now.platform_distributors
        busy = [
            n in self._of_place(now, "distributors", middle.region.index(region), region)
            and self._supply(now, region) in ("distributors", "subdistributors")
            for n, region in enumerate(middle.region)
        ]
        agree("distributors at work", now.week, busy, middle.contracted)
        busy = [
            n in self._of_place(now, "subdistributors", lower.district.index(district), lower.region[n])
            and self._supply(now, lower.region[n]) == "subdistributors"
            for n, district in enumerate(lower.district)
        ]
        agree("sub-distributors at work", now.week, busy, lower.contracted)
        busy = [("platform_distributors", n) in buy for n in rows(platform)]
        agree("platforms at work", now.week, busy, platform.contracted)

    def _of_place(self, now: Any, tier: str, first: int, region: int) -> list[int]:
        """Rows of the firms of a place, the first of which is given, that have work."""
        return self._left(now, tier, first, self._employed(now, tier, region))

    def _employed(self, now: Any, tier: str, region: int) -> int:
        settings = self.scenario.distributors if tier == "distributors" else self.scenario.subdistributors
        there: int = getattr(settings, "per_region" if tier == "distributors" else "per_district")
        wanted = self.terms.layout(tier + ".{role}", now, region)
        return there if wanted is None else min(wanted, there)

    def _supply(self, now: Any, region: int) -> str:
        """The tier that supplies the shops of a region."""
        chosen: str = self.terms.layout("supply.{role}", now, region)
        if chosen != "lowest":
            return chosen
        if now.subdistributors.party:
            return "subdistributors"
        return "distributors" if now.distributors.party else "direct"

    def _of_shop(self, now: Any, shop: int) -> Road:
        district, region = now.retailers.district[shop], now.retailers.region[shop]
        chosen, local = self._supply(now, region), self._to_the_seat(district)
        if chosen == "direct":
            return self._brand(now, region, local)
        if chosen == "platform_distributors":
            places = now.platform_distributors.region
            km, row = min((self.km[place][region], n) for n, place in enumerate(places))
            return chosen, row, km + local
        if chosen == "distributors":
            return self._above_city(now, district)
        first = now.subdistributors.district.index(district)
        left = self._left(now, "subdistributors", first, self._employed(now, "subdistributors", region))
        if not left:
            return self._above_city(now, district)
        return chosen, left[now.retailers.area[shop] % self.areas % len(left)], SHORTEST

    def _above_city(self, now: Any, district: int) -> Road:
        """A distributor of the region, or the brand where there is none, or none any more."""
        local, region = self._to_the_seat(district), self._region(district)
        if now.distributors.party:
            first = now.distributors.region.index(region)
            left = self._left(now, "distributors", first, self._employed(now, "distributors", region))
            if left:
                inside = [d for d, r in enumerate(self.table.district_region.tolist()) if r == region]
                return "distributors", left[inside.index(district) % len(left)], local
        return self._brand(now, region, local)

    def _left(self, now: Any, tier: str, first: int, employed: int) -> list[int]:
        """Of the firms of a place that the layout employs, those whose contract has not ended in an earlier week."""
        ended = [now.partners.exited[party] for party in getattr(now, tier).party]
        return [row for row in range(first, first + employed) if not 0 < ended[row] < now.week]

    def _brand(self, now: Any, region: int, local: float = 0.0) -> Road:
        """The nearest regional warehouse, or the nearest plant where there are none."""
        name = "warehouses" if now.warehouses.party else "plants"
        km, row = min((self.km[place][region], n) for n, place in enumerate(getattr(now, name).region))
        return name, row, km + local

    def _region(self, district: int) -> int:
        return int(self.table.district_region[district])

    def _between_seats(self) -> list[list[float]]:
        """Shortest road from every region to every other."""
        table, detour = self.table, self.scenario.network.detour
        regions = range(len(table.region_ids))
        km = [[0.0 if a == b else math.inf for b in regions] for a in regions]
        for (a, b), direct in zip(table.edges.tolist(), table.edge_km.tolist(), strict=True):
            km[a][b] = km[b][a] = direct * detour
        for via in regions:
            for a in regions:
                for b in regions:
                    km[a][b] = min(km[a][b], km[a][via] + km[via][b])
        return km

    def _to_the_seat(self, district: int) -> float:
        table, seat = self.table, self._region(district)
        north, south = (math.radians(float(n)) for n in (table.latitude[seat], table.district_latitude[district]))
        east = math.radians(float(table.longitude[seat]) - float(table.district_longitude[district]))
        chord = math.sin((north - south) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
        return max(2 * EARTH * math.asin(math.sqrt(chord)) * self.scenario.network.detour, SHORTEST)
