"""What a batch found, point by point: means over seeds with intervals, and what policies change on the same seeds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.experiments import described, frames
from channellab.experiments.batch import Batch
from channellab.experiments.described import put
from channellab.experiments.designs import Design
from channellab.experiments.pairs import paired
from channellab.experiments.replicate import ends, summarise
from channellab.scenarios.metrics import CATALOGUE


def write(design: Design, done: Batch) -> None:
    """Writes ``batch.json``, what the study is about, and ``points.csv``, into the study folder."""
    put(done.folder / "batch.json", json.dumps(document(design, done), indent=2) + "\n")
    put(done.folder / "points.csv", table(design, done.folder).to_csv(index=False))


def document(design: Design, done: Batch) -> dict[str, Any]:
    """The design and how much of it is played, as plain data."""
    file = design.file
    return {
        "kind": "batch",
        "about": file.about,
        "scenarios": described.scenarios(design.load(name) for name in file.scenarios),
        "policies": {name: dict(values) for name, values in design.policies.items()},
        "constants": dict(design.constants),
        "levers": described.inputs(design.inputs[: design.levers]),
        "uncertainties": described.inputs(design.inputs[design.levers :]),
        "outcomes": described.metrics(design.outcomes),
        "replications": file.replications,
        **{key: value for key, value in done.document().items() if key in ("runs", "failed")},
    }


def table(design: Design, folder: Path) -> pd.DataFrame:
    """One row a point: names, inputs, runs done, and for every outcome its mean, ends of its interval, and the same of
    its paired difference from the first policy at the same scenario and inputs; then how many runs failed, and why the
    first of them did."""
    runs = frames.runs(folder)
    runs = runs[(runs["status"] != "planned") & runs["policy"].isin(design.policies)]
    keys = [each.key for each in design.inputs if each.key in runs]
    runs = runs.assign(**{key: runs[key].map(_hashable) for key in keys})
    columns = ["scenario", "policy", *keys]
    groups = {tuple(point): group for point, group in runs.groupby(columns, sort=False, dropna=False)}
    first, rows = next(iter(design.policies)), []
    for point, group in groups.items():
        base = groups.get((point[0], first, *point[2:]), group.head(0))
        done, failed = (group[group["status"] == state] for state in ("done", "failed"))
        row: dict[str, Any] = dict(zip(columns, point, strict=True)) | {"runs": len(done)}
        for metric in design.outcomes:
            row |= _of(metric, done) | _change(metric, done, base[base["status"] == "done"])
        rows.append(row | {"failed": len(failed), "error": next(iter(failed["error"]), None)})
    return pd.DataFrame(rows, columns=None if rows else [*columns, "runs"])


def _hashable(value: Any) -> Any:
    """Lists and tables as they are written."""
    return json.dumps(value) if isinstance(value, list | dict) else value


def _of(metric: str, group: pd.DataFrame) -> dict[str, Any]:
    found = summarise(group[metric].tolist()) if len(group) else {"mean": None, "ci95": None}
    return {metric: found["mean"], **{f"{metric} {end}": value for end, value in ends(found["ci95"]).items()}}


def _change(metric: str, group: pd.DataFrame, base: pd.DataFrame) -> dict[str, Any]:
    """Paired by seed; nothing where there are fewer than two pairs."""
    both = group.merge(base, on="seed", suffixes=("", " base"))
    names = [f"{metric} change", f"{metric} change low", f"{metric} change high"]
    if len(both) < 2:
        return dict.fromkeys(names)
    mine, theirs = (np.asarray(both[name], np.float64) for name in (metric, f"{metric} base"))
    gap = paired(mine, theirs, CATALOGUE[metric].direction)
    return dict(zip(names, (gap.mean, gap.low, gap.high), strict=True))
