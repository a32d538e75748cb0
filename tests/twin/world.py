"""A witness of the firms of a new world: where they stand, who supplies them, what they expect and hold."""

import math
from statistics import NormalDist, fmean
from typing import Any

from channellab.agents.draws import Stream
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings

from .draws import BITS, GOLDEN, uniform
from .ordering import one_order
from .people import SITES_OF_A_DISTRICT
from .photo import agree

EARTH = 6371.0088
SHORTEST = 5.0
"""Kilometres to a shop in the seat's own city."""
OFFERS_OF_A_SITE = 64


class World:
    """Sites, suppliers, roads and opening stocks of a scenario and a seed."""

    def __init__(self, scenario: Scenario, table: RegionTable, seed: int) -> None:
        self.scenario, self.table, self.seed = scenario, table, seed
        self.own = len(scenario.products)
        self.skus = self.own + sum(len(rival.products) for rival in scenario.rivals)
        self.km = self._roads()

    def check(self, opening: Any) -> None:
        """Asserts that the firms of a new market are those of the witness."""
        self._check_sites(opening.retailers)
        self._check_suppliers(opening)
        self._check_expectations(opening)

    # Places

    def _roads(self) -> list[list[float]]:
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
        table, seat = self.table, int(self.table.district_region[district])
        north, south = (math.radians(float(n)) for n in (table.latitude[seat], table.district_latitude[district]))
        east = math.radians(float(table.longitude[seat]) - float(table.district_longitude[district]))
        chord = math.sin((north - south) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
        return max(2 * EARTH * math.asin(math.sqrt(chord)) * self.scenario.network.detour, SHORTEST)

    def _lead(self, declared: float | None, km: float) -> float:
        logistics = self.scenario.logistics
        return logistics.handling_days + km / logistics.km_per_day if declared is None else declared

    def _check_sites(self, shops: Any) -> None:
        per_district, per_area = self.scenario.network.sites_per_district, self.scenario.network.sites_per_area
        formats = self.scenario.retailers.formats
        for o, site in enumerate(shops.site):
            district, number = divmod(o, per_district)
            agree(f"site {o}", 0, district * SITES_OF_A_DISTRICT + number, site, exactly=True)
            agree(f"key of {o}", 0, (site + 1) * OFFERS_OF_A_SITE * GOLDEN % BITS, shops.site_key[o], exactly=True)
            agree(f"area of {o}", 0, o // per_area, shops.area[o])
            kind, reached = 0, formats[0].share
            while kind < len(formats) - 1 and uniform(self.seed, Stream.SITE_FORMAT, site) >= reached:
                kind += 1
                reached += formats[kind].share
            agree(f"format of {o}", 0, kind, shops.format[o])
            quality = self.scenario.retailers.quality_spread * self._normal(Stream.SITE_QUALITY, site)
            agree(f"quality of {o}", 0, quality + formats[kind].appeal, shops.quality[o])
            factor = math.exp(formats[kind].price_spread * self._normal(Stream.SITE_PRICE, site))
            agree(f"price factor of {o}", 0, factor, shops.price_factor[o])
            agree(f"own service of {o}", 0, formats[kind].service, shops.base_service[o])

    def _normal(self, stream: Stream, site: int) -> float:
        return NormalDist().inv_cdf(min(max(uniform(self.seed, stream, site), 1e-12), 1 - 1e-12))

    # Suppliers

    def _check_suppliers(self, opening: Any) -> None:
        shops, middle = opening.retailers, opening.distributors
        for d, region in enumerate(middle.region):
            nearest = min((self.km[place][region], p) for p, place in enumerate(opening.plants.region))
            lead = self._lead(self.scenario.distributors.trunk_lead_days, nearest[0])
            found = [middle.distance[d], middle.plant[d], middle.lead_days[d], middle.protection[d]]
            # What arrives on a week's first day can be sent on that week.
            agree(f"distributor {d}", 0, [*nearest, lead, max(math.ceil(lead / 7), 1)], found)
        for o, district in enumerate(shops.district):
            km, supplier = self._supplier(opening, district)
            lead = self._lead(self.scenario.retailers.local_lead_days, km)
            found = [shops.distance[o], shops.supplier[o], shops.lead_days[o], shops.protection[o]]
            # What arrives on a week's first day comes after that week's shoppers.
            agree(f"shop {o}", 0, [km, supplier, lead, lead // 7 + 1], found)
        days = self.scenario.manufacturer.production_days
        agree("plants", 0, [max(math.ceil(days / 7), 1)] * len(opening.plants.party), opening.plants.protection)

    def _supplier(self, opening: Any, district: int) -> tuple[float, int]:
        """Kilometres to the supplier and its row: the districts of a region are dealt out among its distributors."""
        region = int(self.table.district_region[district])
        local, count = self._to_the_seat(district), self.scenario.distributors.per_region
        if not count:
            km, plant = min((self.km[place][region], p) for p, place in enumerate(opening.plants.region))
            return local + km, plant
        inside = [d for d, r in enumerate(self.table.district_region.tolist()) if r == region]
        return local, region * count + inside.index(district) % count

    # Expectations

    def _check_expectations(self, opening: Any) -> None:
        """Need is believed to be spread evenly over shops and SKUs; all hold what they would order from nothing."""
        shops, middle, plants = opening.retailers, opening.distributors, opening.plants
        guess = [self._guess(district) for district in shops.district]
        carried = [
            [float(sku >= self.own or bool(shops.authorised[o])) for sku in range(self.skus)] for o in range(len(guess))
        ]
        mean = [[guess[o][sku < self.own][0] * on for sku, on in enumerate(row)] for o, row in enumerate(carried)]
        variance = [[guess[o][sku < self.own][1] * on for sku, on in enumerate(row)] for o, row in enumerate(carried)]
        self._check_tier("shops", shops, self.scenario.retailers.stock, (mean, variance), carried)
        if middle.party:
            mean, variance = (self._pooled(shops.supplier, units, len(middle.party)) for units in (mean, variance))
            self._check_tier("distributors", middle, self.scenario.distributors.stock, (mean, variance))
        supplier = middle.plant if middle.party else shops.supplier
        mean, variance = (self._pooled(supplier, units, len(plants.party)) for units in (mean, variance))
        self._check_tier("plants", plants, self.scenario.manufacturer.stock, (mean, variance))

    def _guess(self, district: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and variance of weekly demand of a shop for a rival's SKU, and for an own one."""
        consumers, network = self.scenario.consumers, self.scenario.network
        law = consumers.demand
        if law.source == "declared":
            mean = fmean(law.series) if law.law == "series" else law.mean
            return (0.0, 0.0), (mean, law.sd**2 if law.law in ("normal", "uniform") else mean)
        need = sum(segment.share * segment.need for segment in consumers.segments)
        people = self.table.district_population.tolist()
        here = consumers.count * need * people[district] / sum(people)
        mean = here / network.sites_per_district / self.skus
        return (mean, mean), (mean, mean)

    def _pooled(self, supplier: list[int], units: list[list[float]], suppliers: int) -> list[list[float]]:
        buyers = range(len(supplier))
        return [
            [sum(units[b][sku] for b in buyers if supplier[b] == s) for sku in range(self.own)]
            for s in range(suppliers)
        ]

    def _check_tier(
        self,
        name: str,
        tier: Any,
        rule: StockSettings,
        guess: tuple[list[list[float]], list[list[float]]],
        carried: list[list[float]] | None = None,
    ) -> None:
        agree(f"first mean of {name}", 0, guess[0], tier.mean)
        agree(f"first variance of {name}", 0, guess[1], tier.variance)
        for week in tier.history:
            agree(f"past demand of {name}", 0, guess[0], week)
        for row, stock in enumerate(tier.stock):
            for sku, units in enumerate(stock):
                full = one_order(rule, 0, tier.mean[row][sku], tier.variance[row][sku], tier.protection[row])
                agree(f"opening stock of {name}", 0, full if not carried or carried[row][sku] else 0, units)
