"""Demand of a market fitted to a history: what is expected at every outlet, and how its shoppers are served."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import inlined, kernel, part
from channellab.agents.draws import key, unit
from channellab.agents.retailers import Served
from channellab.scenarios.arrays import Flags, Floats, Ints

DEEP_CUT = math.log(1.0 / 0.8)
"""Log of the price cut from which deep cuts count, 20 % off."""


class Offers(NamedTuple):
    """What was fitted, over O outlets, K items and C categories.

    Attributes:
        first: (C + 1,) places in ``member`` at which categories begin. member: (K,) items, category by category.
        expansion: (C,). utility, reference: (O, K). coefficients: (O, K, 7), see `scenarios.fitted`.
    """

    first: Ints
    member: Ints
    expansion: Floats
    utility: Floats
    coefficients: Floats
    reference: Floats


class Week(NamedTuple):
    """What shoppers find in a week, (O, K) each but for ``log_visits``, (O, C).

    Attributes:
        offered: is on the list. usual: base price in the history. base, price: those in force, money.
        feature, display, tpr: 0..1. extra: utility that policies add.
    """

    log_visits: Floats
    offered: Flags
    usual: Floats
    base: Floats
    price: Floats
    feature: Floats
    display: Floats
    tpr: Floats
    extra: Floats


@kernel
def expected_units(offers: Offers, week: Week) -> Floats:
    """Mean units (O, K) of a week with full shelves and without shocks: visits x choice."""
    outlets, items_sold = week.price.shape
    mean, value = np.zeros((outlets, items_sold)), np.zeros(items_sold)
    for o in range(outlets):
        for c in range(offers.expansion.size):
            items = offers.member[offers.first[c] : offers.first[c + 1]]
            highest = usual_highest = -np.inf
            for k in items:
                if week.offered[o, k]:
                    value[k] = _utility(offers, week, o, k)
                    highest = max(highest, value[k])
                    usual_highest = max(usual_highest, _usual(offers, week, o, k))
            if highest == -np.inf:
                continue
            total = usual_total = 0.0
            for k in items:
                if week.offered[o, k]:
                    total += math.exp(value[k] - highest)
                    usual_total += math.exp(_usual(offers, week, o, k) - usual_highest)
            inclusive = highest + math.log(total)
            usual = usual_highest + math.log(usual_total)
            visits = math.exp(week.log_visits[o, c] + usual + offers.expansion[c] * (inclusive - usual))
            for k in items:
                if week.offered[o, k]:
                    mean[o, k] = visits * math.exp(value[k] - inclusive)
    return mean


@inlined
def _usual(offers: Offers, week: Week, o: int, k: int) -> float:
    """Utility at the history's base price, without promotions."""
    reference = math.log(week.usual[o, k] / offers.reference[o, k])
    return float(offers.utility[o, k] + offers.coefficients[o, k, 1] * reference)


@inlined
def _utility(offers: Offers, week: Week, o: int, k: int) -> float:
    effect = offers.coefficients[o, k]
    change = math.log(week.price[o, k] / week.base[o, k])
    feature, display = week.feature[o, k], week.display[o, k]
    value = offers.utility[o, k] + effect[0] * change
    value += effect[1] * math.log(week.base[o, k] / offers.reference[o, k])
    value += effect[2] * feature
    value += effect[3] * display
    value += effect[4] * week.tpr[o, k]
    value += effect[5] * (feature * display)
    value += effect[6] * max(0.0, -change - DEEP_CUT)
    return float(value + week.extra[o, k])


class Visitors(NamedTuple):
    """This week's shoppers and their luck.

    Attributes:
        shoppers: (O, C) that come. weight: (O, K) proportional to the share of its category that an item is wished by.
        cell: (O, C) number of the first shopper of an outlet and category in every draw.
        choice, response, again: streams of the first wish, of what is done before an empty shelf, of the second wish.
        week: of the draws.
    """

    shoppers: Ints
    weight: Floats
    cell: npt.NDArray[np.uint64]
    choice: np.uint64
    response: np.uint64
    again: np.uint64
    week: np.uint64


def serve_fitted(
    visitors: Visitors,
    offers: Offers,
    stock: Ints,
    waiting: Ints,
    wait: float,
    leave: float,
    again: bool,
) -> Served:
    """Serves who waited, then this week's shoppers in the order in which they come, outlet by outlet.

    Each wishes for one item of the category by logit. Who finds it sold out waits for it, leaves, or, where ``again``,
    chooses by the same logit among what is left. Who waits for what is not offered any more gives up.

    Args:
        stock, waiting: (O, K) units on hand, and shoppers who wait for one.
        wait, leave: shares of those who find the shelf empty.

    Returns:
        (O, K) units each.
    """
    return Served(*_serve(visitors, offers.first, offers.member, stock, waiting, wait, leave, again))


@kernel
def _serve(
    visitors: Visitors, first: Ints, member: Ints, stock: Ints, waiting: Ints, wait: float, leave: float, again: bool
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    shape = stock.shape
    wished, served, sold = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    unmet, waits, fetched = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    left, weight = stock.copy(), visitors.weight
    for o in range(shape[0]):
        for c in range(first.size - 1):
            items = member[first[c] : first[c + 1]]
            for k in items:
                if weight[o, k] > 0.0:
                    fetched[o, k] = min(left[o, k], waiting[o, k])
                    waits[o, k] = waiting[o, k] - fetched[o, k]
                    left[o, k] -= fetched[o, k]
            total = 0.0
            for k in items:
                total += weight[o, k]
            for n in range(visitors.shoppers[o, c]):
                who = visitors.cell[o, c] + np.uint64(n)
                draw = unit(key(visitors.choice, who, visitors.week))
                reached, k = 0.0, items[0]
                for item in items:
                    if weight[o, item] > 0.0:
                        reached, k = reached + weight[o, item], item
                        if reached > draw * total:
                            break
                wished[o, k] += 1
                if left[o, k] > 0:
                    left[o, k] -= 1
                    served[o, k] += 1
                    sold[o, k] += 1
                    continue
                unmet[o, k] += 1
                mood = unit(key(visitors.response, who, visitors.week))
                if mood < wait:
                    waits[o, k] += 1
                elif mood >= wait + leave and again:
                    k = _among_left(weight[o], items, left[o], unit(key(visitors.again, who, visitors.week)))
                    if k >= 0:
                        left[o, k] -= 1
                        sold[o, k] += 1
            for k in items:
                sold[o, k] += fetched[o, k]
    return wished, served, sold, unmet, waits, fetched


@part
def _among_left(weight: Floats, items: Ints, left: Ints, draw: float) -> int:
    """The item in stock at which the running sum of weights passes ``draw`` of their total; -1 where there is none."""
    total = 0.0
    for k in items:
        if left[k] > 0:
            total += weight[k]
    reached, chosen = 0.0, -1
    for k in items:
        if weight[k] > 0.0 and left[k] > 0:
            reached += weight[k]
            chosen = k
            if reached > draw * total:
                break
    return chosen
