"""Shocks that many series share in a week, measured on forecasts of weeks that were not learnt from.

Demand of a series in a week is its mean times exp of a sum of shocks, one for each kind of group that it is in:
category, category and area, item, item and area, cell (outlet and category), and the series by itself. Their standard
deviations are those with which 80 % of the errors of sums over each kind of group lie, as nearly as all kinds allow
together, where normal errors of the implied size would have them (a quantile, as errors have heavy tails). An error
made before its weeks were known holds what the parameters did not know, too. Persistence is the correlation of a
group's errors from week to week.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import norm

from channellab.calibration.adding import added
from channellab.calibration.backtest import Attempt, Held, attempts, backtest
from channellab.calibration.fit_settings import Structural
from channellab.calibration.one_thread import one_thread
from channellab.calibration.recent_level import recent_level
from channellab.calibration.structure import Structure
from channellab.experiments.executors import HERE, Crew, Place, common, opened
from channellab.experiments.flow import ordered
from channellab.scenarios.arrays import Floats, Ints

KINDS = ("category", "category_area", "item", "item_area", "outlet_category", "series")
SHARE = 0.8
ROUNDS = 40
START, LEAST, MOST = 0.1, 1e-3, 1.5
HUMILITY = 0.05
"""Weight of the belief that a standard deviation is `START`, against that of a kind's misfit: for kinds that the data
cannot tell apart."""
LARGEST_PERSISTENCE = 0.95


@dataclass(frozen=True)
class Shocks:
    """Standard deviation and weekly persistence of the shocks of each kind of group."""

    sd: dict[str, float]
    persistence: dict[str, float]

    def document(self) -> dict[str, dict[str, float]]:
        """As plain data."""
        return {kind: {"sd": self.sd[kind], "persistence": self.persistence[kind]} for kind in KINDS}

    @staticmethod
    def of(data: dict[str, dict[str, float]]) -> "Shocks":
        """From plain data."""
        return Shocks({kind: data[kind]["sd"] for kind in KINDS}, {kind: data[kind]["persistence"] for kind in KINDS})


@dataclass(frozen=True, eq=False)
class Errors:
    """Forecasts and what came, (S, W) each, 0 where nothing was asked."""

    structure: Structure
    mean: Floats
    units: Floats


def groups(structure: Structure) -> dict[str, Ints]:
    """The group of each series, by kind, (S,)."""
    areas = len(structure.names["area"])
    return {
        "category": structure.category,
        "category_area": structure.category * areas + structure.area,
        "item": structure.item,
        "item_area": structure.item * areas + structure.area,
        "outlet_category": structure.cell,
        "series": np.arange(len(structure.item)),
    }


def shocks_of(held: Held, structural: Structural, place: Place | Crew = HERE) -> Shocks:
    """The shocks measured on windows that were held back, at these settings."""
    with opened(place, held) as crew:
        found = list(ordered(missed, attempts(held, structural), crew))
    windows = zip(held.windows, found, strict=True)
    return measured([Errors(window.structure, mean, units) for window, (mean, units) in windows])


@one_thread
def missed(attempt: Attempt) -> tuple[Floats, Floats]:
    """What a worker does: forecasts of a window at their recent level, and what came, (S, W) each."""
    test, structural = backtest(common(), attempt), attempt.structural
    inside, ask = test.window.structure, test.window.ask
    level = recent_level(inside, test.plain * inside.learnt, structural.half_life, structural.trust)
    weeks = ask.any(axis=0)
    mean = test.plain * np.exp(level)[:, None] * ask
    return mean[:, weeks], (test.window.units * ask)[:, weeks]


def measured(errors: Sequence[Errors]) -> Shocks:
    """The shocks that errors of several windows have together."""
    parts = [_parts(each) for each in errors]
    by_kind = {kind: [part[kind] for part in parts] for kind in KINDS}
    weight = np.sqrt([np.log1p(sum(len(part.error) for part in by_kind[kind])) for kind in KINDS])

    def misses(log_sd: Floats) -> Floats:
        variance = dict(zip(KINDS, np.exp(2 * log_sd).tolist(), strict=True))
        away = [np.log(_ratio(by_kind[kind], variance)) for kind in KINDS]
        return np.concatenate([weight * away, HUMILITY * (log_sd - np.log(START))])

    ends = np.full(len(KINDS), np.log(LEAST)), np.full(len(KINDS), np.log(MOST))
    start = np.full(len(KINDS), np.log(START))
    found = least_squares(misses, start, bounds=ends, diff_step=[0.05], max_nfev=ROUNDS)
    sd = dict(zip(KINDS, np.exp(found.x).tolist(), strict=True))
    variance = {kind: each**2 for kind, each in sd.items()}
    return Shocks(sd, {kind: _persistence(by_kind[kind], variance) for kind in KINDS})


@dataclass(frozen=True, eq=False)
class _Part:
    """Sums over the groups of one kind: error (G, W), noise (G, W), and by kind of shock what a unit variance adds."""

    error: Floats
    noise: Floats
    loads: dict[str, Floats]

    def spread(self, variance: dict[str, float]) -> Floats:
        """Standard deviation (G, W) that the shocks imply; 0 where nothing was forecast."""
        # of a lognormal factor with mean 1: exp(v) - 1
        added = sum(np.expm1(variance[kind]) * load for kind, load in self.loads.items())
        return np.asarray(np.sqrt(self.noise + added))


def _parts(errors: Errors) -> dict[str, _Part]:
    of = groups(errors.structure)
    residual = errors.units - errors.mean
    found = {}
    for kind in KINDS:
        loads = {}
        for other in KINDS:
            both, place = np.unique(np.stack([of[kind], of[other]]), axis=1, return_inverse=True)
            inner = added(errors.mean, place.ravel(), both.shape[1])
            loads[other] = added(inner**2, both[0], int(of[kind].max()) + 1)
        count = int(of[kind].max()) + 1
        found[kind] = _Part(added(residual, of[kind], count), added(errors.mean, of[kind], count), loads)
    return found


def _standardised(part: _Part, variance: dict[str, float]) -> Floats:
    spread = part.spread(variance)
    return np.asarray(np.divide(part.error, spread, out=np.full(spread.shape, np.nan), where=part.noise > 0))


def _ratio(parts: Sequence[_Part], variance: dict[str, float]) -> float:
    """Squared ratio of the spread of errors to the implied one, at the quantile."""
    away = np.concatenate([np.abs(_standardised(part, variance)).ravel() for part in parts])
    away = away[np.isfinite(away)]
    if not len(away):
        return 1.0
    return float((np.quantile(away, SHARE) / norm.ppf((1 + SHARE) / 2)) ** 2)


def _persistence(parts: Sequence[_Part], variance: dict[str, float]) -> float:
    ahead, now = 0.0, 0.0
    for part in parts:
        errors = np.clip(np.nan_to_num(_standardised(part, variance)), -3, 3)
        ahead += float((errors[:, 1:] * errors[:, :-1]).sum())
        now += float((errors[:, :-1] ** 2).sum())
    return min(max(ahead / now, 0.0), LARGEST_PERSISTENCE) if now > 0 else 0.0
