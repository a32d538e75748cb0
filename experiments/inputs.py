"""What varies in a study: keys of a scenario with the values they may take, declared in kinds.

Levers are what the brand decides, uncertainties what it does not know, constants what is the same everywhere, outcomes
what is looked at.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, floor, log
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.fields import FieldInfo

from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain
from channellab.scenarios.files import Loaded, load, varied
from channellab.scenarios.keys import dotted, exists, fields_at, frozen, is_option, split, unknown
from channellab.scenarios.layers import read_table
from channellab.scenarios.metrics import CATALOGUE
from channellab.scenarios.overrides import WHERE
from channellab.scenarios.ready import names
from channellab.scenarios.settings import Scenario
from channellab.scenarios.show import toml_value

Values = dict[str, Any]
"""By dotted key of a scenario, a value."""
_ENDS = {"low", "high"}


class Declared(BaseModel):
    """Base of the tables of a study file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Span(Declared):
    """All numbers from ``low`` to ``high``; of keys that take whole numbers, these.

    Attributes:
        scale: ``log`` makes ratios count, not differences. steps: so many values evenly spread, in place of all.
    """

    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    steps: int | None = Field(None, ge=2, le=1000)

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.low >= self.high:
            raise ValueError(f"low is {self.low:g}, allowed are values below high ({self.high:g})")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low is {self.low:g}, allowed are values above 0 where the scale is log")
        return self

    def at(self, share: float) -> float:
        """The number that lies this share (0..1) of the way from low to high."""
        if self.scale == "log":
            found = exp(log(self.low) + share * (log(self.high) - log(self.low)))
        else:
            found = self.low + share * (self.high - self.low)
        return min(max(found, self.low), self.high)

    def share(self, number: float) -> float:
        """How far a number lies on the way from low to high (0..1).

        >>> Span(low=1.0, high=100.0, scale="log").share(10.0)
        0.5
        """
        if self.scale == "log":
            return log(number / self.low) / log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Input:
    """A key and what it may be.

    Attributes:
        key: dotted. values: all there are, None of a span. span: None of a list. whole: whether only whole numbers fit.
    """

    key: str
    values: tuple[Any, ...] | None
    span: Span | None
    whole: bool

    def at(self, share: float) -> Any:
        """The value that lies this share (0 <= share < 1) of the way through the span.

        >>> Input("run.weeks", None, Span(low=1, high=4), True).at(0.99)
        4
        """
        if self.span is None:
            raise ValueError(f"{self.key} has no span")
        if not self.whole:
            return self.span.at(share)
        wide = self.span.model_copy(update={"low": self.span.low - 0.5, "high": self.span.high + 0.5})
        number = floor((wide if self.span.scale == "linear" else self.span).at(share) + 0.5)
        return int(min(max(number, self.span.low), self.span.high))


def read_study(path: Path, kind: type[Declared]) -> Any:
    """A study file as one of the declared kinds of studies.

    Raises:
        BadInput: it cannot be read, or says something that is not allowed.
    """
    where = str(path)
    table = read_table(path, where)
    try:
        return kind.model_validate(frozen(table))
    except ValidationError as error:
        complaint = explain(error, kind)
        raise BadInput(where, dotted(complaint.parts), complaint.problem) from None


def constants(table: Mapping[str, Any], where: str) -> Values:
    """Keys and values of a table, nested or dotted.

    Raises:
        BadInput: a key is not known, or its setting never takes the value.
    """
    return {_known(parts, where): _fits(parts, value, where) for parts, value in _leaves(table)}


def inputs(table: Mapping[str, Any], where: str) -> list[Input]:
    """Keys and what they may be: a list of values, or a span ``{low, high}``.

    Raises:
        BadInput: a key is not known, what it may be is not declared like that, or its setting never takes a value.
    """
    return [_input(_known(parts, where), parts, value, where) for parts, value in _leaves(table)]


def outcomes(wanted: Sequence[str], where: str, key: str) -> tuple[str, ...]:
    """Names of metrics.

    Raises:
        BadInput: one is none.
    """
    for name in wanted:
        if name not in CATALOGUE:
            raise BadInput(where, key, f"names {name!r}, which is no metric; docs/metrics.md lists them")
    return tuple(wanted)


def loaded_with(scenario: str, values: Values, where: str, folder: Path) -> Loaded:
    """A scenario of the library or of a file beside ``folder``, with these values in it.

    Raises:
        BadInput: it cannot be read, or a value is not allowed; what came from the study is blamed on it.
    """
    is_file = scenario not in names() and (folder / scenario).suffix == ".toml"
    return with_values(load(str(folder / scenario) if is_file else scenario), values, where)


def with_values(loaded: Loaded, values: Values, where: str) -> Loaded:
    """A scenario with these values in it.

    Raises:
        BadInput: a value is not allowed; it is blamed on ``where``.
    """
    try:
        return varied(loaded, [f"{key}={toml_value(value)}" for key, value in values.items()])
    except BadInput as error:
        told = "" if error.where == WHERE else f"; so it is in {error.where} with the values given here"
        raise BadInput(where, error.key, f"{error.problem}{told}") from None


def drawn(found: Sequence[Input], luck: np.random.Generator) -> Values:
    """A value of each, independently: any of a list, or anywhere in a span."""
    return {
        each.key: each.at(luck.random()) if each.values is None else each.values[int(luck.integers(len(each.values)))]
        for each in found
    }


def placed(each: Input, share: float) -> Any:
    """The value of an input at a share of its range; the ends belong to it."""
    inside = min(max(share, 0.0), 1 - 1e-12)
    if each.values is not None:
        return each.values[int(inside * len(each.values))]
    return each.at(inside if each.whole else share)


def label(values: Values) -> str:
    """Values in one line, for people.

    >>> label({"policy.funds.district_support": 12.0})
    'district_support=12.0'
    """
    return " ".join(f"{split(key)[-1]}={json.dumps(value)}" for key, value in values.items())


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in table.items():
        parts = (*above, *(_split(name)))
        if isinstance(value, Mapping) and value and not _ENDS & value.keys():
            yield from _leaves(value, parts)
        else:
            yield parts, value


def _split(name: str) -> tuple[str, ...]:
    """A key in quotes may be dotted."""
    try:
        return split(name)
    except (ValueError, tomllib.TOMLDecodeError):
        return (name,)


def _fits(parts: tuple[str, ...], value: Any, where: str) -> Any:
    """The value, unless its setting never takes it, whatever all others are.

    Only plain values; whether tables and lists are allowed is seen when they are laid into a scenario.
    """
    field = _field(parts)
    kind: Any = _entry_kind(parts) if field is None else Annotated[field.annotation, field]
    if kind is None or not isinstance(value, bool | int | float | str):
        return value
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        raise BadInput(where, dotted(parts), explain(error, Scenario).problem) from None
    return value


def _known(parts: tuple[str, ...], where: str) -> str:
    open_table = parts[:1] == ("timetable",) or is_option(Scenario, parts)
    if not (open_table or exists(Scenario, parts) or _entry_kind(parts)):
        raise BadInput(where, dotted(parts), unknown(Scenario, parts))
    return dotted(parts)


def _field(parts: tuple[str, ...]) -> FieldInfo | None:
    """The setting of a key; of a change in a timetable, the setting that changes."""
    if parts[:1] == ("timetable",) and parts[2:3] == ("set",) and len(parts) > 3:
        parts = _split(".".join(parts[3:]))
    return fields_at(Scenario, parts[:-1]).get(parts[-1])


def _entry_kind(parts: tuple[str, ...]) -> Any:
    """What stands at a position of a list of plain values, such as ``weeks.0``; None at any other key."""
    if not parts[-1].isdecimal():
        return None
    outer = fields_at(Scenario, parts[:-2]).get(parts[-2]) if len(parts) > 2 else None
    kinds = () if outer is None else (outer.annotation, *get_args(outer.annotation))
    entries = (entry for kind in kinds if get_origin(kind) is tuple for entry in get_args(kind))
    return next((entry for entry in entries if entry in (int, float, str)), None)


def _input(key: str, parts: tuple[str, ...], value: Any, where: str) -> Input:
    whole = _takes_whole_numbers(parts, value)
    if isinstance(value, tuple | list):
        if not value:
            raise BadInput(
                where, key, "is an empty list, allowed are values, or a span such as {low = 0.0, high = 1.0}"
            )
        return Input(key, tuple(_fits(parts, each, where) for each in value), None, whole)
    if not isinstance(value, Mapping):
        raise BadInput(where, key, f"is {value!r}, allowed are a list, or a span such as {{low = 0.0, high = 1.0}}")
    try:
        span = Span.model_validate({**value})
    except ValidationError as error:
        complaint = explain(error, Span)
        raise BadInput(where, ".".join((key, *map(str, complaint.parts))), complaint.problem) from None
    for end in (span.low, span.high):
        _fits(parts, int(end) if whole else end, where)
    if span.steps is None:
        return Input(key, None, span, whole)
    place: Callable[[float], float] = round if whole else float
    values = [place(span.at(step / (span.steps - 1))) for step in range(span.steps)]
    return Input(key, tuple(dict.fromkeys(values)), None, whole)


def _takes_whole_numbers(parts: tuple[str, ...], value: Any) -> bool:
    if is_option(Scenario, parts) and isinstance(value, Mapping):
        return all(type(value.get(end)) is int for end in _ENDS)
    field = _field(parts)
    return (_entry_kind(parts) if field is None else field.annotation) in (int, int | None)
