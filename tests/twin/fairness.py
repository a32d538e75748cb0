"""Fairness in plain loops: a share of what is made, and what resentful shops do not order."""

from typing import Any

import numpy as np

from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.settings import Scenario

from .chain import outlets, rows
from .ordering import nearest


def inequity(kept: Floats, made: Floats, fair: float) -> Floats:
    """How unfair each share is."""
    return np.array([unfair(float(k), float(m), fair) for k, m in zip(kept, made, strict=True)])


def unfair(kept: float, made: float, fair: float) -> float:
    """The part of a fair share that is missing; nothing where nothing is made, or more than fair is kept.

    >>> unfair(1.0, 10.0, 0.2), unfair(3.0, 10.0, 0.2), unfair(-3.0, 10.0, 0.2), unfair(1.0, -1.0, 0.2)
    (0.5, 0.0, 1.0, 0.0)
    """
    if made <= 0.0:
        return 0.0
    return min(max((fair - kept / made) / fair, 0.0), 1.0)


def withheld(resentment: Floats, mean: Floats, protection: Index, share: float) -> Ints:
    """Units that each shop does not order of each SKU."""
    less = np.zeros(mean.shape, np.int64)
    for shop, sku in np.ndindex(*mean.shape):
        less[shop, sku] = held_back(share, float(resentment[shop]), float(mean[shop, sku]), int(protection[shop]))
    return less


def held_back(share: float, resentment: float, mean: float, weeks: int) -> int:
    """Units of the need of some weeks that a resentful shop does without."""
    return nearest(share * resentment * (weeks * mean))


# Witness


def felt(scenario: Scenario, now: Any, profit: list[float]) -> list[float]:
    """How unfair each shop finds the week."""
    shops, made = now.retailers, made_in_areas(scenario, now)
    kept = [0.0 for _ in made]
    for o, party in enumerate(shops.party):
        kept[shops.area[o]] += profit[party] if shops.authorised[o] else 0.0
    return [unfair(kept[area], made[area], scenario.conflict.fair_share) for area in shops.area]


def made_in_areas(scenario: Scenario, now: Any) -> list[float]:
    """By area, what all outlets took for own goods from its people, less what these cost to make."""
    costs, first = [sku.unit_cost for sku in scenario.products], len(now.retailers.party) + len(now.stores.party)
    made = [0.0 for _ in range(max(now.retailers.area) + 1)]
    for outlet, area in enumerate([*now.retailers.area, *now.stores.area]):
        for sku, cost in enumerate(costs):
            made[area] += outlets(now, "sold")[outlet][sku] * (now.counter_price[outlet][sku] - cost)
    for shop in rows(now.online):
        for area, sold in enumerate(now.online.homes[shop]):
            for sku, cost in enumerate(costs):
                made[area] += sold[sku] * (now.counter_price[first + shop][sku] - cost)
    return made
