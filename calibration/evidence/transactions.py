"""DIS1: how much the prices differ that shoppers pay for the same good in the same place and quarter."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.calibration.evidence.markets import SMALL_WORDS, small_base
from channellab.scenarios.arrays import Floats, Index

QUARTER = 13
"""Weeks."""
SOURCE = "Kaplan & Menzio 2015, US households"
INPUTS = (
    "retailers.formats price rules and price_spread: shops that list beside shops that mark up, each with one factor "
    "for all its prices that never changes. Without promotions of single goods, what differs is the shop."
)


def dispersion(seeds: Sequence[int]) -> list[Finding]:
    """Spread of the prices paid, and the part of it that lies between shops."""
    values = replicate(small_base(**{"run.weeks": 4 * QUARTER}), prices_paid, seeds)
    return [
        found(
            "DIS1",
            "Standard deviation over mean of the prices paid for one SKU in one region and quarter.",
            values[:, 0],
            published=f"19 to 36 %, by how goods are told apart; {SOURCE}",
            low=0.19,
            high=0.36,
            inputs=INPUTS,
            scenario=SMALL_WORDS,
        ),
        found(
            "DIS1",
            "Share of that variance that is the shop's being expensive or cheap over all it sells.",
            values[:, 1],
            published=f"about 10 %; {SOURCE}",
            low=0.10,
            high=0.10,
            inputs=INPUTS,
            scenario=SMALL_WORDS,
        ),
    ]


def prices_paid(weeks: Weeks) -> list[float]:
    """Relative spread of prices paid, and the part of its variance between shops, mean over quarters."""
    found_so_far = []
    for number, market in enumerate(weeks):
        sold = market.retailers.sold
        taken = sold * market.counter_price[: len(sold)]
        if number % QUARTER == 0:
            units, revenue = np.zeros(sold.shape), np.zeros(sold.shape)
        units, revenue = units + sold, revenue + taken
        if number % QUARTER == QUARTER - 1:
            found_so_far.append(spread(units, revenue, market.retailers.region))
    mean: list[float] = np.mean(found_so_far, axis=0).tolist()
    return mean


def spread(units: Floats, revenue: Floats, region: Index) -> tuple[float, float]:
    """Mean over SKUs and regions of the relative spread of prices, and the part of all variance between shops.

    Args:
        units, revenue: (O, K) sales of the shops. region: (O,) of the shops. Every unit counts alike.

    >>> relative, between = spread(np.array([[1.0], [1.0]]), np.array([[9.0], [11.0]]), np.array([0, 0], np.int32))
    >>> round(relative, 6), round(between, 6)
    (0.1, 1.0)
    """
    regions = int(region.max()) + 1
    per_region = [_summed(units, region, regions), _summed(revenue, region, regions)]
    mean = (per_region[1] / np.maximum(per_region[0], 1))[region]
    gap = np.where(units > 0, revenue / np.maximum(units, 1) / np.maximum(mean, 1e-300) - 1.0, 0.0)
    squares = _summed(units * gap**2, region, regions)
    here = per_region[0] > 0
    relative = np.sqrt(squares[here] / per_region[0][here])
    of_shop = (units * gap).sum(axis=1) / np.maximum(units.sum(axis=1), 1)
    between = float((units.sum(axis=1) * of_shop**2).sum() / squares.sum())
    return float(np.average(relative, weights=per_region[0][here])), between


def _summed(values: Floats, region: Index, regions: int) -> Floats:
    return np.stack([np.bincount(region, column, regions) for column in values.T], axis=1)


FINDINGS: dict[str, Experiment] = {"DIS1": dispersion}
