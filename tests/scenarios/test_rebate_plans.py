"""Every kind of rebate plan keeps the contract, and one that another distribution brings works like the others."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.contracts import RebatePlanContract
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies.rebates import NO_PAST, Accounts, earned_under
from channellab.scenarios.settings.rebate_kinds import (
    CompliancePlanSettings,
    GradePlanSettings,
    GradeSettings,
    GrowthPlanSettings,
    LaunchPlanSettings,
    NewCustomerPlanSettings,
    SprintPlanSettings,
    TargetPlanSettings,
)
from channellab.scenarios.settings.rebate_plans import RebatePlan, RebateTierSettings, VolumePlanSettings
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.market import Market

RECIPE = Path(__file__).parents[2] / "docs" / "rebate-plans.md"
LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
LOYALTY = 'policy.rebate.others=[{kind="loyalty", options={rate=0.02, period_weeks=4, pay_delay_weeks=1}}]'

STEPS = tuple(RebateTierSettings(from_purchases=money, rate=rate) for money, rate in ((0.0, 0.01), (2e6, 0.05)))
GRADES = (
    GradeSettings(name="gold", from_purchases=1e6, base_rate=0.05, growth_rate=0.1),
    GradeSettings(name="platinum", from_purchases=3e6, base_rate=0.08, growth_rate=0.2),
    GradeSettings(name="diamond", from_purchases=6e6, base_rate=0.12, growth_rate=0.38),
)
PLANS: dict[str, RebatePlan] = {
    "nothing": VolumePlanSettings(),
    "all units": VolumePlanSettings(kind="all_units"),
    "increment": VolumePlanSettings(kind="increment"),
    "from the first unit on": VolumePlanSettings(kind="all_units", tiers=STEPS),
    "slices from the first unit on": VolumePlanSettings(kind="increment", tiers=STEPS),
    "grades": GradePlanSettings(grades=GRADES),
    "growth": GrowthPlanSettings(rate=0.1),
    "growth by new customers": GrowthPlanSettings(rate=0.1, new_share=0.5),
    "a fixed target": TargetPlanSettings(kind="fixed", goal=3e6, bonus=1000.0),
    "a target above the last period": TargetPlanSettings(kind="growth"),
    "a sprint": SprintPlanSettings(kind="growth", growth=1.02, rate=0.0, bonus=5.0),
    "new customers": NewCustomerPlanSettings(rate=0.04),
    "a clean price record": CompliancePlanSettings(rate=0.04),
    "a launch": LaunchPlanSettings(products=("Tea",)),
}


class TestPlans(RebatePlanContract):
    """channellab's own kinds."""

    @pytest.fixture(params=PLANS)
    def plan(self, request: Any) -> RebatePlan:
        return PLANS[request.param]


def earned(plan: RebatePlan, purchases: float, **told: float) -> float:
    """What one account earns; money in millions."""
    accounts = Accounts.of(np.array([purchases * 1e6]), **{name: np.array([v * 1e6]) for name, v in told.items()})
    return float(plan.earned(accounts)[0]) / 1e6


@pytest.mark.parametrize(
    ("plan", "purchases", "told", "pays"),
    [
        # 3.2 M under 5 % from 1 M and 8 % from 3 M.
        (VolumePlanSettings(kind="all_units"), 3.2, {}, 0.256),
        (VolumePlanSettings(kind="increment"), 3.2, {}, 0.05 * 2.0 + 0.08 * 0.2),
        # Platinum by the 4 M of last period: 8 % on 5 M and 20 % on the 1 M more; after 2 M, gold: 5 % and 10 %.
        (GradePlanSettings(grades=GRADES), 5.0, {"usual": 4.0}, 0.08 * 5.0 + 0.2 * 1.0),
        (GradePlanSettings(grades=GRADES), 5.0, {"usual": 2.0}, 0.05 * 5.0 + 0.1 * 3.0),
        (GradePlanSettings(grades=GRADES), 0.5, {"usual": 2.0}, 0.05 * 0.5),
        (GradePlanSettings(grades=GRADES), 5.0, {"usual": 0.9}, 0.0),
        (GradePlanSettings(grades=GRADES), 5.0, {}, 0.0),
        # 10 % of 1.5 M over a baseline of 1.2 M; of the 0.3 M, half must be new customers', who took 0.1 M.
        (GrowthPlanSettings(rate=0.1), 1.5, {"usual": 1.2}, 0.03),
        (GrowthPlanSettings(rate=0.1, new_share=0.5), 1.5, {"usual": 1.2, "fresh": 0.1}, 0.02),
        (GrowthPlanSettings(rate=0.1, new_share=0.5), 1.5, {"usual": 1.2, "fresh": 0.9}, 0.03),
        (GrowthPlanSettings(rate=0.1), 1.5, {}, 0.0),
        # 110 % of 2 M are 2.2 M: 2 % of all, or nothing.
        (TargetPlanSettings(kind="growth"), 2.2, {"usual": 2.0}, 0.044),
        (TargetPlanSettings(kind="growth"), 2.1999, {"usual": 2.0}, 0.0),
        (TargetPlanSettings(kind="fixed", goal=1e6, rate=0.0, bonus=5e4), 1.0, {}, 0.05),
        (NewCustomerPlanSettings(rate=0.04), 2.0, {"fresh": 0.5}, 0.02),
        (NewCustomerPlanSettings(rate=0.04), 0.3, {"fresh": 0.5}, 0.012),
        # 4 % of a year's 2 M, with no case against the partner; one is too many.
        (CompliancePlanSettings(rate=0.04), 2.0, {}, 0.08),
        (CompliancePlanSettings(rate=0.04), 2.0, {"cases": 1e-6}, 0.0),
        (CompliancePlanSettings(rate=0.04, most_cases=1), 2.0, {"cases": 1e-6}, 0.08),
        (LaunchPlanSettings(products=("Tea",)), 2.0, {"first": 0.5}, 0.15),
    ],
)
def test_worked_examples(plan: RebatePlan, purchases: float, told: dict[str, float], pays: float) -> None:
    assert earned(plan, purchases, **told) == pytest.approx(pays, rel=1e-9)


def test_a_baseline_moves_part_of_the_way() -> None:
    plan = GrowthPlanSettings(rate=0.1, correction=0.25)
    told = Accounts.of(np.array([1.6e6, 1.6e6]), usual=np.array([1.2e6, NO_PAST]))
    assert plan.moved_on(told).tolist() == [1.3e6, 1.6e6]


def test_a_better_grade_is_worth_what_it_adds_in_the_next_period() -> None:
    told = Accounts.of(np.array([2.9e6, 7e6]), ahead=np.array([3e6, 7e6]))
    threshold, jump = GradePlanSettings(grades=GRADES).next_threshold(told)
    assert threshold.tolist() == [3e6, np.inf]
    assert jump == pytest.approx([0.03 * 3e6, 0.0])


GOLD = "{name='gold', from_purchases=100.0, base_rate=0.1}"


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (
            f"policy.rebate.grades.grades=[{GOLD}, {GOLD}]",
            "policy.rebate.grades.grades.1.from_purchases is 100, allowed are values above that of the grade before",
        ),
        (
            f"policy.rebate.grades.grades=[{GOLD}, {{name='diamond', from_purchases=200.0, base_rate=0.05}}]",
            "policy.rebate.grades.grades.1.base_rate is 0.05, allowed are values from that of the grade before (0.1)",
        ),
        ("policy.rebate.launch.products=['Beer']", "policy.rebate.launch.products names 'Beer' as a new product"),
        (
            "timetable=[{weeks=[1, 2], set={'policy.rebate.launch.products'=['Beer']}}]",
            "timetable.0 names 'Beer' as a new product",
        ),
        ("policy.rebate.target.goal=0.0", "policy.rebate.target.goal is 0.0, allowed are values above 0"),
        ("policy.rebate.growth.new_share=1.5", "policy.rebate.growth.new_share is 1.5, allowed are values up to 1"),
    ],
)
def test_a_plan_without_sense_is_refused(override: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(LIVELY, (override,))
    assert problem in str(refused.value)


def test_the_recipes_plan_keeps_the_contract(acme: Any, tmp_path: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))
    command = [sys.executable, "-m", "pytest", *options, "test_acme.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    tests = sum(name.startswith("test_") for name in dir(RebatePlanContract))
    assert f"{tests} passed" in done.stdout, done.stdout


def test_a_contract_breaker_is_found() -> None:
    class Penalty(RebatePlan):
        """Pays less to who buys more."""

        def earned(self, accounts: Any) -> Any:
            return np.maximum(5e6 - accounts.purchases, 0.0)

    contract = RebatePlanContract()
    for test in (contract.test_nothing_bought_earns_nothing, contract.test_more_never_earns_less):
        with pytest.raises(AssertionError):
            test(Penalty())


def test_the_recipes_plan_pays_in_a_market_beside_the_others(acme: Any, tmp_path: Path) -> None:
    market = Market(load(LIVELY, (LOYALTY,)).scenario)
    market.play(7)
    # The period of 4 weeks that ended with week 7, of 3 warm-up weeks and 4 measured ones, is due next week.
    name = [title for title, _ in market.rebates.plans].index("other_0")
    assert isinstance(market.rebates.plans[name][1], acme.LoyaltyPlan)
    mine = market.rebates.name == PLAN_NAMES.index("other_0")
    claims = dict(zip(market.rebates.payee[mine].tolist(), market.rebates.claim[mine], strict=True))
    assert len(claims) > 3
    market.save(tmp_path / "saved.npz")
    again = Market.load(tmp_path / "saved.npz")
    for one in (market, again):
        one.step()
        assert one.record.money_imbalance < 1e-9
        for party, claim in claims.items():
            assert one.rebates.paid[party] >= claim > 0
        one.close()
    assert market.ledger.cash.tolist() == again.ledger.cash.tolist()


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (LOYALTY.replace("loyalty", "royalty"), "kind is"),
        (LOYALTY.replace("rate=0.02", "rate=0.9"), "options.rate is 0.9, allowed are values up to 0.5"),
        (LOYALTY.replace("rate=0.02", "speed=3"), "options.speed is unknown"),
    ],
)
def test_a_plan_that_is_not_there_is_refused(acme: Any, override: str, problem: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(LIVELY, (override,))
    assert f"policy.rebate.others.0.{problem}" in str(caught.value)


@pytest.mark.parametrize("gives", [[np.nan, 1.0], [-1.0, 1.0], [1.0], 1.0])
def test_what_a_plan_from_elsewhere_gives_is_looked_at(acme: Any, gives: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first partner's rebate would be everybody's, or the books would hold what is no number."""
    monkeypatch.setattr(acme.LoyaltyPlan, "earned", lambda *_: np.array(gives))
    with pytest.raises(BadInput, match="has a LoyaltyPlan that gives no amount from 0 for each partner"):
        earned_under(acme.LoyaltyPlan(), Accounts.of(np.ones(2)))


def test_a_distribution_that_cannot_be_imported_is_refused_in_a_sentence(acme: Any, tmp_path: Path) -> None:
    (tmp_path / "acme-1.0.dist-info" / "entry_points.txt").write_text(
        "[channellab.rebate_plans]\nloyalty = acme_that_is_not_there:Plan\n", "utf-8"
    )
    with pytest.raises(BadInput, match=r"others\.0\.kind is 'loyalty', which cannot be loaded: No module named"):
        load(LIVELY, (LOYALTY,))


def test_without_the_distribution_the_kind_is_unknown() -> None:
    with pytest.raises(BadInput, match="installed are no other kinds of plan"):
        load(LIVELY, (LOYALTY,))
