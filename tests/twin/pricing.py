"""Prices that follow neighbours, policy or shoppers, in plain loops over shops and SKUs."""

import math

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.policies.prices import Moments, Pricers
from channellab.scenarios.settings.prices import ShelfPriceSettings


def undercut(rule: ShelfPriceSettings, listed: Floats, bought: Floats, lowest: Floats) -> Floats:
    """What shops ask who go below their neighbours, (O, K)."""
    asked = np.zeros(listed.shape)
    for cell in np.ndindex(*listed.shape):
        asked[cell] = one_undercut(rule, float(listed[cell]), float(bought[cell]), float(lowest[cell]))
    return asked


def one_undercut(rule: ShelfPriceSettings, listed: float, bought: float, lowest: float) -> float:
    """Below the others, but with a margin, and never dearer than the list.

    >>> one_undercut(ShelfPriceSettings(undercut=0.25, floor_margin=0.0), 10.0, 4.0, 8.0)
    6.0
    >>> one_undercut(ShelfPriceSettings(undercut=0.25, floor_margin=0.0), 10.0, 4.0, math.inf)
    10.0
    """
    wanted = max(lowest * (1.0 - rule.undercut), bought * (1.0 + rule.floor_margin))
    return min(wanted, listed)


def dynamic(rule: ShelfPriceSettings, listed: Floats, bought: Floats, lowest: Floats, pull: Floats) -> Floats:
    """What shops ask that follow rivals, stock and demand, (O, K)."""
    asked = np.zeros(listed.shape)
    for cell in np.ndindex(*listed.shape):
        given = (float(table[cell]) for table in (listed, bought, lowest, pull))
        asked[cell] = one_dynamic(rule, *given)
    return asked


def one_dynamic(rule: ShelfPriceSettings, listed: float, bought: float, lowest: float, pull: float) -> float:
    """From the list price towards the others, and by own stock and demand; within bounds, and with a margin.

    >>> one_dynamic(ShelfPriceSettings(rival_response=0.5, price_bound=0.5), 8.0, 4.0, 4.0, -0.125)
    5.0
    """
    rivals = listed if math.isinf(lowest) else lowest
    asked = listed + rule.rival_response * (rivals - listed) + pull * listed
    least = max(listed * (1.0 - rule.price_bound), bought * (1.0 + rule.floor_margin))
    return min(max(asked, least), listed * (1.0 + rule.price_bound))


def stock_and_demand(rule: ShelfPriceSettings, stock: Floats, demand: Floats, mean: Floats, cover: Floats) -> Floats:
    """What stock and demand add to the price of each shop and SKU."""
    pulls = np.zeros(mean.shape)
    for o, k in np.ndindex(*mean.shape):
        given = (float(table[o, k]) for table in (stock, demand, mean))
        pulls[o, k] = one_pull(rule, *given, float(cover[o, 0]))
    return pulls


def one_pull(rule: ShelfPriceSettings, stock: float, demand: float, mean: float, cover: float) -> float:
    """Dearer where goods are short or asked for more than usual.

    >>> one_pull(ShelfPriceSettings(stock_response=0.5, demand_response=0.25), 5.0, 15.0, 10.0, 1.0)
    0.375
    """
    if mean <= 0.0:
        return 0.0
    short = min(max(1.0 - stock / (mean * cover), -1.0), 1.0)
    return rule.stock_response * short + rule.demand_response * min(demand / mean - 1.0, 1.0)


def within_band(asked: Floats, recommended: Floats, low: Floats, high: Floats) -> Floats:
    """Prices moved into what policy allows around the recommended price."""
    kept = np.zeros(asked.shape)
    for o, k in np.ndindex(*asked.shape):
        kept[o, k] = one_in_band(float(asked[o, k]), float(recommended[o, k]), float(low[o]), float(high[o]))
    return kept


def one_in_band(asked: float, recommended: float, low: float, high: float) -> float:
    """One price moved into its band."""
    return min(max(asked, recommended * low), recommended * high)


def lowest_elsewhere(price: Floats, held: Ints, place: Index, out: Floats) -> None:
    """For each shop and SKU, the cheapest of the others there that have one; infinite if there are none."""
    for o, k in np.ndindex(*price.shape):
        out[o, k] = math.inf
        for other in range(len(place)):
            if is_rival_offer(o, other, place, held[other, k]):
                out[o, k] = min(float(out[o, k]), float(price[other, k]))


def is_rival_offer(o: int, other: int, place: Index, held: int) -> bool:
    """Whether one outlet looks at another's price of a SKU."""
    return other != o and bool(place[other] == place[o]) and held > 0


def group_means(values: Floats, member: Ints, group: Index, counts: Flags, groups: int) -> Floats:
    """Means over the members of each group that count; not a number where none does."""
    means = np.full((groups, values.shape[1]), math.nan)
    for g, k in np.ndindex(*means.shape):
        of_group = [float(values[n, k]) for n, h in zip(member, group, strict=True) if h == g and counts[n, k]]
        if of_group:
            total = 0.0
            for value in of_group:
                total += value
            means[g, k] = total / len(of_group)
    return means


def learn(how: Pricers, old: Moments, shown: Floats, asked: Floats) -> Moments:
    """What every group knows after the week."""
    new = Moments(*(column.copy() for column in old))
    for g, k in np.ndindex(*shown.shape):
        if not math.isnan(shown[g, k]):
            before = {name: float(getattr(old, name)[g, k]) for name in Moments._fields}
            after = one_lesson(float(how.learning[g, 0]), before, float(shown[g, k]), float(asked[g, k]))
            for name, value in after.items():
                getattr(new, name)[g, k] = value
    return new


def one_lesson(learning: float, before: dict[str, float], price: float, units: float) -> dict[str, float]:
    """Means and moves after one more week; weeks weigh alike until the newest would weigh too little.

    >>> one_lesson(0.1, dict.fromkeys(Moments._fields, 0.0), 9.0, 4.0)["price"]
    9.0
    """
    weeks = before["weeks"] + 1.0
    after = before | {"weeks": weeks, "last_price": price, "last_units": units}
    for name, value in (("price", price), ("units", units)):
        after[name] = moved(before[name], value, max(learning, 1.0 / weeks))
    if before["weeks"] > 0.0:
        dearer, more = price - before["last_price"], units - before["last_units"]
        for name, value in (("price", dearer * dearer), ("unit", more * more), ("joint", dearer * more)):
            after[f"{name}_moves"] = moved(before[f"{name}_moves"], value, max(learning, 1.0 / (weeks - 1.0)))
    return after


def moved(old: float, new: float, weight: float) -> float:
    """A mean after one more value."""
    return old + weight * (new - old)


def best_price(how: Pricers, seen: Moments, before: Floats, start: Floats, paid: Floats) -> Floats:
    """What every group asks, before it experiments."""
    asked = np.zeros(start.shape)
    for g, k in np.ndindex(*start.shape):
        settings = {name: float(getattr(how, name)[g, 0]) for name in Pricers._fields}
        known = {name: float(getattr(seen, name)[g, k]) for name in Moments._fields}
        asked[g, k] = one_best_price(settings, known, float(before[g, k]), float(start[g, k]), float(paid[g, k]))
    return asked


def one_best_price(how: dict[str, float], seen: dict[str, float], before: float, start: float, paid: float) -> float:
    """Part of the way to half-way between cost and the price at which nobody would buy, within bounds."""
    asked = start
    if seen["weeks"] > 0.0:
        nobody_buys = seen["price"] * (1.0 + 1.0 / elasticity(how, seen))
        asked = before + how["adjustment"] * ((nobody_buys + paid) / 2.0 - before)
    least = max(start * (1.0 - how["price_bound"]), paid * (1.0 + how["floor_margin"]))
    return min(max(asked, least), start * (1.0 + how["price_bound"]))


def elasticity(how: dict[str, float], seen: dict[str, float]) -> float:
    """What a group makes of what it has seen: between its first belief and a line through prices and units."""
    if seen["price_moves"] <= 1e-12 * seen["price"] * seen["price"] or seen["units"] <= 0.0:
        return sane(how["elasticity"])
    slope = seen["joint_moves"] / seen["price_moves"]
    found = -slope * seen["price"] / seen["units"]
    trust = evidence_against_belief(how, seen, slope)
    return sane(how["elasticity"] + trust * (found - how["elasticity"]))


def evidence_against_belief(how: dict[str, float], seen: dict[str, float], slope: float) -> float:
    """The weight of the line, 0 to 1: the more weeks and the closer units lie to it, the more."""
    changes = max(min(seen["weeks"] - 1.0, 2.0 / how["learning"] - 1.0) - 1.0, 0.0)
    spread = how["elasticity_spread"]
    evidence = spread * spread * changes * seen["price_moves"] * seen["units"] * seen["units"]
    off_the_line = max(seen["unit_moves"] - slope * seen["joint_moves"], 0.0)
    return evidence / (evidence + seen["price"] * seen["price"] * off_the_line) if evidence > 0.0 else 0.0


def sane(found: float) -> float:
    """An elasticity that can be divided by."""
    return min(max(found, 1e-6), 1e6)
