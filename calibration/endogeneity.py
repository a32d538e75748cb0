"""Do prices move with shocks of demand that a model does not see? If so, price sensitivities come out wrong.

Two tests, of each category (or of everything), both on what is left of log units after a regression of each series on
its own log price and promotions:

- **set by demand**: is a change of the base price preceded by demand above or below what was expected? Regression of
  this week's change of the log base price on the mean residual of the four weeks before.
- **moves with demand**: control function (Hausman 1978; Petrin and Train 2010). The log price of a series is predicted
  from that of the same product at the other outlets in the same week, which costs and campaigns move and this outlet's
  shoppers do not. What is not predicted goes into the regression of log units beside price: if it matters, price moves
  with the outlet's own demand. Where demand shocks are common to all outlets it sees too little of it.

Means of each series and of each week of a category are taken out first, so that a season that prices and demand share
does not count. Standard errors are clustered both by series and by week (Cameron, Gelbach and Miller 2011), as shocks
are shared by outlets. With many rows everything is significant, so a warning also needs an effect of some size.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.covariates import promotions
from channellab.calibration.history import History
from channellab.calibration.holdout import Mask, Task
from channellab.calibration.regressions import LogLog, sharers

Floats = NDArray[np.float64]
SIGNIFICANT = 3.0
"""Estimate over standard error from which a test speaks; one in 370 by chance."""
LEAST_RESPONSE = 0.01
"""Change of the log base price per unit of log demand before it that matters."""
LEAST_CONTROL = 0.3
"""Change of the price elasticity (its bias) that matters."""
LEAST_ROWS = 100
_BEFORE = 4
_ROUNDS = 5


@dataclass(frozen=True)
class Test:
    """What one test says of one category.

    Attributes:
        estimate: response of the base price, or bias of the elasticity. ratio: it over its standard error.
    """

    __test__ = False  # pytest takes it for tests of its own

    kind: str
    category: str
    estimate: float
    ratio: float
    rows: int
    warns: bool


def tests(history: History) -> list[Test]:
    """Both tests of every category that has enough rows and prices that change."""
    of = sharers(history)
    listed: Mask = history.matrix("listed")
    task = Task(history, listed, listed & False, listed & False)
    priced = np.isfinite(history.matrix("price")) & listed
    residual = _residual(task)
    found = []
    for number in range(int(of["category"].max()) + 1):
        inside = of["category"] == number
        name = str(history.series["category"][inside].iloc[0]) if "category" in history.series else "(all)"
        use = priced & inside[:, None]
        found += [_set_by_demand(history, residual, use, name), _moves_with_demand(task, of["item"], use, name)]
    return [each for each in found if each is not None]


def _residual(task: Task) -> Floats:
    """Log units less what each series' own regression expects, float64[S, W]."""
    expected = LogLog().fit(task).expected
    return np.where(task.learn, np.log1p(task.history.matrix("units")) - np.log1p(expected), 0.0)


def _set_by_demand(history: History, residual: Floats, use: Mask, name: str) -> Test | None:
    change = np.diff(np.log(history.matrix("base_price")), axis=1)
    before = np.stack([residual[:, lag : residual.shape[1] - _BEFORE + lag] for lag in range(_BEFORE)]).mean(axis=0)
    known = use[:, _BEFORE:] & use[:, _BEFORE - 1 : -1] & use[:, :-_BEFORE]
    y, x = _within(change[:, _BEFORE - 1 :], known), _within(before, known)
    if known.sum() < LEAST_ROWS or not np.ptp(y[known]) > 0 or not np.ptp(x[known]) > 0:
        return None
    slope, error = _clustered(x[:, :, None], y, known)
    ratio = slope[0] / error[0]
    warns = abs(ratio) >= SIGNIFICANT and abs(slope[0]) >= LEAST_RESPONSE
    return Test("set by demand", name, float(slope[0]), float(ratio), int(known.sum()), bool(warns))


def _moves_with_demand(task: Task, item: NDArray[np.int64], use: Mask, name: str) -> Test | None:
    x = promotions(task)
    log_price = np.log(np.where(use, task.history.matrix("price"), 1.0))
    others, known = _others(log_price, item, use)
    if known.sum() < LEAST_ROWS:
        return None
    others_promotions = [each for at, each in enumerate(np.moveaxis(x.values, 2, 0)) if "price" not in x.names[at]]
    common = [_within(each, known) for each in others_promotions]
    price, instrument = _within(log_price, known), _within(others, known)
    if not np.ptp(price[known]) > 1e-6 or not np.ptp(instrument[known]) > 1e-6:
        return None
    first = np.stack([instrument, *common], axis=2)
    slope, error = _clustered(first, price, known)
    if abs(slope[0]) < SIGNIFICANT * error[0]:
        return None  # the others' prices say nothing about this one's
    control = price - first @ slope
    y = _within(np.log1p(task.history.matrix("units")), known)
    slope, error = _clustered(np.stack([control, price, *common], axis=2), y, known)
    ratio = slope[0] / error[0]
    warns = abs(ratio) >= SIGNIFICANT and abs(slope[0]) >= LEAST_CONTROL
    return Test("moves with demand", name, float(slope[0]), float(ratio), int(known.sum()), bool(warns))


def _others(values: Floats, item: NDArray[np.int64], use: Mask) -> tuple[Floats, Mask]:
    """Mean over the other series of the same item in the same week, and where there is one."""
    total, count = np.zeros((2, int(item.max()) + 1, values.shape[1]))
    np.add.at(total, item, np.where(use, values, 0.0))
    np.add.at(count, item, use)
    rest = count[item] - use
    return (total[item] - np.where(use, values, 0.0)) / np.maximum(rest, 1), use & (rest > 0)


def _within(values: Floats, known: Mask) -> Floats:
    """Less the mean of each series and each week (by alternating projections); 0 where unknown."""
    found = np.where(known, values, 0.0)
    for _ in range(_ROUNDS):
        for axis in (0, 1):
            count = np.maximum(known.sum(axis=axis, keepdims=True), 1)
            found = np.where(known, found - found.sum(axis=axis, keepdims=True) / count, 0.0)
    return found


def _clustered(x: Floats, y: Floats, known: Mask) -> tuple[Floats, Floats]:
    """Least squares of y on x (float64[S, W, K]): coefficients, and standard errors clustered by series and by week."""
    x = np.where(known[:, :, None], x, 0.0)
    inverse = np.linalg.pinv(np.einsum("swk,swl->kl", x, x))
    slope = inverse @ np.einsum("swk,sw->k", x, np.where(known, y, 0.0))
    scores = x * np.where(known, y - x @ slope, 0.0)[:, :, None]
    by_series, by_week, by_cell = scores.sum(axis=1), scores.sum(axis=0), scores.reshape(-1, x.shape[2])
    sides = [by_week] if known.any(axis=1).sum() < 2 else [by_series, by_week]
    variances = [np.diag(inverse @ (each.T @ each) @ inverse) for each in (*sides, by_cell)]
    both = sum(variances[:-1]) - variances[-1] * (len(sides) - 1)
    return slope, np.sqrt(np.maximum(both, np.maximum(np.max(variances, axis=0), 1e-300)))
