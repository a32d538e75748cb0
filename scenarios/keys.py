"""Dotted keys of a scenario: how they are written, which exist, and which was probably meant.

Entries of arrays are counted from 0: ``products.0.list_price`` is the list price of the first SKU.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Parts = tuple[str | int, ...]
Model = type[BaseModel]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dotted(parts: Parts) -> str:
    """The key as people write it.

    >>> dotted(("products", 0, "name")), dotted(("set", "policy.price"))
    ('products.0.name', 'set."policy.price"')
    """
    return ".".join(str(p) if _BARE.fullmatch(str(p)) else quoted(str(p)) for p in parts)


def quoted(text: str) -> str:
    """Text as a TOML string on one line (JSON leaves DEL as it is, TOML does not)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def split(key: str) -> tuple[str, ...]:
    """The parts of a key written as in TOML.

    >>> split('timetable.0.set."policy.price"')
    ('timetable', '0', 'set', 'policy.price')

    Raises:
        ValueError: if it is not one key.
    """
    if "\n" in key or "=" in key:
        raise ValueError(f"{key!r} is not a key")
    node: Any = tomllib.loads(f"{key} = 0")
    parts = []
    while isinstance(node, dict):
        (part,) = node
        parts.append(part)
        node = node[part]
    return tuple(parts)


def leaves(table: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value below a table with its parts; arrays and empty tables count as values."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name), value


def frozen(value: Any) -> Any:
    """Plain data with tuples for lists, which is what the strict models take."""
    if isinstance(value, dict):
        return {key: frozen(inner) for key, inner in value.items()}
    return tuple(frozen(inner) for inner in value) if isinstance(value, list | tuple) else value


def plain(value: Any) -> Any:
    """Models, tuples and what is in them as dicts and lists, as TOML and JSON have them."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def fields_at(model: Model, parts: Parts) -> dict[str, FieldInfo]:
    """The fields of the table at a key below ``model``; empty where there is none."""
    models = [model]
    for part in parts:
        if isinstance(part, int) or part.isdecimal():
            continue
        found = [m.model_fields[part] for m in models if part in m.model_fields]
        models = [inner for field in found for inner in _models_in(field.annotation)]
    return {name: field for m in models for name, field in m.model_fields.items()}


def exists(model: Model, parts: Parts) -> bool:
    """Whether a setting or table of this key is known; the last part must be a name."""
    return bool(parts) and parts[-1] in fields_at(model, parts[:-1])


def is_option(model: Model, parts: Parts) -> bool:
    """Whether a key is below the ``options`` of a policy that another distribution brings, which alone knows them."""
    place = parts.index("options") + 1 if "options" in parts else len(parts)
    return place < len(parts) and exists(model, parts[:place])


def default_at(model: Model, parts: Parts) -> Any:
    """The default of a setting as plain data (lists, dicts), or None if it has none."""
    field = fields_at(model, parts[:-1]).get(str(parts[-1]))
    if field is None or field.is_required():
        return None
    return plain(field.get_default(call_default_factory=True))


def all_keys(model: Model, above: Parts = ()) -> list[Parts]:
    """Every known key below ``model``, tables before what is in them; arrays stand with their first entry."""
    found: list[Parts] = []
    for name, field in model.model_fields.items():
        found.append((*above, name))
        is_array = str(field.annotation).startswith("tuple")
        for inner in _models_in(field.annotation):
            found += all_keys(inner, (*above, name, 0) if is_array else (*above, name))
    return found


def nearest(model: Model, parts: Parts) -> str | None:
    """The known key most like an unknown one: a twin in the same table, the same name elsewhere, a likeness."""
    table, name = parts[:-1], str(parts[-1])
    here, everywhere = fields_at(model, table), all_keys(model)
    twin, like = get_close_matches(name, here, 1, 0.8), get_close_matches(name, here, 1)
    namesakes = [dotted(key) for key in everywhere if key[-1] == name]
    if not twin and namesakes:
        return get_close_matches(dotted(parts), namesakes, 1, 0.0)[0]
    if like:
        return dotted((*table, like[0]))
    close = [] if here else get_close_matches(dotted(parts), map(dotted, everywhere), 1)
    return close[0] if close else None


def unknown(model: Model, parts: Parts) -> str:
    """What is wrong with an unknown key, as the problem of a ``BadInput``."""
    near = nearest(model, parts)
    if near:
        return f"is unknown; the nearest known key is {near}"
    return f"is unknown; known keys here are {', '.join(fields_at(model, parts[:-1])) or 'none'}"


def _models_in(annotation: Any) -> list[Model]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]
