"""How much of a lower price ex factory reaches the shelf, by the shop's price rule: one market with and without it."""

from collections.abc import Callable

import pytest

from channellab.sim.market import Market

from .on_paper import ONE_DISTRIBUTOR

MARKET = ONE_DISTRIBUTOR.replace("ex_factory_discount = 0.05", "ex_factory_discount = OFF")
SHOP = """
[[retailers.formats]]
name = "shop"
price = {PRICE}
[run]
warmup = 0
weeks = 3
"""
LOGIT = "rule = 'logit_optimal', price_sensitivity = 0.5, share_at_list = 0.4"


def passed_on(played: Callable[[str], Market], price: str) -> tuple[float, float]:
    """Money on the shelf for a unit of money on what the shop pays, and per cent for a per cent."""
    wholesale = "[distributors.price]\nrule = 'markup'\nmarkup = 0.0\n"
    asked, paid = [], []
    for off in ("0.0", "0.1"):
        market = played(MARKET.replace("OFF", off) + wholesale + SHOP.replace("PRICE", price))
        asked.append(market.retailers.price.item())
        paid.append(market.retailers.purchase_price.item())
    assert paid == pytest.approx([6.0, 5.4]), "the distributor passes on all"
    money = (asked[1] - asked[0]) / (paid[1] - paid[0])
    return money, money * paid[0] / asked[0]


@pytest.mark.parametrize("markup", [0.0, 0.3])
def test_a_mark_up_passes_on_all_in_percent(played: Callable[[str], Market], markup: float) -> None:
    money, percent = passed_on(played, f"rule = 'markup', markup = {markup}")
    assert percent == pytest.approx(1.0)
    assert money == pytest.approx(1.0 + markup)


@pytest.mark.parametrize("elasticity", [2.0, 2.5, 5.0])
def test_constant_elasticity_passes_on_more_than_all_in_money(
    played: Callable[[str], Market], elasticity: float
) -> None:
    money, percent = passed_on(played, f"rule = 'constant_elasticity', elasticity = {elasticity}")
    assert money == pytest.approx(elasticity / (elasticity - 1.0))
    assert percent == pytest.approx(1.0)


def test_a_list_price_passes_on_nothing(played: Callable[[str], Market]) -> None:
    assert passed_on(played, "rule = 'list'") == (0.0, 0.0)


def test_linear_demand_passes_on_half_in_money(played: Callable[[str], Market]) -> None:
    money, _ = passed_on(played, "rule = 'linear_demand', choke_price = 15.0")
    assert money == pytest.approx(0.5)


def test_a_logit_shop_passes_on_less_than_all(played: Callable[[str], Market]) -> None:
    money, percent = passed_on(played, LOGIT)
    assert 0.3 < money < 0.9
    assert 0.0 < percent < money
