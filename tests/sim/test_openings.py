"""Partners who open shops online when it pays, and close them when it does not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.sim import state
from channellab.sim.market import Market

from .test_handover import MARKET

Played = Callable[[str], Market]
OFFER = """[[online.shops]]
name = "Mall"
platform_fee = 0.1
traffic_cost = 0.0
delivery_cost = 0.5
[[online.shops]]
name = "Partner"
owner = "partner"
platform_fee = 0.1
traffic_cost = 0.0
delivery_cost = 0.5
[online]
review_weeks = 2
learning = 1.0
fixed_cost = FIXED
"""
TWO_SHOPS = MARKET[: MARKET.index("[[online.shops]]")] + OFFER + MARKET[MARKET.index("[online]") + len("[online]\n") :]
"""The market of orders online with a seller's shop for the brand's, and one beside it that a partner may open."""


def market_of(played: Played, fixed: float, weeks: int = 4) -> Market:
    return played(TWO_SHOPS.replace("FIXED", str(fixed)).replace("weeks = 4", f"weeks = {weeks}"))


def test_a_shop_that_pays_is_opened(played: Played) -> None:
    market = market_of(played, 1.0, weeks=8)
    online = market.online
    assert online.active.tolist() == [True, True]
    assert online.dormant.tolist() == [False, False]
    assert online.sold[1].sum() > 0
    # A unit leaves 10 x .9 - .5 - 6 = 2.5.
    assert online.worth[1] == pytest.approx(2.5 * online.sold[1].sum() - 1.0)
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= 1e-9


def test_it_has_the_fund_of_all_who_buy_from_the_brand(played: Played) -> None:
    """From the week in which it opens, also where no terms change then."""
    market = played(
        TWO_SHOPS.replace("FIXED", "1.0").replace("weeks = 4", "weeks = 8") + "[policy.development]\nrate = 0.1"
    )
    online = market.online
    assert online.active[1]
    assert market.development.rate[online.party].tolist() == [0.1, 0.1]
    assert market.development.sold[online.party[1]] > 0


def test_a_shop_that_does_not_stays_closed(played: Played) -> None:
    market = market_of(played, 1000.0)
    assert market.online.active.tolist() == [True, False]
    assert market.online.visits[1] == market.online.stock[1].sum() == market.online.sold[1].sum() == 0
    assert market.online.worth[1] == pytest.approx(2.5 * market.online.sold[0].sum() - 1000.0)


def test_a_shop_that_ceases_to_pay_is_closed_and_may_open_again(played: Played, tmp_path: Path) -> None:
    market = Market(market_of(played, 1.0).scenario)
    market.play(6)
    assert market.online.active[1]
    market.online.worth[1] = -1.0
    market.play(1)
    due = not market.online.active[1]
    market.online.worth[1] = -1.0
    market.play(1)
    assert due or not market.online.active[1]
    assert market.online.dormant[1]
    market.save(tmp_path / "closed.npz")
    other = Market.load(tmp_path / "closed.npz")
    for one in (market, other):
        one.play(4)
        assert one.online.active[1]
    assert all(
        np.array_equal(a, b) for a, b in zip(state.dump(market).values(), state.dump(other).values(), strict=True)
    )
    assert len(list(other.agents)) == len(list(market.agents))


def test_a_shop_that_has_left_does_not_come_back(played: Played) -> None:
    market = Market(market_of(played, 1.0).scenario)
    market.play(6)
    next(firm for firm in market.agents if getattr(firm, "table", "") == "online" and firm.row == 1).remove()
    market.play(6)
    assert not market.online.active[1]
