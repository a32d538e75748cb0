"""What shops list when shelf space is scarce: the rules in plain loops, and a witness of the shops that choose."""

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.draws import Stream
from channellab.scenarios.arrays import Flags, Floats, Index
from channellab.scenarios.settings import Scenario

from .draws import uniform
from .photo import agree

if TYPE_CHECKING:
    from .calendar import Calendar

OFFERS_OF_A_SITE = 512
SLOTS_OF_A_BRAND = 32


def expected_sales(mean: Floats, listed: Flags, region: Index, regions: int) -> Floats:
    """Units a week that each shop expects of each SKU, whether it lists it or not."""
    expected = np.zeros(mean.shape)
    for shop, sku in np.ndindex(*mean.shape):
        expected[shop, sku] = one_expectation(mean.tolist(), listed.tolist(), region.tolist(), shop, sku)
    return expected


def one_expectation(mean: list[list[float]], listed: list[list[bool]], region: list[int], shop: int, sku: int) -> float:
    """A shop's own forecast of what it lists, else that of the shops of its region that list it, else its average.

    >>> one_expectation([[4.0, 0.0], [9.0, 2.0]], [[True, False], [True, True]], [0, 0], 0, 1)
    2.0
    >>> one_expectation([[4.0, 0.0], [9.0, 2.0]], [[True, False], [True, True]], [0, 1], 0, 1)
    4.0
    """
    if listed[shop][sku]:
        return mean[shop][sku]
    there = [mean[o][sku] for o in range(len(mean)) if region[o] == region[shop] and listed[o][sku]]
    if there:
        return sum(there) / len(there)
    here = [mean[shop][k] for k in range(len(mean[shop])) if listed[shop][k]]
    return sum(here) / len(here) if here else 0.0


def best_listed(gain: Floats, allowed: Flags, space: int) -> Flags:
    """Shop by shop the SKUs that earn most, as many as there is space for."""
    chosen = np.zeros(gain.shape, np.bool_)
    for shop in range(len(gain)):
        chosen[shop, favourites(gain[shop].tolist(), allowed[shop].tolist(), space)] = True
    return chosen


def favourites(gain: list[float], allowed: list[bool], space: int) -> list[int]:
    """The SKUs of one shop; of equals the earlier.

    >>> favourites([1.0, 3.0, 3.0, 9.0], [True, True, True, False], 2)
    [1, 2]
    """
    by_gain = sorted((sku for sku in range(len(gain)) if allowed[sku]), key=lambda sku: -gain[sku])
    return sorted(by_gain[:space])


class Listing:
    """Which SKUs the shops of a scenario and a seed should list."""

    def __init__(self, scenario: Scenario, seed: int, calendar: "Calendar") -> None:
        self.scenario, self.seed, self.calendar = scenario, seed, calendar
        self.own = len(scenario.products)
        self.subsidies: Any = None
        brands = [scenario.products, *(rival.products for rival in scenario.rivals)]
        self.slots = [b * SLOTS_OF_A_BRAND + n for b, products in enumerate(brands) for n in range(len(products))]

    def check_opening(self, opening: Any) -> None:
        """Asserts the first choice, when all SKUs are expected to sell alike."""
        shops, space = opening.retailers, self.scenario.retailers.shelf_space
        if self.scenario.consumers.demand.source == "fitted":
            return  # a plan says what is listed: replayed.py
        for o, found in enumerate(shops.listed):
            if space is None:
                assert all(found)
                continue
            gain = [self._margin(shops, o, sku) * self._liking(shops, o, sku) for sku in range(len(found))]
            wanted = favourites(gain, self._allowed(opening, o), space)
            agree(f"listed by {o}", 0, [sku in wanted for sku in range(len(found))], found)

    def check_week(self, was: Any, now: Any) -> None:
        """Asserts that shops list what they should after a week, and what they then expect of it."""
        shops, settings, week = now.retailers, self.scenario.retailers, now.week
        if self.scenario.consumers.demand.source == "fitted":
            return  # a plan says what is listed: replayed.py
        for o, found in enumerate(shops.listed):
            before = was.retailers.listed[o]
            if settings.shelf_space is None or (week + shops.site[o]) % settings.review_weeks:
                agree(f"listed by {o}", week, before, found)
                continue
            old = was.retailers
            expected = [one_expectation(old.mean, old.listed, shops.region, o, sku) for sku in range(len(found))]
            gain = [
                units * self._margin(shops, o, sku) * self._liking(shops, o, sku) for sku, units in enumerate(expected)
            ]
            allowed = self._allowed(now, o)
            mine = [sku for sku in range(self.own) if allowed[sku]]
            if mine:
                gain[max(mine, key=lambda sku: gain[sku])] += self.subsidies.extra(now, o)
            wanted = favourites(gain, allowed, settings.shelf_space)
            agree(f"listed by {o}", week, [sku in wanted for sku in range(len(found))], found)
            for sku in wanted:
                if not before[sku]:
                    demand = self.calendar.usual(was, now, "retailers", o)[sku]
                    self._check_expectation(shops, week, o, sku, expected[sku], demand)

    def _check_expectation(self, shops: Any, week: int, o: int, sku: int, units: float, demand: float) -> None:
        """What was expected of a new SKU and the demand of the first week are all that the shop knows of it."""
        rule = self.scenario.retailers.stock
        new = rule.smoothing if rule.forecast == "exponential" else 1.0 / rule.forecast_weeks
        mean = units + new * (demand - units)
        agree(f"expected by {o} of {sku}", week, mean, shops.mean[o][sku])

    def _margin(self, shops: Any, o: int, sku: int) -> float:
        return float(shops.price[o][sku] - shops.purchase_price[o][sku])

    def _liking(self, shops: Any, o: int, sku: int) -> float:
        settings, network = self.scenario.retailers, self.scenario.network
        place = o % network.sites_per_district
        first = shops.site[o] - place % network.sites_per_area
        area, buyer = (
            NormalDist().inv_cdf(min(max(uniform(self.seed, stream, who), 1e-12), 1 - 1e-12))
            for stream, who in (
                (Stream.AREA_LISTING, first * OFFERS_OF_A_SITE + self.slots[sku]),
                (Stream.BUYER_LISTING, shops.site[o] * OFFERS_OF_A_SITE + self.slots[sku]),
            )
        )
        return math.exp(settings.area_listing_spread * area + settings.buyer_listing_spread * buyer)

    def _allowed(self, now: Any, o: int) -> list[bool]:
        rivals = [
            bool(now.rivals.active[row]) for row, rival in enumerate(self.scenario.rivals) for _ in rival.products
        ]
        return [bool(carried) for carried in now.retailers.carries[o]] + rivals
