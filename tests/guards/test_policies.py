"""Every family of policies keeps the contract."""

from typing import Any

import numpy as np
import pytest

from channellab.scenarios.policies.protection import next_multiple, penalty
from channellab.scenarios.settings.policy import PolicySettings

from .policy_contract import Family, Played, PolicyContract

SALE = {"name": "sale", "weeks": [4, 5], "discount": 0.2, "brand_share": 0.5}
DEAL = {"kind": "scan_back", "weeks": [5, 6], "rate": 0.1}
LEVELS = ("talks", "arbitration", "ruling")


class TestPrices(PolicyContract):
    """Discounts ex factory and on recommended prices."""

    family = Family(
        "price",
        {"ex_factory_discount": 0.0, "recommended_discount": 0.0},
        {"ex_factory_discount": 0.1, "recommended_discount": 0.05},
    )


class TestMinimumPrices(PolicyContract):
    """Minimum advertised prices."""

    family = Family(
        "map",
        {"minimum": 0.0, "detection": 0.0, "takedown_weeks": 0, "penalty": 0.0},
        {"minimum": 0.99, "detection": 0.5, "takedown_weeks": 1, "penalty": 0.3},
    )


class TestPromotions(PolicyContract):
    """Events and deals, without notice."""

    family = Family("promotion", {"events": [], "deals": []}, {"events": [SALE], "deals": [DEAL], "notice_days": 0})


class TestRebates(PolicyContract):
    """The volume rebate; `RebatePlanContract` holds for all plans."""

    family = Family("rebate", {"kind": "none"}, {"kind": "all_units"})


class TestReturns(PolicyContract):
    """Goods that go back; stock is dear enough for that."""

    family = Family(
        "returns", {"share": 0.0}, {"share": 0.5, "credit": 0.95}, beside=("distributors.stock.holding_cost=0.3",)
    )


class TestDevelopment(PolicyContract):
    """The market development fund."""

    family = Family("development", {"rate": 0.0}, {"rate": 0.2})


class TestSubsidies(PolicyContract):
    """Freight and satisfied buyers."""

    family = Family(
        "subsidies",
        {"freight.share": 0.0, "satisfaction.amount": 0.0},
        {"freight.share": 0.3, "satisfaction.amount": 300.0},
    )


class TestFunds(PolicyContract):
    """Support for shops."""

    family = Family("funds", {"district_support": 0.0}, {"district_support": 48.0})


class TestKols(PolicyContract):
    """Opinion leaders."""

    family = Family("kols", {"head": 0.0, "mid": 0.0, "ordinary": 0.0}, {"head": 0.6, "mid": 0.6, "ordinary": 0.4})


class TestProtection(PolicyContract):
    """Deposits, tracing, false alarms, stops of supply."""

    family = Family(
        "protection",
        {"deposit": 0.0, "detection": 0.0, "false_alarms": 0.0, "stop_weeks": 0},
        {"deposit": 60.0, "detection": 0.5, "false_alarms": 0.2, "stop_weeks": 1},
    )

    @pytest.mark.parametrize("deposit", [0.0, 30.0, 1e6])
    @pytest.mark.parametrize(("deduction", "damages"), [(0.0, 0.0), (0.5, 3.0), (3.0, 3.0)])
    def test_a_later_case_never_costs_less(self, deposit: float, deduction: float, damages: float) -> None:
        """Neither in what is paid, while the deposit lasts, nor in what partners expect."""
        ladder = 2, 3, deduction, damages
        paid = [sum(penalty(case, 100.0, deposit, *ladder)) for case in range(9)]
        assert paid == sorted(paid)
        expected = next_multiple(np.arange(9), np.full(9, deposit), *map(np.array, ladder))
        assert expected.tolist() == sorted(expected.tolist())


class TestDisputes(PolicyContract):
    """People at the desk."""

    family = Family("disputes", {f"{level}.staff": 0 for level in LEVELS}, {f"{level}.staff": 1 for level in LEVELS})


class TestOnline(PolicyContract):
    """Lead commission, orders routed, goods collected."""

    family = Family(
        "online",
        {"commission": 0.0, "routing": False, "pickup": False},
        {"commission": 0.2, "routing": True, "pickup": True},
    )


def test_every_family_inherits_the_contract() -> None:
    """A new table under ``policy`` needs a class here."""
    assert {kind.family.key for kind in PolicyContract.__subclasses__()} == set(PolicySettings.model_fields)


def test_a_policy_that_does_nothing_is_found() -> None:
    """So is one that works before it holds, and one whose books do not balance."""
    contract, nothing = PolicyContract(), {"week": np.array(1)}
    idle: Any = Played(nothing, nothing, 0.0, 0)
    with pytest.raises(AssertionError):
        contract.test_it_does_something(idle, idle)
    early: Any = Played({"week": np.array(2)}, nothing, 1.0, 0)
    with pytest.raises(AssertionError):
        contract.test_nothing_differs_before_it_holds(idle, early)
    with pytest.raises(AssertionError):
        contract.test_books_balance(idle, early)
