"""The loss around its mode: how it bends, and where it is smallest while a quantity is held.

Hessians are never written out: products with one are differences of the gradient, so that histories with tens of
thousands of parameters can be told about, too.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from channellab.calibration.fit import MEMORY, Fitted, Problem
from channellab.scenarios.arrays import Floats

STEPS = 40
TOLERANCE = 1e-3
NUDGE = 1e-4
FINISH = 30
"""Steps with which the optimiser ends what it left short of the mode."""


@dataclass(frozen=True, eq=False)
class Place:
    """A point of the parameters (n,) and its loss."""

    at: Floats
    loss: float


class Bowl:
    """The loss of a fit about its mode."""

    def __init__(self, fitted: Fitted) -> None:
        self.fitted = fitted
        self.rows = fitted.structure.rows(fitted.structure.learnt)
        self.problem = Problem(fitted.layout, self.rows, fitted.structural)
        self.mode = self.lowest(fitted.layout.packed(fitted.values), None, FINISH)
        self.slope = self.problem.gradient(self.mode.at)[1]

    def column(self, weights: Floats) -> Floats:
        """The inverse Hessian times some weights (n,): how all parameters move with their weighted sum.

        By conjugate gradients in parameters scaled by their curvature.
        """
        scale = self.problem.scale
        target = weights * scale
        found, left = np.zeros(len(target)), target.copy()
        way, rest = left.copy(), float(left @ left)
        enough = TOLERANCE**2 * rest
        for _ in range(STEPS):
            image = self._bent(way)
            bend = float(way @ image)
            if bend <= 0:
                break
            step = rest / bend
            found += step * way
            left -= step * image
            new = float(left @ left)
            if new < enough:
                break
            way = left + new / rest * way
            rest = new
        return np.asarray(found * scale)

    def _bent(self, way: Floats) -> Floats:
        """The Hessian in scaled parameters times a direction."""
        scale = self.problem.scale
        size = NUDGE / max(float(np.abs(way).max()), 1e-12)
        return np.asarray((self.problem.gradient(self.mode.at + size * scale * way)[1] - self.slope) * scale / size)

    def lowest(self, start: Floats, held: Floats | None, steps: int) -> Place:
        """Where the loss is smallest, sought for some steps from a start; a weighted sum may be held as it is there.

        Args:
            held: (n,) weights of the sum.
        """
        problem, scale = self.problem, self.problem.scale
        ends = self._ends(start)
        start = np.clip(start, *self._range(start))
        across = None if held is None else held * scale / np.linalg.norm(held * scale)

        def along(scaled: Floats) -> Floats:
            return scaled if across is None else np.asarray(scaled - across * (across @ scaled))

        def loss(scaled: Floats) -> tuple[float, Floats]:
            value, slope = problem.gradient(start + scale * along(scaled))
            return value, along(slope * scale)

        found = minimize(
            loss,
            np.zeros(len(start)),
            jac=True,
            method="L-BFGS-B",
            bounds=ends,
            options={"maxiter": steps, "maxcor": MEMORY, "ftol": 1e-9, "gtol": 1e-4},
        )
        return Place(start + scale * along(found.x), float(found.fun))

    def _ends(self, start: Floats) -> list[tuple[float | None, float | None]]:
        """Bounds of the scaled parameters: expansions lie in 0..1."""
        low, high = ((end - np.clip(start, *self._range(start))) / self.problem.scale for end in self._range(start))
        return [
            (None if np.isinf(a) else a, None if np.isinf(b) else b)
            for a, b in zip(low.tolist(), high.tolist(), strict=True)
        ]

    def _range(self, start: Floats) -> tuple[Floats, Floats]:
        low, high = np.full(len(start), -np.inf), np.full(len(start), np.inf)
        self.fitted.layout.unpacked(low)["expansion"][...] = 0.0
        self.fitted.layout.unpacked(high)["expansion"][...] = 1.0
        return low, high
