"""Marks of regions: area says population, shape the market role, colour the coverage."""

import math

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import Colormap, Normalize
from numpy.typing import NDArray

from channellab.scenarios.errors import BadInput

Array = NDArray[np.float64]
Colour = tuple[float, float, float, float]

HOLLOW: Colour = (1.0, 1.0, 1.0, 1.0)

SHAPES = {"core": "o", "potential": "s", "edge": "^"}
_FILLS = {"core": math.pi / 4, "potential": 1.0, "edge": 0.5}
"""Share of its bounding square that a shape covers: with it, equal populations cover equal areas in any shape."""
_LARGEST = 440.0
"""Square points covered by the most populous region."""
_STEP = 0.1


def areas(population: Array, largest: float) -> Array:
    """What marks cover, square points.

    Args:
        population: persons, any shape.
        largest: population of the largest mark in the figure, persons.
    """
    return np.asarray(_LARGEST * population / max(largest, 1.0))


def squares(covered: Array, role: str) -> Array:
    """Bounding squares of marks that cover these areas, as matplotlib's ``scatter`` wants them, square points."""
    return np.asarray(covered / _FILLS[role])


def radii(regions: pd.DataFrame) -> Array:
    """Half the width of each region's mark, shape (R,), points; columns ``population`` (persons) and ``role``."""
    population = regions["population"].to_numpy(np.float64)
    fills = regions["role"].map(_FILLS).to_numpy(np.float64)
    return np.asarray(np.sqrt(areas(population, float(population.max())) / fills) / 2)


def check_roles(regions: pd.DataFrame) -> None:
    """Insist on roles that have a shape.

    Raises:
        BadInput: names the first that has none.
    """
    for role in regions["role"]:
        if role not in SHAPES:
            raise BadInput("regions", "role", f"is {role!r}, allowed are {', '.join(SHAPES)}")


def coverage_colours() -> Colormap:
    """Pale for rare, dark for everywhere; even steps of lightness, so no colour vision is needed."""
    return colormaps["viridis_r"]


def coverage_colour(coverage: float, scale: Normalize) -> Colour:
    """Red, green, blue and opacity (0..1) for a coverage (0..1); hollow where there is no outlet to cover (NaN)."""
    if math.isnan(coverage):
        return HOLLOW
    red, green, blue, opacity = coverage_colours()(float(scale(coverage)))
    return red, green, blue, opacity


def coverage_scale(frames: list[pd.DataFrame]) -> Normalize:
    """One scale for all maps of a figure: from nothing to the next round tenth above the best ``coverage`` (0..1)."""
    best = max((float(frame["coverage"].max()) for frame in frames if has_coverage(frame)), default=1.0)
    return Normalize(0.0, min(1.0, max(1, math.ceil(best / _STEP - 1e-9)) * _STEP))


def has_coverage(regions: pd.DataFrame) -> bool:
    """Whether any region has an outlet, so that coverage means something."""
    return bool(regions["coverage"].notna().any())
