"""What is told of a fit: weighted sums of its parameters, such as the mean effect of a feature in a category.

A coefficient of a category is the mean over its series, with what items, outlets and series deviate by: that is what
the sales of the category answered with, and it needs no belief about items that are not there.
"""

from dataclasses import dataclass, replace

import numpy as np

from channellab.calibration.fit import Fitted
from channellab.calibration.structure import MEMORIES
from channellab.scenarios.arrays import Flags, Floats
from channellab.scenarios.fitted import COEFFICIENTS

FIXED = 1e-6
"""A parameter whose prior is narrower was fixed, not estimated."""


@dataclass(frozen=True, eq=False)
class Quantity:
    """A weighted sum of parameters.

    Attributes:
        weights: (n,) of the parameters. centre, prior_sd: what was believed of it. low, high: ends of its range.
        shows: whether the history can tell of it at all.
    """

    name: str
    category: str
    weights: Floats
    centre: float
    prior_sd: float
    low: float = -np.inf
    high: float = np.inf
    shows: bool = True

    @property
    def fixed(self) -> bool:
        """Whether it was not estimated."""
        return self.prior_sd < FIXED


def quantities(fitted: Fitted) -> list[Quantity]:
    """Coefficients, memory and expansion of every category."""
    known = fitted.structure.learnt.any(axis=1)
    found = []
    for code, category in enumerate(fitted.structure.names["category"]):
        inside = fitted.structure.category == code
        if (inside & known).any():
            inside &= known
        found += [_of(fitted, name, category, coefficient(fitted, inside, k)) for k, name in enumerate(COEFFICIENTS)]
        found += [_of(fitted, name, category, _memory(fitted, code, m)) for m, name in enumerate(MEMORIES)]
        expansion = _of(fitted, "expansion", category, _expansion(fitted, code), 0.0, 1.0)
        found.append(replace(expansion, shows=_side_by_side(fitted, code)))
    return found


def _side_by_side(fitted: Fitted, code: int) -> bool:
    """Whether a category ever has two items in one place; else only expansion times effects of promotions shows."""
    s = fitted.structure
    cells = np.flatnonzero(s.category_of_cell == code)
    return any(bool((s.learnt[s.cell == cell].sum(axis=0) > 1).any()) for cell in cells)


def coefficient(fitted: Fitted, inside: Flags, place: int) -> Floats:
    """Weights (n,) of the parameters in the mean of a coefficient over the series inside, (S,)."""
    share, weights = inside / inside.sum(), np.zeros(fitted.layout.size)
    blocks = fitted.layout.unpacked(weights)
    for kind, pool in fitted.layout.pools.items():
        blocks[f"beta_{kind}"][:, place] = pool @ share
    blocks["beta_series"][:, place] = share
    return weights


def _memory(fitted: Fitted, category: int, place: int) -> Floats:
    """Weights (n,) of the parameters in the mean of a memory over the cells of a category."""
    weights, inside = np.zeros(fitted.layout.size), fitted.structure.category_of_cell == category
    blocks = fitted.layout.unpacked(weights)
    blocks["memory"][category, place] = 1.0
    blocks["memory_cell"][:, place] = inside / inside.sum()
    return weights


def _expansion(fitted: Fitted, category: int) -> Floats:
    weights = np.zeros(fitted.layout.size)
    fitted.layout.unpacked(weights)["expansion"][category] = 1.0
    return weights


def _of(
    fitted: Fitted, name: str, category: str, weights: Floats, low: float = -np.inf, high: float = np.inf
) -> Quantity:
    centre, sd = (fitted.layout.packed(dict(each)) for each in (fitted.layout.centre, fitted.layout.sd))
    return Quantity(name, category, weights, float(weights @ centre), float(np.linalg.norm(weights * sd)), low, high)
