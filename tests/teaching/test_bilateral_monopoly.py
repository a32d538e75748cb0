"""Successive monopolists against linear demand: prices to the last digit, quantity and profit within sampling error.

Demand comes from N consumers with reservation prices spread evenly below the choke price: all that is random is how
many of them lie above the price asked, which is binomial.
"""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from channellab.calibration.gates.prices import ChannelOutcome, linear_tiers

WEEKS = 52
BASE = {2: "bilateral-monopoly", 3: "bilateral-monopoly-three-tiers", 4: "bilateral-monopoly-four-tiers"}
INTEGRATED = (
    *("--set", "manufacturer.price.rule=list"),
    *("--set", "distributors.per_region=0", "--set", "subdistributors.per_district=0"),
)
"""The manufacturer sells at cost, so that only the retailer adds a margin."""


class Set:
    """A random market: ``a`` consumers, of whom nobody buys at ``choke``, at unit cost ``cost``."""

    def __init__(self, number: int, tiers: int) -> None:
        draw = np.random.default_rng([number, tiers])
        self.tiers, self.a = tiers, int(draw.integers(10_000, 40_000))
        self.choke = round(float(draw.uniform(5, 500)), 2)
        self.cost = round(float(draw.uniform(0.05, 0.8)) * self.choke, 2)
        self.seed = int(draw.integers(10**6))

    def exact(self, tiers: int) -> ChannelOutcome:
        return linear_tiers(self.a, self.a / self.choke, self.cost, tiers)

    def toml(self) -> str:
        price = f'price = {{rule = "linear_demand", choke_price = {self.choke}}}'
        return f"""
            extends = "{BASE[self.tiers]}"
            products = [{{name = "Good", unit_cost = {self.cost}, ex_factory_price = {self.cost}, appeal = 0.0}}]
            [run]
            weeks = 4
            seed = {self.seed}
            reporting_factor = 1.0
            [consumers]
            count = {self.a}
            demand = {{reservation_high = {self.choke}}}
            [manufacturer]
            {price}
            [distributors]
            {price}
            [subdistributors]
            {price}
            [retailers]
            formats = [{{name = "shop", {price}}}]
            """


@pytest.mark.parametrize("tiers", BASE)
def test_tiers_add_their_margins(lab: Any, judge: Any, sets: range, tiers: int) -> None:
    sold, expected, error = [], [], []
    gained, lost, spread = [], [], []
    for number in sets:
        market = Set(number, tiers)
        exact, whole = market.exact(tiers), market.exact(1)
        result, together = lab(market.toml()), lab(market.toml(), *INTEGRATED)
        _check_prices(result, exact.prices, market.cost)
        _check_prices(together, (market.cost, *whole.prices), market.cost)
        quantity, most = result.mean("units_sold") / WEEKS, together.mean("units_sold") / WEEKS
        chance = exact.quantity / market.a
        sold.append(quantity)
        expected.append(exact.quantity)
        error.append(sqrt(market.a * chance * (1 - chance)))
        # Whoever buys at the high price also buys at the low one, and of these a known share do.
        stay = exact.quantity / whole.quantity
        margins = (exact.prices[-1] - market.cost) / (whole.prices[-1] - market.cost)
        gained.append(result.mean("channel_profit") / together.mean("channel_profit"))
        lost.append(exact.efficiency)
        spread.append(margins * sqrt(stay * (1 - stay) / most))
    assert lost == pytest.approx([{2: 0.75, 3: 0.4375, 4: 0.234375}[tiers]] * len(sets))
    judge("quantity", sold, expected, error)
    judge("efficiency", gained, lost, spread)


def _check_prices(result: Any, prices: tuple[float, ...], cost: float) -> None:
    """What was paid per unit at each step, and what each member earned per unit."""
    units = result.mean("units_sold")
    paid = result.money.groupby("account")["money"].sum()
    # Goods that pass through two tiers of distributors are paid for twice under one account.
    steps = {"ex_factory": prices[0], "wholesale": sum(prices[1:-1]), "retail_sales": prices[-1]}
    assert {step: paid.get(step, 0.0) / units for step in steps} == pytest.approx(steps, rel=1e-9)
    assert paid["production"] / units == pytest.approx(cost, rel=1e-9)
    margins = {
        "manufacturer_profit": prices[0] - cost,
        "partner_profit": prices[-1] - prices[0],
        "channel_profit": prices[-1] - cost,
    }
    for name, margin in margins.items():
        assert result.mean(name) / units == pytest.approx(margin, rel=1e-9, abs=1e-9)
    assert result.mean("fill_rate") == 1


@pytest.mark.parametrize("tiers", BASE)
def test_the_library_shows_the_textbook_case(lab: Any, tiers: int) -> None:
    result = lab(f'extends = "{BASE[tiers]}"')
    exact = linear_tiers(100, 1, 20, tiers)
    binomial = sqrt(exact.quantity / 100 * (1 - exact.quantity / 100) / 100_000) * 100
    assert result.mean("units_sold") / WEEKS == pytest.approx(exact.quantity, abs=4 * binomial)
    _check_prices(result, (60.0, 80.0, 90.0, 95.0)[:tiers], cost=20.0)
