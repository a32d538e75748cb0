"""Policies that other distributions bring, found by the names of their entry points."""

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any, TypeVar

from pydantic import ValidationError

from channellab.scenarios.explain import explain
from channellab.scenarios.keys import dotted
from channellab.scenarios.settings.base import Settings

Kind = TypeVar("Kind", bound=Settings)


def brought(group: str, name: str, base: type[Kind], none: str) -> type[Kind]:
    """The class behind an entry point of a group.

    Args:
        base: what it must inherit. none: what a message says where nothing is installed.

    Raises:
        ValueError: in the words of a scenario's author, where there is none of that name, or it is something else.
    """
    found = {point.name: point for point in entry_points(group=group)}
    if name not in found:
        raise ValueError(f"kind is {name!r}, installed are {', '.join(sorted(found)) or none}")
    try:
        kind = found[name].load()
    except Exception as error:
        # Whatever another distribution does wrong when it is imported, its user is told so in a sentence.
        raise ValueError(f"kind is {name!r}, which cannot be loaded: {error}") from None
    if not (isinstance(kind, type) and issubclass(kind, base)):
        raise ValueError(f"kind is {name!r}, which is not a {base.__name__} but {kind!r}")
    return kind


def made(kind: type[Kind], options: Mapping[str, Any]) -> Kind:
    """One of a class, with options from a scenario. Raises ValueError where it does not take them."""
    try:
        return kind.model_validate(dict(options))
    except ValidationError as error:
        complaint = explain(error, kind)
        raise ValueError(f"{dotted(('options', *complaint.parts))} {complaint.problem}") from None


def name_of(group: str, kind: type[Settings]) -> str:
    """The entry point under which a class is found; empty for one that no other distribution brings."""
    return next((point.name for point in entry_points(group=group) if point.load() is kind), "")
