"""The reference pages of the docs, settings, metrics and mechanisms, as Markdown, rendered from what they describe.

After a change of one: ``python -m channellab.reports.odd``.
"""

import argparse
import builtins
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from channellab.reports.formulas import FORMULA_WORDS, formula_block
from channellab.reports.mechanisms import mechanisms_page
from channellab.scenarios import metrics
from channellab.scenarios.keys import Parts, all_keys, dotted, fields_at
from channellab.scenarios.metrics import CATALOGUE, Metric
from channellab.scenarios.settings import Scenario
from channellab.scenarios.show import toml_value
from channellab.sim.metrics import WEEKLY

_REFRESH = "Rendered from the code by `python -m channellab.reports.odd`; do not edit by hand."
_KINDS = {int: "whole number", float: "number", str: "text", bool: "true or false"}
_RULES = {
    "ge": "from",
    "gt": "above",
    "le": "up to",
    "lt": "below",
    "multiple_of": "a multiple of",
    "min_length": "from",
    "max_length": "up to",
}
_BETTER = {"up": "higher", "down": "lower", "none": "-"}
_GROUPS: Mapping[str, str] = {
    "money": "Money",
    "sales": "Sales",
    "coverage": "Coverage",
    "consumers": "Consumers",
    "goods": "Goods",
    "partners": "Partners",
}


def settings_page() -> str:
    """Every setting of a scenario file, table by table."""
    tables: dict[Parts, list[FieldRow]] = {}
    for key in all_keys(Scenario):
        tables.setdefault(key[:-1], []).append((str(key[-1]), fields_at(Scenario, key[:-1])[str(key[-1])]))
    parts = [_lines(["# Settings", _REFRESH, *_SETTINGS_INTRO])]
    parts += [_settings_of(key, rows, tables) for key, rows in tables.items()]
    return "\n\n".join(parts) + "\n"


def metrics_page() -> str:
    """Every metric of a result, group by group."""
    words = (metrics.__doc__ or "").partition("\n\n")[2].strip().replace("``", "`")
    parts = [_lines(["# Metrics", _REFRESH, *_METRICS_INTRO, words, FORMULA_WORDS])]
    for group, title in _GROUPS.items():
        members = [metric for metric in CATALOGUE.values() if metric.group == group]
        table = _table(_METRIC_HEAD, (_metric(metric) for metric in members))
        parts.append(_lines([f"## {title}", table, formula_block(metric.name for metric in members)]))
    return "\n\n".join(parts) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "metrics.md": metrics_page,
    "mechanisms.md": mechanisms_page,
}
"""File in the docs folder -> what renders it."""

FieldRow = tuple[str, FieldInfo]
_SETTINGS_INTRO = (
    "How a scenario file is written and read: [scenario-files.md](scenario-files.md). What the settings do:\n"
    "[model.md](model.md). `[table]` stands once, `[[table]]` once for each entry; a setting that is left out has its\n"
    "default. The source `assumption` means that the default was chosen to be plausible: replace it by what you know\n"
    "of your market.",
)
_METRICS_INTRO = (
    "What `channellab run` reports; `--json` has the names below. A unit of `1` is a rate or a ratio. *Better* is the\n"
    "way the brand would like it to go, *weekly* tells which metrics `--out` also writes week by week into\n"
    "`weekly.csv`, where money and units are those of the week.",
)
_METRIC_HEAD = ("name", "title", "标题", "unit", "better", "weekly", "definition")
_SETTING_HEAD = ("key", "default", "unit", "allowed", "meaning", "source")


def _settings_of(key: Parts, rows: Sequence[FieldRow], tables: Mapping[Parts, Any]) -> str:
    cells = [_setting(name, field) for name, field in rows if (*key, name) not in tables]
    table = _table(_SETTING_HEAD, cells) if cells else ""
    if not key:
        return _lines(["## Top of the file", table])
    array = key[-1] == 0
    own = key[:-1] if array else key
    name = dotted(tuple(part for part in own if part != 0))
    meaning = fields_at(Scenario, own[:-1])[str(own[-1])].description
    return _lines([f"## `[[{name}]]`" if array else f"## `[{name}]`", meaning or "", table])


def _setting(name: str, field: FieldInfo) -> Sequence[str]:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    source = str(extra.get("source", "given by the scenario"))
    unit = str(extra.get("unit", ""))
    return f"`{name}`", _default(field), unit, _allowed(field), field.description or "", source


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    return "absent" if value is None else f"`{toml_value(_short(value))}`"


def _short(value: Any) -> Any:
    """A default as plain data, tables without what is default in them."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_defaults=True)
    return [_short(inner) for inner in value] if isinstance(value, tuple) else value


def _allowed(field: FieldInfo) -> str:
    """Type and bounds of a setting in words."""
    found = {name: getattr(rule, name) for rule in field.metadata for name in _RULES if hasattr(rule, name)}
    counted = "characters" if field.annotation is str else "entries"
    sizes = {_RULES[name]: value for name, value in found.items() if name.endswith("length")}
    bounds = {_RULES[name]: value for name, value in found.items() if not name.endswith("length")}
    size = "not empty" if sizes == {"from": 1} else f"{_range(sizes)} {counted}" if sizes else ""
    return ", ".join(filter(None, (_kind(field.annotation), _range(bounds), size)))


def _range(bounds: Mapping[str, float]) -> str:
    """``1 to 12, a multiple of 2``, from what the words in `_RULES` are followed by."""
    both = {"from", "up to"} <= bounds.keys()
    ends = [f"{_number(bounds['from'])} to {_number(bounds['up to'])}"] if both else []
    rest = [f"{word} {_number(value)}" for word, value in bounds.items() if not both or word == "a multiple of"]
    return ", ".join([*ends, *rest])


def _kind(annotation: Any) -> str:
    inner = get_args(annotation)
    match get_origin(annotation) or annotation:
        case typing.Literal:
            names = [f"`{choice}`" for choice in inner]
            return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        case types.UnionType:
            return _kind(inner[0])
        case builtins.tuple if inner[-1] is Ellipsis:
            return f"list of {_kind(inner[0])}s"
        case builtins.tuple:
            return f"{len(inner)} {_kind(inner[0])}s"
        case plain:
            return _KINDS.get(plain, "table")


def _number(bound: float) -> str:
    return f"{int(bound):,}" if float(bound).is_integer() else str(bound)


def _metric(metric: Metric) -> Sequence[str]:
    weekly = "yes" if metric.name in WEEKLY else ""
    better = _BETTER[metric.direction]
    return f"`{metric.name}`", metric.title_en, metric.title_zh, metric.unit, better, weekly, metric.definition


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def _lines(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(filter(None, paragraphs))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(
        prog="python -m channellab.reports.odd", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the docs (%(default)s)")
    folder = parser.parse_args(arguments).out
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
