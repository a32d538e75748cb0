"""Docks and trucks in plain words: when each load is loaded, when it leaves, and what goes into a truck."""

from itertools import groupby
from typing import Any

import numpy as np

from channellab.scenarios.arrays import Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.docks import DockSettings

from .chain import SELLERS


class Place:
    """Dock and trucks of one sender: when the dock is free again, and when each truck is back.

    >>> place = Place(DockSettings(loading_per_day=10.0, trucks=1))
    >>> place.leaves(0.0, 5, 1.0), place.leaves(0.0, 5, 1.0)
    (0.5, 2.5)
    """

    def __init__(self, settings: DockSettings) -> None:
        self.settings, self.free = settings, 0.0
        self.back = [0.0] * (settings.trucks or 0)

    def leaves(self, today: float, units: int, lead_days: float) -> float:
        """The day on which units depart that are dispatched today, behind all that was dispatched before."""
        ready = today
        if self.settings.loading_per_day is not None:
            self.free = ready = max(today, self.free) + units / self.settings.loading_per_day
        if self.back:
            first = self.back.index(min(self.back))
            ready = max(ready, self.back[first])
            stated = self.settings.round_trip_days
            self.back[first] = ready + (2 * lead_days if stated is None else stated)
        return ready


def docks(scenario: Scenario) -> dict[str, DockSettings]:
    """Docks and trucks by the tier that loads there."""
    return {name: getattr(scenario, "manufacturer" if name == "plants" else name).dock for name in SELLERS}


def lanes(name: str, tier: Any, buyers: list[int]) -> list[list[int]]:
    """Buyers who share a truck: shops in a row on one road from one supplier; all others have it for themselves."""
    if name != "retailers":
        return [[buyer] for buyer in buyers]
    road = [0]
    for shop in range(1, len(tier.party)):
        here, before = (
            (tier.district[n], tier.supplier_tier[n], tier.supplier[n], tier.lead_days[n]) for n in (shop, shop - 1)
        )
        road.append(road[-1] + (here != before))
    return [list(group) for _, group in groupby(buyers, key=lambda shop: road[shop])]


def truckloads(units: Ints, holds: int) -> list[Ints]:
    """What each of several trucks takes of the goods of a lane."""
    return [np.array(load, np.int64).reshape(units.shape) for load in split(units.tolist(), holds)]


def split(goods: list[list[int]], holds: int) -> list[list[list[int]]]:
    """Fills trucks one after another, buyer by buyer and SKU by SKU.

    >>> split([[3, 0], [2, 4]], 4)
    [[[3, 0], [1, 0]], [[0, 0], [1, 3]], [[0, 0], [0, 1]]]
    >>> split([[0, 0]], 4)
    []
    """
    loads: list[list[list[int]]] = []
    room = 0
    for buyer, row in enumerate(goods):
        for sku, units in enumerate(row):
            for _ in range(units):
                if room == 0:
                    loads.append([[0] * len(row) for row in goods])
                    room = holds
                loads[-1][buyer][sku] += 1
                room -= 1
    return loads
