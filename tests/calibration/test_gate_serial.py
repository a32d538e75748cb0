"""Closed forms of stock points in series: the optimum of Clark and Scarf, and a chain played by hand."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from channellab.calibration.gates import serial
from channellab.calibration.gates.inventory import IntegerDemand

from .drawn import demands, steady


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
