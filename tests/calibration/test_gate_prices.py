"""Closed forms of prices: tiers that each add a margin, and newsvendor contracts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channellab.calibration.gates import prices
from channellab.calibration.gates.inventory import IntegerDemand, NormalDemand

from .drawn import demands, steady

# ---- prices: tiers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tiers", "efficiency"), [(1, 1.0), (2, 0.75), (3, 0.4375), (4, 0.234375)])
def test_each_further_tier_halves_the_quantity(tiers: int, efficiency: float) -> None:
    market = prices.linear_tiers(100, 1, 20, tiers)
    assert market.quantity == 80 / 2**tiers
    assert market.efficiency == efficiency == pytest.approx(sum(market.profits) / 1600)


def test_bilateral_monopoly() -> None:
    assert prices.linear_tiers(100, 1, 20, tiers=1) == prices.ChannelOutcome((60.0,), 40.0, (1600.0,), 1.0)
    assert prices.linear_tiers(100, 1, 20) == prices.ChannelOutcome((60.0, 80.0), 20.0, (800.0, 400.0), 0.75)


@pytest.mark.parametrize(
    ("retailers", "quantity", "efficiency"),
    [(1, 20, 0.75), (2, 26.667, 0.8889), (3, 30, 0.9375), (5, 33.333, 0.9722), (10, 36.364, 0.9917)],
)
def test_cournot_retailers(retailers: int, quantity: float, efficiency: float) -> None:
    market = prices.cournot_retailers(100, 1, 20, retailers)
    assert market.prices[0] == 60
    assert market.quantity == pytest.approx(quantity, abs=5e-4)
    assert market.efficiency == pytest.approx(efficiency, abs=5e-5)
    assert sum(market.profits) == pytest.approx(1600 * market.efficiency)


def test_constant_elasticity() -> None:
    market = prices.elastic_tiers(1000, 2.5, 1)
    assert market.prices == pytest.approx((1.6667, 2.7778), abs=5e-5)
    assert market.prices[1] / market.prices[0] == pytest.approx(2.5 / 1.5)
    assert market.quantity == pytest.approx(1000 * market.prices[1] ** -2.5)


def test_contracts_that_price_as_one() -> None:
    assert prices.two_part_tariff(100, 1, 20, fee=600) == prices.ChannelOutcome((20, 60.0), 40.0, (600, 1000.0), 1.0)
    discount = prices.quantity_discount(100, 1, 20, share=0.5)
    assert discount == prices.ChannelOutcome((40.0, 60.0), 40.0, (800.0, 800.0), 1.0)


@steady
@given(st.floats(10, 1e4), st.floats(0.1, 10), st.floats(0, 0.95), st.integers(1, 6))
def test_efficiency_falls_with_tiers_and_rises_with_retailers(a: float, b: float, cost: float, n: int) -> None:
    c = cost * a / b
    chain, longer = prices.linear_tiers(a, b, c, n), prices.linear_tiers(a, b, c, n + 1)
    assert longer.efficiency < chain.efficiency
    assert longer.prices[:n] == pytest.approx(chain.prices)
    few, more = prices.cournot_retailers(a, b, c, n), prices.cournot_retailers(a, b, c, n + 1)
    assert few.efficiency < more.efficiency < 1


@steady
@given(st.floats(1.2, 8), st.floats(0.1, 10), st.integers(1, 4))
def test_no_elastic_tier_gains_by_another_price(elasticity: float, c: float, tiers: int) -> None:
    market = prices.elastic_tiers(1000, elasticity, c, tiers)
    bought = (c, *market.prices)[-2]
    for price in (0.99 * market.prices[-1], 1.01 * market.prices[-1]):
        assert (price - bought) * 1000 * price**-elasticity <= market.profits[-1] * (1 + 1e-9)
    assert prices.elastic_tiers(1000, elasticity, c, tiers + 1).efficiency < market.efficiency * (1 + 1e-12)


@pytest.mark.parametrize("bad", [{"a": 10}, {"b": 0}, {"tiers": 0}, {"c": -1}])
def test_tiers_refuse_a_market_without_trade(bad: dict[str, float]) -> None:
    given_market: dict[str, float] = {"a": 100, "b": 1, "c": 20, "tiers": 2, **bad}
    with pytest.raises(ValueError, match="needs a > b c"):
        prices.linear_tiers(given_market["a"], given_market["b"], given_market["c"], int(given_market["tiers"]))


# ---- prices: newsvendor contracts ------------------------------------------------------------------------------------

CHANNEL = prices.NewsvendorChannel(10, 3, NormalDemand(100, 30))
PLAIN = prices.linear_contract(CHANNEL, wholesale=6)
WHOLE = prices.integrated_newsvendor(CHANNEL)


def test_wholesale_price_contract() -> None:
    assert (WHOLE.order, WHOLE.channel) == pytest.approx((115.732, 595.692), abs=5e-4)
    assert (PLAIN.order, PLAIN.retailer, PLAIN.manufacturer) == pytest.approx((92.400, 284.097, 277.199), abs=5e-4)
    assert PLAIN.channel / WHOLE.channel == pytest.approx(0.942, abs=5e-4)


def test_buy_back_and_revenue_sharing_coordinate() -> None:
    price = prices.coordinating_buy_back(CHANNEL, wholesale=6)
    assert price == pytest.approx(4.2857, abs=5e-5)
    sharing = prices.linear_contract(CHANNEL, wholesale=1.8, kept=0.6)
    for deal in (prices.linear_contract(CHANNEL, wholesale=6, buy_back=price), sharing):
        assert deal.order == pytest.approx(WHOLE.order)
        assert deal.channel == pytest.approx(WHOLE.channel)
    assert sharing.retailer == pytest.approx(0.6 * WHOLE.channel)


@pytest.mark.parametrize(("target", "retailer", "manufacturer"), [(100, 311.07, 284.63), (105, 287.73, 307.97)])
def test_target_rebate_can_serve_both(target: float, retailer: float, manufacturer: float) -> None:
    deal = prices.target_rebate(CHANNEL, 6, prices.coordinating_rebate(CHANNEL, 6), target)
    assert deal.order == pytest.approx(115.732, abs=5e-4)
    assert (deal.retailer, deal.manufacturer) == pytest.approx((retailer, manufacturer), abs=5e-3)
    assert deal.retailer > PLAIN.retailer
    assert deal.manufacturer > PLAIN.manufacturer


def test_target_rebate_too_low_or_too_high() -> None:
    low = prices.target_rebate(CHANNEL, 6, 10, 95)
    assert low.channel == pytest.approx(WHOLE.channel)
    assert min(low.retailer - PLAIN.retailer, low.manufacturer - PLAIN.manufacturer) < 0
    assert prices.target_rebate(CHANNEL, 6, 10, 110) == PLAIN


@steady
@given(demands, st.floats(3.5, 9.5), st.floats(0, 12), st.integers(0, 6))
def test_rebate_order_is_the_best_of_all_orders(
    demand: IntegerDemand, wholesale: float, rebate: float, target: int
) -> None:
    channel = prices.NewsvendorChannel(10, 3, demand)

    def profit(order: float) -> float:
        above = max(channel.sales(order) - channel.sales(target), 0.0)
        return 10 * channel.sales(order) - wholesale * order + rebate * above

    deal = prices.target_rebate(channel, wholesale, rebate, target)
    assert deal.retailer == pytest.approx(profit(deal.order))
    assert deal.retailer == pytest.approx(max(profit(order) for order in range(demand.pmf.size + 1)))
    assert deal.channel == pytest.approx(10 * channel.sales(deal.order) - 3 * deal.order)


def test_contract_refuses_a_loss_on_every_unit() -> None:
    with pytest.raises(ValueError, match="buy_back < wholesale < kept"):
        prices.linear_contract(CHANNEL, wholesale=11)
