"""DST1 and DST3: how the share of a SKU in revenue goes with the share of shops that sell it."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate, scenario
from channellab.scenarios.arrays import Floats

INPUTS = (
    "Shops list the retailers.shelf_space SKUs with the largest expected margin times their buyer's liking "
    "(area_listing_spread, buyer_listing_spread); appeal and price by SKU are declared. With space for all, every shop "
    "lists everything and there is no slope; without liking, all shops of a format list nearly the same."
)
WHERE = "category, 28 SKUs, 248 shops, 25,800 consumers"
SLOPES = "pretzels 1.66, pizza 2.39, mouthwash 1.54, cereal 4.94, all > 1; 77 stores of one chain"
WHIM = 3.0
"""Spread of a buyer's liking beside which expected gains hardly count."""
RARE = 0.01
"""SKUs sold by a smaller share of shops are left out, as their logarithms say nothing."""


def slope(seeds: Sequence[int]) -> list[Finding]:
    """DST3: the log-log slope of revenue share on the mean share of shops that sell the SKU."""
    values = _slopes(_category(tuple(seeds)))
    whim = _slopes(replicate(scenario("category", retailers__buyer_listing_spread=WHIM), shares, seeds))
    return [
        found(
            "DST3",
            "Log-log slope of a SKU's revenue share on the mean share of shops that sell it, over a year.",
            values,
            published=f"{SLOPES} (own computation)",
            low=1.0,
            inputs=INPUTS,
            scenario=WHERE,
        ),
        found(
            "DST3",
            "The same where buyers list by little but their own liking.",
            whim,
            published="none; the less distribution differs between SKUs, the steeper the line through their shares: a "
            "slope above 1 shows no preference of shops for good sellers",
            inputs=INPUTS,
            scenario=f"{WHERE}, retailers.buyer_listing_spread = {WHIM:g}",
        ),
    ]


def _slopes(shares_by_seed: Floats) -> Floats:
    return np.array([elasticity(share, selling) for share, selling, _ in shares_by_seed])


def convexity(seeds: Sequence[int]) -> list[Finding]:
    """DST1: share rises with weighted distribution, and ever faster."""
    values = np.array([curve(share, weighted) for share, _, weighted in _category(tuple(seeds))])
    published = "increasing and convex in 86 % of 37 categories; Wilbur & Farris 2014"
    words = ("Slope, at mean distribution,", "Curvature")
    return [
        found(
            "DST1",
            f"{word} of a SKU's revenue share (in %) over its weighted distribution (in %), quadratic fit over SKUs.",
            values[:, column],
            published=published,
            low=0.0,
            inputs=INPUTS,
            scenario=WHERE,
        )
        for column, word in enumerate(words)
    ]


@cache
def _category(seeds: tuple[int, ...]) -> Floats:
    """`shares` of the category under every seed, (N, 3, K); both claims look at the same markets."""
    return replicate(scenario("category"), shares, seeds)


def shares(weeks: Weeks) -> Floats:
    """By SKU, (3, K): share in the revenue of shops, mean share of shops that sell it, the same weighted by revenue.

    A shop sells a SKU in a week in which it has some on the shelf, or has sold the last.
    """
    revenue: Floats = np.zeros(0)
    selling: Floats = np.zeros(0)
    count = 0
    for market in weeks:
        shops = market.retailers
        taken = shops.sold * market.counter_price[: shops.party.size]
        there = (shops.held > 0) | (shops.sold > 0)
        revenue = taken if count == 0 else revenue + taken
        selling = there.astype(np.float64) if count == 0 else selling + there
        count += 1
    weight = revenue.sum(axis=1) / revenue.sum()
    return np.array([revenue.sum(axis=0) / revenue.sum(), selling.mean(axis=0) / count, weight @ selling / count])


def elasticity(share: Floats, distribution: Floats) -> float:
    """Slope of the least-squares line of log share on log distribution.

    >>> round(elasticity(np.array([0.01, 0.04, 0.16]), np.array([0.1, 0.2, 0.4])), 6)
    2.0
    """
    kept = (distribution > RARE) & (share > 0)
    return float(np.polyfit(np.log(distribution[kept]), np.log(share[kept]), 1)[0])


def curve(share: Floats, distribution: Floats) -> list[float]:
    """Slope at mean distribution and second derivative of a quadratic fit, in percentage points.

    >>> [round(part, 6) for part in curve(np.array([0.0, 0.01, 0.04]), np.array([0.0, 0.1, 0.2]))]
    [0.2, 0.02]
    """
    x, y = 100 * distribution, 100 * share
    square, linear, _ = np.polyfit(x, y, 2)
    return [float(2 * square * x.mean() + linear), float(2 * square)]


FINDINGS: dict[str, Experiment] = {"DST1": convexity, "DST3": slope}
