"""A witness of the firms of a new world: where they stand, who supplies them, what they expect and hold."""

import math
from statistics import NormalDist, fmean
from typing import Any

from channellab.agents.draws import Stream
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings

from .chain import OUTLETS, SELLERS, WHOLESALERS, served
from .draws import BITS, GOLDEN, uniform
from .goods import sells
from .ordering import one_order
from .people import FIRST_STORE, SITES_OF_A_DISTRICT, STORES_OF_AN_AREA
from .photo import agree

OFFERS_OF_A_SITE = 512
CHAINS_OF_A_FORMAT = 256
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

    def check(self, opening: Any) -> None:
        """Asserts that the firms of a new market are those of the witness."""
        self._check_sites(opening.retailers)
        self._check_stores(opening)
        self._check_online(opening)
        self._check_territories(opening)
        self._check_expectations(opening)

    # Places

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
            chain = self._chain(kind, site)
            agree(f"chain of {o}", 0, chain, shops.chain[o])
            level = formats[kind].chain_spread * self._normal(Stream.CHAIN_PRICE, chain) if chain >= 0 else 0.0
            factor = math.exp(formats[kind].price_spread * self._normal(Stream.SITE_PRICE, site) + level)
            agree(f"price factor of {o}", 0, factor, shops.price_factor[o])
            agree(f"own service of {o}", 0, formats[kind].service, shops.base_service[o])
            agree(f"knowledge of {o}", 0, self._knowledge(formats[kind]), shops.knowledge[o])

    def _knowledge(self, outlet: Any) -> float:
        return float(outlet.service if outlet.knowledge is None else outlet.knowledge)

    def _chain(self, kind: int, site: int) -> int:
        """The chain of a site by lot, each with a number among 256 of its format; -1 without chains."""
        chains = self.scenario.retailers.formats[kind].chains
        lot = uniform(self.seed, Stream.SITE_CHAIN, site)
        return kind * CHAINS_OF_A_FORMAT + math.floor(lot * chains) if chains else -1

    def _normal(self, stream: Stream, site: int) -> float:
        return NormalDist().inv_cdf(min(max(uniform(self.seed, stream, site), 1e-12), 1 - 1e-12))

    def _check_stores(self, opening: Any) -> None:
        stores, settings, network = opening.stores, self.scenario.stores, self.scenario.network
        areas = network.sites_per_district // network.sites_per_area
        assert len(stores.party) == len(self.table.district_ids) * areas * settings.per_area
        for n, site in enumerate(stores.site):
            area, number = divmod(n, settings.per_area)
            district = area // areas
            first = district * SITES_OF_A_DISTRICT + area % areas * network.sites_per_area
            agree(f"site of store {n}", 0, FIRST_STORE + first * STORES_OF_AN_AREA + number, site, exactly=True)
            key = (site + 1) * OFFERS_OF_A_SITE * GOLDEN % BITS
            agree(f"knowledge of store {n}", 0, self._knowledge(settings), stores.knowledge[n])
            agree(f"key of store {n}", 0, key, stores.site_key[n], exactly=True)
            place = [stores.area[n], stores.district[n], stores.region[n]]
            agree(f"place of store {n}", 0, [area, district, int(self.table.district_region[district])], place)
            agree(f"quality of store {n}", 0, settings.appeal, stores.quality[n])
            assert stores.party[n] == opening.manufacturers.party[0]

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
            agree(f"knowledge of online shop {n}", 0, self._knowledge(shop), shops.knowledge[n])
            brands = shop.owner == "brand"
            assert (shops.party[n] in opening.manufacturers.party, shops.own[n], shops.region[n]) == (
                brands,
                brands,
                place,
            )
            agree(f"delivery of online shop {n}", 0, shop.delivery_days, shops.delivery_days[n])

    # Firms

    def _check_territories(self, opening: Any) -> None:
        middle, lower, table = opening.distributors, opening.subdistributors, self.table
        regions, districts = len(table.region_ids), len(table.district_ids)
        agree("territories", 0, self._dealt(regions, self.scenario.distributors.per_region), middle.region)
        assert all(district < 0 for district in middle.district)
        agree("districts", 0, self._dealt(districts, self.scenario.subdistributors.per_district), lower.district)
        for d, district in enumerate(lower.district):
            agree(f"region of sub-distributor {d}", 0, int(table.district_region[district]), lower.region[d])
        for name in ("warehouses", "platform_distributors"):
            named = [table.region_ids.index(region) for region in getattr(self.scenario, name).regions]
            agree(f"places of {name}", 0, named, getattr(opening, name).region)
        days = self.scenario.manufacturer.production_days
        agree("plants", 0, [max(math.ceil(days / 7), 1)] * len(opening.plants.party), opening.plants.protection)

    def _dealt(self, places: int, firms: int) -> list[int]:
        return [place for place in range(places) for _ in range(firms)]

    # Expectations

    def _check_expectations(self, opening: Any) -> None:
        """Need is believed to be spread evenly over shops and SKUs; all hold what they would order from nothing."""
        guesses = {"retailers": self._of_shops(opening), "online": self._of_online_shops(opening)}
        guesses["stores"] = self._of_stores(opening)
        for seller in reversed(SELLERS):
            mean, variance = (self._pooled(opening, seller, guesses, part) for part in (0, 1))
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
            for found, each in ((means, mean), (variances, spread)):
                row = [each * carried for carried in shops.carries[o]] + rivals
                found.append([units * listed for units, listed in zip(row, shops.listed[o], strict=True)])
        return means, variances

    def _of_online_shops(self, opening: Any) -> Guess:
        """All alike of what is made for them; the brand's own expect no rivals' sales, none expects declared demand."""
        shops, made = opening.online.own, opening.online.assigned
        chosen = self.scenario.consumers.demand.source == "choice"
        each = self._need() * (1 - self._on_the_street()) / len(shops) if shops and chosen else 0.0
        means = [
            [each * meant for meant in row] + [0.0 if own else each] * (self.skus - self.own)
            for own, row in zip(shops, made, strict=True)
        ]
        means = [row if there else [0.0] * self.skus for row, there in zip(means, opening.online.active, strict=True)]
        return means, means

    def _need(self) -> float:
        """Units of a SKU needed in a week, if all are liked alike."""
        consumers = self.scenario.consumers
        return consumers.count * sum(segment.share * segment.need for segment in consumers.segments) / self.skus

    def _on_the_street(self) -> float:
        """Share of the outlets that a consumer considers which are not online."""
        nearby, online = self.scenario.consumers.outlets_considered, self.scenario.consumers.online_considered
        return nearby / (nearby + min(online, len(self.scenario.online.shops)))

    def _of_stores(self, opening: Any) -> Guess:
        """An open store expects of own goods what a shop of its district does."""
        people, network = self.table.district_population.tolist(), self.scenario.network
        stores = opening.stores
        chosen = self.scenario.consumers.demand.source == "choice"
        each = self._need() * self._on_the_street() / sum(people) / network.sites_per_district * chosen
        means = [
            [each * people[district] * open_now * meant for meant in row] + [0.0] * (self.skus - self.own)
            for district, open_now, row in zip(stores.district, stores.open, stores.assigned, strict=True)
        ]
        return means, means

    def _pooled(self, opening: Any, seller: str, guesses: dict[str, Guess], part: int) -> list[list[float]]:
        """By supplier and own SKU, the sum over the buyers of all tiers."""
        total = [[0.0] * self.own for _ in getattr(opening, seller).party]
        for name, buyer, supplier in served(opening, seller):
            for sku in range(self.own):
                total[supplier][sku] += guesses[name][part][buyer][sku]
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
        if name in OUTLETS:
            return bool(tier.active[row]) and sells(name, tier, row, sku, self.own)
        return name not in WHOLESALERS or bool(tier.contracted[row])
