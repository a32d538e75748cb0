"""What a result assumed: where the scenarios differ, what they share, and how to get the same numbers again."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from channellab.experiments.families import PRIMARY
from channellab.reports.folder import Document
from channellab.reports.language import words
from channellab.reports.lever_names import lever_name, lever_value
from channellab.reports.meanings import with_unit
from channellab.reports.quantities import quantity
from channellab.reports.study import Told
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load, resolve, scenario_hash
from channellab.scenarios.keys import Parts, dotted, fields_at
from channellab.scenarios.ready import names
from channellab.scenarios.settings import Scenario

_NAMES = {"title", "about", "schema_version"}
"""Tables of a scenario that change no result."""


@dataclass(frozen=True)
class Setting:
    """A setting that differs: its name and key, what it means with its unit, and its value in each scenario."""

    name: str
    key: str
    meaning: str
    values: list[str]


@dataclass(frozen=True)
class Command:
    """The command that gives the same numbers; ``needs`` is ``"files"``, ``"own"`` or nothing, for a note."""

    text: str
    needs: str


def varied(told: Told) -> list[Setting] | None:
    """The settings that are not the same in all scenarios; None if a scenario's file is missing."""
    found = told.folder.scenarios
    if found.keys() != {*told.document.scenarios}:
        return None
    flat = [dict(leaves(resolve(found[name].scenario))) for name in told.document.scenarios]
    keys = {key: None for values in flat for key in values if key[0] not in _NAMES}
    missing = words(told.lang)("number.missing")
    currency = found[told.document.scenarios[0]].scenario.run.currency
    return [
        Setting(
            lever_name(dotted(key), told.lang),
            dotted(key),
            _meaning(key, told.lang, currency),
            [_shown(dotted(key), values.get(key), missing, told.lang) for values in flat],
        )
        for key in keys
        if any(values.get(key) != flat[0].get(key) for values in flat)
    ]


def market(told: Told) -> list[str]:
    """The market that the scenarios share, in sentences; from the baseline's file, if it is there."""
    document = told.document
    loaded = told.folder.scenarios.get(document.baseline or document.scenarios[0])
    if loaded is None:
        return []
    say, scenario = words(told.lang), loaded.scenario
    regions = len(told.folder.of("regions", document.scenarios[0]))
    weeks = {"weeks": scenario.run.weeks, "warmup": scenario.run.warmup}
    products = [
        say("report.product", name=p.name, price=quantity(p.list_price, "money/unit", told.lang, 2))
        for p in scenario.products
    ]
    rivals = [rival.name for rival in scenario.rivals]
    sentences = [
        say("report.shared_network", regions=regions, consumers=f"{scenario.consumers.count:,}", **weeks),
        say("report.shared_own", products=say.several(products)),
        say("report.shared_rivals", rivals=say.several(rivals)) if rivals else say("report.shared_no_rivals"),
    ]
    factor = scenario.run.reporting_factor
    return sentences + ([say("report.shared_factor", factor=f"{factor:,.10g}")] if factor != 1 else [])


def command(told: Told) -> Command:
    """What to type: with names of the library where these give the same scenarios, else with the folder's files."""
    document, folder = told.document, told.folder
    verb = "run" if document.baseline is None else "compare"
    weeks = {*document.weeks.values()}
    options = ["--replications", str(document.replications), *_primary(document)]
    if document.baseline is not None and document.baseline != document.scenarios[0]:
        options += ["--baseline", document.baseline]
    timing = ["--seed", str(document.seed), *(["--weeks", str(*weeks)] if len(weeks) == 1 else [])]
    if all(_is_of_library(told, name) for name in document.scenarios):
        return Command(_line(verb, list(document.scenarios), options + timing), "")
    if folder.scenarios.keys() == {*document.scenarios}:
        options = [f"scenario-{word}" if word == document.baseline else word for word in options]
        files = [f"DIR/scenario-{name}.toml" for name in document.scenarios]
        return Command(_line(verb, files, options + timing), "files")
    return Command(_line(verb, list(document.scenarios), options + timing), "own")


def _primary(document: Document) -> list[str]:
    """The option that names the metrics which are judged apart, where they are not those of every comparison."""
    if document.baseline is None or document.primary == PRIMARY:
        return []
    return ["--primary", ",".join(document.primary) or "none"]


def _line(verb: str, scenarios: list[str], options: list[str]) -> str:
    return shlex.join(["channellab", verb, *scenarios, *options])


def _is_of_library(told: Told, name: str) -> bool:
    """Whether the library's scenario of this name, with the seed and length that were asked for, is what was played."""
    if name not in names():
        return False
    document, loaded = told.document, load(name)
    weeks = document.weeks[name] if len({*document.weeks.values()}) == 1 else loaded.scenario.run.weeks
    return _hash(loaded, document.seed, weeks) == document.scenario_hash[name]


def _hash(loaded: Loaded, seed: int, weeks: int) -> str:
    timing = loaded.scenario.run.model_copy(update={"seed": seed, "weeks": weeks})
    try:
        return scenario_hash(loaded.scenario.model_copy(update={"run": timing}), loaded.base)
    except BadInput:
        return ""


def leaves(value: Any, above: Parts = ()) -> Iterator[tuple[Parts, Any]]:
    """Every value of a resolved scenario with its key, those in arrays of tables too."""
    if isinstance(value, Mapping) and value and above[-1:] != ("set",):
        for name, inner in value.items():
            yield from leaves(inner, (*above, name))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*above, place))
    else:
        yield above, value


def _meaning(key: Parts, lang: str, currency: str) -> str:
    field = fields_at(Scenario, key[:-1]).get(str(key[-1]))
    if field is None:
        return ""
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return with_unit(field.description or "", unit, lang, currency)


def _shown(key: str, value: Any, missing: str, lang: str) -> str:
    return missing if value is None else lever_value(key, value, lang)
