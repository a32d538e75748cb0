"""Diversion, penalties, satisfaction and the conflict index, worked out with pencil and paper.

The west buys at 6.0, the east pays its distributor 10.0. A unit taken there costs 0.9 of freight and the diverter wants
a margin of 0.1. It believes that one consignment in ten is found, whatever happens.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from channellab.agents.diversion import believed_detection
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.settings.protection import ConflictSettings
from channellab.sim import metrics
from channellab.sim.ledger import Account
from channellab.sim.market import Market

MARKET = """
[run]
warmup = 0
weeks = 3
[network]
regions = "pair"
detour = 1.0
sites_per_district = 1
sites_per_area = 1
[logistics]
freight_per_unit_km = 0.001
drop_cost = 0.0
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "constant", mean = 10.0}
[[products]]
name = "Good"
list_price = 20.0
distributor_price = 10.0
ex_factory_price = 9.0
unit_cost = 5.0
[distributors]
trunk_lead_days = 3.5
stock = {rule = "base_stock", level = 40, holding_cost = 0.0}
fixed_cost = 0.0
[retailers]
local_lead_days = 3.5
stock = {rule = "base_stock", level = 20, holding_cost = 0.0}
handling_cost = 0.0
[diversion]
openness = 1.0
half_discount = 0.1
margin = 0.1
prior_attempts = 1e12
[conflict]
satisfaction_rate = 0.2
habit_rate = 0.0
[policy.funds]
district_support = 0.0
[policy.protection]
detection = 1.0
[[timetable]]
weeks = [1, 3]
where = ["WEST"]
set = {"policy.price.ex_factory_discount" = 0.3333333333333333}
"""
STRICT = "warnings = 0\ndeductions = 0\ndamages = 1.0\n"
"""Damages of 10.0 a unit from the first case on: the diverter expects 1.0 and gains 10 - 6 - 0.9 - 1 - 0.1 = 2.0."""
# It passes on half of 2.0, a discount of 10 %, for which the eastern shop moves half of its order of 10 units.
UNITS, ASKED, PRICE = 5, 10, 9.0
LADDER = "warnings = 1\ndeductions = 1\ndamages = 3.0\ndeposit = 30.0\ninjured_share = 0.5\n"


def market_of(tmp_path: Any, protection: str, *overrides: str) -> Market:
    path = tmp_path / "market.toml"
    path.write_text(MARKET.replace("detection = 1.0\n", f"detection = 1.0\n{protection}"))
    return Market(load(str(path), overrides).scenario)


@pytest.fixture
def play(tmp_path: Any) -> Callable[..., Market]:
    def played(protection: str, *overrides: str, weeks: int = 3) -> Market:
        market = market_of(tmp_path, protection, *overrides)
        market.play(weeks)
        market.close()
        return market

    return played


def test_goods_money_and_penalties_of_a_week(play: Callable[..., Market]) -> None:
    market = play(STRICT, weeks=1)
    flow = dict(zip(Account, market.ledger.flow.tolist(), strict=True))
    assert market.record.numbers["diverted_units"] == [UNITS]
    assert flow[Account.GREY_SALES] == pytest.approx(UNITS * PRICE)
    assert flow[Account.WHOLESALE] == pytest.approx(10.0 * (20 - UNITS))
    assert flow[Account.PENALTIES] == pytest.approx(UNITS * 10.0)
    assert flow[Account.POLICING] == pytest.approx(2 * 0.5)
    west, east = market.distributors.party
    assert market.ledger.entries[Account.GREY_SALES, west] == pytest.approx(UNITS * PRICE)
    # 5 km to the own shop, 900 km to the east: the west sends 10 and 5 units, the east 5.
    assert -market.ledger.entries[Account.FREIGHT, west] == pytest.approx(10 * 0.005 + UNITS * 0.9)
    assert -market.ledger.entries[Account.FREIGHT, east] == pytest.approx(5 * 0.005)
    assert market.distributors.demand.ravel().tolist() == [10 + UNITS, 10 - UNITS]
    assert market.distributors.ordered.ravel().tolist() == [10 + UNITS, 10 - UNITS]


LEARNING = (
    *("run.weeks=9", "diversion.prior_attempts=4.0"),
    'timetable=[{weeks=[1, 9], where=["WEST"], set={"policy.price.ex_factory_discount"=0.3333333333333333}}]',
)


def test_partners_learn_from_their_cases_whether_it_pays(play: Callable[..., Market]) -> None:
    """Believing in 1.4 / 5 they gain 3 - 2.8, in 2.4 / 6 nothing; without a case the belief falls to 0.4 / 13."""
    caught = play(STRICT, *LEARNING, weeks=9).record.numbers["diverted_units"]
    free = play(STRICT, *LEARNING, "policy.protection.detection=0.0", weeks=9).record.numbers["diverted_units"]
    assert caught[0] == free[0] == UNITS
    assert caught[1] <= 1
    assert set(caught[4:]) == {0.0}
    assert all(later >= earlier - 1 for earlier, later in pairwise(free))
    assert free[-1] >= 6 > UNITS


def test_they_hear_of_their_neighbours_cases() -> None:
    attempts, near = np.array([2, 0, 0]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    believed = believed_detection(attempts, attempts, near, hearsay=0.5, prior_attempts=20.0, prior=0.1)
    assert believed.tolist() == pytest.approx([4 / 22, 3 / 21, 2 / 20])


def smoothed(profits: list[float]) -> list[float]:
    """Content with each of three profits, used to the first, with a weight of 0.2 for the newest."""
    content, felt = [], 0.5
    for profit in profits:
        felt += 0.2 * (0.5 + 0.5 * (profit - profits[0]) / (abs(profit) + abs(profits[0])) - felt)
        content.append(felt)
    return content


def test_metrics_of_conflict(play: Callable[..., Market]) -> None:
    market = play(STRICT)
    # The east's distributor loses half of its orders: a resentment of 1/2 that grows into 0.1, 0.18 and 0.244.
    resentment = [0.1, 0.18, 0.244]
    # The east's shop buys cheaper: its goods cost 10 at first, then 9.75 and 9.625 on average; it takes 200 a week.
    shop = [100.0, 102.5, 103.75]
    # The west's distributor sells for 145, buys 15 at 6, pays 4.55 of freight and 50 of damages; its stock of 40 units,
    # which cost it 9 apiece before the first week, is worth a little less every week.
    cost = [9.0]
    for _ in range(3):
        cost.append((40 * cost[-1] + 15 * 6.0) / 55)
    west = [145 - 90 - 4.55 - 50 + 40 * (now - before) for before, now in pairwise(cost)]
    content = [1.0 + a + b for a, b in zip(smoothed(shop), smoothed(west), strict=True)]
    expected = {
        "diversion_share": UNITS / 20,
        "policing_cost": 52 * 1.0,
        "partner_satisfaction": (sum(content) - sum(resentment)) / 4 / 3,
        "resentment": sum(resentment) / sum(content),
        "conflict_by_diversion": 1 / 5,
        "conflict_by_map": 0.0,
        "conflict_by_dispersion": 0.0,
        "conflict_by_resentment": sum(resentment) / sum(content) / 5,
        "conflict_index": 1 / 5 + sum(resentment) / sum(content) / 5,
    }
    found = metrics.summary(market)
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    assert metrics.weekly(market)["diversion_share"].tolist() == [UNITS / 20] * 3
    assert market.record.diverted.tolist() == [[0, 3 * UNITS], [0, 0]]
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= 1e-9


def test_the_ladder_of_penalties(play: Callable[..., Market], tmp_path: Any) -> None:
    # Unpunished at first, the diverter gains 3.0, asks 8.5 and sells 6; warned, it fears a deduction of 1.0 a unit and
    # sells 5; after that damages of 3.0 a unit take all the gain.
    assert play(LADDER).record.numbers["diverted_units"] == [6, 5, 0]
    market = market_of(tmp_path, LADDER)
    west, east = market.distributors.party
    paid, held = [], []
    for _ in range(3):
        market.step()
        paid.append(market.ledger.entries[Account.PENALTIES, [west, east]].tolist())
        held.append(market.partners.deposit[west])
    assert paid == [[0.0, 0.0], [-30.0, 15.0], [0.0, 0.0]]
    assert held == [30.0, 0.0, 0.0]
    market.close()


def test_deposits_come_and_go(tmp_path: Any) -> None:
    entry = 'timetable=[{weeks=[2, 3], set={"policy.protection.deposit"=80.0}}]'
    market = market_of(tmp_path, "deposit = 30.0\n", "diversion.openness=0.0", entry)
    party = market.distributors.party
    moved = []
    for week in range(1, 6):
        if week == 3:
            next(firm for firm in market.agents if getattr(firm, "table", "") == "distributors").remove()
        market.step()
        moved.append(market.ledger.entries[Account.DEPOSITS, party].tolist())
    assert moved == [[-30.0, -30.0], [-50.0, -50.0], [80.0, 0.0], [0.0, 50.0], [0.0, 0.0]]
    profit = market.record.numbers["manufacturer_profit"]
    assert max(profit) < 80.0, "a deposit is no profit"
    market.close()


def test_selling_anywhere_is_no_offence_without_territories(play: Callable[..., Market]) -> None:
    market = play(STRICT + "territories = false\nfalse_alarms = 1.0\ndeposit = 10.0\n")
    # Nothing to fear: the diverter gains 3.0 and asks 8.5, and 10 x 0.15 / 0.25 units move.
    assert market.record.numbers["diverted_units"] == [6, 6, 6]
    assert not market.ledger.paid[[Account.PENALTIES, Account.POLICING, Account.DEPOSITS]].any()


def test_a_stop_of_supply(play: Callable[..., Market]) -> None:
    market = play(STRICT + "stop_weeks = 2\n", "diversion.prior_detection=0.0")
    # The first case ends in week 1, and orders of weeks 2 and 3 are refused.
    assert market.distributors.ordered[0].tolist() == [0]
    assert market.partners.stopped[market.distributors.party].tolist() == [5, 0]


def test_a_truck_costs_what_it_costs(play: Callable[..., Market]) -> None:
    # Five units bring the diverter half of the gain of 2.0 each.
    assert play(STRICT, "logistics.drop_cost=4.99").record.numbers["diverted_units"] == [5, 5, 5]
    assert play(STRICT, "logistics.drop_cost=5.01").record.numbers["diverted_units"] == [0, 0, 0]


def test_too_much_stock_lowers_the_price_wanted(tmp_path: Any) -> None:
    # Ten units beyond the level of 40 make a unit of 6.0 worth 4.5: the gain is 3.5, and 17.5 / 27.5 of 10 units move.
    market = market_of(tmp_path, STRICT, "diversion.pressure=0.25")
    market.distributors.stock[0] += 10
    market.books["distributors"].opening[0] += 10
    market.play(3)
    market.close()
    first, second, third = market.record.numbers["diverted_units"]
    assert first in (6, 7)
    assert (second, third) == (5, 5)


def test_accusing_innocents_costs_goodwill(play: Callable[..., Market]) -> None:
    quiet = ("diversion.openness=0.0", "timetable=[]")
    fair, unfair = (play(f"false_alarms = {rate}\n", *quiet) for rate in (0.0, 1.0))
    assert metrics.summary(fair)["resentment"] == 0.0
    # Two of four partners resent it by 1/2 each week: 0.1, 0.18 and 0.244 of 0.5.
    assert metrics.summary(unfair)["resentment"] == pytest.approx(np.mean([0.1, 0.18, 0.244]) / 2 / 0.5)


def test_parts_of_the_index_are_capped_and_weighted() -> None:
    settings = ConflictSettings(diversion_weight=2.0, map_weight=0.0, dispute_weight=0.5)
    figures = {"diversion_share": 0.1, "price_dispersion": 0.6, "open_disputes": 0.2, "resentment": 0.3}
    figures["map_violation_rate"] = 0.3
    found = metrics.conflict(settings, figures)
    assert found == pytest.approx(
        {
            "conflict_by_diversion": 2.0 * 0.5 / 4.5,
            "conflict_by_map": 0.0,
            "conflict_by_dispersion": 1.0 / 4.5,
            "conflict_by_dispute": 0.5 * 0.4 / 4.5,
            "conflict_by_resentment": 0.3 / 4.5,
            "conflict_index": 2.5 / 4.5,
        }
    )


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("diversion.openness=1.2", "diversion.openness is 1.2, allowed are values up to 1"),
        ("diversion.undercut=1.0", "diversion.undercut is 1.0, allowed are values below 1"),
        ("policy.protection.detection=-0.1", "policy.protection.detection is -0.1, allowed are values from 0"),
        ("policy.protection.warnings=0.5", "policy.protection.warnings is 0.5, allowed is a whole number"),
        ("policy.protection.territory=true", "territory"),
        ("conflict.diversion_weight=0.0", "conflict.diversion_weight is 0.0, allowed are values above 0"),
        ("diversion.prior_attempts=0.0", "diversion.prior_attempts is 0.0, allowed are values above 0"),
        (
            'timetable=[{weeks=[1, 2], who=["shop"], set={"policy.protection.deposit"=1.0}}]',
            "has nobody whom policy.protection.deposit concerns, allowed are distributors",
        ),
    ],
)
def test_bad_input_is_named(override: str, message: str) -> None:
    with pytest.raises(BadInput) as error:
        load("two-region-arbitrage", (override,))
    assert message in str(error.value).replace(": ", " ")
