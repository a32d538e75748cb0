"""Levers of a market: every number, switch and choice under its layout and policies, as the schema describes them."""

import math
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from channellab.reports.meanings import meaning
from channellab.scenarios.keys import Parts, dotted
from channellab.scenarios.settings import Scenario

STEERED = ("layout", "policy")
"""Tables of a scenario that the brand decides, and a visitor may change."""
_OPEN = 4.0
"""A setting without an upper bound may be slid up to so many times its value, and typed beyond that."""
_FROM_NOTHING = {"money": 5000.0, "": 10.0, "1": 10.0, "people": 20.0}
_FINE = 200
Value = bool | int | float | str


class Lever(BaseModel):
    """A setting that can be moved."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: Literal["number", "whole", "switch", "choice"]
    unit: str
    meaning: str
    meaning_zh: str
    source: str
    group: str
    value: Value
    low: float | None = None
    high: float | None = None
    top: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()


def levers(scenario: Scenario) -> list[Lever]:
    """All levers of a market; settings that are absent in it are none."""
    return [
        found
        for name in STEERED
        for parts, value, field in _settings(getattr(scenario, name), (name,))
        if (found := _lever(parts, value, field)) is not None
    ]


def _settings(table: BaseModel, above: Parts) -> Iterator[tuple[Parts, Any, FieldInfo]]:
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            yield from _settings(value, (*above, name))
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for number, entry in enumerate(value):
                yield from _settings(entry, (*above, name, number))
        else:
            yield (*above, name), value, field


def _lever(parts: Parts, value: Any, field: FieldInfo) -> Lever | None:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    told: dict[str, Any] = {
        "key": dotted(parts),
        "unit": str(extra.get("unit", "")),
        "source": str(extra.get("source", "")),
        "meaning": field.description or "",
        "meaning_zh": meaning(field.description or "", "zh"),
        "group": dotted(parts[:2] if parts[0] == "policy" else parts[:1]),
        "value": value,
    }
    if isinstance(value, bool):
        return Lever(kind="switch", **told)
    choices = _choices(field.annotation)
    if isinstance(value, str):
        return Lever(kind="choice", choices=choices, **told) if choices else None
    if isinstance(value, int | float):
        return Lever(kind="whole" if isinstance(value, int) else "number", **told, **_span(value, field, told["unit"]))
    return None


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(each) for each in get_args(annotation))
    return tuple(choice for inner in get_args(annotation) for choice in _choices(inner))


def _span(value: float, field: FieldInfo, unit: str) -> dict[str, Any]:
    """Bounds of what is allowed (``low``, ``high``, absent if there is none) and of what a slider reaches (``top``)."""
    low, high = (_bound(field, name) for name in ("ge", "le"))
    low = _bound(field, "gt") if low is None else low
    reach = _FROM_NOTHING.get(unit.partition("/")[0], 100.0) if value == 0 else abs(value) * _OPEN
    top = _nice(reach) if high is None else high if unit == "1" and high <= 1 else min(high, max(_nice(reach), 1.0))
    whole = isinstance(value, int)
    step = max(1.0, round(top / _FINE)) if whole else _nice(top) / _FINE
    found = {"top": float(max(top, value)), "step": float(step)}
    return found | {name: bound for name, bound in (("low", low), ("high", high)) if bound is not None}


def _bound(field: FieldInfo, name: str) -> float | None:
    return next((float(getattr(each, name)) for each in field.metadata if hasattr(each, name)), None)


def _nice(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is not below.

    >>> _nice(96.0), _nice(0.05)
    (100.0, 0.05)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return float(f"{next(power * digit for digit in (1, 2, 5, 10) if power * digit >= value * (1 - 1e-9)):.12g}")
