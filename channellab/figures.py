"""Figures as the command line's tables show them."""

from collections.abc import Mapping, Sequence
from typing import Any

_ROUNDING = 1e-12
"""What is smaller is the rounding of computers."""


def number(value: float | None) -> str:
    """A number in four digits; what is left of sums that cancel is nothing.

    >>> number(-2e-18), number(0.00012345), number(1234567.8)
    ('0', '0.0001234', '1,234,568')
    """
    if value is None:
        return "-"
    if abs(value) < _ROUNDING:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def interval(ends: Sequence[float] | None, between: str = "{low} to {high}") -> str:
    """The ends of an interval.

    Args:
        between: how a language puts them.
    """
    return "-" if ends is None else between.format(low=number(ends[0]), high=number(ends[1]))


def with_interval(entry: Mapping[str, Any], between: str = "{low} to {high}") -> str:
    """A mean and behind it its interval."""
    return f"{number(entry['mean'])} ({interval(entry['ci95'], between)})"


def cell(value: object) -> str:
    """A value of any kind."""
    if isinstance(value, float):
        return number(None if value != value else value)
    return str(value)
