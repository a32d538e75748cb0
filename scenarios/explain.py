"""What pydantic says about a scenario, as one sentence in the words of the person who wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from channellab.scenarios.keys import Model, Parts, exists, is_option, unknown

_KINDS = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text in quotes",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_BOUNDS = {"ge": "values from", "gt": "values above", "le": "values up to", "lt": "values below"}
_BOUNDS |= {"multiple_of": "multiples of"}
_LENGTHS = {"min_length": "at least", "max_length": "at most"}
_LONGEST = 40


@dataclass(frozen=True)
class Complaint:
    """One thing wrong with a scenario: the key, what is wrong, and other keys that play a part in it."""

    parts: Parts
    problem: str
    others: tuple[Parts, ...] = ()


def explain(error: ValidationError, model: Model) -> Complaint:
    """The complaint to show first: an unknown key if there is one, then what is deepest inside the first fault."""
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "extra_forbidden":
            return Complaint(detail["loc"], unknown(model, detail["loc"]))
    places = [detail["loc"] for detail in details]
    deepest = next(d for d in details if not any(_is_above(d["loc"], place) for place in places))
    return _complaint(deepest, model)


def problem(detail: Mapping[str, Any]) -> str:
    """What one of pydantic's details says, apart from its place; for tables that are no scenario's."""
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    fixed = {"missing": "is missing", "extra_forbidden": "is unknown"}
    return fixed.get(detail["type"]) or _problem(detail)


def shown(value: Any) -> str:
    """A value as people write it in TOML, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return "a list"
    if isinstance(value, Mapping):
        return "a table"
    text = repr(value) if isinstance(value, str | int | float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _complaint(detail: Mapping[str, Any], model: Model) -> Complaint:
    if detail["type"] == "value_error":
        return _own_words(str(detail["ctx"]["error"]), detail["loc"], model)
    if detail["type"] == "missing":
        return Complaint(detail["loc"], "is missing")
    return Complaint(detail["loc"], _problem(detail))


def _problem(detail: Mapping[str, Any]) -> str:
    value, context = detail["input"], detail.get("ctx", {})
    if detail["type"] in _KINDS:
        return f"is {shown(value)}, allowed is {_KINDS[detail['type']]}"
    if detail["type"] == "literal_error":
        return f"is {shown(value)}, allowed are {context['expected']}"
    for name, words in _LENGTHS.items():
        if name in context:
            unit = "characters" if isinstance(value, str) else "entries"
            return f"has {len(value)} {unit}, allowed are {words} {context[name]}"
    for name, words in _BOUNDS.items():
        if name in context:
            return f"is {shown(value)}, allowed are {words} {_number(context[name])}"
    return f"is {shown(value)}: {detail['msg']}"


def _own_words(message: str, table: Parts, model: Model) -> Complaint:
    """Our validators' messages start with the key, seen from the table that they are about."""
    first, _, rest = message.partition(" ")
    mentioned = [key for word in message.split() if (key := _key(word, table)) and _known(model, key)]
    if _key(first, table) in mentioned:
        return Complaint(_key(first, table), rest, tuple(mentioned))
    return Complaint(table, message, tuple(mentioned))


def _known(model: Model, key: Parts) -> bool:
    """Whether a key is one of the schema, or an option; ``events.1`` is an entry of an array."""
    return exists(model, key[:-1] if isinstance(key[-1], int) else key) or is_option(model, key)


def _key(word: str, table: Parts) -> Parts:
    parts = word.strip("(),;:'").split(".")
    return (*table, *(int(part) if part.isdecimal() else part for part in parts))


def _number(bound: Any) -> str:
    return str(int(bound)) if float(bound).is_integer() and abs(bound) < 1e15 else str(bound)


def _is_above(place: Parts, other: Parts) -> bool:
    return len(place) < len(other) and other[: len(place)] == place
