"""Reference forecasts that know prices and promotions: a log-log regression per series, and a hierarchical one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.covariates import promotions, season
from channellab.calibration.history import History
from channellab.calibration.holdout import Forecast, Task
from channellab.calibration.level_step import level_step
from channellab.calibration.listing import span
from channellab.calibration.past_weeks import drawn
from channellab.scenarios.arrays import Floats

OFFSET = 1.0
"""Added to units before the logarithm, so that weeks without a sale have one."""
FARTHEST = 2.0
"""Forecasts are not larger than so many times the largest week seen."""


@dataclass(frozen=True, eq=False)
class Expected:
    """A fitted method: what it expects in every week, float64[S, W]."""

    expected: Floats
    before_step: Floats

    def predict(self, task: Task, draws: int, seed: int) -> Forecast:
        """What is expected of the cells."""
        mean = self.expected.ravel()[task.cells]
        return Forecast(mean, drawn(task, mean, self.before_step, draws, seed) if draws else None)


@dataclass(frozen=True)
class LogLog:
    """Ordinary least squares of log units on log price and promotions, a regression for each series by itself."""

    name: str = "log-log"
    own_level: bool = True

    def fit(self, task: Task) -> Expected:
        """Regresses."""
        x = promotions(task).values
        x = np.concatenate([np.ones((*x.shape[:2], 1)), x], axis=2)
        y = np.log(task.history.matrix("units") + OFFSET)
        gram, moment = normal_equations(x, y, task.learn)
        scale = 1e-6 * np.maximum(task.learn.sum(axis=1), 1)
        ridge = scale[:, None, None] * np.eye(x.shape[2])
        theta = np.linalg.solve(gram + ridge, moment[:, :, None])[:, :, 0]
        fitted = np.einsum("swk,sk->sw", x, theta)
        expected = capped(np.exp(fitted) - OFFSET, task)
        return Expected(expected, expected)


@dataclass(frozen=True)
class Hierarchical:
    """Log-log with coefficients that a category, an item, an outlet and a series share in (ridge), and a level step.

    log (units + 1) = a_series + (b_category + u_item + v_outlet,category + w_series) . x + (s_category + r_item) . z,
    with x prices and promotions and z season and holidays. The deviations u, v, w, r are shrunk by ridges whose
    strength is the ratio of the error's variance to theirs, found by iterating between the two. Sums of logarithms are
    biased, so each series' level is set by the ratio of actual to fitted units (smearing), lastly that of the recent
    year (``level_step``).
    """

    name: str = "hierarchical log-log"
    own_level: bool = False
    rounds: int = 12

    def fit(self, task: Task) -> Expected:
        """Regresses, smears, and steps to the recent level."""
        design = _design(task)
        y = np.log(task.history.matrix("units") + OFFSET)
        theta = pooled(design, y, task.learn, self.rounds)
        fitted = np.einsum("swk,sk->sw", design.x, theta)
        smeared = np.maximum(np.exp(fitted) - OFFSET, 0.02)
        smeared = capped(smeared, task)
        return Expected(capped(smeared * level_step(task, smeared), task), smeared)


@dataclass(frozen=True, eq=False)
class Design:
    """Regressors and who shares their coefficients.

    Attributes:
        x: float64[S, W, K], the first is 1.
        blocks: of each group of deviations: int64[S], the member each series shares with, and bool[K], which
            coefficients deviate. The first block is the common one and is not shrunk.
    """

    x: Floats
    blocks: tuple[tuple[NDArray[np.int64], NDArray[np.bool_]], ...]


def _design(task: Task) -> Design:
    history, seen = task.history, span(task.learn)
    x = promotions(task).values
    z = season(history, seen)[1]
    shape = history.shape
    wide = np.broadcast_to(z, (shape[0], *z.shape))
    values = np.concatenate([np.ones((*shape, 1)), x, wide], axis=2)
    kind = np.repeat([0, 1, 2], [1, x.shape[2], z.shape[1]])
    keys = sharers(history)
    everything, prices, level = kind >= 0, kind == 1, kind == 0
    blocks = (
        (keys["category"], everything),
        (keys["item"], kind >= 1),
        (keys["outlet"], prices),
        (np.arange(shape[0]), prices | level),
    )
    return Design(values, blocks)


def sharers(history: History) -> Mapping[str, NDArray[np.int64]]:
    """Which category, item and outlet (in a category) each series belongs to, int64[S] each."""
    series = history.series

    def number(names: Sequence[str]) -> NDArray[np.int64]:
        there = [name for name in names if name in series]
        if not there:
            return np.zeros(len(series), np.int64)
        return np.asarray(series.groupby(there, observed=True, sort=True).ngroup(), np.int64)

    return {
        "category": number(["category"]),
        "item": number(["product"]),
        "outlet": number(["outlet", "category"]),
    }


def normal_equations(x: Floats, y: Floats, use: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """X'X, float64[S, K, K], and X'y, float64[S, K], of each series over the weeks to use."""
    kept = np.where(use[:, :, None], x, 0.0)
    return np.matmul(kept.transpose(0, 2, 1), kept), np.einsum("swk,sw->sk", kept, np.where(use, y, 0.0))


def pooled(design: Design, y: Floats, use: NDArray[np.bool_], rounds: int) -> Floats:
    """Coefficients of each series, float64[S, K]: sums of the blocks' parts, fitted in turn until they settle.

    The variance of each block's deviations is estimated along with them (their squares plus their uncertainty, as in
    the EM algorithm of mixed models), so that how much is shared is found in the data.
    """
    gram, moment = normal_equations(design.x, y, use)
    count, total = use.sum(), float((np.where(use, y, 0.0) ** 2).sum())
    size = design.x.shape[2]
    parts = [np.zeros((int(member.max()) + 1, size)) for member, _ in design.blocks]
    spread = [np.full(size, 1.0 if number else 1e6) for number in range(len(design.blocks))]
    noise, theta = 0.5, np.zeros(moment.shape)
    for _ in range(rounds):
        for number, (member, free) in enumerate(design.blocks):
            rest = _summed(parts, design) - parts[number][member]
            left = moment - np.einsum("skl,sl->sk", gram, rest)
            parts[number], spread[number] = _block(gram, left, member, free, noise, spread[number], number > 0)
        theta = _summed(parts, design)
        squares = total - 2 * (theta * moment).sum() + np.einsum("sk,skl,sl->", theta, gram, theta)
        noise = max(float(squares) / max(int(count), 1), 1e-6)
    return theta


def _summed(parts: Sequence[Floats], design: Design) -> Floats:
    """Coefficients of each series, from those of all it shares with."""
    total = np.zeros((len(design.x), design.x.shape[2]))
    for part, (member, _) in zip(parts, design.blocks, strict=True):
        total += part[member]
    return total


def _block(
    gram: Floats,
    left: Floats,
    member: NDArray[np.int64],
    free: NDArray[np.bool_],
    noise: float,
    spread: Floats,
    learn_spread: bool,
) -> tuple[Floats, Floats]:
    """The coefficients of one block, float64[M, K], and the variance of their deviations, float64[K]."""
    at, size = np.flatnonzero(free), len(spread)
    count = int(member.max()) + 1
    inner = np.zeros((count, len(at), len(at)))
    right = np.zeros((count, len(at)))
    np.add.at(inner, member, gram[:, at[:, None], at[None, :]])
    np.add.at(right, member, left[:, at])
    inverse = np.linalg.inv(inner + np.diag(noise / spread[at]))
    found = np.zeros((count, size))
    found[:, at] = np.einsum("mkl,ml->mk", inverse, right)
    if learn_spread:
        known = inner[:, range(len(at)), range(len(at))] > 0
        square = found[:, at] ** 2 + noise * inverse[:, range(len(at)), range(len(at))]
        mean = (square * known).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        spread = spread.copy()
        spread[at] = np.clip(mean, 1e-6, 1e6)
    return found, spread


def capped(expected: Floats, task: Task) -> Floats:
    """Not below 0, and not far above the largest week that was seen of the series."""
    largest = np.where(task.learn, task.history.matrix("units"), 0).max(axis=1, keepdims=True)
    return np.clip(expected, 0.0, FARTHEST * np.maximum(largest, 1.0))
