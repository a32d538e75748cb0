"""The inner layer of a fit: all base utilities, coefficients and seasons at once, given the structural settings.

The posterior mode: negative binomial likelihood with normal priors on deviations, found by L-BFGS in parameters scaled
by their curvature (unscaled, the expansion stays where it starts).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from channellab.calibration.fit_settings import FitSettings, Structural
from channellab.calibration.history import History
from channellab.calibration.likelihood import Rows, Score, score
from channellab.calibration.one_thread import one_thread
from channellab.calibration.parameters import Layout, Values, layout
from channellab.calibration.structure import Structure, structure
from channellab.scenarios.arrays import Flags, Floats

STEPS, MEMORY = 400, 20
LEAST = 0.1
TOLERANCE = 1e-6
"""Change of the loss, as a share of it, below which the optimiser stops; the loss counts from that of a perfect fit."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted market.

    Attributes:
        values: parameters by block, see parameters.py. level: (S,) log of the recent level against the fitted one.
        loss: at the mode, priors included. steps: of the optimiser.
    """

    structure: Structure
    settings: FitSettings
    structural: Structural
    layout: Layout
    values: Values
    level: Floats
    loss: float
    steps: int

    @property
    def base(self) -> Floats:
        """Base utilities without the recent level, (S,)."""
        return self.layout.base(self.values)

    @property
    def beta(self) -> Floats:
        """Coefficients, (S, K)."""
        return self.layout.beta(self.values)

    @property
    def expansion(self) -> Floats:
        """By category, (C,)."""
        return self.values["expansion"]

    def with_level(self, level: Floats) -> "Fitted":
        """The same with another recent level, (S,)."""
        return replace(self, level=level)

    def mean(self, chosen: Flags | None = None) -> Floats:
        """Mean units (S, W) at the recent level of the weeks chosen, by default all that are listed; else 0.

        Where stock is known no more is expected than there is.
        """
        chosen = self.structure.listed if chosen is None else chosen & self.structure.listed
        rows = self.structure.rows(chosen)
        found = evaluated(self.layout, self.values, rows, self.structural, self.level)
        means, week = np.zeros(chosen.shape), np.repeat(rows.week, np.diff(rows.first))
        means[rows.series, week] = found.mean
        return np.minimum(means, self.structure.stock)


def fit(
    history: History,
    settings: FitSettings,
    *,
    structural: Structural | None = None,
    learnt: Flags | None = None,
    end: NDArray[np.int64] | None = None,
    start: Values | None = None,
) -> Fitted:
    """Fits a history, without the recent level.

    Args:
        structural: by default where the search starts. learnt: (S, W) weeks to learn from, by default all.
        end: (S,) see `structure`. start: values of an earlier fit of the same series.
    """
    chosen = np.ones(history.shape, np.bool_) if learnt is None else learnt
    return fit_structure(structure(history, settings, chosen, end), settings, structural or settings.start, start)


def fit_structure(
    found: Structure, settings: FitSettings, structural: Structural, start: Values | None = None
) -> Fitted:
    """Fits what a structure learns from."""
    rows = found.rows(found.learnt)
    return fit_layout(layout(found, settings, structural, rows), rows, settings, structural, start)


@one_thread
def fit_layout(
    blocks: Layout, rows: Rows, settings: FitSettings, structural: Structural, start: Values | None = None
) -> Fitted:
    """Fits rows with these blocks and priors."""
    problem = Problem(blocks, rows, structural)
    result = minimize(
        problem.scaled,
        np.zeros(blocks.size),
        jac=True,
        method="L-BFGS-B",
        bounds=problem.start_at(start or blocks.start(rows)),
        options={"maxiter": STEPS, "maxcor": MEMORY, "ftol": TOLERANCE, "gtol": 1e-4},
    )
    values = {name: each.copy() for name, each in blocks.unpacked(problem.at(result.x)).items()}
    level = np.zeros(len(blocks.structure.item))
    return Fitted(blocks.structure, settings, structural, blocks, values, level, float(result.fun), int(result.nit))


def evaluated(blocks: Layout, values: Values, rows: Rows, structural: Structural, level: Floats | float = 0.0) -> Score:
    """Means, loss and derivatives at some values of the parameters, base utilities raised by a level (S,)."""
    cell = np.repeat(np.arange(len(rows.groups) - 1), np.diff(rows.groups))
    visits = blocks.visits(values)[cell, rows.week]
    return score(
        rows,
        blocks.base(values) + level,
        blocks.beta(values),
        visits,
        values["expansion"],
        structural.spread,
        structural.dispersion,
    )


def perfect(rows: Rows, dispersion: float) -> float:
    """The loss of means that equal the units."""
    units = np.maximum(rows.units, LEAST)
    if dispersion == 0:
        return float((units - rows.units * np.log(units)).sum())
    return float(((rows.units + 1 / dispersion) * np.log1p(dispersion * units) - rows.units * np.log(units)).sum())


class Problem:
    """What the optimiser sees: loss and gradient in parameters that count from the start in units of their scale."""

    def __init__(self, blocks: Layout, rows: Rows, structural: Structural) -> None:
        self.blocks, self.rows, self.structural = blocks, rows, structural
        shapes = blocks.shapes
        self.centre = blocks.packed({name: blocks.centre[name] for name in shapes})
        self.precision = blocks.packed({name: 1 / blocks.sd[name] ** 2 for name in shapes})
        bend = blocks.packed(blocks.curvature(rows, structural.dispersion))
        self.scale = 1 / np.sqrt(bend + self.precision)
        self.zero = self.centre
        self.perfect = perfect(rows, structural.dispersion)

    def start_at(self, values: Values) -> list[tuple[float | None, float | None]]:
        """Counts from these values on; returns the bounds of the scaled parameters: expansions lie in 0..1."""
        self.zero = self.blocks.packed(values)
        free: list[tuple[float | None, float | None]] = [(None, None)] * (self.blocks.size - len(values["expansion"]))
        last = slice(self.blocks.size - len(values["expansion"]), None)
        ends = [(0 - self.zero[last]) / self.scale[last], (1 - self.zero[last]) / self.scale[last]]
        return free + list(zip(ends[0].tolist(), ends[1].tolist(), strict=True))

    def at(self, scaled: Floats) -> Floats:
        """The parameters themselves."""
        return np.asarray(self.zero + self.scale * scaled)

    def gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Loss with priors, and its gradient."""
        found = evaluated(self.blocks, self.blocks.unpacked(vector), self.rows, self.structural)
        away = vector - self.centre
        slope = self.blocks.packed(self.blocks.gradient(self.rows, found)) + self.precision * away
        return float(found.loss.sum() - self.perfect + 0.5 * np.sum(self.precision * away**2)), slope

    def scaled(self, scaled: Floats) -> tuple[float, Floats]:
        """Loss and gradient in scaled parameters."""
        loss, slope = self.gradient(self.at(scaled))
        return loss, slope * self.scale
