"""Cards that change the room's market in one click; each is a set of values laid over whatever market the room has."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from channellab.experiments.inputs import with_values
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded

TODAY = "today"


@dataclass(frozen=True)
class Preset:
    """A card.

    Attributes:
        name: in the catalogue of words. sight: keys of the levers in sight, at most three.
        values: by key, what it sets.
    """

    name: str
    sight: tuple[str, ...]
    values: dict[str, Any]


@cache
def presets() -> dict[str, Preset]:
    """All cards by name, in the order of the page."""
    text = files("channellab.reports.workshop").joinpath("presets.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["presets"]
    return {row["name"]: Preset(row["name"], tuple(row["sight"]), row.get("set", {})) for row in rows}


def with_preset(market: Loaded, name: str) -> Loaded:
    """The market with a card's values.

    Raises:
        BadInput: there is no such card, or it does not fit the market.
    """
    known = presets()
    if name not in known:
        raise BadInput("preset", "", f"is {name!r}, allowed are {', '.join(known)}")
    return with_values(market, known[name].values, f"preset {name}") if known[name].values else market
