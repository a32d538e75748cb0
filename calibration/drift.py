"""How much the level of a category drifts from week to week in ways that a fit does not know.

Weekly log ratios of a category's units to fitted units are taken as a random walk plus noise that is independent from
week to week. What the fit itself can follow (level, season, holidays, base prices, memory) is taken out of both by
restricted likelihood (Patterson and Thompson 1971, Biometrika 58:545); the variance of the walk's steps is the mean of
its posterior, walk and noise being in any ratio from `RATIOS` alike before. In two years of data a walk is hard to tell
from noise: a most likely value is mostly 0, and intervals that believed it would be too narrow for base prices, which
seldom move. A category whose walk looks smaller than that of all is given the latter.
"""

import numpy as np

from channellab.calibration.fit import Fitted
from channellab.calibration.likelihood import BASE
from channellab.scenarios.arrays import Floats

RATIOS = np.exp(np.linspace(np.log(1e-4), 0.0, 19))
"""Variance of a week's step over that of the noise."""
FEWEST = 12
"""Weeks beyond what the fit follows, with fewer of which nothing is said."""


def drift(fitted: Fitted, mean: Floats) -> Floats:
    """Variance of a category's weekly steps, (C,).

    Args:
        mean: (S, W) units as fitted, without a recent level.
    """
    count = fitted.structure.counts["category"]
    variances = np.array([_of_category(fitted, mean, code) for code in range(count)])
    known = np.isfinite(variances)
    common = float(variances[known].mean()) if known.any() else 0.0
    return np.asarray(np.maximum(np.where(known, variances, common), common))


def _of_category(fitted: Fitted, mean: Floats, code: int) -> float:
    s = fitted.structure
    inside = s.learnt & (s.category == code)[:, None]
    units, expected = (np.where(inside, values, 0.0).sum(axis=0) for values in (s.units, mean))
    use = (units > 0) & (expected > 0)
    ratio = np.log(units[use] / expected[use])
    weight = np.where(inside, mean, 0.0)
    base = (weight * s.x[:, :, BASE]).sum(axis=0)[use] / expected[use]
    cells = np.flatnonzero(s.category_of_cell == code)
    past = fitted.layout.past[:, cells].mean(axis=1)[:, use]
    followed = np.column_stack([np.ones(use.sum()), s.season[use], base, past.T])
    return steps(ratio, np.flatnonzero(use).astype(np.float64), followed)


def steps(ratio: Floats, week: Floats, followed: Floats) -> float:
    """Variance of the steps of a walk in log ratios (T,) of weeks (T,), beside what is followed (T, P); NaN if too few.

    >>> luck = np.random.default_rng(4)
    >>> walk = np.cumsum(0.05 * luck.standard_normal(150)) + 0.05 * luck.standard_normal(150)
    >>> round(float(np.sqrt(steps(walk, np.arange(150.0), np.ones((150, 1))))), 2)
    0.05
    """
    left, values, _ = np.linalg.svd(followed, full_matrices=True)
    rank = int((values > 1e-9 * max(float(values.max(initial=0.0)), 1e-300)).sum())
    rest = left[:, rank:]
    if rest.shape[1] < FEWEST:
        return float(np.nan)
    sizes, ways = np.linalg.eigh(rest.T @ np.minimum(week[:, None], week) @ rest)
    squares = (ways.T @ (rest.T @ ratio)) ** 2
    spread = 1.0 + RATIOS[:, None] * np.maximum(sizes, 0.0)
    noise = (squares / spread).mean(axis=1)
    if not (noise > 0).all():
        return 0.0
    log_likelihood = -0.5 * (rest.shape[1] * np.log(noise) + np.log(spread).sum(axis=1))
    chance = np.exp(log_likelihood - log_likelihood.max())
    return float((chance / chance.sum()) @ (RATIOS * noise))
