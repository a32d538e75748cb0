"""Demand that is declared instead of chosen: its laws, and how shops serve it, in plain loops."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np

from channellab.agents.draws import Stream
from channellab.agents.retailers import Served
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.consumers import DemandSettings

from .draws import uniform
from .ordering import nearest
from .photo import agree

SLOTS = 512
"""Numbers that each site keeps for its offers."""


def serve_declared(asked: Ints, stock: Ints, backlog: Ints, wait: float, draw: Floats) -> Served:
    """Serves those who wait before this week's buyers; of those who find nothing, a share begins to wait."""
    served = Served(*(np.zeros(asked.shape, np.int64) for _ in Served._fields))
    for cell in np.ndindex(*asked.shape):
        on_hand, waiting, new = int(stock[cell]), int(backlog[cell]), int(asked[cell])
        fetched = min(on_hand, waiting)
        met = min(on_hand - fetched, new)
        joins = min(math.floor((new - met) * wait + float(draw[cell])), new - met)
        served.wished[cell] = new
        served.served[cell] = met
        served.sold[cell] = fetched + met
        served.unmet[cell] = new - met
        served.waiting[cell] = waiting - fetched + joins
        served.fetched[cell] = fetched
    return served


def asked_for(law: DemandSettings, draw: float, measured: int) -> int:
    """Units of an own SKU asked for at a site this week; a series begins with the first measured week."""
    if law.law == "series":
        return law.series[(measured - 1) % len(law.series)]
    if law.law == "constant":
        return math.floor(law.mean + draw)
    return max(nearest(quantile(law, draw)), 0)


def waits(seed: int, site: int, sku: int, week: int) -> float:
    """The draw that rounds the number of those who begin to wait."""
    return uniform(seed, Stream.DEMAND_WAIT, site * SLOTS + sku, week)


def quantile(law: DemandSettings, draw: float) -> float:
    """The number of units that demand stays below or at with probability ``draw``.

    >>> quantile(DemandSettings(law="uniform", mean=5.0, sd=2.0), 0.5)
    5.0
    >>> [quantile(DemandSettings(mean=1.0), draw) for draw in (0.0, 0.3, 0.4, 0.9)]
    [0, 0, 1, 2]
    """
    if law.law == "uniform":
        half_width = law.sd * math.sqrt(3.0)
        return law.mean - half_width + 2.0 * half_width * draw
    if law.law == "normal":
        return law.mean + law.sd * NormalDist().inv_cdf(min(max(draw, 1e-15), 1 - 1e-15))
    return poisson(law.mean, draw)


def poisson(mean: float, draw: float) -> int:
    """Smallest number whose cumulative probability reaches ``draw``."""
    units, chance = 0, math.exp(-mean)
    reached = chance
    while reached < draw and chance > 0.0:
        units += 1
        chance *= mean / units
        reached += chance
    return units


def check_week(scenario: Scenario, seed: int, was: Any, now: Any) -> None:
    """Asserts that the shops of a market with declared demand were asked for, and served, what the law says."""
    law, shops = scenario.consumers.demand, now.retailers
    for o, site in enumerate(shops.site):
        for sku in range(len(scenario.products)):
            # Shops choose what they list after the week's buyers have come.
            open_to = shops.carries[o][sku] and shops.active[o] and was.retailers.listed[o][sku]
            open_to &= was.retailers.taken_down[o] < now.week
            luck = uniform(seed, Stream.DEMAND, site * SLOTS + sku, now.week)
            asked = asked_for(law, luck, now.measured) if open_to else 0
            on_hand = was.retailers.stock[o][sku] if shops.active[o] else 0
            waiting = was.retailers.backlog[o][sku] if shops.active[o] else 0
            wants, holds, owes = (np.array([[n]]) for n in (asked, on_hand, waiting))
            draw = np.array([[waits(seed, site, sku, now.week)]])
            served = serve_declared(wants, holds, owes, scenario.consumers.stock_out.wait, draw)
            for column, units in served._asdict().items():
                agree(f"{column} of {o}, {sku}", now.week, units.item(), getattr(shops, column)[o][sku])
            agree(f"backlog of {o}, {sku}", now.week, served.waiting.item(), shops.backlog[o][sku])
