"""Moments of a series: what its values, their swings and their order in time look like, as a row of numbers.

They say nothing of the model that a series comes from, so any model can be held against any series with them.
"""

import numpy as np

from channellab.scenarios.arrays import Floats

LAGS = (1, 2, 3, 5)
"""Lags of the autocorrelations."""
QUANTILES = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
_TINY = 1e-12

NAMES = (
    "mean",
    *("log_sd", "skewness", "log_kurtosis"),
    *(f"autocorrelation_{lag}" for lag in LAGS),
    *(f"autocorrelation_of_sizes_{lag}" for lag in LAGS),
    *("log_sd_of_changes", "skewness_of_changes", "log_kurtosis_of_changes"),
    *("level_after_swing", "swing_after_level"),
    *(f"quantile_{round(100 * share)}" for share in QUANTILES),
)


def series_moments(series: Floats) -> Floats:
    """Moments of series of equal length, ``(..., T)`` to ``(..., len(NAMES))``.

    Spread and tails are logarithms, as ratios of them matter; autocorrelations are of deviations from the mean, and of
    their absolute sizes, whose memory tells clustered swings from even ones. A series with a value that is no number
    has moments that are none.

    >>> dict(zip(NAMES, series_moments(np.tile([1.0, -1.0], 500)).round(2)))["autocorrelation_1"]
    np.float64(-1.0)
    """
    mean = series.mean(axis=-1, keepdims=True)
    gaps = series - mean
    spread = _sd(gaps)
    changes = np.diff(series, axis=-1)
    unit = gaps / spread[..., None]
    rows = [
        mean[..., 0],
        *_shape(gaps),
        *(_autocorrelation(gaps, lag) for lag in LAGS),
        *(_autocorrelation(np.abs(gaps) - np.abs(gaps).mean(axis=-1, keepdims=True), lag) for lag in LAGS),
        *_shape(changes - changes.mean(axis=-1, keepdims=True)),
        (unit[..., 1:] * unit[..., :-1] ** 2).mean(axis=-1),
        (unit[..., 1:] ** 2 * unit[..., :-1]).mean(axis=-1),
        *np.quantile(series, QUANTILES, axis=-1),
    ]
    return np.stack(rows, axis=-1)


def _sd(gaps: Floats) -> Floats:
    return np.asarray(np.maximum(np.sqrt((gaps**2).mean(axis=-1)), _TINY))


def _shape(gaps: Floats) -> tuple[Floats, Floats, Floats]:
    """Logarithm of the standard deviation, skewness, logarithm of the kurtosis."""
    unit = gaps / _sd(gaps)[..., None]
    return np.log(_sd(gaps)), (unit**3).mean(axis=-1), np.log(np.maximum((unit**4).mean(axis=-1), _TINY))


def _autocorrelation(gaps: Floats, lag: int) -> Floats:
    together = (gaps[..., lag:] * gaps[..., :-lag]).mean(axis=-1)
    return np.asarray(together / np.maximum((gaps**2).mean(axis=-1), _TINY))
