"""Shops with scarce space: what they expect of SKUs that they do not sell, and what they choose."""

import numpy as np

from channellab.agents.listing import best_listed, expected_sales

REGION = np.array([0, 0, 1], np.int32)
LISTED = np.array([[True, True, False], [True, False, False], [True, False, False]])
MEAN = np.array([[4.0, 2.0, 9.0], [6.0, 7.0, 7.0], [5.0, 1.0, 1.0]])


def test_a_shop_knows_what_it_sells() -> None:
    expected = expected_sales(MEAN, LISTED, REGION, 2)
    assert expected[LISTED].tolist() == MEAN[LISTED].tolist()


def test_it_asks_the_shops_of_its_region_about_the_rest() -> None:
    assert expected_sales(MEAN, LISTED, REGION, 2)[1, 1] == 2.0


def test_what_nobody_there_sells_is_expected_to_sell_as_the_rest() -> None:
    expected = expected_sales(MEAN, LISTED, REGION, 2)
    assert expected[0, 2] == 3.0  # the mean of 4 and 2
    assert expected[2].tolist() == [5.0, 5.0, 5.0]


def test_an_empty_shop_expects_nothing() -> None:
    assert expected_sales(MEAN, LISTED & False, REGION, 2).tolist() == np.zeros((3, 3)).tolist()


def test_the_best_of_what_is_allowed_fills_the_shelf() -> None:
    gain = np.array([[1.0, 3.0, 2.0], [2.0, 2.0, 2.0], [-1.0, -3.0, -2.0]])
    allowed = np.array([[True, False, True], [True, True, True], [True, True, True]])
    chosen = [[True, False, True], [True, True, False], [True, False, True]]
    assert best_listed(gain, allowed, 2).tolist() == chosen
    assert best_listed(gain, allowed, 5).tolist() == allowed.tolist()
