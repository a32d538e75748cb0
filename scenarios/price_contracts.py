"""What every price rule keeps to, as a class of tests for pytest that a new rule inherits."""

from typing import Protocol

import numpy as np

from channellab.scenarios.arrays import Floats


class Prices(Protocol):
    """Anything that prices as a `PriceRule` does."""

    def price(self, listed: Floats, cost: Floats) -> Floats:
        """See `PriceRule.price`."""


class PriceRuleContract:
    """Tests of any price rule. Inherit it and give it a fixture ``rule``.

    Attributes:
        least_margin: least margin over cost that the rule promises, as a share of cost; None where it promises none.
        bound: most that it promises to depart from the list price, as a share; None where it promises nothing. Where
            both are promised, the least margin ends at the upper bound.
    """

    least_margin: float | None = None
    bound: float | None = None

    def test_prices_are_numbers_from_zero(self, rule: Prices) -> None:
        """Finite and not negative, one for each firm and SKU."""
        asked = rule.price(*_tables())
        assert asked.shape == _tables()[1].shape
        assert np.isfinite(asked).all()
        assert (asked >= 0.0).all()

    def test_a_higher_cost_never_lowers_a_price(self, rule: Prices) -> None:
        """Prices rise or stay as the cost rises."""
        costs = np.linspace(0.0, 20.0, 201)[:, None]
        asked = rule.price(np.full_like(costs, 10.0), costs)
        assert (np.diff(asked, axis=0) >= -1e-9).all()

    def test_all_at_once_as_one_by_one(self, rule: Prices) -> None:
        """A firm's price of a SKU is its own matter, whatever else stands in the arrays."""
        listed, cost = _tables()
        together = rule.price(listed, cost)
        for cell in np.ndindex(*cost.shape):
            alone = rule.price(listed[cell].reshape(1, 1), cost[cell].reshape(1, 1))
            assert alone.item() == together[cell]

    def test_one_list_holds_for_all_firms(self, rule: Prices) -> None:
        """A list of one row prices like the same row for each firm."""
        listed, cost = _tables()
        assert np.array_equal(rule.price(listed[:1], cost), rule.price(np.repeat(listed[:1], len(cost), axis=0), cost))

    def test_a_rule_leaves_tables_alone(self, rule: Prices) -> None:
        """Asked twice it says the same, and what it was told has not changed."""
        listed, cost = _tables()
        first = rule.price(listed, cost)
        assert np.array_equal(first, rule.price(listed, cost))
        assert all(np.array_equal(mine, old) for mine, old in zip((listed, cost), _tables(), strict=True))

    def test_prices_keep_to_their_floor_and_bounds(self, rule: Prices) -> None:
        """As far as the rule promises any."""
        listed, cost = _tables()
        asked = rule.price(listed, cost)
        most = np.inf if self.bound is None else listed * (1.0 + self.bound)
        if self.least_margin is not None:
            assert (asked >= np.minimum(cost * (1.0 + self.least_margin), most) - 1e-9).all()
        if self.bound is not None:
            assert (asked >= listed * (1.0 - self.bound) - 1e-9).all()
            assert (asked <= most + 1e-9).all()


def _tables() -> tuple[Floats, Floats]:
    """List prices and costs of 40 firms and 3 SKUs, some of them dearer to buy than the list price."""
    draw = np.random.default_rng(1)
    return draw.uniform(5.0, 15.0, (40, 3)), draw.uniform(0.5, 16.0, (40, 3))
