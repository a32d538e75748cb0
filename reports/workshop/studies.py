"""Finished studies for the study browser, all kinds under one folder, read and never written."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from channellab.experiments import frames
from channellab.experiments.replicate import summarise
from channellab.experiments.schema import DATABASE
from channellab.reports.folder import RESULT
from channellab.reports.workshop.portrait import FIGURES, portrait
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

Kind = Literal["batch", "search", "result", "calibration", "explanation", "selection", "sensitivity"]
SEARCH = "search.json"
SIGNS: dict[str, Kind] = {
    SEARCH: "search",
    **{f"{kind}.json": kind for kind in get_args(Kind)[3:]},
    DATABASE: "batch",
    RESULT: "result",
}
"""By the file that a folder has, what it is; the first counts."""
DEPTH, MOST, GROUPS, CANDIDATES = 3, 200, 200, 2000
LARGEST = 20_000_000
"""Bytes of a JSON document that is read."""
_REGIONAL = ("weighted_distribution", "numeric_distribution", "units_sold", "revenue", "contribution")
_LATE = (" fresh", " answer", " confirm")
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
    if study.kind == "result":
        return {**head, "groups": _scenarios(study.folder)}
    return head


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
        BadInput: as `regions`.
    """
    table = _partners(study, group)
    here = table[table["region"] == region]
    means = here.groupby("partner")[_figures(here)].mean().sort_values("units_received", ascending=False, kind="stable")
    rows = means.head(most).reset_index().to_dict("records")
    return [{"partners": [{str(k): _plain(v) for k, v in row.items()} for row in rows], "all": len(means)}]


def partner(study: Study, group: int, name: str) -> list[dict[str, Any] | None]:
    """A partner's story for a group of runs, means over runs.

    Raises:
        BadInput: as `regions`.
    """
    partners, rebates = _partners(study, group), _table(study, group, "rebates")
    means = partners.groupby(["partner", "region"], sort=False)[_figures(partners)].mean().reset_index()
    runs = partners["run"].nunique() if "run" in partners else 1  # a result's rebates are means already
    earned: dict[str, float] = {}
    if len(rebates):
        mine = rebates[rebates["partner"] == name]
        earned = {str(plan): float(money) / runs for plan, money in mine.groupby("plan")["money"].sum().items()}
    return [portrait(means, earned, name)]


def _partners(study: Study, group: int) -> pd.DataFrame:
    """Of a group of runs; results of earlier versions hold none."""
    table = _table(study, group, "partners")
    return table if len(table) else pd.DataFrame(columns=["partner", "region", *FIGURES])


def _figures(partners: pd.DataFrame) -> list[str]:
    return [name for name in FIGURES if name in partners]


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
    return next((kind for file, kind in SIGNS.items() if (folder / file).is_file()), None)


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
    # What a search has played to judge its finalists comes first, as only so many groups are shown.
    table = table.iloc[np.argsort(~table["policy"].astype(str).str.endswith(_LATE).to_numpy(bool), kind="stable")]
    first = [*frames.FIRST[1:], *_inputs(table)]
    label: Any = table[first].apply(lambda row: " · ".join(_words(row)), axis=1) if len(table) else []
    return table.assign(group=label)


def _split(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), rows) for name, rows in table.groupby("group", sort=False)][:GROUPS]


def _inputs(table: pd.DataFrame) -> list[str]:
    columns = [str(name) for name in table.columns]
    return columns[len(frames.FIRST) : columns.index(frames.LAST[0])]


def _words(row: "pd.Series[Any]") -> list[str]:
    told = {str(name): text for name, value in row.items() if (text := _said(value))}
    return [text if name in frames.FIRST else f"{name.rpartition('.')[2]}={text}" for name, text in told.items()]


def _said(value: Any) -> str:
    """A value in a few signs; empty where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _group(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    done = rows[rows["status"] == "done"]
    metrics = {
        metric: summarise(done[metric].astype(float).tolist())
        for metric in CATALOGUE
        if metric in done and len(done) and bool(done[metric].notna().all())
    }
    failed = int((rows["status"] == "failed").sum())
    scenario, policy = (str(rows[column].iloc[0]) for column in frames.FIRST[1:])
    inputs = {name: text for name in _inputs(rows) if (text := _said(rows[name].iloc[0]))}
    return {
        "name": name,
        "scenario": scenario,
        "policy": policy,
        "inputs": inputs,
        "runs": len(rows),
        "done": len(done),
        "failed": failed,
        "metrics": metrics,
    }


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
    if study.kind not in ("search", "batch", "result"):
        raise BadInput(study.name, "", f"is a study of the kind {study.kind}, which tells no regions")
    if study.kind == "result":
        from channellab.reports.folder import read

        found = read(study.folder)
        if not 0 <= group < len(found.document.scenarios):
            raise BadInput(study.name, "group", "is none of the study's")
        return found.of(name, found.document.scenarios[group]) if name in found.tables else pd.DataFrame()
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
