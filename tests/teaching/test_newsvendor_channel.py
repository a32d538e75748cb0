"""A newsvendor channel under a target rebate: orders and profits against the exact ones (Taylor 2002)."""

from typing import Any

import numpy as np
import pytest

from channellab.calibration.gates.inventory import IntegerDemand, NormalDemand
from channellab.calibration.gates.prices import (
    NewsvendorChannel,
    coordinating_buy_back,
    coordinating_rebate,
    linear_contract,
    target_rebate,
)

PROFITS = ("partner_profit", "manufacturer_profit")
NORMAL = NormalDemand(100, 30)
CHANNEL = NewsvendorChannel(10, 3, NORMAL)
NONE = 'rebate = {kind = "none"}'


def market(channel: NewsvendorChannel, wholesale: float, demand: NormalDemand, rebate: str, seed: int = 1) -> str:
    return f"""
        extends = "newsvendor-channel"
        [run]
        seed = {seed}
        [consumers]
        demand = {{mean = {demand.mean}, sd = {demand.sd}}}
        [[products]]
        name = "Fresh good"
        list_price = {channel.price}
        ex_factory_price = {wholesale}
        unit_cost = {channel.cost}
        perishable = true
        [policy]
        {rebate}
        """


def above(target: float, per_unit: float, wholesale: float) -> str:
    """A rebate per unit sold above a target; thresholds and rates count at the wholesale price."""
    return f"rebate = {{tiers = [{{from_purchases = {wholesale * target}, rate = {per_unit / wholesale}}}]}}"


def earned(result: Any) -> list[float]:
    return [float(result.weekly[name].mean()) for name in PROFITS]


def test_newsvendor_channel(lab: Any, judge: Any, batch_error: Any, sets: range) -> None:
    """Ten channels, half of them with a target that is reached and half with one that may be ignored."""
    found, exact, error = ({name: [] for name in PROFITS} for _ in range(3))
    for number in sets:
        draw = np.random.default_rng([number, 11])
        price, mean = round(float(draw.uniform(8, 20)), 2), round(float(draw.uniform(40, 120)), 2)
        cost, demand = round(0.3 * price, 2), NormalDemand(mean, round(mean * float(draw.uniform(0.1, 0.3)), 2))
        wholesale = round(float(draw.uniform(1.3, 2.2)) * cost, 2)
        channel = NewsvendorChannel(price, cost, demand)
        per_unit, target = coordinating_rebate(channel, wholesale), int(mean * draw.uniform(0.85, 1.2))
        exactly = NewsvendorChannel(price, cost, IntegerDemand.rounded(demand))
        deal = target_rebate(exactly, wholesale, per_unit, target)
        result = lab(market(channel, wholesale, demand, above(target, per_unit, wholesale), number))
        for name, value in zip(PROFITS, (deal.retailer, deal.manufacturer), strict=True):
            found[name].append(float(result.weekly[name].mean()))
            exact[name].append(value)
            # What the maker earns is certain where the target is ignored.
            error[name].append(max(batch_error(result.weekly[name]), 1e-9))
    for name in PROFITS:
        judge(name, found[name], exact[name], error[name])


@pytest.mark.parametrize("target", [95, 100, 105, 110])
def test_the_library_shows_the_target_rebate(target: float, lab: Any, batch_error: Any) -> None:
    deal = target_rebate(NewsvendorChannel(10, 3, IntegerDemand.rounded(NORMAL)), 6, 10, target)
    assert deal.order == (116 if target < 110 else 92)
    result = lab(market(CHANNEL, 6, NORMAL, above(target, 10, 6)))
    for name, value in zip(PROFITS, (deal.retailer, deal.manufacturer), strict=True):
        error = 4 * batch_error(result.weekly[name])
        assert float(result.weekly[name].mean()) == pytest.approx(value, rel=1e-9, abs=error)


@pytest.mark.parametrize("buy_back", [0.0, 2.0, coordinating_buy_back(CHANNEL, 6)])
def test_the_library_shows_the_buy_back(buy_back: float, lab: Any, batch_error: Any) -> None:
    """Pasternack 1985: what is not sold goes back; at one price the shop orders what one firm would."""
    deal = linear_contract(NewsvendorChannel(10, 3, IntegerDemand.rounded(NORMAL)), 6, buy_back)
    assert deal.order == {0.0: 92, 2.0: 100}.get(buy_back, 116)
    share = f"share = {float(buy_back > 0)}\ncredit = {buy_back / 6 or 0.5}"
    result = lab(f'extends = "newsvendor-buy-back"\n[policy.returns]\n{share}\n')
    for name, value in zip(PROFITS, (deal.retailer, deal.manufacturer), strict=True):
        error = max(4 * batch_error(result.weekly[name]), 1e-9)
        assert float(result.weekly[name].mean()) == pytest.approx(value, rel=1e-9, abs=error)


def test_both_gain_between_two_targets_only_and_a_linear_rebate_never_coordinates(lab: Any) -> None:
    shop, maker = earned(lab(market(CHANNEL, 6, NORMAL, NONE)))
    gains = {}
    for target in (95, 100, 105, 110):
        found = earned(lab(market(CHANNEL, 6, NORMAL, above(target, 10, 6))))
        gains[target] = (found[0] - shop, found[1] - maker)
    assert gains[95][0] > 0 > gains[95][1]
    assert min(gains[100]) > 0 < min(gains[105])
    assert gains[110] == (0.0, 0.0)
    # On all units, the rebate at which the shop orders what one firm would leaves the maker nothing, or a loss.
    for counts, per_unit in (("purchases", 3), ("sales", 10)):
        linear = f'rebate = {{counts = "{counts}", tiers = [{{rate = {per_unit / 6}}}]}}'
        found = earned(lab(market(CHANNEL, 6, NORMAL, linear)))
        assert sum(found) == pytest.approx(shop + sum(gains[100]) + maker, rel=1e-9)
        assert found[1] < 1e-6


def test_shops_order_what_the_formula_says(lab: Any) -> None:
    for rebate, order in ((NONE, linear_contract(CHANNEL, 6).order), (above(100, 10, 6), 115.732)):
        result = lab(market(CHANNEL, 6, NORMAL, rebate))
        bought = result.money.query("account == 'ex_factory'").money.sum() / 52 / 6
        assert bought == pytest.approx(order, abs=0.51)
