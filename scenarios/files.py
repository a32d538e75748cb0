"""Scenario files: from a name or a path, through its layers and overrides, to a validated scenario.

library -> locate -> chain of extends -> migrate -> lay over each other -> --set -> validate
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from channellab.scenarios import timetable
from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain, shown
from channellab.scenarios.identity import TABLES, built_in, resolve, scenario_hash
from channellab.scenarios.keys import Parts, dotted, frozen, leaves, split
from channellab.scenarios.layers import Layer, Layers, chain, locate
from channellab.scenarios.overrides import override
from channellab.scenarios.ready import LibraryEntry, library
from channellab.scenarios.settings import SCHEMA_VERSION, Scenario
from channellab.scenarios.show import schema, template, to_toml

__all__ = [
    "MIGRATIONS",
    "LibraryEntry",
    "Loaded",
    "library",
    "load",
    "migrate",
    "resolve",
    "scenario_hash",
    "schema",
    "template",
    "to_toml",
    "varied",
]

Table = dict[str, Any]
MIGRATIONS: Mapping[int, Callable[[Table], Table]] = {}
"""Per older schema version the function that turns a file's table into the next version's."""


@dataclass(frozen=True)
class Loaded:
    """A scenario that was read.

    Attributes:
        scenario: what it says; paths of CSV files and fitted tables in it are absolute.
        base: folder of the file; paths in a scenario made without a file are relative to it.
        name: name in the library, or of the file without ``.toml``.
        where: the file's name in messages.
    """

    scenario: Scenario
    base: Path
    name: str
    where: str = ""


def load(name_or_path: str, overrides: Sequence[str] = ()) -> Loaded:
    """Read a scenario of the library or of a file, and lay ``KEY=VALUE`` overrides over it.

    A relative CSV path belongs to the file that sets it; in an override, to the current folder.

    Raises:
        BadInput: for the first thing that is wrong, in whichever file or override set it.
    """
    path, where = locate(name_or_path)
    layers = Layers(where)
    for layer in chain(path, where):
        layers.lay(_prepared(layer), layer.where)
    return Loaded(_settled(layers, overrides), path.parent, path.stem, where)


def varied(loaded: Loaded, overrides: Sequence[str]) -> Loaded:
    """A scenario that was read, with ``KEY=VALUE`` overrides laid over it as ``load`` does.

    Raises:
        BadInput: an override is wrong.
    """
    layers = Layers(loaded.where or loaded.name, resolve(loaded.scenario))
    return replace(loaded, scenario=_settled(layers, overrides))


def migrate(
    table: Table,
    where: str,
    newest: int = SCHEMA_VERSION,
    migrations: Mapping[int, Callable[[Table], Table]] = MIGRATIONS,
) -> Table:
    """A file's table as of the newest schema version; a file that names no version is of the newest.

    Raises:
        BadInput: if the version is not a whole number from 1 to ``newest``.
    """
    version = table.get("schema_version", newest)
    if type(version) is not int or version < 1:
        raise BadInput(where, "schema_version", f"is {shown(version)}, allowed are whole numbers from 1 to {newest}")
    if version > newest:
        problem = f"is {version}, this channellab reads up to {newest}; install a newer one"
        raise BadInput(where, "schema_version", problem)
    for step in range(version, newest):
        table = {**migrations[step](table), "schema_version": step + 1}
    return table


def _settled(layers: Layers, overrides: Sequence[str]) -> Scenario:
    for text in overrides:
        _take(layers, text)
    scenario = _validated(layers)
    _check_timetable(scenario, layers)
    return scenario


def _prepared(layer: Layer) -> Table:
    table = migrate(layer.table, layer.where)
    _anchor(table, layer.path.parent)
    return table


def _join_timetable_keys(data: Table) -> None:
    """Keys of the timetable are dotted texts, also where they were written without quotes and so came as tables."""
    entries = data.get("timetable")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("set"), dict):
            entry["set"] = {".".join(parts): value for parts, value in leaves(entry["set"])}


def _anchor(data: Table, folder: Path) -> None:
    """Make the paths of CSV files and of fitted tables absolute."""
    network = data.get("network")
    if isinstance(network, dict):
        for key in TABLES:
            value = network.get(key)
            if isinstance(value, str) and value and value not in built_in():
                network[key] = str(folder.absolute() / value)
    consumers = data.get("consumers")
    demand = consumers.get("demand") if isinstance(consumers, dict) else None
    tables = demand.get("tables") if isinstance(demand, dict) else None
    if isinstance(demand, dict) and isinstance(tables, str) and tables:
        demand["tables"] = str(folder.absolute() / tables)


def _take(layers: Layers, text: str) -> None:
    override(layers, text, Scenario)
    _anchor(layers.data, Path())


def _validated(layers: Layers) -> Scenario:
    _join_timetable_keys(layers.data)
    try:
        return Scenario.model_validate(frozen(layers.data))
    except ValidationError as error:
        complaint = explain(error, Scenario)
    where = layers.blame(complaint.parts, *complaint.others)
    raise BadInput(where, dotted(complaint.parts), complaint.problem)


def _check_timetable(scenario: Scenario, layers: Layers) -> None:
    try:
        timetable.check_keys(scenario, layers.main)
    except BadInput as error:
        parts: Parts = tuple(int(part) if part.isdecimal() else part for part in split(error.key))
        raise BadInput(layers.blame(parts), error.key, error.problem) from None
