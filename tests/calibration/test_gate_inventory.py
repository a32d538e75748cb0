"""Closed forms of one stock point: base stock, queues, newsvendor, bullwhip."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from channellab.calibration.gates import inventory, queues
from channellab.calibration.gates.inventory import IntegerDemand, NormalDemand

from .drawn import demands, steady

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


# ---- lots ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "holding", "shortage", "fixed", "point", "level", "cost"),
    [(6, 1, 4, 5, 4, 10, 8.034112), (4, 40, 125, 150, 2, 7, 223.574830)],
)
def test_the_best_reorder_points_cost_what_stockpyl_says(
    mean: float, holding: float, shortage: float, fixed: float, point: int, level: int, cost: float
) -> None:
    week = IntegerDemand.poisson(mean)

    def of(point: int, level: int) -> float:
        stock = inventory.reorder_point(point, level, week, week)
        return holding * stock.on_hand + shortage * stock.backorders + fixed * stock.orders

    assert of(point, level) == pytest.approx(cost, abs=5e-6)
    others = [(point + low, level + high) for low in (-1, 0, 1) for high in (-1, 0, 1)]
    assert min(of(*each) for each in others) == of(point, level)


@steady
@given(demands, st.integers(0, 20))
def test_a_reorder_point_just_below_the_level_is_base_stock(demand: IntegerDemand, level: int) -> None:
    assume(demand.mean > 1e-6)
    stock = inventory.base_stock(level, demand)
    lots = inventory.reorder_point(level - 1, level, demand, demand)
    assert (lots.on_hand, lots.backorders) == pytest.approx((stock.on_hand, stock.backorders), abs=1e-9)
    assert lots.orders == pytest.approx(demand.at_least(1), abs=1e-9)


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
