"""Axes that people can read: round numbers, no impossible values, weeks in quarters."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, Formatter, MaxNLocator
from numpy.typing import NDArray

from channellab.reports.quantities import on_one_scale

Array = NDArray[np.float64]
_STEPS = (1, 2, 4, 13, 26, 52, 104, 260, 520, 1040)
_MOST_TICKS = 8
_ROOM = 0.06


def scale_values(axes: Axes, means: Array, bands: Array, unit: str, lang: str) -> None:
    """Vertical axis that shows means and bands, but never a value that cannot be.

    A band may reach below zero though no mean does, or a rate's above one: the axis stops there.

    Args:
        axes: to scale.
        means: all means in the picture, any shape, in ``unit``; NaN where unknown.
        bands: all ends of intervals, likewise.
        unit: as ``language.metric_unit`` tells it.
        lang: language of magnitudes.
    """
    low, high = _extent(np.concatenate([means.ravel(), bands.ravel()]))
    floor = -math.inf if (means < 0).any() else 0.0
    ceiling = 1.0 if unit == "1" and not (means > 1).any() else math.inf
    low, high = max(low, floor), min(high, ceiling)
    room = _ROOM * (high - low) or _ROOM * abs(high) or 1.0
    axes.set_ylim(low - room, high + room)
    ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    seen = [float(tick) for tick in ticks if max(floor, low - room) <= tick <= min(ceiling, high + room)]
    axes.yaxis.set_major_locator(FixedLocator(seen))
    axes.yaxis.set_major_formatter(Quantities(unit, lang))


def scale_weeks(axes: Axes, first: int, last: int) -> None:
    """Horizontal axis from the first to the last week."""
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.xaxis.set_major_locator(FixedLocator(week_ticks(first, last)))


def week_ticks(first: int, last: int) -> list[int]:
    """Few weeks to name: quarters of a year where they fit, so that seasons are easy to find again.

    >>> week_ticks(1, 104)
    [1, 13, 26, 39, 52, 65, 78, 91, 104]
    """
    step = next((step for step in _STEPS if (last - first) / step <= _MOST_TICKS), _STEPS[-1])
    return [first, *(week for week in range(step, last + 1, step) if week - first > step / 2)]


def round_below(largest: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above a number; at least 1.

    >>> round_below(126_000_000.0), round_below(0.0)
    (100000000.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(max(largest, 1.0)))
    return float(power * max(digit for digit in (1, 2, 5) if power * digit <= largest or digit == 1))


class Quantities(Formatter):
    """Ticks as people read numbers, all of an axis to one magnitude."""

    def __init__(self, unit: str, lang: str) -> None:
        self.unit, self.lang = unit, lang

    def format_ticks(self, values: Sequence[float] | Array) -> list[str]:
        """Texts of all ticks of an axis."""
        return on_one_scale([float(value) for value in values], self.unit, self.lang)


def _extent(values: Array) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
