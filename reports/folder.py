"""A result folder, read back: the document of a run or a comparison, its tables, and the scenarios that were played."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from channellab.reports.bands import need
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.regions import ROLES

RESULT = "result.json"
_TEXTS = {"scenario", "region", "name_en", "name_zh", "role", "a", "b", "kind", "account", "payer", "payee"}
_TEXTS |= {"plan", "partner"}
_TABLES: Mapping[str, tuple[str, ...]] = {
    "weekly": ("replication", "week"),
    "regions": (
        *("region", "name_en", "name_zh", "role", "population", "latitude", "longitude"),
        *("numeric_distribution", "weighted_distribution", "units_sold", "revenue", "contribution"),
    ),
    "edges": ("a", "b"),
    "money": ("account", "payer", "payee", "money"),
    "goods": ("a", "b", "units"),
    "replications": ("seed",),
}
_OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "rebates": ("plan", "partner", "region", "money", "taken_back", "paid", "reached"),
}
"""Tables that results of earlier versions lack, and their columns."""
"""Tables that a report needs, and their columns; a comparison's have ``scenario`` before these."""
_MAY_BE_ABSENT: Mapping[str, tuple[str, ...]] = {
    "partners": ("replication", "partner", "region", "units_received", "satisfaction", "resentment", "attempts"),
}
"""Tables that results have since a later version, and their columns."""
_MAY_BE_EMPTY = {"edges", "goods", "partners", "rebates"}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True)


class Interval(_Strict):
    """A mean and the ends of its 95 % interval, None for a single run."""

    mean: float
    ci95: tuple[float, float] | None


class Difference(Interval):
    """A mean paired difference, its interval, and how surely it is one."""

    ci95: tuple[float, float]
    p_holm: float
    better: float | None


class MetricResult(_Strict):
    """A metric of all scenarios: by scenario its mean, and, but for the baseline, its difference."""

    scenarios: dict[str, Interval]
    differences: dict[str, Difference]


class Books(_Strict):
    """Largest gaps in the books over all weeks and runs."""

    money_imbalance: float
    goods_imbalance: float


class Document(_Strict):
    """``result.json`` of a comparison, or of a run told in the same way, without a baseline.

    Attributes:
        primary: metrics that were judged apart from the others; none in results of earlier versions.
    """

    scenarios: tuple[str, ...]
    baseline: str | None
    seed: int
    weeks: dict[str, int]
    replications: int
    primary: tuple[str, ...] = ()
    metrics: dict[str, MetricResult]
    ledger: Books
    versions: dict[str, str]
    scenario_hash: dict[str, str]

    @model_validator(mode="before")
    @classmethod
    def _of_a_run(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "scenario" not in data or "scenarios" in data:
            return data
        name, metrics = data["scenario"], data.get("metrics")
        told = metrics if not isinstance(metrics, dict) else {
            key: {"scenarios": {name: entry}, "differences": {}} for key, entry in metrics.items()
        }  # fmt: skip
        alone = {key: {name: data.get(key)} for key in ("weeks", "scenario_hash")}
        return {**data, **alone, "scenarios": (name,), "baseline": None, "metrics": told}

    @model_validator(mode="after")
    def _complete(self) -> "Document":
        others = {name for name in self.scenarios if name != self.baseline} if self.baseline else set()
        if not self.scenarios or (self.baseline and self.baseline not in self.scenarios):
            raise ValueError("names no scenarios, or a baseline that is none of them")
        for name, metric in self.metrics.items():
            if metric.scenarios.keys() != {*self.scenarios} or metric.differences.keys() != others:
                raise ValueError(f"has other scenarios under metrics.{name} than under scenarios")
        if self.weeks.keys() != {*self.scenarios} or self.scenario_hash.keys() != {*self.scenarios}:
            raise ValueError("has other scenarios under weeks or scenario_hash than under scenarios")
        return self

    @property
    def others(self) -> list[str]:
        """The scenarios that are held against the baseline."""
        return [name for name in self.scenarios if self.baseline and name != self.baseline]


@dataclass(frozen=True)
class Folder:
    """What a result folder holds.

    Attributes:
        path: of the folder.
        document: its ``result.json``.
        tables: by name, with a column ``scenario``.
        scenarios: by name, those whose ``scenario-NAME.toml`` is there.
    """

    path: Path
    document: Document
    tables: Mapping[str, pd.DataFrame]
    scenarios: Mapping[str, Loaded]

    def of(self, table: str, scenario: str) -> pd.DataFrame:
        """The rows of one scenario; ``edges`` are the same for all."""
        return self._parts[table, scenario]

    @cached_property
    def _parts(self) -> dict[tuple[str, str], pd.DataFrame]:
        return {
            (table, name): frame if table == "edges" else frame[frame["scenario"] == name].reset_index(drop=True)
            for table, frame in self.tables.items()
            for name in self.document.scenarios
        }


def read(path: Path) -> Folder:
    """Read a folder that ``run --out`` or ``compare --out`` wrote.

    Raises:
        BadInput: it is none, or a file in it is missing or garbled.
    """
    if not path.is_dir():
        raise BadInput(str(path), "", "is no folder, allowed is one that channellab run or compare wrote with --out")
    document = _document(path / RESULT)
    tables = {name: _table(path / f"{name}.csv", columns, document) for name, columns in _TABLES.items()}
    for name, columns in _MAY_BE_ABSENT.items():
        if (path / f"{name}.csv").is_file():
            tables[name] = _table(path / f"{name}.csv", columns, document)
    tables |= {name: _optional(path / f"{name}.csv", columns, document) for name, columns in _OPTIONAL.items()}
    _check_regions(path, tables, document)
    files = {name: path / f"scenario-{name}.toml" for name in document.scenarios}
    scenarios = {name: load(str(file.absolute())) for name, file in files.items() if file.is_file()}
    return Folder(path, document, tables, scenarios)


def _document(path: Path) -> Document:
    try:
        return Document.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadInput(
            str(path), "", f"cannot be read: {error.strerror}; channellab run and compare write it"
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = first["msg"].removeprefix("Value error, ")
        key = ".".join(map(str, first["loc"]))
        told = problem if not key else "is missing" if first["type"] == "missing" else f"is not as written: {problem}"
        raise BadInput(str(path), key, told) from None
    except (ValueError, RecursionError):
        raise BadInput(str(path), "", "is no JSON document; channellab run and compare write it") from None


def _table(path: Path, columns: tuple[str, ...], document: Document) -> pd.DataFrame:
    try:
        # A region may be called NA; only what is empty is missing.
        texts = dict.fromkeys(_TEXTS, str)
        frame = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""], encoding="utf-8")
    except OSError as error:
        raise BadInput(str(path), "", f"cannot be read: {error.strerror}") from None
    except (ValueError, pd.errors.ParserError):
        raise BadInput(str(path), "", "is no table of comma-separated values") from None
    shared = path.stem == "edges"
    if not shared and document.baseline is None:
        frame = frame.assign(scenario=document.scenarios[0])
    if len(frame) or path.stem not in _MAY_BE_EMPTY:
        need(str(path), frame, columns if shared else ("scenario", *columns))
    _check_numbers(path, frame)
    if not shared:
        _check_scenarios(path, frame, document)
    return frame


def _optional(path: Path, columns: tuple[str, ...], document: Document) -> pd.DataFrame:
    """A table that may be missing, or be that of an earlier version: then it is empty."""
    found = _table(path, columns[:1], document) if path.is_file() else pd.DataFrame()
    return found if {*columns} <= {*found.columns} else pd.DataFrame(columns=["scenario", *columns])


def _check_numbers(path: Path, frame: pd.DataFrame) -> None:
    for column in frame.columns:
        if column in _TEXTS | {"product", "brand"} or pd.api.types.is_numeric_dtype(frame[column]):
            continue
        for row, value in enumerate(frame[column], 2):
            if isinstance(value, str) and pd.isna(pd.to_numeric(value, errors="coerce")):
                raise BadInput(str(path), str(column), f"holds {value[:40]!r} in line {row}, allowed are numbers")


def _check_scenarios(path: Path, frame: pd.DataFrame, document: Document) -> None:
    found = set(frame["scenario"].dropna())
    for name in document.scenarios:
        if name not in found and path.stem not in _MAY_BE_EMPTY:
            raise BadInput(str(path), "scenario", f"has no row of {name!r}, which {RESULT} names")


def _check_regions(path: Path, tables: Mapping[str, pd.DataFrame], document: Document) -> None:
    """All scenarios have the same regions, of known roles, and goods move between these."""
    table, where = tables["regions"], str(path / "regions.csv")
    by_scenario = {name: list(table.loc[table["scenario"] == name, "region"]) for name in document.scenarios}
    first, *others = by_scenario
    for name in others:
        if by_scenario[name] != by_scenario[first]:
            raise BadInput(where, "region", f"differs between {first!r} and {name!r}, allowed are the same in order")
    _check_among(where, table, "role", ROLES, f"allowed are {', '.join(ROLES)}")
    for name in ("goods", "edges"):
        for end in ("a", "b"):
            _check_among(
                str(path / f"{name}.csv"), tables[name], end, by_scenario[first], "which is none of the regions"
            )


def _check_among(where: str, table: pd.DataFrame, column: str, known: Collection[str], problem: str) -> None:
    for value in table.get(column, ()):
        if value not in known:
            raise BadInput(where, column, f"is {value!r}, {problem}")
