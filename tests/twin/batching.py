"""Discounts on the size of an order, and goods pushed down the channel, in plain loops: one firm after the other."""

import math
from itertools import pairwise

import numpy as np

from channellab.agents.stuffing import PushOffers
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.scenarios.policies.quantity import Ladder

A_YEAR = 52.0
ROUNDING = 1e-9
Step = tuple[int, float]


def order_rate(units: Ints, ladder: Ladder) -> Floats:
    """What each order earns, as a share of its price."""
    steps = list(zip(ladder.units.tolist(), ladder.rates.tolist(), strict=True))
    return np.array([rate_of(size, steps, ladder.increment) for size in units.tolist()], np.float64)


def rate_of(size: int, steps: list[Step], increment: bool) -> float:
    """What one order earns.

    >>> rate_of(300, [(100, 0.02), (200, 0.05)], False)
    0.05
    >>> round(300 * rate_of(300, [(100, 0.02), (200, 0.05)], True), 6)
    7.0
    """
    if increment:
        # A step adds its rate to that of the step before, on all that lies above it.
        rates = [0.0, *(rate for _, rate in steps)]
        rises = [new - old for old, new in pairwise(rates)]
        off = sum(rise * max(size - least, 0) for rise, (least, _) in zip(rises, steps, strict=True))
        return off / max(size, 1)
    return max((rate for least, rate in steps if size >= least), default=0.0)


def order_up(
    wanted: Ints,
    excess: Floats,
    need: Floats,
    price: Floats,
    room: Floats,
    holding: float,
    units: Ints,
    rates: Floats,
    increment: bool,
) -> Ints:
    """What each firm orders beyond need."""
    steps = list(zip(units.tolist(), rates.tolist(), strict=True))
    columns = (wanted, excess, need, price, room)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return np.array([enlarged(*row, holding, steps, increment) for row in rows], np.int64).reshape(wanted.shape)


def enlarged(
    wanted: list[int],
    excess: list[float],
    need: list[float],
    price: list[float],
    room: float,
    holding: float,
    steps: list[Step],
    increment: bool,
) -> list[int]:
    """What one firm orders beyond need: of the sizes worth a thought, the one that gains most a week, if any does.

    >>> enlarged([10], [0.0], [10.0], [6.0], math.inf, 0.2, [(30, 0.05)], False)
    [20]
    >>> enlarged([10], [0.0], [10.0], [6.0], math.inf, 0.5, [(30, 0.05)], False)
    [0]
    """
    size, demand, best, chosen = sum(wanted), sum(need), 0.0, [0] * len(wanted)
    if not size or demand <= 0.0:
        return chosen
    for aim in sizes(size, demand, need, price, holding, steps, increment):
        extra = spread(aim - size, excess, need)
        added = sum(n * p for n, p in zip(extra, price, strict=True))
        if added > room:
            continue
        value = sum((w + n) * p for w, n, p in zip(wanted, extra, price, strict=True))
        better = rate_of(size + sum(extra), steps, increment) - rate_of(size, steps, increment)
        cost = sum(cost_of_lying(n, e, d, holding) for n, e, d in zip(extra, excess, need, strict=True) if n)
        weekly = (better * value - cost) * demand / (size + sum(extra))
        if weekly > best:
            best, chosen = weekly, extra
    return chosen


def sizes(
    size: int,
    demand: float,
    need: list[float],
    price: list[float],
    holding: float,
    steps: list[Step],
    increment: bool,
) -> list[float]:
    """Sizes of an order that may pay: thresholds, or the economic order quantity in each step."""
    most, found, fixed, rate = size + A_YEAR * demand, list[float](), 0.0, 0.0
    for number, (least, better) in enumerate(steps):
        fixed += (better - rate) * least
        rate, aim = better, float(least)
        if increment:
            sunk = fixed * sum(d * p for d, p in zip(need, price, strict=True))
            lot = math.sqrt(size * size + 2.0 * sunk / holding) if holding else math.inf
            end = steps[number + 1][0] if number + 1 < len(steps) else math.inf
            aim = min(max(lot, least), end, most)
        if size < aim <= most and aim >= least:
            found.append(aim)
    return found


def cost_of_lying(units: int, already: float, weekly: float, holding: float) -> float:
    """What it costs that units lie on top of others until they are needed."""
    return holding * ((already + units) ** 2 - already**2) / (2.0 * weekly)


def spread(units: float, excess: list[float], need: list[float]) -> list[int]:
    """Deals units out so that the goods that last shortest come first, and all that get any last equally long.

    >>> spread(10.0, [0.0, 4.0], [2.0, 2.0]), spread(2.0, [0.0, 4.0], [2.0, 2.0])
    ([7, 3], [2, 0])
    """
    lasts = sorted((e / d, e, d) for e, d in zip(excess, need, strict=True) if d > 0.0)
    lying = demand = weeks = 0.0
    for cover, e, d in lasts:
        if demand and cover >= weeks:
            break
        lying, demand = lying + e, demand + d
        weeks = (units + lying) / demand
    return [max(math.ceil(weeks * d - e - ROUNDING), 0) if d > 0.0 else 0 for e, d in zip(excess, need, strict=True)]


# Pushed goods


def push_offers(
    excess: Floats, need: Floats, margin: Floats, holding: float, buyers_holding: float, given: float, room_weeks: float
) -> PushOffers:
    """What each seller offers on each SKU that it pushes."""
    off, weeks = np.zeros(excess.shape), np.zeros(excess.shape)
    for cell in np.ndindex(*excess.shape):
        cells = (float(column[cell]) for column in (excess, need, margin))
        weeks[cell] = weeks_paid_for(*cells, holding, buyers_holding, given, room_weeks)
        off[cell] = buyers_holding * weeks[cell]
    return PushOffers(off, weeks)


def weeks_paid_for(
    excess: float, need: float, margin: float, holding: float, theirs: float, given: float, room: float
) -> float:
    """For how many weeks' stock a seller pays its buyers.

    >>> round(weeks_paid_for(20.0, 10.0, 1.0, 0.06, 0.06, 1.0, 9.0), 6)
    0.666667
    """
    if excess <= 0.0 or need <= 0.0 or holding + 2.0 * theirs <= 0.0:
        return 0.0
    best = min(holding * (excess / need) / (holding + 2.0 * theirs), room)
    return min(best, given * max(margin, 0.0) / theirs) if theirs else best


def units_taken(offers: PushOffers, supplier: Index, excess: Floats, need: Floats) -> Ints:
    """What each buyer is ready to take of each SKU."""
    units = np.zeros(need.shape, np.int64)
    for buyer, sku in np.ndindex(*need.shape):
        weeks = float(offers.weeks[int(supplier[buyer]), sku])
        units[buyer, sku] = taken(weeks, float(excess[buyer, sku]), float(need[buyer, sku]))
    return units


def taken(weeks: float, excess: float, need: float) -> int:
    """What one buyer takes if it is paid for so many weeks' stock.

    >>> taken(2.0, 7.0, 5.0), taken(1.0, 7.0, 5.0)
    (3, 0)
    """
    return max(math.floor(weeks * need - excess + ROUNDING), 0)
