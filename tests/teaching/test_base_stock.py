"""Base stock at one stage and in series: stock, back-orders and cost against the exact values."""

from typing import Any

import numpy as np
import pytest

from channellab.calibration.gates.inventory import IntegerDemand, base_stock
from channellab.calibration.gates.serial import clark_scarf, local_levels, serial_stock

TERMS = ("retail_stock", "distributor_stock", "plant_stock", "backorders", "stock_cost", "way")


def lists(*names: str) -> dict[str, list[float]]:
    """An empty list for each figure."""
    return {name: [] for name in names}


def shops(mean: float, lead_days: float, level: int, holding: float, shortage: float, seed: int) -> str:
    return f"""
        extends = "weekly-base-stock"
        [run]
        weeks = 160
        seed = {seed}
        [consumers]
        demand = {{mean = {mean}}}
        [manufacturer]
        stock = {{level = 1_000_000}}
        [retailers]
        local_lead_days = {lead_days}
        shortage_cost = {shortage}
        stock = {{level = {level}, holding_cost = {holding}}}
        """


def test_weekly_base_stock(lab: Any, judge: Any, batch_error: Any, sets: range) -> None:
    found, exact, error = (lists("retail_stock", "backorders", "stock_cost") for _ in range(3))
    for number in sets:
        draw = np.random.default_rng([number, 7])
        mean, lead_days = round(float(draw.uniform(0.5, 12)), 3), float(draw.integers(0, 28))
        weeks = int(lead_days // 7) + 1
        demand = IntegerDemand.poisson(mean).over(weeks)
        level = int(demand.quantile(draw.uniform(0.5, 0.97)))
        holding, shortage = (round(float(draw.uniform(0.1, 10)), 2) for _ in range(2))
        stock = base_stock(level, demand)
        cost = holding * stock.on_hand + shortage * stock.backorders
        result = lab(shops(mean, lead_days, level, holding, shortage, number))
        for name, value in zip(found, (stock.on_hand, stock.backorders, cost), strict=True):
            found[name].append(result.mean(name))
            exact[name].append(value)
            error[name].append(batch_error(result.weekly[name]))
    for name in found:
        judge(name, found[name], exact[name], error[name])


def chain(mean: float, weeks: list[int], levels: list[int], holding: list[float], shortage: float, seed: int) -> str:
    """Three stages, the shop first. A lead time of a week means: there before the next week's demand."""
    return f"""
        extends = "serial-base-stock"
        [run]
        weeks = 200
        seed = {seed}
        [consumers]
        demand = {{mean = {mean}}}
        [manufacturer]
        production_days = {7.0 * weeks[2]}
        stock = {{level = {levels[2]}, holding_cost = {holding[2]}}}
        [distributors]
        trunk_lead_days = {7.0 * weeks[1]}
        stock = {{level = {levels[1]}, holding_cost = {holding[1]}}}
        [retailers]
        local_lead_days = {7.0 * weeks[0] - 1e-6}
        shortage_cost = {shortage}
        stock = {{level = {levels[0]}, holding_cost = {holding[0]}}}
        """


def exact_terms(
    mean: float, weeks: list[int], levels: list[int], holding: list[float], shortage: float
) -> tuple[float, ...]:
    week = IntegerDemand.poisson(mean)
    stock = serial_stock(levels, [week.over(n) for n in weeks], holding, shortage)
    on_hand = [stage.on_hand for stage in stock.stages]
    way = sum(rate * units for rate, units in zip(holding[1:], stock.in_transit[:-1], strict=True))
    return (*on_hand, stock.stages[0].backorders, stock.cost, way)


def test_serial_base_stock(lab: Any, judge: Any, batch_error: Any, sets: range) -> None:
    found, exact, error = (lists(*TERMS) for _ in range(3))
    for number in sets:
        draw = np.random.default_rng([number, 61])
        mean, weeks = round(float(draw.uniform(2, 12)), 3), [int(n) for n in draw.integers(1, 4, 3)]
        holding = np.round(np.cumsum(draw.uniform(0.5, 3, 3))[::-1], 2).tolist()
        shortage = round(float(draw.uniform(3, 12)) * holding[0], 2)
        leads = [IntegerDemand.poisson(mean).over(n) for n in weeks]
        levels = [int(lead.quantile(draw.uniform(0.3, 0.9))) for lead in leads]
        weekly = lab(chain(mean, weeks, levels, holding, shortage, number)).weekly
        stocked = weekly[list(TERMS[:3])] @ np.array(holding)
        weekly["way"] = weekly["stock_cost"] - stocked - shortage * weekly["backorders"]
        for name, value in zip(TERMS, exact_terms(mean, weeks, levels, holding, shortage), strict=True):
            found[name].append(weekly[name].mean())
            exact[name].append(value)
            error[name].append(batch_error(weekly[name]))
    for name in TERMS:
        judge(name, found[name], exact[name], error[name])


def test_the_library_shows_example_6_1(lab: Any, batch_error: Any) -> None:
    result = lab('extends = "serial-base-stock"')
    exact = exact_terms(5, [1, 1, 2], [9, 6, 11], [7, 4, 2], 37.12)
    week = IntegerDemand.poisson(5)
    best, cost = clark_scarf([week, week, week.over(2)], [7, 4, 2], 37.12)
    assert local_levels(best) == [9, 6, 11]
    assert cost == pytest.approx(exact[4])
    assert exact[4] == pytest.approx(72.046741, abs=1e-6)
    for name, value in zip(TERMS[:5], exact, strict=False):
        assert result.mean(name) == pytest.approx(value, abs=4 * batch_error(result.weekly[name]))


def test_the_library_shows_palms_case(lab: Any, batch_error: Any) -> None:
    result = lab('extends = "weekly-base-stock"')
    for name, value in {"retail_stock": 3.40194, "backorders": 0.40194, "stock_cost": 5.00970}.items():
        assert result.mean(name) == pytest.approx(value, abs=4 * batch_error(result.weekly[name]))
