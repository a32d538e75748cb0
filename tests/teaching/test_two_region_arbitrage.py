"""GRY1: goods leave their territory exactly when the price gap beats freight, expected penalty and margin."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from channellab.agents.diversion import GreyOffers, best_grey_offers
from channellab.scenarios.files import load
from channellab.sim.market import Market
from channellab.sim.rules import COMPILED, Rules

KM = 900.0
FIRST = 9
"""Week of the market in which the discount starts: four weeks of warm-up, then measured week 5."""
STEP = 0.02
"""Money per unit by which the gap is on either side of the threshold."""
SETS = range(10)


class Set(NamedTuple):
    """A random market: prices, costs and beliefs from which the threshold follows."""

    local_price: float
    ex_factory: float
    freight: float
    margin: float
    believed: float
    damages: float
    drop_cost: float

    @property
    def threshold(self) -> float:
        """Purchase price in the west at which a unit taken to the east gains nothing."""
        return self.local_price * (1.0 - self.believed * self.damages) - self.freight * KM - self.margin

    def overrides(self, purchase_price: float) -> tuple[str, ...]:
        """The teaching market with these numbers."""
        return (
            f"products.0.distributor_price={self.local_price}",
            f"products.0.ex_factory_price={self.ex_factory}",
            f"logistics.freight_per_unit_km={self.freight}",
            f"logistics.drop_cost={self.drop_cost}",
            f"diversion.margin={self.margin}",
            f"diversion.prior_detection={self.believed}",
            f"policy.protection.damages={self.damages}",
            f"timetable.0.set={{'policy.price.ex_factory_discount'={1.0 - purchase_price / self.ex_factory}}}",
        )


def drawn(number: int) -> Set:
    """A set in which the east's own purchase price leaves nothing for diversion."""
    luck = np.random.default_rng(number)
    local = luck.uniform(9.0, 15.0)
    believed, damages = luck.uniform(0.02, 0.2), luck.uniform(0.5, 2.0)
    freight, margin = luck.uniform(0.0005, 0.0015), luck.uniform(0.1, 0.8)
    one = Set(local, 0.0, freight, margin, believed, damages, 0.0)
    return one._replace(ex_factory=luck.uniform(one.threshold + 0.2, local))


def market(one: Set, purchase_price: float, rules: Rules = COMPILED, weeks: int = 44) -> Market:
    """The market played to its end, or for some weeks."""
    played = Market(load("two-region-arbitrage", one.overrides(purchase_price)).scenario, rules=rules)
    played.play(weeks)
    played.close()
    return played


def diverted(one: Set, purchase_price: float, rules: Rules = COMPILED, weeks: int = 44) -> list[float]:
    """Units that arrived from the other territory, week by week."""
    return market(one, purchase_price, rules, weeks).record.numbers["diverted_units"]


@pytest.mark.parametrize("number", SETS)
def test_nothing_leaves_below_the_threshold(number: int) -> None:
    one = drawn(number)
    assert set(diverted(one, one.threshold + STEP)) == {0.0}


@pytest.mark.parametrize("number", SETS)
def test_goods_leave_above_it_from_the_first_possible_week(number: int) -> None:
    one = drawn(number)
    played = market(one, one.threshold - STEP, weeks=FIRST - 1)
    assert played.partners.attempts.sum() == 0
    played.step()
    # The first orders come at once; goods follow as soon as the diverter has more than its own territory takes.
    assert played.grey.lost.sum() > 0
    units = diverted(one, one.threshold - STEP, weeks=FIRST + 3)
    assert sum(units[: FIRST - 1]) == 0.0
    assert sum(units[FIRST - 1 :]) > 0.0


def test_at_the_threshold_itself_nothing_leaves() -> None:
    # Numbers that binary fractions hold exactly: 12 x (1 - 0.125 x 2) - 900 / 1024 - 0.5.
    one = Set(12.0, 11.0, 1 / 1024, 0.5, 0.125, 2.0, 0.0)
    exact = 9.0 - KM / 1024 - 0.5
    assert one.threshold == exact
    cost = 11.0 * (1.0 - (1.0 - exact / 11.0))
    assert cost == pytest.approx(exact, abs=1e-15)
    assert set(diverted(one, np.nextafter(exact, 12.0) + 1e-12)) == {0.0}
    assert sum(diverted(one, exact - 1e-3)) > 0.0


def test_a_consignment_must_pay_for_its_stop() -> None:
    one = drawn(3)
    # 400 units at most, of which half of 0.02 each is kept.
    assert sum(diverted(one._replace(drop_cost=4.5), one.threshold - STEP)) == 0.0


Offers = Callable[..., GreyOffers]


def changed(**change: Any) -> Offers:
    """The rule with some of its inputs multiplied."""

    def wrong(*args: Any) -> GreyOffers:
        names = ("cost", "price", "freight", "fine", "open_to", "margin", "undercut")
        given = dict(zip(names, args, strict=True))
        return best_grey_offers(*(value * change[name] if name in change else value for name, value in given.items()))

    return wrong


@pytest.mark.parametrize("part", ["freight", "fine", "margin"])
def test_a_cost_that_is_forgotten_or_counted_twice_shows(part: str) -> None:
    one = drawn(1)
    forgotten, twice = (replace(COMPILED, best_grey_offers=changed(**{part: factor})) for factor in (0, 2))
    assert sum(diverted(one, one.threshold + STEP, forgotten, FIRST + 3)) > 0.0
    assert sum(diverted(one, one.threshold - STEP, twice, FIRST + 3)) == 0.0


def test_who_believes_that_it_is_found_more_often_diverts_less() -> None:
    one = drawn(2)._replace(believed=0.05)
    low = sum(diverted(one, one.threshold - 1.0))
    high = sum(diverted(one._replace(believed=0.08), one.threshold - 1.0))
    assert low > high > 0


def test_the_market_balances_while_goods_cross() -> None:
    one = drawn(4)
    played = market(one, one.threshold - 2.0)
    assert played.record.money_imbalance < 1e-9
    assert played.record.goods_imbalance == 0
    assert played.record.diverted[0, 1] > 0 == played.record.diverted[1, 0]
