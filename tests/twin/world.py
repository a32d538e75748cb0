"""A witness of the firms of a new world: where they stand, who supplies them, what they expect and hold."""

import math
from statistics import NormalDist, fmean
from typing import Any

from channellab.agents.draws import Stream
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings

from .chain import SELLERS, buyers_of
from .draws import BITS, GOLDEN, uniform
from .ordering import one_order
from .people import SITES_OF_A_DISTRICT
from .photo import agree

EARTH = 6371.0088
SHORTEST = 5.0
"""Kilometres to a shop in the seat's own city."""
OFFERS_OF_A_SITE = 512
FIRST_ONLINE = 2**40
"""Number of the first online shop among all sites."""
Guess = tuple[list[list[float]], list[list[float]]]
"""Mean and variance of weekly demand, by firm and SKU."""


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
        self._check_online(opening)
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

    def _check_online(self, opening: Any) -> None:
        shops, settings = opening.online, self.scenario.online
        people = self.table.population.tolist()
        named = settings.region
        place = people.index(max(people)) if named is None else self.table.region_ids.index(named)
        for n, shop in enumerate(settings.shops):
            agree(
                f"key of online shop {n}",
                0,
                (FIRST_ONLINE + n + 1) * OFFERS_OF_A_SITE * GOLDEN % BITS,
                shops.site_key[n],
                exactly=True,
            )
            agree(f"quality of online shop {n}", 0, shop.appeal, shops.quality[n])
            brands = shop.owner == "brand"
            assert (shops.party[n] in opening.manufacturers.party, shops.own[n], shops.region[n]) == (
                brands,
                brands,
                place,
            )
            agree(f"delivery of online shop {n}", 0, shop.delivery_days, shops.delivery_days[n])
            km, plant = self._nearest_plant(opening, place)
            self._check_road("online", shops, n, (km, plant, settings.lead_days), from_shelf=True)

    # Suppliers

    def _check_suppliers(self, opening: Any) -> None:
        shops, middle, lower = opening.retailers, opening.distributors, opening.subdistributors
        trunk, regional = self.scenario.distributors.trunk_lead_days, self.scenario.subdistributors.regional_lead_days
        regions, districts = len(self.table.region_ids), len(self.table.district_ids)
        agree("territories", 0, self._dealt(regions, self.scenario.distributors.per_region), middle.region)
        assert all(district < 0 for district in middle.district)
        agree("districts", 0, self._dealt(districts, self.scenario.subdistributors.per_district), lower.district)
        for d, region in enumerate(middle.region):
            self._check_road("distributors", middle, d, (*self._nearest_plant(opening, region), trunk))
        for d, district in enumerate(lower.district):
            agree(f"region of sub-distributor {d}", 0, int(self.table.district_region[district]), lower.region[d])
            self._check_road("subdistributors", lower, d, (*self._supplier(opening, district), regional))
        for o, district in enumerate(shops.district):
            km, supplier = self._supplier(opening, district)
            if lower.party:
                inside = [d for d, place in enumerate(lower.district) if place == district]
                area = o % self.scenario.network.sites_per_district // self.scenario.network.sites_per_area
                km, supplier = SHORTEST, inside[area % len(inside)]
            declared = self.scenario.retailers.local_lead_days
            self._check_road("retailers", shops, o, (km, supplier, declared), from_shelf=True)
        days = self.scenario.manufacturer.production_days
        agree("plants", 0, [max(math.ceil(days / 7), 1)] * len(opening.plants.party), opening.plants.protection)

    def _dealt(self, places: int, firms: int) -> list[int]:
        return [place for place in range(places) for _ in range(firms)]

    def _check_road(
        self, name: str, tier: Any, row: int, road: tuple[float, int, float | None], from_shelf: bool = False
    ) -> None:
        """Kilometres, supplier, declared or driven days, and the weeks that an order must cover."""
        km, supplier, declared = road
        lead = self._lead(declared, km)
        # What arrives on a week's first day can be sent on that week, but comes after that week's shoppers.
        weeks = lead // 7 + 1 if from_shelf else max(math.ceil(lead / 7), 1)
        found = [tier.distance[row], tier.supplier[row], tier.lead_days[row], tier.protection[row]]
        agree(f"{name} {row}", 0, [km, supplier, lead, weeks], found)

    def _nearest_plant(self, opening: Any, region: int) -> tuple[float, int]:
        return min((self.km[place][region], p) for p, place in enumerate(opening.plants.region))

    def _supplier(self, opening: Any, district: int) -> tuple[float, int]:
        """Kilometres to the supplier and its row: the districts of a region are dealt out among its distributors."""
        region = int(self.table.district_region[district])
        local, count = self._to_the_seat(district), self.scenario.distributors.per_region
        if not count:
            km, plant = self._nearest_plant(opening, region)
            return local + km, plant
        inside = [d for d, r in enumerate(self.table.district_region.tolist()) if r == region]
        return local, region * count + inside.index(district) % count

    # Expectations

    def _check_expectations(self, opening: Any) -> None:
        """Need is believed to be spread evenly over shops and SKUs; all hold what they would order from nothing."""
        guesses = {"retailers": self._of_shops(opening), "online": self._of_online_shops(opening)}
        for seller in reversed(SELLERS):
            buyers = buyers_of(opening, seller)
            tiers = [getattr(opening, name) for name in buyers]
            suppliers = len(getattr(opening, seller).party)
            mean, variance = (
                self._pooled(tiers, [guesses[name][part] for name in buyers], suppliers) for part in (0, 1)
            )
            guesses[seller] = (mean, variance)
        for name, guess in guesses.items():
            settings = self.scenario.manufacturer if name == "plants" else getattr(self.scenario, name)
            self._check_tier(name, getattr(opening, name), settings.stock, guess)

    def _of_shops(self, opening: Any) -> Guess:
        """Mean and variance by shop and SKU; shops that do not carry the brand expect none of its sales."""
        shops, network, law = opening.retailers, self.scenario.network, self.scenario.consumers.demand
        people = self.table.district_population.tolist()
        means, variances = [], []
        for o, district in enumerate(shops.district):
            mean = spread = (
                self._need() * self._on_the_street() * people[district] / sum(people) / network.sites_per_district
            )
            if law.source == "declared":
                mean = spread = fmean(law.series) if law.law == "series" else law.mean
                spread = law.sd**2 if law.law in ("normal", "uniform") else mean
            rivals = [0.0 if law.source == "declared" else mean] * (self.skus - self.own)
            means.append([mean * shops.authorised[o]] * self.own + rivals)
            variances.append([spread * shops.authorised[o]] * self.own + rivals)
        return means, variances

    def _of_online_shops(self, opening: Any) -> Guess:
        """All alike; the brand's own expect no sales of rivals, and none expects declared demand."""
        shops = opening.online.own
        chosen = self.scenario.consumers.demand.source == "choice"
        each = self._need() * (1 - self._on_the_street()) / len(shops) if shops and chosen else 0.0
        means = [[each] * self.own + [0.0 if own else each] * (self.skus - self.own) for own in shops]
        return means, means

    def _need(self) -> float:
        """Units of a SKU needed in a week, if all are liked alike."""
        consumers = self.scenario.consumers
        return consumers.count * sum(segment.share * segment.need for segment in consumers.segments) / self.skus

    def _on_the_street(self) -> float:
        """Share of the outlets that a consumer considers which are not online."""
        nearby, online = self.scenario.consumers.outlets_considered, self.scenario.consumers.online_considered
        return nearby / (nearby + min(online, len(self.scenario.online.shops)))

    def _pooled(self, buyers: list[Any], units: list[list[list[float]]], suppliers: int) -> list[list[float]]:
        """By supplier and own SKU, the sum over the buyers of all tiers."""
        total = [[0.0] * self.own for _ in range(suppliers)]
        for tier, guess in zip(buyers, units, strict=True):
            for supplier, row in zip(tier.supplier, guess, strict=True):
                for sku in range(self.own):
                    total[supplier][sku] += row[sku]
        return total

    def _check_tier(self, name: str, tier: Any, rule: StockSettings, guess: Guess) -> None:
        if not tier.party:
            return
        agree(f"first mean of {name}", 0, guess[0], tier.mean)
        agree(f"first variance of {name}", 0, guess[1], tier.variance)
        for week in tier.history:
            agree(f"past demand of {name}", 0, guess[0], week)
        for row, stock in enumerate(tier.stock):
            for sku, units in enumerate(stock):
                full = one_order(rule, 0, tier.mean[row][sku], tier.variance[row][sku], tier.protection[row])
                agree(f"opening stock of {name}", 0, full if self._carried(name, tier, row, sku) else 0, units)

    def _carried(self, name: str, tier: Any, row: int, sku: int) -> bool:
        if name == "retailers":
            return sku >= self.own or bool(tier.authorised[row])
        return name != "online" or sku < self.own or not tier.own[row]
