"""Likelihood of weekly units under visits times choice, with its gradient, compiled.

In a cell (an outlet and a category) and week with listed series j and taste classes k of weights pi_k,

    V_kj = base_j + beta_j . x_j + m_k spread beta_j0 x_j0,      I_k = log sum_j exp V_kj,      D_k = I_k - I0,
    mean_j = exp(visits) sum_k pi_k exp((expansion - 1) D_k) exp(V_kj),

where I0 is the inclusive value without promotions (base price, no flags) and m_k is 0 in one class, -1 and +1 in two of
half the weight each: they differ in how strongly a price cut moves them. Units are negative binomial with variance
mean + dispersion mean^2, Poisson where the dispersion is 0; of a sold-out week only a mean below the units is unlikely.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from channellab.scenarios.arrays import Flags, Floats, Ints

DISCOUNT, BASE = 0, 1
"""Places of log(price / base) and log(base / reference) among the features."""
HIGHEST, LOWEST = 30.0, 1e-12
"""Largest log of a cell's sales and smallest mean: a step of the optimiser that is too long gives a large loss, not
infinity."""


class Rows(NamedTuple):
    """Listed weeks of series, N rows in G groups (cell and week) of cells; sorted by cell, week and series.

    Attributes:
        groups: (cells + 1,) first group of each cell. first: (G + 1,) first row of each group.
        category: (cells,) of each cell. series: (N,). week: (G,). x: (N, K). units: (N,). sold_out: (N,).
    """

    groups: Ints
    first: Ints
    category: Ints
    series: Ints
    week: Ints
    x: Floats
    units: Floats
    sold_out: Flags


class Score(NamedTuple):
    """Loss (minus log likelihood up to a constant) and its derivatives.

    Attributes:
        loss: (cells,). base: (S,). beta: (S, K). visits: (G,). expansion: (cells,). mean: (N,) units. residual: (N,)
        derivative of the loss by the log of each row's mean.
    """

    loss: Floats
    base: Floats
    beta: Floats
    visits: Floats
    expansion: Floats
    mean: Floats
    residual: Floats


@njit(cache=True, nogil=True)
def score(
    rows: Rows, base: Floats, beta: Floats, visits: Floats, expansion: Floats, spread: float, dispersion: float
) -> Score:
    """Loss and gradient.

    Args:
        base: (S,). beta: (S, K). visits: (G,) log of visits. expansion: (C,) by category.
    """
    cells, features = rows.groups.size - 1, rows.x.shape[1]
    found = Score(
        np.zeros(cells),
        np.zeros(base.size),
        np.zeros(beta.shape),
        np.zeros(visits.size),
        np.zeros(cells),
        np.zeros(rows.units.size),
        np.zeros(rows.units.size),
    )
    classes = 1 if spread == 0.0 else 2
    for cell in range(cells):
        largest = 0
        for group in range(rows.groups[cell], rows.groups[cell + 1]):
            largest = max(largest, rows.first[group + 1] - rows.first[group])
        value, usual = np.empty((classes, largest)), np.empty(largest)
        inclusive, factor, pull = np.empty(classes), np.empty(classes), np.empty(classes)
        lift = expansion[rows.category[cell]] - 1.0
        for group in range(rows.groups[cell], rows.groups[cell + 1]):
            begin, size = rows.first[group], rows.first[group + 1] - rows.first[group]
            for n in range(size):
                row = begin + n
                s = rows.series[row]
                usual[n] = base[s] + beta[s, BASE] * rows.x[row, BASE]
                plain = base[s]
                for f in range(features):
                    plain += beta[s, f] * rows.x[row, f]
                for k in range(classes):
                    sign = 0.0 if classes == 1 else 2.0 * k - 1.0
                    value[k, n] = plain + sign * spread * beta[s, DISCOUNT] * rows.x[row, DISCOUNT]
            normal = _shares(usual[:size])
            for k in range(classes):
                inclusive[k] = _shares(value[k, :size])
                power = visits[group] + lift * (inclusive[k] - normal) + inclusive[k]
                factor[k] = math.exp(min(power, HIGHEST)) / classes
            total = 0.0
            pull[:] = 0.0
            for n in range(size):
                row = begin + n
                units, mean = rows.units[row], 0.0
                for k in range(classes):
                    mean += factor[k] * value[k, n]
                mean = max(mean, LOWEST)
                loss, residual = _loss(units, mean, dispersion)
                if rows.sold_out[row] and mean > units:
                    loss, residual = _loss(units, units, dispersion)[0], 0.0
                found.mean[row], found.residual[row] = mean, residual
                found.loss[cell] += loss
                total += residual
                for k in range(classes):
                    pull[k] += residual * factor[k] * value[k, n] / mean
            found.visits[group] = total
            for k in range(classes):
                found.expansion[cell] += pull[k] * (inclusive[k] - normal)
            for n in range(size):
                row = begin + n
                s, residual, mean = rows.series[row], found.residual[row], found.mean[row]
                whole, tilted = 0.0, 0.0
                for k in range(classes):
                    part = residual * factor[k] * value[k, n] / mean + lift * pull[k] * value[k, n]
                    whole += part
                    tilted += part * (0.0 if classes == 1 else 2.0 * k - 1.0)
                found.base[s] += whole - lift * total * usual[n]
                for f in range(features):
                    found.beta[s, f] += rows.x[row, f] * whole
                found.beta[s, DISCOUNT] += rows.x[row, DISCOUNT] * spread * tilted
                found.beta[s, BASE] -= rows.x[row, BASE] * lift * total * usual[n]
    return found


@njit(cache=True, inline="always")
def _shares(values: Floats) -> float:
    """Turns utilities into shares and returns the inclusive value."""
    highest, total = values.max(), 0.0
    for n in range(values.size):
        values[n] = math.exp(values[n] - highest)
        total += values[n]
    for n in range(values.size):
        values[n] /= total
    return float(highest + math.log(total))


@njit(cache=True, inline="always")
def _loss(units: float, mean: float, dispersion: float) -> tuple[float, float]:
    """Loss, and its derivative by the log of the mean."""
    if dispersion == 0.0:
        return mean - units * math.log(mean), mean - units
    spread = 1.0 + dispersion * mean
    loss = (units + 1.0 / dispersion) * math.log(spread) - units * math.log(mean)
    return loss, (mean - units) / spread
