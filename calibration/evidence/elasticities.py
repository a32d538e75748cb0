"""PRI1, PRI3: how units answer to shelf prices that are moved by lot, while rivals' prices stay."""

from collections.abc import Sequence

import numpy as np

from channellab.agents.draws import Stream, uniforms
from channellab.calibration.evidence.finding import Experiment, Finding, Measure, Weeks, found, replicate
from channellab.calibration.evidence.markets import SMALL_WORDS, small_base
from channellab.scenarios.arrays import Floats
from channellab.sim.assortment import SITE_SLOTS
from channellab.sim.market import Market

STEP = 0.1
"""Most by which a price is moved, as a share of it."""
BIJMOLT = "-2.62, mean of 1,851 elasticities; Bijmolt, van Heerde & Pieters 2005"
SCANNER = "54 grocery items of 77 stores (own computation)"
INPUTS = (
    "consumers.segments.price_sensitivity, and appeal and taste_spread against rivals and not buying; at a sensitivity "
    "of 0 units do not answer to prices. Sensitivities are assumed, and not fitted to a published elasticity. What "
    "shelves hold limits what a low price can sell."
)
WHERE = f"{SMALL_WORDS}; shelf prices of own goods at all shops of a region moved by lot every week, by up to 10 %"


def brand(seeds: Sequence[int]) -> list[Finding]:
    """PRI1: elasticity of the brand, all of whose prices in a region move together."""
    values = replicate(small_base(**{"run.weeks": 26}), measure(together=True), seeds)
    return [
        found(
            "PRI1",
            "Per cent of own units sold in a region and week for one per cent on all own shelf prices there.",
            values[:, 0],
            published=BIJMOLT,
            low=-2.62,
            high=-2.62,
            inputs=INPUTS,
            scenario=WHERE,
        )
    ]


def skus(seeds: Sequence[int]) -> list[Finding]:
    """PRI3: elasticities of the SKUs, each of whose prices moves alone."""
    loaded = small_base(**{"run.weeks": 26})
    values = replicate(loaded, measure(together=False), seeds)
    mean = _sku(
        "Mean over own SKUs of the per cent of units sold in a region and week for one per cent on the SKU's own shelf "
        "price there.",
        values.mean(axis=1),
        f"mean -1.5 to -2.8; {SCANNER}",
        (-2.8, -1.5),
    )
    each = [
        _sku(
            f"The same for {product.name}, recommended at {product.list_price:g}.",
            values[:, number],
            f"-4 to -0.8; {SCANNER}",
            (-4.0, -0.8),
        )
        for number, product in enumerate(loaded.scenario.products)
    ]
    share = (values > 0.0).mean(axis=1)
    return [mean, *each, _sku("Share of own SKUs with a positive elasticity.", share, f"0; {SCANNER}", (0.0, 0.0))]


def _sku(words: str, values: Floats, published: str, band: tuple[float, float]) -> Finding:
    return found(
        "PRI3",
        words,
        values,
        published=published,
        low=band[0],
        high=band[1],
        inputs=INPUTS,
        scenario=f"{WHERE}, SKU by SKU",
    )


def measure(together: bool) -> Measure:
    """Moves prices and returns elasticities: one of the brand if its prices move ``together``, else one a SKU."""

    def elasticities(weeks: Weeks) -> list[float]:
        sold: list[Floats] = []
        logs: list[Floats] = []
        for market in weeks:
            units = sold_by_region(market)
            if logs:  # the first week's prices were nobody's trial
                sold.append(units.sum(axis=1, keepdims=True) if together else units)
            logs.append(move_prices(market, together))
        units, moves = np.array(sold), np.array(logs[:-1])
        return [elasticity(units[:, :, k], moves[:, :, k]) for k in range(units.shape[2])]

    return elasticities


def sold_by_region(market: Market) -> Floats:
    """Own units that the shops of each region sold this week, (R, K0)."""
    shops, own = market.retailers, market.goods.own
    units = np.zeros((len(market.roads.table.region_ids), own))
    np.add.at(units, shops.region, shops.sold[:, :own])
    return units


def move_prices(market: Market, together: bool) -> Floats:
    """Moves the prices that shoppers will meet next week, and returns by how much in logs, (R, 1) or (R, K0).

    Rules price afresh every week, so that no move outlives its week. The draws are those of shops that try prices out,
    of which this market has none.
    """
    shops, own = market.retailers, market.goods.own
    regions = np.arange(len(market.roads.table.region_ids))[:, None]
    slots = market.goods.slot[: 1 if together else own]
    draw = uniforms(market.seed, Stream.PRICE_TRIAL, regions * SITE_SLOTS + slots, market.week + 1)
    factor = 1.0 + STEP * (2.0 * draw - 1.0)
    market.shelves.price[: shops.party.size, :own] *= factor[shops.region]
    return np.asarray(np.log(factor))


def elasticity(units: Floats, log_price: Floats) -> float:
    """Slope of relative units on log prices, both (W, R), within regions and weeks.

    Relative to what the region's and the week's totals let expect, so that weeks without a sale count like others.

    >>> price = np.log(np.array([[1.0, 1.1], [1.1, 1.0], [1.0, 1.1], [1.1, 1.0]]))
    >>> round(elasticity(100.0 * np.exp(-2.0 * price), price), 1)
    -2.0
    """
    expected = units.sum(axis=1, keepdims=True) * units.sum(axis=0, keepdims=True) / units.sum()
    moved = log_price - log_price.mean(axis=0) - log_price.mean(axis=1, keepdims=True) + log_price.mean()
    return float((moved * (units - expected)).sum() / (moved**2 * expected).sum())


FINDINGS: dict[str, Experiment] = {"PRI1": brand, "PRI3": skus}
