"""Every price rule keeps the contract, and one that another distribution brings works like the others."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies import prices
from channellab.scenarios.price_contracts import PriceRuleContract
from channellab.scenarios.settings.price_rules import PriceRule
from channellab.scenarios.settings.prices import PriceRuleSettings, ShelfPriceSettings
from channellab.sim.market import Market

RECIPE = Path(__file__).parents[2] / "docs" / "price-rules.md"
LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
METADATA = "Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n"
FIXED = 'price={other={kind="fixed_margin", options={margin=2.5}}}'
SHOPS = f'retailers.formats=[{{name="chain", {FIXED}}}]'


@dataclass(frozen=True)
class Asks:
    """A function of list price and cost, as a rule."""

    function: Callable[[Floats, Floats], Floats]

    def price(self, listed: Floats, cost: Floats) -> Floats:
        return self.function(listed, cost)


def rule(**settings: Any) -> Asks:
    """A rule of all firms."""
    return Asks(partial(prices.price, PriceRuleSettings(**settings)))


PLAIN = {
    "list": rule(),
    "markup": rule(rule="markup", markup=0.4),
    "linear_demand": rule(rule="linear_demand", choke_price=18.0),
    "constant_elasticity": rule(rule="constant_elasticity", elasticity=1.5),
    "logit_optimal": rule(rule="logit_optimal"),
    "a sure logit": rule(rule="logit_optimal", price_sensitivity=5.0, share_at_list=0.99),
}


class TestPlainRules(PriceRuleContract):
    """Rules that look at cost and list price alone, and promise nothing."""

    @pytest.fixture(params=PLAIN)
    def rule(self, request: Any) -> Asks:
        return PLAIN[request.param]


WATCH = ShelfPriceSettings(floor_margin=0.1, price_bound=0.25, undercut=0.02)


def undercut(listed: Floats, cost: Floats) -> Floats:
    return prices.undercut(WATCH, listed, cost, 0.0 * listed + 9.0)


def dynamic(pull: float, lowest: float, listed: Floats, cost: Floats) -> Floats:
    nothing = 0.0 * (listed + cost)
    return prices.dynamic(WATCH, listed, cost, nothing + lowest, nothing + pull)


def learned(listed: Floats, cost: Floats) -> Floats:
    """What a group asks that believes in its elasticity and has seen the list price for a while."""
    start, how = listed + 0.0 * cost, prices.Pricers(*(np.array([[x]]) for x in (2.5, 1.0, 0.1, 1.0, 0.1, 0.25)))
    seen = prices.Moments(*(start * 0.0 for _ in prices.Moments._fields))._replace(
        weeks=start * 0.0 + 9.0, price=start, units=start * 0.0 + 4.0
    )
    return prices.best_price(how, seen, start, start, cost + 0.0 * listed)


class TestUndercutters(PriceRuleContract):
    """Below the others, with a margin, and never above the list price: a bound that is no band."""

    @pytest.fixture
    def rule(self) -> Asks:
        return Asks(undercut)


BOUNDED = {
    "dynamic, short of goods": partial(dynamic, 0.3, np.inf),
    "dynamic, among cheap rivals": partial(dynamic, -0.1, 4.0),
    "margin_optimal": learned,
}


class TestBoundedRules(PriceRuleContract):
    """Rules that promise a least margin and bounds around the list price."""

    least_margin, bound = 0.1, 0.25

    @pytest.fixture(params=BOUNDED)
    def rule(self, request: Any) -> Asks:
        return Asks(BOUNDED[request.param])


class TestBands(PriceRuleContract):
    """What the brand's band makes of a mark-up."""

    bound = 0.1

    @pytest.fixture
    def rule(self) -> Asks:
        def banded(listed: Floats, cost: Floats) -> Floats:
            asked = PLAIN["markup"].price(listed, cost)
            low, high = np.full(len(asked), 0.9), np.full(len(asked), 1.1)
            return prices.within_band(asked, listed + 0.0 * asked, low, high)

        return Asks(banded)


def test_a_contract_breaker_is_found() -> None:
    contract = PriceRuleContract()
    for wrong, test in (
        (lambda listed, cost: listed - cost, contract.test_a_higher_cost_never_lowers_a_price),
        (lambda listed, cost: listed - cost, contract.test_prices_are_numbers_from_zero),
        (lambda listed, cost: 0.0 * cost + cost.mean(), contract.test_all_at_once_as_one_by_one),
    ):
        with pytest.raises(AssertionError):
            test(Asks(wrong))


# Pass-through


def passed_on(asks: Asks, listed: float = 10.0, cost: float = 6.0) -> float:
    """Yuan on the price for one yuan on the cost, by a small step."""
    step = 1e-5
    low, high = (asks.price(np.array([[listed]]), np.array([[cost + by]])).item() for by in (-step, step))
    return (high - low) / (2 * step)


@pytest.mark.parametrize("elasticity", [1.2, 2.0, 2.5, 6.0])
def test_constant_elasticity_passes_on_more_than_all(elasticity: float) -> None:
    asks = rule(rule="constant_elasticity", elasticity=elasticity)
    assert passed_on(asks) == pytest.approx(elasticity / (elasticity - 1.0))
    costs = np.array([[5.0, 10.0]])
    low, high = asks.price(costs, costs)[0]
    assert np.log(high / low) / np.log(2.0) == pytest.approx(1.0), "in percent it passes on all"


def test_a_mark_up_passes_on_all_in_percent_and_a_list_nothing() -> None:
    assert passed_on(rule(rule="markup", markup=0.4)) == pytest.approx(1.4)
    assert passed_on(rule(rule="markup", markup=0.0)) == pytest.approx(1.0)
    assert passed_on(rule()) == 0.0
    assert passed_on(rule(rule="linear_demand")) == pytest.approx(0.5)


@pytest.mark.parametrize(("sensitivity", "share"), [(0.3, 0.3), (1.0, 0.05), (0.2, 0.9), (3.0, 0.5)])
def test_a_logit_firm_passes_on_the_share_that_does_not_buy(sensitivity: float, share: float) -> None:
    asks = rule(rule="logit_optimal", price_sensitivity=sensitivity, share_at_list=share)
    best = asks.price(np.array([[10.0]]), np.array([[6.0]])).item()
    odds = share / (1.0 - share) * np.exp(sensitivity * (10.0 - best))
    bought = odds / (1.0 + odds)
    assert best - 6.0 == pytest.approx(1.0 / (sensitivity * (1.0 - bought))), "the condition of the first order"
    assert passed_on(asks) == pytest.approx(1.0 - bought, rel=1e-6)
    assert 0.0 < passed_on(asks) < 1.0


def test_an_elasticity_of_one_has_no_best_price() -> None:
    with pytest.raises(BadInput, match="elasticity is 1, allowed are values above 1"):
        load(LIVELY, ("manufacturer.price.rule=constant_elasticity", "manufacturer.price.elasticity=1.0"))


# Rules of others


def test_the_recipes_rule_keeps_the_contract(acme: Any, tmp_path: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))
    command = [sys.executable, "-m", "pytest", *options, "test_acme.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    tests = sum(name.startswith("test_") for name in dir(PriceRuleContract))
    assert f"{tests} passed" in done.stdout, done.stdout


def test_the_recipes_rule_prices_in_a_market(acme: Any, tmp_path: Path) -> None:
    calm = ("policy.promotion.events=[]", "policy.promotion.deals=[]", "policy.map.minimum=0.0")
    market = Market(load(LIVELY, (SHOPS, *calm)).scenario)
    assert isinstance(market.price_rules[0][0].other.rule, acme.FixedMargin)
    market.play(4)
    own, shops = market.goods.own, market.retailers
    assert shops.price[:, :own] == pytest.approx(shops.purchase_price[:, :own] + 2.5)
    market.save(tmp_path / "saved.npz")
    again = Market.load(tmp_path / "saved.npz")
    for one in (market, again):
        one.step()
        one.close()
    assert market.ledger.cash.tolist() == again.ledger.cash.tolist()


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (SHOPS.replace("fixed_margin", "fixd_margin"), "kind is 'fixd_margin', installed are fixed_margin"),
        (SHOPS.replace("margin=2.5", "margin=-1.0"), "options.margin is -1.0, allowed are values from 0"),
        (SHOPS.replace("margin=2.5", "speed=3"), "options.speed is unknown"),
    ],
)
def test_a_rule_that_is_not_there_is_refused(acme: Any, override: str, problem: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(LIVELY, (override,))
    assert f"retailers.formats.0.price.other.{problem}" in str(caught.value)


def test_a_rule_from_elsewhere_gives_prices(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acme.FixedMargin, "price", lambda _, listed, cost: -cost)
    rule = load(LIVELY, (SHOPS,)).scenario.retailers.formats[0].price
    with pytest.raises(BadInput, match="has a FixedMargin that gives no price from 0 for each firm and SKU"):
        prices.price(rule, np.ones((1, 2)), np.ones((3, 2)))


def test_without_the_distribution_the_rule_is_unknown() -> None:
    with pytest.raises(BadInput, match="installed are no other price rules"):
        load(LIVELY, (SHOPS,))


def test_a_class_that_is_no_rule_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "odd-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA)
    (metadata / "entry_points.txt").write_text("[channellab.price_rules]\nfixed_margin = pathlib:Path\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BadInput, match="which is not a PriceRule"):
        load(LIVELY, (SHOPS,))
    assert not issubclass(Path, PriceRule)
