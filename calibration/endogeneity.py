"""Do prices move with shocks of demand that a model does not see? If so, price sensitivities come out wrong.

Tests of each category (or of everything), on what is left of log units after a regression of each series on its own log
price and promotions:

- **follow demand**: are a change of the base price, or a deeper promotion, preceded by demand above or below what was
  expected? Regression of this week's change of the log base price, or log of price over base price, on the residual of
  the week before, beside the mean of the three before it (the feedback that strict exogeneity rules out, Wooldridge
  2010, section 10.7).
- **moves with demand**: where wholesale prices or costs are known, the control function (Hausman 1978; Petrin and Train
  2010): what cost does not explain of the log price goes into the regression of log units beside price; if it
  matters, price moves with demand in the same week. Without costs nothing can be said of the same week, and the report
  says so: other outlets' prices, a usual stand-in, called prices endogenous in a made-up history where they are not,
  because substitution looks the same.

Means of each series and of each week of a category are taken out first, so that a season that prices and demand share
does not count. Standard errors are clustered both by series and by week (Cameron, Gelbach and Miller 2011), as shocks
are shared by outlets. With many rows everything is significant, so a warning also needs an effect of some size.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from channellab.calibration.covariates import promotions
from channellab.calibration.history import History
from channellab.calibration.holdout import Task
from channellab.calibration.regressions import LogLog, sharers
from channellab.scenarios.arrays import Flags, Floats

SIGNIFICANT = 3.0
"""Estimate over standard error from which a test speaks; one in 370 by chance."""
LEAST_STEP, LEAST_DEPTH = 0.01, 0.05
"""Changes of the log base price, and of the log of price over it, per unit of log demand before them that matter."""
LEAST_CONTROL = 0.3
"""Change of the price elasticity (its bias) that matters."""
LEAST_ROWS = 100
_BEFORE = 4
_ROUNDS = 5


@dataclass(frozen=True)
class Test:
    """What one test says of one category.

    Attributes:
        estimate: response of the price to demand, or bias of its elasticity. ratio: it over its standard error.
    """

    __test__ = False  # pytest takes it for tests of its own

    kind: str
    category: str
    estimate: float
    ratio: float
    rows: int
    warns: bool


def price_tests(history: History) -> list[Test]:
    """The tests of every category that has enough rows and prices that change."""
    of = sharers(history)["category"]
    listed: Flags = history.matrix("listed")
    task = Task(history, listed, listed & False, listed & False)
    residual = _residual(task)
    usable = np.isfinite(history.matrix("price")) & listed
    found = []
    for number in range(int(of.max()) + 1):
        inside = of == number
        name = str(history.series["category"][inside].iloc[0]) if "category" in history.series else "all products"
        use = usable & inside[:, None]
        found += [*_follow_demand(history, residual, use, name), _moves_with_demand(task, use, name)]
    return [each for each in found if each is not None]


def has_costs(history: History) -> bool:
    """Whether the same week can be tested."""
    return _cost(history) is not None


def _cost(history: History) -> Floats | None:
    """Log of the wholesale price or the costs, float64[S, W]."""
    for name in ("wholesale_price", "costs"):
        if name in history.frame:
            cost = history.matrix(name)
            return np.log(np.where(cost > 0, cost, np.nan))
    return None


def _residual(task: Task) -> Floats:
    """Log units less what each series' own regression expects, float64[S, W]."""
    expected = LogLog().fit(task).expected
    return np.where(task.learn, np.log1p(task.history.matrix("units")) - np.log1p(expected), 0.0)


def _follow_demand(history: History, residual: Floats, use: Flags, name: str) -> Iterator[Test | None]:
    base = np.log(history.matrix("base_price"))
    lags = np.stack([residual[:, lag : residual.shape[1] - _BEFORE + lag] for lag in range(_BEFORE)])
    known = np.logical_and.reduce([use[:, lag : use.shape[1] - _BEFORE + lag] for lag in range(_BEFORE + 1)])
    change, depth = np.diff(base, axis=1)[:, _BEFORE - 1 :], (np.log(history.matrix("price")) - base)[:, _BEFORE:]
    for kind, outcome, least in (("base prices", change, LEAST_STEP), ("promotions", depth, LEAST_DEPTH)):
        y = _within(outcome, known)
        before = [_within(lags[-1], known), _within(lags[:-1].mean(axis=0), known)]
        if known.sum() < LEAST_ROWS or np.ptp(y[known]) < 1e-9 or np.ptp(before[0][known]) < 1e-9:
            continue
        slope, error = _clustered(np.stack(before, axis=2), y, known)
        yield _test(f"{kind} follow demand", name, slope[0], error[0], known, least)


def _moves_with_demand(task: Task, use: Flags, name: str) -> Test | None:
    cost = _cost(task.history)
    if cost is None:
        return None
    x, known = promotions(task), use & np.isfinite(cost)
    if known.sum() < LEAST_ROWS:
        return None
    others = [_within(x.values[:, :, at], known) for at, each in enumerate(x.names) if "price" not in each]
    price = _within(np.log(np.where(use, task.history.matrix("price"), 1.0)), known)
    first = np.stack([_within(np.nan_to_num(cost), known), *others], axis=2)
    slope, error = _clustered(first, price, known)
    if abs(slope[0]) < SIGNIFICANT * error[0]:
        return None  # cost does not move prices
    y = _within(np.log1p(task.history.matrix("units")), known)
    slope, error = _clustered(np.stack([price - first @ slope, price, *others], axis=2), y, known)
    return _test("prices move with demand", name, slope[0], error[0], known, LEAST_CONTROL)


def _test(kind: str, name: str, estimate: float, error: float, known: Flags, least: float) -> Test:
    ratio = float(estimate / error)
    warns = abs(ratio) >= SIGNIFICANT and abs(estimate) >= least
    return Test(kind, name, float(estimate), ratio, int(known.sum()), bool(warns))


def _within(values: Floats, known: Flags) -> Floats:
    """Less the mean of each series and each week (by alternating projections); 0 where unknown."""
    found = np.where(known, values, 0.0)
    for _ in range(_ROUNDS):
        for axis in (0, 1):
            count = np.maximum(known.sum(axis=axis, keepdims=True), 1)
            found = np.where(known, found - found.sum(axis=axis, keepdims=True) / count, 0.0)
    return found


def _clustered(x: Floats, y: Floats, known: Flags) -> tuple[Floats, Floats]:
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
