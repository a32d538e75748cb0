"""Finished studies for the study browser: batches, searches and results under one folder, read and never written."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from channellab.experiments import frames
from channellab.experiments.replicate import summarise
from channellab.experiments.schema import DATABASE
from channellab.reports.folder import RESULT
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

Kind = Literal["batch", "search", "result", "calibration"]
SEARCH, CALIBRATION = "search.json", "calibration.json"
DEPTH, MOST, GROUPS, CANDIDATES = 3, 200, 200, 2000
LARGEST = 20_000_000
"""Bytes of a JSON document that is read."""
_REGIONAL = ("weighted_distribution", "numeric_distribution", "units_sold", "revenue", "contribution")
_PLACE = ["region", "name_en", "name_zh", "role", "population", "latitude", "longitude"]


@dataclass(frozen=True)
class Study:
    """A folder of the browser.

    Attributes:
        id: known by, in addresses. name: path below the root.
    """

    id: str
    name: str
    kind: Kind
    folder: Path


def listed(root: Path | None) -> list[Study]:
    """All studies below a folder, by name."""
    if root is None:
        return []
    found = sorted(_below(root.resolve(), DEPTH), key=lambda each: each[0])[:MOST]
    return [_study(root.resolve(), folder, kind) for folder, kind in found]


def opened(study: Study) -> dict[str, Any]:
    """What there is to see of a study.

    Raises:
        BadInput: a file in it is garbled.
    """
    head = {"id": study.id, "name": study.name, "kind": study.kind}
    if study.kind == "search":
        return {**head, "search": _search(study.folder), "groups": _groups(study.folder)}
    if study.kind == "batch":
        return {**head, "groups": _groups(study.folder)}
    if study.kind == "calibration":
        ended = (study.folder / RESULT).is_file()
        return {**head, "calibration": _document(study.folder / (RESULT if ended else CALIBRATION))}
    return {**head, "groups": _scenarios(study.folder)}


def regions(study: Study, group: int) -> list[dict[str, Any]]:
    """Figures of every region for a group of runs, means over runs.

    Raises:
        BadInput: there is no such group, or no such table.
    """
    table = _table(study, group, "regions")
    means = table.groupby("region", sort=False)[[name for name in _REGIONAL if name in table]].mean()
    places = table.drop_duplicates("region").set_index("region")
    return [
        {
            **{name: _plain(places.loc[region, name]) for name in _PLACE[1:]},
            "region": region,
            "policies": [{str(name): _plain(value) for name, value in row.items()}],
        }
        for region, row in ((str(name), row) for name, row in means.iterrows())
    ]


def story(study: Study, group: int, region: str, most: int = 40) -> list[dict[str, Any]]:
    """Partners of a region for a group of runs, means over runs, the largest first.

    Raises:
        BadInput: as `regions`; results of single commands hold no partners.
    """
    if study.kind == "result":
        return [{"partners": [], "all": 0}]
    table = _table(study, group, "partners")
    here = table[table["region"] == region]
    numbers = ["units_received", "satisfaction", "resentment", "attempts", "caught"]
    means = here.groupby("partner")[numbers].mean().sort_values("units_received", ascending=False, kind="stable")
    rows = means.head(most).reset_index().to_dict("records")
    return [{"partners": [{str(k): _plain(v) for k, v in row.items()} for row in rows], "all": len(means)}]


def _study(root: Path, folder: Path, kind: Kind) -> Study:
    name = folder.relative_to(root).as_posix()
    return Study(hashlib.sha256(name.encode()).hexdigest()[:16], root.name if name == "." else name, kind, folder)


def _below(folder: Path, depth: int) -> Iterator[tuple[Path, Kind]]:
    kind = _kind(folder)
    if kind:
        yield folder, kind
        return
    if depth:
        try:
            inner = sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())
        except OSError:
            return
        for each in inner:
            yield from _below(each, depth - 1)


def _kind(folder: Path) -> Kind | None:
    signs: tuple[tuple[str, Kind], ...] = (
        (SEARCH, "search"), (CALIBRATION, "calibration"), (DATABASE, "batch"), (RESULT, "result"),
    )  # fmt: skip
    return next((kind for file, kind in signs if (folder / file).is_file()), None)


def _search(folder: Path) -> dict[str, Any]:
    found = _document(folder / SEARCH)
    keys = ("objectives", "constraints", "evaluations", "fresh", "markets", "today", "finalists", "recommended")
    told = {key: found.get(key) for key in keys}
    labels = [str(each.get("label", "")) for each in told["objectives"] or [] if isinstance(each, dict)]
    return {**told, "candidates": _candidates(folder / "candidates.csv", labels)}


def _candidates(file: Path, labels: list[str]) -> list[dict[str, Any]]:
    try:
        table = pd.read_csv(file)
    except (OSError, ValueError, pd.errors.ParserError):
        return []
    shown = [name for name in ("candidate", *labels) if name in table]
    rows = table[shown].dropna().head(CANDIDATES).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _document(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST:
            raise BadInput(str(file), "", "is too large to be shown")
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise BadInput(str(file), "", "cannot be read") from None
    if not isinstance(found, dict):
        raise BadInput(str(file), "", "is not what channellab writes")
    return found


def _groups(folder: Path) -> list[dict[str, Any]]:
    """Runs by scenario, policy and inputs, with the means of all metrics."""
    table = _named(folder)
    return [_group(str(name), rows) for name, rows in _split(table)]


def _named(folder: Path) -> pd.DataFrame:
    table = frames.runs(folder)
    first = [*frames.FIRST[1:], *_inputs(table)]
    label: Any = table[first].apply(lambda row: " · ".join(_words(row)), axis=1) if len(table) else []
    return table.assign(group=label)


def _split(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), rows) for name, rows in table.groupby("group", sort=False)][:GROUPS]


def _inputs(table: pd.DataFrame) -> list[str]:
    columns = [str(name) for name in table.columns]
    return columns[len(frames.FIRST) : columns.index(frames.LAST[0])]


def _words(row: "pd.Series[Any]") -> list[str]:
    said = []
    for name, value in row.items():
        if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
            continue
        text = f"{value:.4g}" if isinstance(value, float) else str(value)
        said.append(text if name in frames.FIRST else f"{str(name).rpartition('.')[2]}={text}")
    return said


def _group(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    done = rows[rows["status"] == "done"]
    metrics = {
        metric: summarise(done[metric].astype(float).tolist())
        for metric in CATALOGUE
        if metric in done and len(done) and bool(done[metric].notna().all())
    }
    failed = int((rows["status"] == "failed").sum())
    return {"name": name, "runs": len(rows), "done": len(done), "failed": failed, "metrics": metrics}


def _scenarios(folder: Path) -> list[dict[str, Any]]:
    """Scenarios of a single result."""
    from channellab.reports.folder import read

    found = read(folder)
    groups = []
    for name in found.document.scenarios:
        metrics = {key: each.scenarios[name].model_dump() for key, each in found.document.metrics.items()}
        count = found.document.replications
        groups.append({"name": name, "runs": count, "done": count, "failed": 0, "metrics": metrics})
    return groups


def _table(study: Study, group: int, name: str) -> pd.DataFrame:
    if study.kind == "calibration":
        raise BadInput(study.name, "", "is a calibration, which holds no regions")
    if study.kind == "result":
        from channellab.reports.folder import read

        found = read(study.folder)
        if not 0 <= group < len(found.document.scenarios):
            raise BadInput(study.name, "group", "is none of the study's")
        return found.of(name, found.document.scenarios[group])
    groups = _split(_named(study.folder))
    if not 0 <= group < len(groups):
        raise BadInput(study.name, "group", "is none of the study's")
    wanted = groups[group][1]["run"]
    table = frames.table(study.folder, name)
    return table[table["run"].isin(wanted)]


def _plain(value: Any) -> Any:
    """As JSON has it."""
    item = value.item() if hasattr(value, "item") else value
    return None if isinstance(item, float) and not math.isfinite(item) else item
