"""The books' sums beside the same added up by numpy: to the bit, as the books must not change."""

import numpy as np

from channellab.agents.kernels.books import add_units, bought, holding, owed, rebate_gaps, totals, worth

FIRMS, SKUS, OWN = 300, 7, 4
DICE = np.random.default_rng(1)
UNITS = DICE.integers(0, 9, (SKUS, FIRMS))
VALUE = DICE.random((SKUS, FIRMS)) * 20.0
COST = DICE.random(SKUS)


def test_columns_are_added_up_as_numpy_does() -> None:
    columns = tuple(DICE.lognormal(sigma=9.0, size=count) for count in (0, 1, 200, 1000))
    assert totals(columns).tolist() == [column.sum() for column in columns]


def test_goods_are_worth_and_cost_what_numpy_makes_of_them() -> None:
    money = UNITS.T * COST
    assert worth(UNITS, COST, OWN) == (money[:, :OWN].sum(), money[:, OWN:].sum())
    held = 0.3 * UNITS.T[20:250]
    assert holding(UNITS, 20, 250, 0.3, OWN) == (held[:, :OWN].sum(), held[:, OWN:].sum())


def test_buyers_are_invoiced_for_the_skus_of_a_maker() -> None:
    invoiced, made = bought(UNITS, VALUE, COST, OWN, SKUS)
    assert invoiced.tolist() == VALUE.T[:, OWN:].sum(axis=1).tolist()
    assert made == (UNITS.T[:, OWN:] * COST[OWN:]).sum()


def test_what_is_owed_is_what_has_accrued_and_what_is_claimed() -> None:
    accrued, payee, claim = DICE.random((3, 50)), DICE.integers(0, 50, 20).astype(np.int32), DICE.random(20)
    owes = owed(accrued, payee, claim)
    assert owes.tolist() == (accrued.sum(axis=0) + np.bincount(payee, claim, 50)).tolist()


def test_a_debt_that_nobody_booked_and_a_booking_that_nobody_owes_are_gaps() -> None:
    booked, payments, maker = DICE.random((3, 50)), DICE.random(50), 9
    rebates = booked[0] + booked[1] + booked[2]
    before = DICE.random(50)
    owes = before + rebates - payments
    assert rebate_gaps(owes, before, booked, rebates, payments, maker) < 1e-9
    owes[maker] += 5.0
    booked[0, maker] += 5.0
    assert rebate_gaps(owes, before, booked, rebates, payments, maker) < 1e-9
    owes[3] -= 2.0
    assert abs(rebate_gaps(owes, before, booked, rebates, payments, maker) - 2.0) < 1e-9
    booked[1, 4] -= 3.0
    assert abs(rebate_gaps(owes, before, booked, rebates, payments, maker) - 3.0) < 1e-9


def test_deliveries_add_up_by_where_they_came_from_and_went_to() -> None:
    table, units = np.zeros((2, 2)), np.array([[1, 2], [3, 4], [5, 6]])
    add_units(table, np.array([0, 1, 0], np.int32), np.array([1, 1, 1], np.int32), units)
    assert table.tolist() == [[0.0, 14.0], [0.0, 7.0]]
