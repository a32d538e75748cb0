"""The closed forms give the numbers of the literature, of brute force and of small markets played by hand."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats

from channellab.calibration.gates import diffusion, inventory, logit, prices, queues, serial
from channellab.calibration.gates.inventory import IntegerDemand, NormalDemand

steady = settings(deadline=None, derandomize=True, max_examples=60)
weights = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)
demands = weights.map(lambda found: IntegerDemand(np.array(found) / sum(found)))

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


# ---- diffusion -------------------------------------------------------------------------------------------------------


def test_bass_curve_and_peak() -> None:
    assert diffusion.bass_share([5, 10, 15], 0.03, 0.38) == pytest.approx([0.3312, 0.8128, 0.9716], abs=5e-5)
    assert diffusion.bass_peak(0.03, 0.38) == pytest.approx((6.193, 0.4605), abs=5e-4)
    assert diffusion.bass_peak(0.4, 0.3) == (0.0, 0.0)


def adopt(consumers: int, dt: float, markets: int) -> NDArray[np.float64]:
    """Shares that have adopted after 5, 10, 15 years in markets where every consumer draws; shape ``(3, markets)``."""
    draws, adopted = np.random.default_rng(5), np.zeros(markets, dtype=np.int64)
    shares = [adopted / consumers]
    for _ in range(round(15 / dt)):
        hazard = 1 - np.exp(-(0.03 + 0.38 * adopted / consumers) * dt)
        adopted = adopted + draws.binomial(consumers - adopted, hazard)
        shares.append(adopted / consumers)
    return np.array([shares[round(year / dt)] for year in (5, 10, 15)])


@pytest.mark.parametrize(
    ("consumers", "dt", "one_run"),
    [
        (10_000, 1.0, (0.266, 0.731, 0.952)),
        (10_000, 0.1, (0.343, 0.817, 0.970)),
        (100_000, 0.1, (0.328, 0.810, 0.971)),
    ],
)
def test_bass_steps_are_what_consumers_do(consumers: int, dt: float, one_run: tuple[float, ...]) -> None:
    exact = diffusion.bass_steps(round(15 / dt), 0.03, 0.38, dt)[[round(year / dt) for year in (5, 10, 15)]]
    shares = adopt(consumers, dt, markets=400)
    assert shares.mean(axis=1) == pytest.approx(exact, abs=0.001)
    assert np.all(np.abs(one_run - exact) < 3 * shares.std(axis=1))


AIR_CONDITIONERS = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
COLOUR_TELEVISION = [747, 1480, 2646, 5118, 5777, 5982, 5962, 4631]
CLOTHES_DRYERS = [106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236]


@pytest.mark.parametrize(
    ("series", "p", "q", "market"),
    [
        (AIR_CONDITIONERS, 0.0094, 0.3748, 18_713),
        (COLOUR_TELEVISION, 0.0185, 0.6159, 39_659),
        (CLOTHES_DRYERS, 0.0136, 0.3267, 16_497),
    ],
)
def test_bass_sales_fit_the_durables_of_1969(series: list[int], p: float, q: float, market: float) -> None:
    def sales(periods: NDArray[np.float64], p: float, q: float, market: float) -> NDArray[np.float64]:
        return diffusion.bass_sales(periods.size, p, q, 1000 * market)

    fitted, _ = optimize.curve_fit(sales, np.arange(len(series)), series, p0=(0.02, 0.4, 20.0))
    assert fitted[:2] == pytest.approx([p, q], abs=1e-4)
    assert 1000 * fitted[2] == pytest.approx(market, rel=1e-4)


@steady
@given(st.floats(0.001, 0.1), st.floats(0.001, 1.0), st.floats(0.01, 1.0))
def test_bass_steps_rise_lag_and_converge(p: float, q: float, dt: float) -> None:
    share = diffusion.bass_steps(100, p, q, dt)
    exact = diffusion.bass_share(dt * np.arange(101), p, q)
    assert np.all(np.diff(share) >= 0)
    assert np.all(share <= exact + 1e-12)
    finer = diffusion.bass_steps(400, p, q, dt / 4)[::4]
    assert np.abs(finer - exact).max() <= 0.5 * np.abs(share - exact).max() + 1e-12


@steady
@given(st.floats(0.001, 0.1), st.floats(0.11, 1.0))
def test_bass_peak_is_on_the_curve(p: float, q: float) -> None:
    time, share = diffusion.bass_peak(p, q)
    before, at, after = diffusion.bass_share([time - 0.01, time, time + 0.01], p, q)
    assert at == pytest.approx(share)
    assert at - before == pytest.approx(after - at, rel=1e-4)


# ---- logit -----------------------------------------------------------------------------------------------------------


def test_logit_shares_and_elasticities() -> None:
    share = logit.shares([2 - 0.5 * 4, 2.5 - 0.5 * 5])
    assert share == pytest.approx([1 / 3, 1 / 3])
    assert logit.elasticities(0.5, [4, 5], share) == pytest.approx(
        np.array([[-1.3333, 0.8333], [0.6667, -1.6667]]), abs=5e-5
    )


def test_logit_prices_in_equilibrium() -> None:
    price = logit.bertrand_prices([2, 2.5], 0.5, [1, 1])
    share = logit.shares(np.array([2, 2.5]) - 0.5 * price)
    assert price == pytest.approx([3.88693, 4.34696], abs=5e-6)
    assert share == pytest.approx([0.30722, 0.40244], abs=5e-6)
    assert price - 1 == pytest.approx(1 / (0.5 * (1 - share)))


offers = st.lists(st.tuples(st.floats(-5, 8), st.floats(0, 5), st.integers(0, 2)), min_size=1, max_size=6)


@steady
@given(offers, st.floats(0.1, 3))
def test_no_firm_gains_by_other_prices(market: list[tuple[float, float, int]], alpha: float) -> None:
    quality, cost, owner = (np.array(column) for column in zip(*market, strict=True))
    price = logit.bertrand_prices(quality, alpha, cost, owner)

    def profit(tried: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((tried - cost) * logit.shares(quality - alpha * tried))

    for offer, step in product(range(price.size), (-0.05, 0.05)):
        mine = owner == owner[offer]
        tried = price + step / alpha * (np.arange(price.size) == offer)
        assert profit(tried)[mine].sum() <= profit(price)[mine].sum() * (1 + 1e-9)


@steady
@given(st.lists(st.floats(-20, 20), min_size=2, max_size=8))
def test_shares_sum_to_less_than_one_and_obey_iia(utility: list[float]) -> None:
    share = logit.shares(utility)
    assert 0 < share.sum() < 1
    without = logit.shares_without(share, 0)
    assert without[1:] == pytest.approx(logit.shares(utility[1:]), rel=1e-6)
    assert without[0] == 0


@steady
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.5, 5)), min_size=1, max_size=5), st.floats(0.1, 2))
def test_elasticities_are_the_slopes_of_the_shares(market: list[tuple[float, float]], alpha: float) -> None:
    quality, price = (np.array(column) for column in zip(*market, strict=True))
    exact = logit.elasticities(alpha, price, logit.shares(quality - alpha * price))
    for changed in range(price.size):
        step = np.where(np.arange(price.size) == changed, 1e-5, 0.0)
        up, down = (logit.shares(quality - alpha * price * np.exp(sign * step)) for sign in (1, -1))
        assert np.log(up / down) / 2e-5 == pytest.approx(exact[:, changed], abs=1e-5)


# ---- one stock point -------------------------------------------------------------------------------------------------


def test_base_stock_with_poisson_customers() -> None:
    stock = inventory.base_stock(15, IntegerDemand.poisson(4 * 3))
    assert (stock.empty, stock.on_hand, stock.backorders) == pytest.approx((0.227975, 3.40194, 0.40194), abs=5e-6)


@pytest.mark.parametrize(("servers", "load", "lost"), [(15, 12, 0.085729), (10, 8, 0.121661)])
def test_erlang_loss(servers: int, load: float, lost: float) -> None:
    assert inventory.erlang_b(servers, load) == pytest.approx(lost, abs=5e-7)
    poisson = stats.poisson(load)
    assert inventory.erlang_b(servers, load) == pytest.approx(float(poisson.pmf(servers) / poisson.cdf(servers)))


@pytest.mark.parametrize(
    ("servers", "load", "probability", "mean"),
    [(1, 0.9, 0.9, 9.0), (2, 1.8, 0.852632, 4.263158), (10, 8.0, 0.409180, 0.204590)],
)
def test_erlang_delay(servers: int, load: float, probability: float, mean: float) -> None:
    assert queues.waiting(servers, load) == pytest.approx((probability, mean), abs=5e-7)


def test_a_queue_that_grows_for_ever_is_refused() -> None:
    with pytest.raises(ValueError, match="load is 2, expected values above 0 and below the 2 servers"):
        queues.waiting(2, 2)


@pytest.mark.parametrize(
    ("holding", "shortage", "demand", "level", "cost"),
    [
        (0.18, 0.70, NormalDemand(50, 8), 56.60396, 1.997605),
        (0.18, 0.70, NormalDemand(5 * 50, 8 * 5**0.5), 264.76689, 4.466781),
        (1, 4, IntegerDemand.poisson(6), 8, 3.570107),
        (0.18, 0.70, IntegerDemand.poisson(50), 56, 1.797235),
    ],
    ids=["normal", "normal, lead time 4", "Poisson(6)", "Poisson(50)"],
)
def test_newsvendor(holding: float, shortage: float, demand: inventory.Demand, level: float, cost: float) -> None:
    best = inventory.newsvendor(holding, shortage, demand)
    assert best.level == pytest.approx(level, abs=5e-6)
    assert best.cost == pytest.approx(cost, abs=5e-7)


@steady
@given(demands, st.integers(0, 8))
def test_stock_less_backorders_is_level_less_mean(demand: IntegerDemand, level: int) -> None:
    stock = inventory.base_stock(level, demand)
    assert stock.on_hand - stock.backorders == pytest.approx(level - demand.mean)
    assert stock.backorders == pytest.approx(demand.above(level).mean, abs=1e-12)
    assert 0 <= stock.short <= stock.empty <= 1 + 1e-12


@steady
@given(demands, st.floats(0.1, 10), st.floats(0.1, 10))
def test_newsvendor_is_the_best_of_all_levels(demand: IntegerDemand, holding: float, shortage: float) -> None:
    def cost(level: int) -> float:
        stock = inventory.base_stock(level, demand)
        return holding * stock.on_hand + shortage * stock.backorders

    assert inventory.newsvendor(holding, shortage, demand).cost == pytest.approx(min(map(cost, range(8))))


@steady
@given(demands, st.integers(0, 5))
def test_demand_adds_up_over_periods(demand: IntegerDemand, periods: int) -> None:
    total = demand.over(periods)
    assert total.mean == pytest.approx(periods * demand.mean)
    assert total.pmf.sum() == pytest.approx(1)


def test_integer_demand_refuses_what_is_no_distribution() -> None:
    with pytest.raises(ValueError, match=r"sums to 0\.5"):
        IntegerDemand(np.array([0.5]))


# ---- stock points in series ------------------------------------------------------------------------------------------


def rounded_normal(mean: float, sd: float, unit: float) -> IntegerDemand:
    """Normal demand in whole multiples of ``unit``, cut at 0 and 9 standard deviations above the mean."""
    edges = unit * (np.arange(round((mean + 9 * sd) / unit) + 2) - 0.5)
    below = np.asarray(stats.norm.cdf(edges, mean, sd))
    below[[0, -1]] = 0, 1
    return IntegerDemand(np.diff(below))


def rounded_uniform(low: float, high: float, unit: float) -> IntegerDemand:
    """Uniform demand in whole multiples of ``unit``."""
    edges = unit * (np.arange(round(high / unit) + 2) - 0.5)
    return IntegerDemand(np.diff(np.clip((edges - low) / (high - low), 0, 1)))


def lumped_poisson(mean: float) -> IntegerDemand:
    """Poisson demand as stockpyl 1.0.2 takes it: the upper tail of probability Phi(-4) counts as its first unit."""
    last = int(stats.poisson.ppf(stats.norm.cdf(4), mean))
    pmf = np.asarray(stats.poisson.pmf(np.arange(last + 1), mean))
    pmf[last] = stats.poisson.sf(last - 1, mean)
    return IntegerDemand(pmf)


WEEK = IntegerDemand.poisson(5)
HALF = IntegerDemand.poisson(32)
QUARTER = IntegerDemand.poisson(4)
COSTS_6_2, COSTS_EQUAL, COSTS_MIDDLE = (7, 5, 3, 2, 1), (1, 0.75, 0.5, 0.25), (5.5, 5.25, 2.75, 0.25)


@pytest.mark.parametrize(
    ("leads", "holding", "shortage", "echelon", "cost"),
    [
        ([WEEK, WEEK, WEEK.over(2)], (7, 4, 2), 37.12, [9, 15, 26], 72.046741),
        ([HALF] * 5, COSTS_6_2, 24, [41, 74, 109, 142, 174], 453.691559),
    ],
    ids=["example 6.1", "problem 6.2b"],
)
def test_serial_poisson_optimum(
    leads: list[IntegerDemand], holding: Sequence[float], shortage: float, echelon: list[int], cost: float
) -> None:
    levels, least = serial.clark_scarf(leads, holding, shortage)
    assert levels == echelon
    assert least == pytest.approx(cost, abs=5e-7)
    chain = serial.serial_stock(serial.local_levels(levels), leads, holding, shortage)
    assert chain.cost == pytest.approx(least, rel=1e-12)


@pytest.mark.parametrize(
    ("means", "holding", "shortage", "cost"),
    [
        ((5, 5, 10), (7, 4, 2), 37.12, 72.0435433050749),
        ((32,) * 5, COSTS_6_2, 24, 453.6855978910213),
        ((4,) * 4, COSTS_EQUAL, 9, 12.68694),
        ((4,) * 4, COSTS_MIDDLE, 99, 74.55429),
    ],
    ids=["example 6.1", "problem 6.2b", "Shang-Song 1", "Shang-Song 25"],
)
def test_stockpyl_numbers_are_those_of_its_lumped_tail(
    means: tuple[float, ...], holding: Sequence[float], shortage: float, cost: float
) -> None:
    _, least = serial.clark_scarf([lumped_poisson(mean) for mean in means], holding, shortage)
    assert least == pytest.approx(cost, abs=5e-6)


@pytest.mark.parametrize(
    ("holding", "shortage", "published"),
    [(COSTS_EQUAL, 9, 12.688), (COSTS_MIDDLE, 9, 53.008), (COSTS_EQUAL, 99, 16.206), (COSTS_MIDDLE, 99, 74.564)],
    ids=["row 1", "row 9", "row 17", "row 25"],
)
def test_shang_song_costs(holding: Sequence[float], shortage: float, published: float) -> None:
    _, least = serial.clark_scarf([QUARTER] * 4, holding, shortage)
    assert least == pytest.approx(published, abs=5e-4)


FIVE = rounded_uniform(5 - 3**0.5, 5 + 3**0.5, 0.01)


@pytest.mark.parametrize(
    ("unit", "leads", "holding", "shortage", "echelon", "cost"),
    [
        (
            0.01,
            [rounded_normal(5 * weeks, weeks**0.5, 0.01) for weeks in (1, 1, 2)],
            (7, 4, 2),
            37.12,
            [6.49, 12.02, 22.71],
            47.66,
        ),
        (0.01, [FIVE, FIVE, FIVE.over(2)], (7, 4, 2), 37.12, None, 46.87),
        (0.1, [rounded_normal(100, 15, 0.1)] * 2, (2, 1), 15, [123.48, 228.43], 166.25),
        (0.05, [rounded_normal(32, 32**0.5, 0.05)] * 5, COSTS_6_2, 24, [40.6, 74.25, 109.1, 142.1, 174.5], 451.61),
        (
            0.05,
            [rounded_normal(20 * weeks, 4 * weeks**0.5, 0.05) for weeks in (8, 3)],
            (7, 2),
            24,
            [171.20, 232.15],
            438.18,
        ),
    ],
    ids=["example 6.1", "example 6.1 uniform", "problem 6.1", "problem 6.2a", "problem 6.16"],
)
def test_serial_optimum_on_a_fine_grid(
    unit: float,
    leads: list[IntegerDemand],
    holding: tuple[float, ...],
    shortage: float,
    echelon: list[float] | None,
    cost: float,
) -> None:
    levels, least = serial.clark_scarf(leads, [rate * unit for rate in holding], shortage * unit)
    assert least == pytest.approx(cost, abs=6e-3)
    if echelon:
        assert np.array(levels) * unit == pytest.approx(echelon, abs=1.001 * unit)


def play(levels: Sequence[int], weeks: Sequence[int], demand: Iterable[int]) -> NDArray[np.int64]:
    """A chain that moves its units week by week; on hand, in transit towards and owed by each stage, after each week.

    Shape ``(weeks, 3, stages)``, stage 1 first; ``weeks`` are the lead times.
    """
    on_hand, owed = list(levels), [0] * len(levels)
    lanes = [deque([0] * lead) for lead in weeks]
    counted = []
    for wanted in demand:
        sent = [0] * len(levels)
        for stage, lane in enumerate(lanes):
            on_hand[stage] += lane.popleft()
            owed[stage] += wanted
            sent[stage] = min(on_hand[stage], owed[stage])
            on_hand[stage] -= sent[stage]
            owed[stage] -= sent[stage]
        for lane, units in zip(lanes, [*sent[1:], wanted], strict=True):
            lane.append(units)
        counted.append([list(on_hand), [sum(lane) for lane in lanes], list(owed)])
    return np.array(counted)


@pytest.mark.parametrize(("levels", "weeks"), [((9, 6, 11), (1, 1, 2)), ((14, 0, 7), (2, 1, 1)), ((3, 12), (1, 3))])
def test_serial_stock_is_what_a_chain_played_by_hand_does(levels: tuple[int, ...], weeks: tuple[int, ...]) -> None:
    found = play(levels, weeks, np.random.default_rng(7).poisson(5, 40_000).tolist())[100:]
    chain = serial.serial_stock(levels, [WEEK.over(lead) for lead in weeks], [1.0] * len(levels), 1.0)
    on_hand, in_transit, owed = found.mean(axis=0)
    assert [stage.on_hand for stage in chain.stages] == pytest.approx(on_hand, abs=0.06)
    assert chain.in_transit == pytest.approx(in_transit, abs=0.1)
    assert [stage.backorders for stage in chain.stages] == pytest.approx(owed, abs=0.06)
    assert [stage.short for stage in chain.stages] == pytest.approx((found[:, 2] > 0).mean(axis=0), abs=0.01)
    assert [stage.empty for stage in chain.stages] == pytest.approx((found[:, 0] == 0).mean(axis=0), abs=0.01)


@steady
@given(st.lists(st.tuples(demands, st.integers(0, 6)), min_size=1, max_size=4))
def test_serial_stock_keeps_what_it_is_given(chain: list[tuple[IntegerDemand, int]]) -> None:
    leads, levels = [lead for lead, _ in chain], [level for _, level in chain]
    found = serial.serial_stock(levels, leads, [1.0] * len(levels), 0.0)
    backlog_above = [stage.backorders for stage in found.stages[1:]] + [0.0]
    for level, lead, stage, above in zip(levels, leads, found.stages, backlog_above, strict=True):
        assert stage.on_hand - stage.backorders == pytest.approx(level - lead.mean - above)
    owned = sum(stage.on_hand for stage in found.stages) + sum(lead.mean for lead in leads) - found.stages[0].backorders
    assert owned == pytest.approx(sum(levels))


@steady
@given(demands, demands, st.floats(0.1, 3), st.floats(0.1, 3), st.floats(0.5, 30))
def test_clark_scarf_is_the_best_of_all_levels(
    lower: IntegerDemand, upper: IntegerDemand, base: float, added: float, shortage: float
) -> None:
    leads, holding = [lower, upper], [base + added, base]
    levels, least = serial.clark_scarf(leads, holding, shortage)

    def cost(tried: Sequence[int]) -> float:
        return serial.serial_stock(tried, leads, holding, shortage).cost

    tried = product(range(lower.pmf.size + upper.pmf.size), range(upper.pmf.size + 1))
    assert least == pytest.approx(min(map(cost, tried)))
    assert least == pytest.approx(cost(serial.local_levels(levels)))


def test_clark_scarf_refuses_stock_that_is_cheaper_near_the_customer() -> None:
    with pytest.raises(ValueError, match="expected to fall from stage 1 up"):
        serial.clark_scarf([WEEK, WEEK], [1, 2], 10)


# ---- bullwhip --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lead_time", "window", "ratio"), [(1, 4, 1.625), (2, 5, 2.12), (3, 10, 1.78), (4, 4, 5.0)])
def test_bullwhip_of_a_moving_average(lead_time: int, window: int, ratio: float) -> None:
    assert inventory.bullwhip_moving_average(lead_time, window) == pytest.approx(ratio)
    demand = np.random.default_rng(3).normal(100, 10, 200_000)
    forecast = np.convolve(demand, np.full(window, 1 / window), mode="valid")
    orders = demand[window:] + lead_time * np.diff(forecast)
    assert orders.var() / demand.var() == pytest.approx(ratio, rel=0.02)


@pytest.mark.parametrize(("lead_time", "weight", "ratio"), [(2, 0.2, 1.9778), (4, 0.3, 5.0941)])
def test_bullwhip_of_exponential_smoothing(lead_time: int, weight: float, ratio: float) -> None:
    assert inventory.bullwhip_exponential(lead_time, weight) == pytest.approx(ratio, abs=5e-5)
    demand = np.random.default_rng(3).normal(100, 10, 100_000)
    forecast = np.full(demand.size, 100.0)
    for week in range(1, demand.size):
        forecast[week] = weight * demand[week] + (1 - weight) * forecast[week - 1]
    orders = demand[1:] + lead_time * np.diff(forecast)
    assert orders.var() / demand.var() == pytest.approx(ratio, rel=0.02)


@steady
@given(st.integers(0, 8), st.integers(1, 50))
def test_bullwhip_fades_with_a_longer_memory(lead_time: int, window: int) -> None:
    shorter = inventory.bullwhip_moving_average(lead_time, window)
    assert 1 <= inventory.bullwhip_moving_average(lead_time, window + 1) <= shorter
    assert inventory.bullwhip_moving_average(lead_time, 10**9) == pytest.approx(1)
