"""Every kind of rebate plan keeps the contract, and one that another distribution brings works like the others."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.contracts import RebatePlanContract
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.settings.rebate_plans import RebatePlan, RebateTierSettings, VolumePlanSettings
from channellab.sim.market import Market

RECIPE = Path(__file__).parents[2] / "docs" / "rebate-plans.md"
LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
METADATA = "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"
LOYALTY = 'policy.rebate.others=[{kind="loyalty", options={rate=0.02, period_weeks=4, pay_delay_weeks=1}}]'

STEPS = tuple(RebateTierSettings(from_purchases=money, rate=rate) for money, rate in ((0.0, 0.01), (2e6, 0.05)))
PLANS: dict[str, RebatePlan] = {
    "nothing": VolumePlanSettings(),
    "all units": VolumePlanSettings(kind="all_units"),
    "increment": VolumePlanSettings(kind="increment"),
    "from the first unit on": VolumePlanSettings(kind="all_units", tiers=STEPS),
    "slices from the first unit on": VolumePlanSettings(kind="increment", tiers=STEPS),
}


class TestPlans(RebatePlanContract):
    """channellab's own kinds."""

    @pytest.fixture(params=PLANS)
    def plan(self, request: Any) -> RebatePlan:
        return PLANS[request.param]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", RECIPE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The distribution of the recipe, as if it were installed."""
    module, tests = blocks("python")
    (tmp_path / "acme.py").write_text(module)
    (tmp_path / "test_acme.py").write_text(tests)
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA)
    (points,) = blocks("text")
    (metadata / "entry_points.txt").write_text(points.replace('project.entry-points."', "").replace('"', ""))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield importlib.import_module("acme")
    sys.modules.pop("acme")


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
    mine = market.rebates.name == 2
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
        (LOYALTY.replace("rate=0.02", "rate=0.9"), "options has rate"),
        (LOYALTY.replace("rate=0.02", "speed=3"), "options has speed"),
    ],
)
def test_a_plan_that_is_not_there_is_refused(acme: Any, override: str, problem: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(LIVELY, (override,))
    assert f"policy.rebate.others.0.{problem}" in str(caught.value)


def test_without_the_distribution_the_kind_is_unknown() -> None:
    with pytest.raises(BadInput, match="installed are no other kinds of plan"):
        load(LIVELY, (LOYALTY,))
