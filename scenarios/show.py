"""A scenario written for people (TOML with units and meanings) and its schema for their editors."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from channellab.scenarios.keys import dotted, quoted
from channellab.scenarios.settings import SCHEMA_VERSION, Scenario

_TEMPLATE_KEYS = {"run": ("weeks", "warmup", "seed"), "consumers": ("count",), "layout": ("core", "potential", "edge")}


Say = Callable[[str], str]
"""What becomes of a meaning before it is written: its translation, or itself."""


def to_toml(scenario: Scenario, units: bool = True, say: Say = str) -> str:
    """The scenario as TOML with every default filled in; reading it back gives the same scenario.

    Args:
        scenario: any scenario.
        units: whether a comment with unit and meaning follows each key, and absent settings stand as comments.
        say: tells meanings in another language.
    """
    return "\n".join(_table(scenario, (), units, say)).strip() + "\n"


def template(name: str, extends: str, scenario: Scenario) -> str:
    """The start of a scenario file of one's own: it extends another, and shows as comments what is often changed.

    Args:
        name: title of the new scenario.
        extends: what it extends, as it will stand in the file.
        scenario: the extended scenario, for the values in force there.
    """
    head = [
        "# A scenario of channellab. Take the # from a line to change its value; everything else stays as in",
        f"# {quoted(extends)}. All keys with units and meanings: channellab scenarios show {quoted(extends)}",
        f"extends = {toml_value(extends)}",
        f"schema_version = {SCHEMA_VERSION}",
        f'title = {{en = {toml_value(name)}, zh = ""}}',
        'about = {en = "", zh = ""}',
    ]
    tables = [line for key, names in _TEMPLATE_KEYS.items() for line in _sample(scenario, key, names)]
    policy = [_commented(line) for line in _table(scenario.policy, ("policy",), True)]
    return "\n".join([*head, *tables, *policy, "", *_TIMETABLE_SAMPLE]) + "\n"


_TIMETABLE_SAMPLE = (
    "# [[timetable]]  # from week to week, in these places and for these partners, these settings hold instead",
    "# weeks = [53, 104]  # measured weeks, counted from 1",
    '# where = ["core"]  # market roles or region codes; none = everywhere',
    '# set = {"policy.price.ex_factory_discount" = 0.05}',
)


def schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, with unit and source of every setting."""
    found = Scenario.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    meaning = "Library scenario or path of a TOML file that this one is laid over."
    found["properties"]["extends"] = {"type": "string", "title": "Extends", "description": meaning}
    found["properties"]["about"] = {
        "anyOf": [{"$ref": found["properties"]["about"]["$ref"]}, {"type": "string"}],
        "description": "What the scenario is for; plain text is taken for English.",
    }
    for table in (found, *found["$defs"].values()):
        for setting in table["properties"].values():
            if "$ref" not in setting:
                setting.setdefault("unit", "")
                setting.setdefault("source", "given by the scenario")
    return found


def toml_value(value: Any) -> str:
    """A value as TOML on one line.

    Raises:
        TypeError: for what TOML cannot hold, such as None.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{dotted((key,))} = {toml_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(inner) for inner in value) + "]"
    raise TypeError(f"TOML cannot hold a {type(value).__name__}")


def _commented(line: str) -> str:
    """Headers of plain tables may stand: without keys they change nothing."""
    stands = not line or line.startswith("#") or (line.startswith("[") and not line.startswith("[["))
    return line if stands else f"# {line}"


def _sample(scenario: Scenario, key: str, names: tuple[str, ...]) -> Iterator[str]:
    table = getattr(scenario, key)
    yield from ("", f"[{key}]")
    for name in names:
        yield "# " + _line(name, getattr(table, name), type(table).model_fields[name], True)


def _table(table: BaseModel, above: tuple[str, ...], units: bool, say: Say = str) -> Iterator[str]:
    """Lines of a table: its own values first, as TOML wants it, then the tables in it."""
    fields = type(table).model_fields
    inner = {name for name in fields if _is_table(getattr(table, name)) or _is_array_of_tables(getattr(table, name))}
    for name in (name for name in fields if name not in inner):
        value = getattr(table, name)
        if value is not None or units:
            yield _line(name, value, fields[name], units, say)
    for name in (name for name in fields if name in inner):
        value, key = getattr(table, name), (*above, name)
        note = f"  # {say(fields[name].description or '')}" if units else ""
        header = f"[{dotted(key)}]" if _is_table(value) else f"[[{dotted(key)}]]"
        for entry in [value] if _is_table(value) else value:
            yield from ("", f"{header}{note}", *_table(entry, key, units, say))


def _line(name: str, value: Any, field: FieldInfo, units: bool, say: Say = str) -> str:
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    note = f"  # {'; '.join(text for text in (unit, say(field.description or '')) if text)}" if units else ""
    return f"# {name} is absent{note}" if value is None else f"{name} = {toml_value(value)}{note}"


def _is_table(value: Any) -> bool:
    return isinstance(value, BaseModel)


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)
