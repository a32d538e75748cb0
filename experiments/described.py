"""What a result says of its study beside its figures, so that a report needs nothing else: names, inputs, outcomes."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from channellab.experiments import schema
from channellab.experiments.inputs import Input, Values
from channellab.scenarios.files import Loaded, to_toml
from channellab.scenarios.identity import resolve
from channellab.scenarios.keys import split
from channellab.scenarios.metrics import CATALOGUE


def scenarios(loaded: Iterable[Loaded]) -> dict[str, dict[str, Any]]:
    """By name, what people call a scenario, its currency, and how long it is played."""
    return {
        each.name: {
            "title": each.scenario.title.model_dump(),
            "currency": each.scenario.run.currency,
            "weeks": each.scenario.run.weeks,
            "warmup": each.scenario.run.warmup,
        }
        for each in loaded
    }


def inputs(found: Sequence[Input]) -> dict[str, dict[str, Any]]:
    """By key, what an input may be: ``values``, or ``low`` and ``high`` of a span with its ``scale``."""
    return {each.key: _range(each) for each in found}


def _range(each: Input) -> dict[str, Any]:
    if each.span is None:
        return {"values": list(each.values or ())}
    span = each.span
    return {"low": span.low, "high": span.high, "scale": span.scale, "whole": each.whole}


def metrics(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """By name, the unit of a metric and which way is better."""
    return {name: {"unit": CATALOGUE[name].unit, "direction": CATALOGUE[name].direction} for name in names}


def values(loaded: Loaded, keys: Iterable[str]) -> Values:
    """What a scenario has at these keys; a key that it has not (a row of an empty list) is left out."""
    found = {}
    for key in keys:
        place: Any = resolve(loaded.scenario)
        try:
            for part in split(key):
                place = place[int(part)] if isinstance(place, list) else place[part]
        except (KeyError, IndexError, ValueError, TypeError):
            continue
        found[key] = place
    return found


def write_scenarios(loaded: Iterable[Loaded], folder: Path) -> None:
    """Writes every scenario as ``scenario-NAME.toml``, as it was played."""
    for each in loaded:
        put(folder / f"scenario-{each.name}.toml", to_toml(each.scenario))


def put(file: Path, text: str) -> None:
    """Writes a file whole or not at all.

    Raises:
        BadInput: the folder cannot be written. ChannelLabError: the disk is full.
    """
    with schema.spoken(file.parent):
        handle, name = tempfile.mkstemp(prefix=".", dir=file.parent)
        aside = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as sink:
                sink.write(text)
            aside.chmod(0o644)
            aside.replace(file)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
