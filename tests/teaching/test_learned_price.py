"""Shops that learn demand from their own sales come to the price that knowing it would give.

In the bilateral monopoly demand is exactly linear, so that a straight line is the right model of it: what is left is
the sampling error of the demand and the pull of the belief held at first. Elsewhere the line is an approximation.
"""

from typing import Any

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim.market import Market

WEEKS, LAST = 104, 26
CLOSE = 0.01
"""Share of the gap between cost and choke price that the learned price may lie off on average over the last weeks."""


def learned(choke: float, paid: float, start: float, seed: int, count: int, **rule: float) -> Any:
    """Weekly prices of a shop that buys at ``paid``, faces ``count`` consumers and begins at ``start``."""
    words = "".join(f", {name} = {value}" for name, value in rule.items())
    shop = f'[{{name="shop", price={{rule="margin_optimal", price_bound=0.95{words}}}}}]'
    overrides = (
        *(f"products.0.list_price={start}", f"consumers.demand.reservation_high={choke}"),
        *(f"products.0.ex_factory_price={paid}", 'manufacturer.price={rule="list"}'),
        *(f"retailers.formats={shop}", f"run.seed={seed}", f"consumers.count={count}"),
    )
    market = Market(load("bilateral-monopoly", overrides).scenario)
    asked = []
    for _ in range(WEEKS):
        market.step()
        asked.append(float(market.pricing.asked[0, 0]))
    market.close()
    return np.array(asked)


@pytest.mark.parametrize("number", range(6))
def test_the_learned_price_is_the_best_one(number: int) -> None:
    draw = np.random.default_rng(number)
    choke = round(float(draw.uniform(20, 300)), 2)
    paid = round(float(draw.uniform(0.1, 0.7)) * choke, 2)
    # Within the bounds around the first price, which are 95 %, lies the best one.
    least = max(1.1 * paid, (choke + paid) / 2 / 1.9) / choke
    start = round(float(draw.uniform(least, 0.95)) * choke, 2)
    gap = (learned(choke, paid, start, number, 40_000)[-LAST:].mean() - (choke + paid) / 2) / (choke - paid)
    print(f"start {start / choke:.2f}, paid {paid / choke:.2f} of the choke price: off by {gap:+.4f}")
    assert abs(gap) < CLOSE


def test_who_never_learns_asks_what_the_first_belief_says() -> None:
    # With elasticity e believed at any price, the best price p solves p = (p (1 + 1 / e) + w) / 2: p = w e / (e - 1).
    asked = learned(100.0, 40.0, 70.0, 1, 10_000, elasticity=2.5, elasticity_spread=0.0)
    assert asked[-1] == pytest.approx(40.0 * 2.5 / 1.5, rel=0.02)


def test_without_experiments_a_price_at_rest_is_not_put_to_the_test() -> None:
    asked = learned(100.0, 60.0, 100.0, 1, 10_000, elasticity=2.5, experiment=0.0)
    assert abs(asked[-LAST:].mean() - 80.0) > CLOSE * 40.0
