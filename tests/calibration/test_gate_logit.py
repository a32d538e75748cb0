"""Closed forms of the logit: shares, elasticities, prices in equilibrium."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from channellab.calibration.gates import logit

from .drawn import steady


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
