"""Shares and elasticities of the logit, and what the table of Gumbel shocks adds to them."""

from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.special import spence

from channellab.agents.draws import gumbel_table
from channellab.calibration.gates.logit import elasticities, shares
from channellab.scenarios.arrays import Floats

WEEKS, COUNT = 20, 20_000
DRAWS = WEEKS * COUNT
STEP = 0.01


def table_shares(utility: Floats) -> Floats:
    """Exact shares where shocks come from the lab's table; ties go to the first offer, and to not buying before all.

    Offer j with shock g wins with the product of the shares of the table that leave every other option behind it.
    """
    shocks = gumbel_table(1.0)
    options = np.concatenate([[0.0], utility])
    won = np.empty(options.size)
    for j in range(options.size):
        wins = np.ones(shocks.size)
        for k in range(options.size):
            if k != j:
                behind = options[j] + shocks - options[k]
                wins *= shocks.searchsorted(behind, side="left" if k < j else "right") / shocks.size
        won[j] = wins.mean()
    return won[1:]


class Set:
    """A random shelf: two to four own goods, and in every other set the last one is a rival's."""

    def __init__(self, number: int) -> None:
        draw = np.random.default_rng([number, 4])
        self.alpha = round(float(draw.uniform(0.1, 1.0)), 3)
        offers = int(draw.integers(2, 5))
        self.prices = np.round(draw.uniform(1, 10, offers), 2)
        self.appeals = np.round(self.alpha * self.prices + draw.uniform(-1.5, 1.0, offers), 3)
        self.own = offers - number % 2
        self.seed, self.moved = number, int(draw.integers(offers))

    def utility(self, prices: Floats) -> Floats:
        return self.appeals - self.alpha * prices

    def toml(self, prices: Floats) -> str:
        goods = [
            f'{{name = "{n}", list_price = {price!r}, appeal = {appeal!r}}}'
            for n, (price, appeal) in enumerate(zip(prices.tolist(), self.appeals.tolist(), strict=True))
        ]
        rival = f'rivals = [{{name = "Rival", products = [{goods[-1]}]}}]' if self.own < len(goods) else ""
        return f"""
            extends = "logit-shares"
            products = [{", ".join(goods[: self.own])}]
            {rival}
            [run]
            weeks = {WEEKS}
            warmup = 0
            seed = {self.seed}
            [[consumers.segments]]
            name = "all"
            need = 1.0
            price_sensitivity = {self.alpha}
            price_sensitivity_spread = 0.0
            service_preference = 0.0
            travel_burden = 0.0
            taste_spread = 0.0
            [consumers]
            count = {COUNT}
            """

    def moved_by(self, step: float) -> Floats:
        prices = self.prices.copy()
        prices[self.moved] *= 1 + step
        return prices


def found_shares(result: Any) -> Floats:
    assert result.mean("fill_rate") == 1
    units: Floats = result.products.groupby("product", sort=False)["units"].sum().to_numpy(dtype=np.float64)
    return units / DRAWS


def test_shares(lab: Any, judge: Any, sets: range) -> None:
    found, exact, error = [], [], []
    for number in sets:
        market = Set(number)
        expected = shares(market.utility(market.prices))
        found += found_shares(lab(market.toml(market.prices))).tolist()
        exact += expected.tolist()
        error += np.sqrt(expected * (1 - expected) / DRAWS).tolist()
    judge("shares", found, exact, error)


def test_elasticities(lab: Any, judge: Any, sets: range) -> None:
    """Two runs with the same luck, one price 1 % lower and 1 % higher: only those who switch make a difference.

    The difference of the logarithms of a share is compared with that of the formula at the same two prices; the point
    elasticity differs from it by terms of the step squared.
    """
    found, exact, error = [], [], []
    for number in sets:
        market = Set(number)
        low, high = market.moved_by(-STEP), market.moved_by(STEP)
        before, after = shares(market.utility(low)), shares(market.utility(high))
        width = log((1 + STEP) / (1 - STEP))
        arc = np.log(after / before) / width
        middle = shares(market.utility(market.prices))
        point = elasticities(market.alpha, market.prices, middle)[:, market.moved]
        assert arc == pytest.approx(point, rel=2e-3)
        seen = np.log(found_shares(lab(market.toml(high))) / found_shares(lab(market.toml(low)))) / width
        switchers = np.abs(after - before)
        found += seen.tolist()
        exact += arc.tolist()
        error += (np.sqrt(switchers * (1 - switchers) / DRAWS) / middle / width).tolist()
    judge("elasticities", found, exact, error)


def test_the_table_of_shocks_biases_little() -> None:
    """The 16,384 shocks in place of the Gumbel law move shares by less than 1e-5 and elasticities by less than 1 %."""
    bias, slope = [], []
    for number in range(50):
        market = Set(number)
        low, high = (market.utility(market.moved_by(step)) for step in (-STEP, STEP))
        bias.append(np.abs(table_shares(low) - shares(low)).max())
        by_table = np.log(table_shares(high) / table_shares(low))
        slope.append(np.abs(by_table / np.log(shares(high) / shares(low)) - 1).max())
    print(f"shares {max(bias):.1e}, elasticities {max(slope):.1e}")
    assert max(bias) < 1e-5
    assert max(slope) < 0.01


def test_the_library_shows_three_thirds(lab: Any) -> None:
    result = lab('extends = "logit-shares"')
    units = result.products.groupby("product")["units"].sum() / (52 * 100_000)
    assert units.to_numpy() == pytest.approx([1 / 3, 1 / 3], abs=4 * sqrt(2 / 9 / 5_200_000))


def test_consumers_gain_the_log_sum(lab: Any, judge: Any, sets: range) -> None:
    """A shopper gains ln(1 + S) / price sensitivity with S the sum of exp(utility) (Small & Rosen 1981).

    The best of the offers less not buying has the law F(x) = 1 / (1 + S exp(-x)); the mean square of its positive part
    is -2 Li2(-S).
    """
    found, exact, error = [], [], []
    for number in sets:
        market = Set(number)
        total = float(np.exp(market.utility(market.prices)).sum())
        found.append(lab(market.toml(market.prices)).mean("consumer_surplus") / 52 / COUNT)
        exact.append(log(1 + total) / market.alpha)
        error.append(sqrt((-2 * spence(1 + total) - log(1 + total) ** 2) / DRAWS) / market.alpha)
    judge("consumer surplus", found, exact, error)
