"""Sensitivity: how much each input decides of the outcomes, by Morris's screening or Sobol's indices (SALib).

Every point is played on the same seeds. What then still differs at random within a point is noise of replication; it is
measured and taken out of the indices, so that an input is not called important for luck's sake.

- Morris (1991): ``mu_star``, the mean size of an input's elementary effects, ``sigma``, their spread (interaction or
  curvature). Effects that luck alone would show are told as ``noise``.
- Sobol: ``first``, the share of variance that an input explains alone, ``total``, with all its interactions. With V the
  variance of the points' means and n that of noise in them: first V / (V - n), and (total V - n) / (V - n).
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.experiments import described
from channellab.experiments.batch import Progress, play_points
from channellab.experiments.described import put
from channellab.experiments.discovery import Box, Tree, found_box, found_tree
from channellab.experiments.display import Shown
from channellab.experiments.executors import Place
from channellab.experiments.search_file import Constraint
from channellab.experiments.sensitivity_file import LEVELS, SensitivityStudy
from channellab.experiments.store import Point, Store
from channellab.scenarios.arrays import Flags, Floats
from channellab.scenarios.errors import ChannelLabError
from channellab.scenarios.metrics import CATALOGUE

COLUMNS = {
    "morris": ("mu_star", "half_width", "sigma", "noise"),
    "sobol": ("first", "first_half_width", "total", "total_half_width"),
}
RESAMPLES = 200


@dataclass(frozen=True)
class Sensitivity(Shown):
    """What decides the outcomes.

    Attributes:
        study: what was asked. indices: one row a metric and input. noise: by metric, share of noise in the variance of
            the points' means. points: one row a point: inputs, mean of every outcome, bounds broken.
        failed, dropped: points with a failed run, and points that could not be used for that.
        error: why the first of the failed runs did.
        failures: where a bound is broken, by the bound.
    """

    study: SensitivityStudy
    indices: pd.DataFrame
    noise: dict[str, float]
    points: pd.DataFrame
    failed: int
    dropped: int
    error: str | None
    failures: dict[str, "Failure"]
    elapsed: float

    @property
    def heading(self) -> str:
        """What was done."""
        return f"{self.study.file.sensitivity.method}: {len(self.points)} points, {self.failed} of them failed"

    @property
    def frame(self) -> pd.DataFrame:
        """One row a metric and input."""
        return self.indices

    def document(self) -> dict[str, Any]:
        """As plain data; everything but ``elapsed_s`` repeats exactly."""
        study, file = self.study, self.study.file
        return {
            "kind": "sensitivity",
            "about": file.about,
            "scenarios": described.scenarios([study.load()]),
            "constants": dict(study.constants),
            "levers": described.inputs(study.inputs[: study.levers]),
            "uncertainties": described.inputs(study.inputs[study.levers :]),
            "outcomes": described.metrics(file.outcomes.metrics),
            "method": file.sensitivity.method,
            "points": len(self.points),
            "replications": file.replications,
            "failed": self.failed,
            "dropped": self.dropped,
            "error": self.error,
            "noise": self.noise,
            "indices": [{str(key): value for key, value in row.items()} for row in self.indices.to_dict("records")],
            "failures": {bound: each.document() for bound, each in self.failures.items()},
            "elapsed_s": round(self.elapsed, 3),
        }

    def write(self, folder: Path) -> None:
        """Writes ``sensitivity.json``, ``sensitivity.csv`` and ``points.csv`` into the study folder."""
        put(folder / "sensitivity.json", json.dumps(self.document(), indent=2) + "\n")
        put(folder / "sensitivity.csv", self.indices.to_csv(index=False))
        put(folder / "points.csv", self.points.to_csv(index=False))


@dataclass(frozen=True)
class Failure:
    """Where a bound is broken: the box of PRIM, the leaves of a tree, and at which share of all points."""

    bound: Constraint
    share: float
    prim: Box
    cart: Tree

    def document(self) -> dict[str, Any]:
        """As plain data."""
        told = self.bound.model_dump(exclude_none=True) | {"unit": CATALOGUE[self.bound.metric].unit}
        return {**told, "share": self.share, "prim": self.prim.document(), "cart": self.cart.document()}


def analyse(
    study: SensitivityStudy,
    folder: Path,
    place: Place,
    progress: Progress | None = None,
    *,
    retry: bool = False,
) -> Sensitivity:
    """Plays what is not in the study folder yet, and computes the indices.

    Args:
        retry: plays runs that failed before once more. progress: hears runs done and runs in all.

    Raises:
        BadInput: the study cannot be played. ChannelLabError: too many points failed to say anything.
    """
    start, shares = time.perf_counter(), study.shares()
    points = study.points(shares)
    play_points(points, folder, place, retry=retry, progress=progress)
    names = (*study.file.outcomes.metrics, *(each.metric for each in study.file.success))
    with Store(folder) as store:
        numbers = store.plan(points)
        rows, reasons = zip(*(store.figures(number) for number in numbers), strict=True)
    table = {name: np.array([np.nan if row is None else row[name] for row in rows]) for name in names}
    errors = _first_errors(reasons, study.file.replications)
    first = next(filter(None, errors), None)
    values = {name: each.reshape(len(shares), study.file.replications) for name, each in table.items()}
    fine = np.all([~np.isnan(each).any(axis=1) for each in values.values()], axis=0)
    kept = whole_groups(fine, study)
    if kept.sum() < 4 * _group(study):
        told = f"{int((~fine).sum())} of {len(fine)} points failed, too many to say anything"
        raise ChannelLabError(f"{told}; the first: {first}")
    found = [_indices(study, shares[kept], name, values[name][kept]) for name in study.file.outcomes.metrics]
    noise = {name: noise_share(values[name][kept]) for name in study.file.outcomes.metrics}
    return Sensitivity(
        study,
        pd.concat(found, ignore_index=True),
        noise,
        _points(study, points, {name: each.mean(axis=1) for name, each in values.items()}, errors),
        int((~fine).sum()),
        int((~kept).sum()),
        first,
        _failures(study, shares[fine], {name: each[fine] for name, each in values.items()}),
        time.perf_counter() - start,
    )


def _first_errors(reasons: Sequence[str | None], replications: int) -> list[str | None]:
    """By point, why the first of its runs that failed did."""
    starts = range(0, len(reasons), replications)
    return [next(filter(None, reasons[start : start + replications]), None) for start in starts]


def _points(
    study: SensitivityStudy, points: list[Point], means: dict[str, Floats], errors: Sequence[str | None]
) -> pd.DataFrame:
    """One row a point; means are missing where a run failed, and then it is told why."""
    inputs = pd.DataFrame([point.inputs for point in points[:: study.file.replications]])
    frame = pd.concat([inputs, pd.DataFrame(means)], axis=1)
    for bound in study.file.success:
        excess = [bound.excess(float(mean)) for mean in means[bound.metric]]
        frame[f"breaks {_told(bound)}"] = [None if each != each else each > 0 for each in excess]
    frame.insert(0, "point", range(len(frame)))
    frame["error"] = np.array(errors, dtype=object)
    return frame


def noise_share(values: Floats) -> float:
    """Share of the variance of the points' means that is noise of replication, (points, replications).

    What a seed does to all points alike is no noise between them.
    """
    means = values.mean(axis=1)
    whole = float(means.var(ddof=1))
    return min(residual(values) / values.shape[1] / whole, 1.0) if whole > 0 else 0.0


def residual(values: Floats) -> float:
    """Variance of runs that neither the point nor the seed explains, (points, replications)."""
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    freedom = (values.shape[0] - 1) * (values.shape[1] - 1)
    return float((left**2).sum() / freedom)


def whole_groups(fine: Flags, study: SensitivityStudy) -> Flags:
    """Points of trajectories, or of blocks of Sobol's sample, that have no failure among them."""
    groups = fine.reshape(-1, _group(study)).all(axis=1)
    return np.repeat(groups, _group(study))


def _group(study: SensitivityStudy) -> int:
    """Points of a trajectory, or of a block: the first matrix, one for each input, the second matrix."""
    return len(study.inputs) + (1 if study.file.sensitivity.method == "morris" else 2)


def _indices(study: SensitivityStudy, shares: Floats, metric: str, values: Floats) -> pd.DataFrame:
    means, names = values.mean(axis=1), [each.key for each in study.inputs]
    table: dict[str, Any] = {"metric": metric, "input": names}
    if np.ptp(means) == 0:
        return pd.DataFrame(table | dict.fromkeys(COLUMNS[study.file.sensitivity.method], 0.0))
    if study.file.sensitivity.method == "morris":
        return pd.DataFrame(table | _morris(study, shares, values))
    return pd.DataFrame(table | _sobol(study, values))


def _morris(study: SensitivityStudy, shares: Floats, values: Floats) -> dict[str, Any]:
    from SALib.analyze import morris

    seed = study.file.sensitivity.seed
    found = morris.analyze(
        study.problem, shares, values.mean(axis=1), num_resamples=RESAMPLES, num_levels=LEVELS, seed=seed
    )
    step = LEVELS / (2 * (LEVELS - 1))
    # The mean size of a normal difference of two means, over the step.
    noise = np.sqrt(2 * residual(values) / values.shape[1]) * np.sqrt(2 / np.pi) / step
    return {
        "mu_star": np.asarray(found["mu_star"], np.float64),
        "half_width": np.asarray(found["mu_star_conf"], np.float64),
        "sigma": np.asarray(found["sigma"], np.float64),
        "noise": float(noise),
    }


def _sobol(study: SensitivityStudy, values: Floats) -> dict[str, Any]:
    from SALib.analyze import sobol

    means = values.mean(axis=1)
    seed, share = study.file.sensitivity.seed, noise_share(values)
    found = sobol.analyze(study.problem, means, calc_second_order=False, num_resamples=RESAMPLES, seed=seed)
    left = max(1 - share, 1e-9)
    return {
        "first": np.asarray(found["S1"]) / left,
        "first_half_width": np.asarray(found["S1_conf"]) / left,
        "total": np.maximum(np.asarray(found["ST"]) - share, 0.0) / left,
        "total_half_width": np.asarray(found["ST_conf"]) / left,
    }


def _failures(study: SensitivityStudy, shares: Floats, values: dict[str, Floats]) -> dict[str, Failure]:
    found = {}
    for bound in study.file.success:
        broken = np.array([bound.excess(float(mean)) > 0 for mean in values[bound.metric].mean(axis=1)])
        box, tree = found_box(shares, broken, study.inputs), found_tree(shares, broken, study.inputs)
        found[_told(bound)] = Failure(bound, float(broken.mean()), box, tree)
    return found


def _told(bound: Constraint) -> str:
    sign, value = ("<=", bound.at_most) if bound.at_most is not None else (">=", bound.at_least)
    return f"{bound.metric} {sign} {value:g}"
