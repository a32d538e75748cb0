"""What an objective is worth over an ensemble of markets: mean, worst case, conditional value at risk, regret.

Values here are such that more is better.
"""

from math import ceil

import numpy as np

from channellab.experiments.search_file import Objective
from channellab.scenarios.arrays import Floats


def judged(values: Floats, objective: Objective, best: Floats | None = None) -> Floats:
    """One figure for every candidate, (candidates,).

    Args:
        values: mean over replications, (candidates, markets). best: by market, the best that is known, for regret.

    >>> values = np.array([[1.0, 5.0, 9.0, 9.0], [4.0, 4.0, 4.0, 4.0]])
    >>> {how: judged(values, Objective(metric="nps", robust=how, share=0.5)).tolist()
    ...  for how in ("mean", "worst", "cvar", "regret")}
    {'mean': [6.0, 4.0], 'worst': [1.0, 4.0], 'cvar': [3.0, 4.0], 'regret': [-3.0, -5.0]}
    """
    match objective.robust:
        case "mean":
            return np.asarray(values.mean(axis=1))
        case "worst":
            return np.asarray(values.min(axis=1))
        case "cvar":
            tail = max(ceil(objective.share * values.shape[1] - 1e-9), 1)
            return np.asarray(np.sort(values, axis=1)[:, :tail].mean(axis=1))
        case "regret":
            top = values.max(axis=0) if best is None else np.maximum(best, values.max(axis=0))
            return np.asarray(-(top - values).max(axis=1))
