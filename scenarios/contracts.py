"""What every policy of a family keeps to, as classes of tests for pytest that a new kind inherits."""

from dataclasses import replace

import numpy as np

from channellab.scenarios.arrays import Floats
from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.policies.rebates import NO_PAST, REACHED, Accounts
from channellab.scenarios.settings.rebate_plans import RebatePlan


class RebatePlanContract:
    """Tests of any kind of rebate plan. Inherit it and give it a fixture ``plan``; thresholds should lie below `most`.

    Attributes:
        most: the largest purchases of a period that are tried, money.
    """

    most: float = 10e6

    def accounts(self, purchases: Floats) -> Accounts:
        """Accounts with these purchases, of partners with a past, new customers and first orders of new products."""
        usual = np.resize([NO_PAST, 0.0, 0.2 * self.most, 0.5 * self.most], purchases.shape)
        fresh = np.resize([0.0, 0.1 * self.most, 0.01 * self.most], purchases.shape)
        return Accounts.of(
            purchases, usual=usual, fresh=fresh, first=0.5 * fresh, cases=np.resize([0.0, 3.0], purchases.shape)
        )

    def test_nothing_bought_earns_nothing(self, plan: RebatePlan) -> None:
        """No purchases, no rebate."""
        assert plan.earned(self.accounts(np.zeros(3))).tolist() == [0.0, 0.0, 0.0]

    def test_more_never_earns_less(self, plan: RebatePlan) -> None:
        """Earnings are finite, and rise or stay as purchases rise."""
        grid, told = self._grid(), self.accounts(self._grid())
        less = plan.earned(told)
        assert np.isfinite(less).all()
        for step in (1e-3, 0.01, 0.3):
            more = plan.earned(replace(told, purchases=grid + step * self.most))
            assert (more >= less - 1e-9 * self.most).all()

    def test_all_at_once_as_one_by_one(self, plan: RebatePlan) -> None:
        """A partner's rebate is its own matter, whoever else stands in the arrays."""
        grid = self._grid()
        whole = self.accounts(grid)
        for method in (lambda some: (plan.earned(some),), plan.next_threshold):
            together = method(whole)
            for place in range(grid.size):
                alone = method(whole.at(np.array([place])))
                assert [part[0] for part in alone] == [part[place] for part in together]

    def test_a_plan_leaves_accounts_alone(self, plan: RebatePlan) -> None:
        """Asked twice it says the same, and what it was told has not changed."""
        grid = self._grid()
        accounts = self.accounts(grid.copy())
        first = plan.earned(accounts)
        assert np.array_equal(first, plan.earned(accounts))
        assert np.array_equal(accounts.purchases, grid)

    def test_the_next_threshold_pays_what_it_says(self, plan: RebatePlan) -> None:
        """It lies ahead, and reaching it raises the rebate by what the plan says, at once."""
        grid = self._grid()
        threshold, jump = plan.next_threshold(self.accounts(grid))
        assert (threshold > grid * (1.0 - REACHED)).all()
        assert (jump >= 0.0).all()
        ahead = np.isfinite(threshold)
        assert plan.has_thresholds or not ahead.any()
        assert (jump[~ahead] == 0.0).all()
        there, short = (self._earned_at(plan, grid, np.where(ahead, threshold * by, 0.0)) for by in (1.0, 1.0 - 1e-7))
        assert np.allclose((there - short)[ahead], jump[ahead], atol=1e-6 * self.most)

    def test_a_plan_is_plain_data(self, plan: RebatePlan) -> None:
        """It can be written down and read again, compared and hashed, as a saved market needs."""
        again = type(plan).model_validate(frozen(plain(plan)))
        assert again == plan
        assert hash(again) == hash(plan)

    def _earned_at(self, plan: RebatePlan, grid: Floats, purchases: Floats) -> Floats:
        """What the partners of the grid would earn with other purchases."""
        return plan.earned(replace(self.accounts(grid), purchases=purchases))

    def _grid(self) -> Floats:
        return np.linspace(0.0, self.most, 401)
