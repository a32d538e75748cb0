"""Closed forms of diffusion: the curve of Bass, its steps, and the durables of 1969."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize

from channellab.calibration.gates import diffusion

from .drawn import steady


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
