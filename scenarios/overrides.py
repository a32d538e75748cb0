"""Settings given on the command line: ``--set KEY=VALUE``.

KEY is dotted, with positions in arrays counted from 0 (``products.0.list_price``). VALUE is TOML; what is not TOML is
text, so ``layout.core=selective`` needs no quotes. A table is merged, an array replaces the one that was there.
"""

import tomllib
from typing import Any

from channellab.scenarios.errors import BadInput
from channellab.scenarios.keys import Model, Parts, default_at, dotted, leaves, split
from channellab.scenarios.layers import Layers

WHERE = "--set"


def parse(text: str) -> tuple[tuple[str, ...], Any]:
    """Parts of the key, and the value.

    >>> parse("products.0.list_price=9"), parse("layout.core=selective")
    ((('products', '0', 'list_price'), 9), (('layout', 'core'), 'selective'))

    Raises:
        BadInput: if it is not KEY=VALUE.
    """
    key, equals, value = text.partition("=")
    if not equals:
        raise BadInput(WHERE, "", f"is {text!r}, allowed is KEY=VALUE")
    try:
        return split(key.strip()), _value(value.strip())
    except ValueError:
        raise BadInput(WHERE, "", f"has the key {key!r}, allowed are names joined by dots") from None


def override(layers: Layers, text: str, model: Model) -> tuple[Parts, ...]:
    """Lay one ``KEY=VALUE`` over a scenario whose schema is ``model``; returns the keys that were set.

    Raises:
        BadInput: if it is not KEY=VALUE, or a position is not in its array.
    """
    key, value = parse(text)
    table = isinstance(value, dict) and bool(value)
    pairs = list(leaves(value, key)) if table else [(key, value)]
    found = [(place(layers.data, _whole_timetable_key(parts), model), leaf) for parts, leaf in pairs]
    for parts, leaf in found:
        layers.put(parts, leaf, WHERE)
    return tuple(parts for parts, _ in found)


def place(data: dict[str, Any], parts: tuple[str, ...], model: Model) -> Parts:
    """The key with positions as numbers; arrays on the way that ``data`` leaves to their default are written into it.

    Raises:
        BadInput: if a position is not in its array.
    """
    node: Any = data
    found: Parts = ()
    for number, part in enumerate(parts):
        if isinstance(node, list):
            found = (*found, _position(node, part, found))
        else:
            found = (*found, part)
            if isinstance(node, dict) and part not in node and number + 1 < len(parts):
                _fill_in(node, found, model)
        node = _inside(node, found[-1])
    return found


def _value(text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return table["value"] if len(table) == 1 else text


def _whole_timetable_key(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Entries of the timetable hold dotted keys in one piece; here they may be written without quotes."""
    if parts[0] == "timetable" and parts[2:3] == ("set",) and len(parts) > 4:
        return (*parts[:3], ".".join(parts[3:]))
    return parts


def _fill_in(node: dict[str, Any], parts: Parts, model: Model) -> None:
    default = default_at(model, parts)
    if isinstance(default, list | dict):  # of a table only what is set; arrays in it are filled in below
        node[str(parts[-1])] = default if isinstance(default, list) else {}


def _position(array: list[Any], part: str, above: Parts) -> int:
    if part.isdecimal() and int(part) < len(array):
        return int(part)
    allowed = f"positions 0 to {len(array) - 1}" if array else "no positions, it is empty"
    raise BadInput(WHERE, dotted((*above, part)), f"is unknown, {dotted(above)} has {allowed}")


def _inside(node: Any, part: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(str(part))
    return node[part] if isinstance(node, list) and isinstance(part, int) else None
