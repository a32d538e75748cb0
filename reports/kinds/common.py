"""What pages about studies share: reading their files, names of inputs, cells with intervals."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from channellab import __version__
from channellab.experiments import frames
from channellab.experiments.schema import DATABASE, open_to_read
from channellab.experiments.store import unpacked
from channellab.reports.inputs import packed
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.lever_names import lever_name
from channellab.reports.meanings import with_unit
from channellab.reports.quantities import difference, quantity, with_interval
from channellab.reports.sections import Cell, number
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.keys import fields_at, split
from channellab.scenarios.settings import Scenario
from channellab.scenarios.show import toml_value

MOST_RUNS = 400
"""Runs that a page carries for a repetition."""


def read_json(file: Path) -> dict[str, Any]:
    """A JSON document of a study.

    Raises:
        BadInput: it cannot be read, or is none.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(str(file), "", f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadInput(str(file), "", "is no JSON document; channellab writes it") from None
    if not isinstance(found, dict):
        raise BadInput(str(file), "", "is no table of JSON, which channellab writes")
    return found


def demanded(document: Mapping[str, Any], file: Path, *keys: str) -> None:
    """Insist on keys.

    Raises:
        BadInput: names the first that is missing.
    """
    for key in keys:
        if key not in document:
            raise BadInput(str(file), key, "is missing")


def key_meaning(key: str, lang: str, currency: str = "") -> str:
    """What a setting means, with its unit; empty where the schema does not know the key."""
    parts = split(key)
    try:
        field = fields_at(Scenario, parts[:-1]).get(parts[-1])
    except (KeyError, AttributeError, TypeError):
        return ""
    if field is None:
        return ""
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return with_unit(field.description or "", unit, lang, currency)


def shown(value: Any) -> str:
    """A setting's value as people read it."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else toml_value(value)


def key_cell(key: str, lang: str) -> Cell:
    """A setting's name, with its key."""
    return Cell(lever_name(key, lang), key=key)


def title_of(document: Mapping[str, Any], name: str, lang: str) -> str:
    """A scenario's title, if the study tells it; else its name."""
    told = document.get("scenarios")
    title = told.get(name, {}).get("title", {}) if isinstance(told, dict) else {}
    return str(title.get(lang) or title.get("en") or name)


def currency_of(document: Mapping[str, Any], lang: str) -> str:
    """The currency of a study's scenarios, as people write it."""
    told = document.get("scenarios")
    codes = {str(each.get("currency", "")) for each in told.values()} if isinstance(told, dict) else set()
    codes -= {""}
    return words(lang).currency(codes.pop()) if len(codes) == 1 else words(lang)("units.unknown_money")


def metric_name(metric: str, lang: str, currency: str) -> str:
    """A metric's title with its unit."""
    unit, title = metric_unit(metric), metric_title(metric, lang)
    if unit == "1":
        return title
    return words(lang)("protection.figure", title=title, unit=words(lang).unit(unit, currency))


def mean_cells(entry: Mapping[str, Any], metric: str, lang: str) -> Cell:
    """A mean with its interval."""
    return number(with_interval(entry["mean"], entry["ci95"], metric_unit(metric), lang), entry["mean"])


def gap_cell(entry: Mapping[str, Any], metric: str, lang: str) -> Cell:
    """A difference with the ends of its interval."""
    text, low, high = difference(entry["mean"], entry["ci95"], metric_unit(metric), lang)
    between = words(lang)("number.between", low=low, high=high)
    return number(words(lang)("studies.gap", value=text, between=between), entry["mean"])


def percent(share: float | None, lang: str) -> str:
    """A share without decimals."""
    return quantity(share, "1", lang, 0)


def played(folder: Path, policies: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs of a study's store for a repetition: scenarios by hash, and of each run its seed and metrics.

    Args:
        policies: names of those that are wanted; None = all, up to `MOST_RUNS`.
    """
    if not (folder / DATABASE).is_file():
        return {}
    frame = frames.runs(folder)
    frame = frame[frame["status"] == "done"]
    if policies is not None:
        frame = frame[frame["policy"].isin(policies)]
    numbers = [int(run) for run in frame["run"].drop_duplicates()][:MOST_RUNS]
    database = open_to_read(folder)
    try:
        query = (
            "SELECT scenario, seed, metrics, name, base, settings FROM runs JOIN scenarios ON scenario = hash"
            " WHERE number = ?"
        )
        rows = [database.execute(query, (run,)).fetchone() for run in numbers]
    finally:
        database.close()
    scenarios, runs = {}, []
    for identity, seed, metrics, name, base, settings in rows:
        if identity not in scenarios:
            scenarios[identity] = packed(unpacked(name, base, settings))
        runs.append({"scenario": identity, "seed": seed, "metrics": json.loads(metrics)})
    return {"kind": "runs", "scenarios": scenarios, "runs": runs, "versions": {"channellab": __version__}}


def scenarios_of(folder: Path, found: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Scenarios and result of a study that wrote its scenarios beside it; empty where it did not."""
    files = sorted(folder.glob("scenario-*.toml"))
    if not files:
        return {}
    loaded = {file.stem.removeprefix("scenario-"): load(str(file.absolute())) for file in files}
    result = {key: value for key, value in found.items() if key != "elapsed_s"}
    versions = {"channellab": __version__}
    scenarios = {name: packed(each) for name, each in loaded.items()}
    return {"kind": kind, "scenarios": scenarios, "result": result, "versions": versions}
