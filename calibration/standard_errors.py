"""Standard errors of what is told of a fit.

Two variances, of which the larger is taken. Curvature: that of the loss with priors, all other parameters moving along
(`curvature.py`). Shared: scores are not independent where shocks strike many series at once and last for weeks, and
where levels drift (sandwich; Huber 1967). What they add up to is taken from the shocks measured on weeks that were not
learnt from (`shared_shocks.py`) and from the drift (`drift.py`), or, without shocks, from weekly sums of the scores
(Liang and Zeger 1986).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from channellab.calibration.curvature import Bowl
from channellab.calibration.fit import evaluated
from channellab.calibration.one_thread import one_thread
from channellab.calibration.quantities import Quantity, quantities
from channellab.calibration.score_variance import Scores
from channellab.calibration.shared_shocks import Shocks
from channellab.scenarios.arrays import Floats

LEVEL = 0.95
NUDGE = 1e-4


@dataclass(frozen=True, eq=False)
class Uncertain:
    """A quantity of a fit and how sure it is.

    Attributes:
        value: at the mode. direction: (n,) column of the inverse Hessian, along which all parameters move with it.
        curvature: variance by curvature alone. error: standard error. quantile: standard errors that a 95 % interval
            reaches on either side.
    """

    quantity: Quantity
    value: float
    direction: Floats
    curvature: float
    error: float
    quantile: float


def uncertain(bowl: Bowl, shocks: Shocks | None = None, wanted: Sequence[Quantity] | None = None) -> list[Uncertain]:
    """Standard errors of quantities, by default of all."""
    scores = Scores.of(bowl)
    return [uncertain_of(bowl, scores, shocks, each) for each in wanted or quantities(bowl.fitted)]


@one_thread
def uncertain_of(bowl: Bowl, scores: Scores, shocks: Shocks | None, quantity: Quantity) -> Uncertain:
    """The standard error of a quantity."""
    direction = bowl.column(quantity.weights)
    curvature = max(float(quantity.weights @ direction), 0.0)
    change = _change(bowl, direction)
    believed = float(direction @ (bowl.problem.precision * direction))
    shared = believed + (scores.weekly(change) if shocks is None else scores.struck(change, shocks))
    error = float(np.sqrt(max(curvature, shared)))
    value = float(quantity.weights @ bowl.mode.at)
    return Uncertain(quantity, value, direction, curvature, error, float(norm.ppf((1 + LEVEL) / 2)))


def correlations(found: Sequence[Uncertain]) -> Floats:
    """Of quantities with each other, by curvature, (Q, Q): near -1 or 1 they trade off; 0 for what was fixed."""
    weights = np.array([each.quantity.weights for each in found]).reshape(len(found), -1)
    covariance = weights @ np.array([each.direction for each in found]).reshape(len(found), -1).T
    sd = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = np.outer(sd, sd)
    both = (covariance + covariance.T) / 2
    return np.asarray(np.clip(np.divide(both, scale, out=np.zeros_like(both), where=scale > 0), -1.0, 1.0))


def _change(bowl: Bowl, direction: Floats) -> Floats:
    """Change of the log of each row's mean along a direction, (N,)."""
    size = NUDGE / max(float(np.abs(direction).max()), 1e-12)
    blocks, structural = bowl.fitted.layout, bowl.fitted.structural
    ends = [
        evaluated(blocks, blocks.unpacked(bowl.mode.at + sign * size * direction), bowl.rows, structural).mean
        for sign in (-1.0, 1.0)
    ]
    return np.asarray((np.log(ends[1]) - np.log(ends[0])) / (2 * size))
