"""A witness of the consumers of a new world: where they live, what they like, whom they know."""

import math
from collections import Counter
from statistics import NormalDist
from typing import Any

from channellab.agents.draws import Stream
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.sim.market import Market

from .draws import uniform
from .photo import agree

SITES_OF_A_DISTRICT = 4096
"""Numbers kept for the sites of a district."""
FIRST_STORE = 2**41
"""Number of the first candidate site for own stores."""
STORES_OF_AN_AREA = 4
"""Numbers kept for the own stores of a shopping area, which is known by its first site."""
MOST_SHOPS = 64
"""Numbers kept for the online shops that a consumer may look at."""


class People:
    """The population of a scenario and a seed, drawn one by one."""

    def __init__(self, scenario: Scenario, table: RegionTable, seed: int) -> None:
        self.scenario, self.table, self.seed = scenario, table, seed
        self.settings, self.network = scenario.consumers, scenario.network
        self.per_district = split(self.settings.count, table.district_population.tolist())
        self.everybody = range(self.settings.count)

    def check(self, market: Market) -> None:
        """Asserts that the market's consumers are those of the witness."""
        tastes, mind = market.consumers.tastes, market.consumers.mind
        homes = self.homes()
        agree("area", 0, [area for _, area in homes], tastes.area.tolist())
        agree("segment", 0, [self.segment(i) for i in self.everybody], tastes.segment.tolist())
        for i, (district, area) in enumerate(homes):
            near = self.nearest(i, district, area)[: self.settings.outlets_considered]
            agree(f"candidates of {i}", 0, [site for _, site in near], tastes.candidates[i].tolist())
            single(f"distances of {i}", [km for km, _ in near], tastes.distance[i].tolist())
            stores = self.own_stores(i, district, area)
            agree(f"own stores of {i}", 0, [store for store, _ in stores], tastes.far[i].tolist())
            single(f"way of {i} to own stores", [burden for _, burden in stores], tastes.far_burden[i].tolist())
        single(
            "price sensitivity", [self.sensitivity(i, homes[i][0]) for i in self.everybody], tastes.price_sensitivity
        )
        agree("online shops", 0, [self.online(i) for i in self.everybody], tastes.online.tolist())
        single("taste for online shops", [self.online_taste(i) for i in self.everybody], tastes.online_taste)
        single("taste", [self.taste(i) for i in self.everybody], tastes.taste)
        single("reservation", [self.reservation(i) for i in self.everybody], tastes.reservation)
        known = self.settings.awareness.initial
        agree("aware", 0, [int(self.draw(Stream.AWARE, i) < known) for i in self.everybody], mind.aware.tolist())
        self._check_friends(market)

    def draw(self, stream: Stream, i: int, week: int = 0) -> float:
        """One number in [0, 1) of a consumer."""
        return uniform(self.seed, stream, i, week)

    def normal(self, stream: Stream, i: int) -> float:
        """One standard normal number of a consumer."""
        return NormalDist().inv_cdf(min(max(self.draw(stream, i), 1e-12), 1 - 1e-12))

    def homes(self) -> list[tuple[int, int]]:
        """District and shopping area of everybody: people fill districts, and in them areas, one after the other."""
        areas = self.network.sites_per_district // self.network.sites_per_area
        return [
            (district, district * areas + area)
            for district, people in enumerate(self.per_district)
            for area, neighbours in enumerate(split(people, [1] * areas))
            for _ in range(neighbours)
        ]

    def nearest(self, i: int, district: int, area: int) -> list[tuple[float, int]]:
        """Kilometres to every site of the area and its number in it, the nearest first."""
        side, sites = self.network.area_side, self.network.sites_per_area
        home = [self.draw(axis, i) * side for axis in (Stream.HOME_X, Stream.HOME_Y)]
        first = area * sites - district * self.network.sites_per_district
        ways = []
        for n in range(sites):
            number = district * SITES_OF_A_DISTRICT + first + n
            site = [uniform(self.seed, axis, number) * side for axis in (Stream.SITE_X, Stream.SITE_Y)]
            ways.append((math.dist(home, site), n))
        return sorted(ways)

    def own_stores(self, i: int, district: int, area: int) -> list[tuple[int, float]]:
        """The own stores of the area, numbered behind all shops, and what the way to each costs."""
        side, per_area = self.network.area_side, self.scenario.stores.per_area
        home = [self.draw(axis, i) * side for axis in (Stream.HOME_X, Stream.HOME_Y)]
        areas = self.network.sites_per_district // self.network.sites_per_area
        first = district * SITES_OF_A_DISTRICT + area % areas * self.network.sites_per_area
        stores = []
        for n in range(per_area):
            number = FIRST_STORE + first * STORES_OF_AN_AREA + n
            site = [uniform(self.seed, axis, number) * side for axis in (Stream.STORE_X, Stream.STORE_Y)]
            burden = self.settings.segments[self.segment(i)].travel_burden
            shops = len(self.per_district) * self.network.sites_per_district
            stores.append((shops + area * per_area + n, burden * math.dist(home, site)))
        return stores

    def segment(self, i: int) -> int:
        """Segments by their shares."""
        draw, reached = self.draw(Stream.SEGMENT, i), 0.0
        for n, segment in enumerate(self.settings.segments):
            reached += segment.share
            if draw < reached:
                return n
        return len(self.settings.segments) - 1

    def sensitivity(self, i: int, district: int) -> float:
        """Log-normal in the segment; richer regions mind prices less."""
        table, segment = self.table, self.settings.segments[self.segment(i)]
        people = [float(n) for n in table.population]
        earned = sum(n * float(income) for n, income in zip(people, table.income, strict=True))
        relative = float(table.income[table.district_region[district]]) / (earned / sum(people))
        drawn = segment.price_sensitivity * math.exp(
            segment.price_sensitivity_spread * self.normal(Stream.PRICE_SENSITIVITY, i)
        )
        return drawn / math.pow(relative, self.settings.income_effect)

    def taste(self, i: int) -> float:
        """Normal in the segment."""
        return self.settings.segments[self.segment(i)].taste_spread * self.normal(Stream.TASTE, i)

    def online(self, i: int) -> list[int]:
        """Online shops looked at: those whose exponential clocks, at the rate of their popularity, ring first."""
        clocks = [
            (-math.log1p(-self.draw(Stream.ONLINE_SHOP, i * MOST_SHOPS + n)) / shop.popularity, n)
            for n, shop in enumerate(self.scenario.online.shops)
            if shop.kind in ("marketplace", "group_buying")
        ]
        return [n for _, n in sorted(clocks)[: self.settings.online_considered]]

    def online_taste(self, i: int) -> float:
        """Normal in the segment."""
        segment = self.settings.segments[self.segment(i)]
        return segment.online_preference + segment.online_spread * self.normal(Stream.ONLINE_TASTE, i)

    def reservation(self, i: int) -> float:
        """Uniform between its ends."""
        demand, draw = self.settings.demand, self.draw(Stream.RESERVATION, i)
        return demand.reservation_low * (1 - draw) + demand.reservation_high * draw

    # Friends

    def _check_friends(self, market: Market) -> None:
        friends = market.consumers.friends
        expected = self.friends()
        for i in self.everybody:
            found = Counter(friends.indices[friends.start[i] : friends.start[i + 1]].tolist())
            assert found == expected[i], f"friends of {i} are {found}, the witness knows {expected[i]}"

    def friends(self) -> list[Counter[int]]:
        """Whom everybody knows, and by how many ties; a tie holds both ways."""
        known: list[Counter[int]] = [Counter() for _ in self.everybody]
        if self.settings.society.mixing == "full":
            return known
        first = 0
        for people in self.per_district:
            for i in range(first, first + people):
                for step in range(1, self.settings.society.friends // 2 + 1):
                    other = self.tie(i, step, first, people)
                    if other != i:
                        known[i][other] += 1
                        known[other][i] += 1
            first += people
        return known

    def tie(self, i: int, step: int, first: int, people: int) -> int:
        """Where a tie leads: anywhere in the country, anywhere in the district, or to a neighbour in its ring."""
        society = self.settings.society
        kind, where = (self.draw(stream, i, step - 1) for stream in (Stream.FRIEND_KIND, Stream.FRIEND))
        if kind < society.long_ties:
            return int(where * self.settings.count)
        if kind < society.long_ties + society.rewiring:
            return first + int(where * people)
        return first + (i - first + step) % people


def split(total: int, weights: list[int]) -> list[int]:
    """A whole number in proportion to weights: rounded down, then one more to the largest remainders.

    >>> split(10, [1, 1, 1]), split(7, [3, 1])
    ([4, 3, 3], [5, 2])
    """
    parts = [total * weight // sum(weights) for weight in weights]
    remainders = [total * weight % sum(weights) for weight in weights]
    while sum(parts) < total:
        n = remainders.index(max(remainders))
        parts[n], remainders[n] = parts[n] + 1, -1
    return parts


def single(what: str, expected: list[float], found: Any) -> None:
    """Asserts that numbers kept in single precision are the expected ones."""
    for n, (mine, theirs) in enumerate(zip(expected, found, strict=True)):
        assert abs(mine - float(theirs)) <= 2e-7 * max(abs(mine), 1e-3), f"{what} of {n} is {theirs}, expected {mine}"
