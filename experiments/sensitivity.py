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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from channellab.experiments import described
from channellab.experiments.batch import Progress, play_points
from channellab.experiments.described import put
from channellab.experiments.discovery import Box, Tree, found_box, found_tree
from channellab.experiments.display import Shown
from channellab.experiments.executors import Place
from channellab.experiments.inputs import (
    Declared,
    Input,
    Values,
    constants,
    inputs,
    loaded_with,
    outcomes,
    placed,
    read_study,
)
from channellab.experiments.replicate import changed, replication_seeds
from channellab.experiments.search_file import Constraint
from channellab.experiments.store import Point, Store
from channellab.scenarios.arrays import Flags, Floats
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.metrics import CATALOGUE

COLUMNS = {
    "morris": ("mu_star", "half_width", "sigma", "noise"),
    "sobol": ("first", "first_half_width", "total", "total_half_width"),
}
RESAMPLES = 200
LEVELS = 4
"""Levels of Morris's grid; an elementary effect spans two thirds of an input's range."""


class SensitivitySettings(Declared):
    """How: ``points`` are Morris's trajectories, or the base of Sobol's sample, a power of two."""

    method: Literal["morris", "sobol"] = "sobol"
    points: int = Field(32, ge=4, le=1_000_000)
    seed: int = Field(1, ge=0, lt=2**32)

    @model_validator(mode="after")
    def _power(self) -> "SensitivitySettings":
        if self.method == "sobol" and self.points & (self.points - 1):
            raise ValueError(f"points is {self.points}, allowed are powers of two where the method is sobol")
        return self


class OutcomeSettings(Declared):
    """Metrics that the study is about."""

    metrics: tuple[str, ...] = Field(("channel_profit",), min_length=1)


class SensitivityFile(Declared):
    """A study as it is written; where a bound of ``success`` is broken, the policy has failed."""

    about: str = ""
    scenario: str
    weeks: int | None = Field(None, ge=1)
    seed: int | None = Field(None, ge=0, lt=2**63)
    replications: int = Field(2, ge=2, le=10_000)
    constants: dict[str, Any] = Field(default_factory=dict)
    levers: dict[str, Any] = Field(default_factory=dict)
    uncertainties: dict[str, Any] = Field(default_factory=dict)
    outcomes: OutcomeSettings = Field(default_factory=lambda: OutcomeSettings.model_validate({}))
    success: tuple[Constraint, ...] = ()
    sensitivity: SensitivitySettings = Field(default_factory=lambda: SensitivitySettings.model_validate({}))


@dataclass(frozen=True)
class SensitivityStudy:
    """A study that was read and checked; of its inputs so many are levers, the others uncertainties."""

    where: str
    folder: Path
    file: SensitivityFile
    constants: Values
    inputs: tuple[Input, ...]
    levers: int

    @property
    def problem(self) -> dict[str, Any]:
        """In SALib's words: every input from 0 to 1."""
        names = [each.key for each in self.inputs]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def shares(self) -> Floats:
        """Where in its range every input lies, (points, inputs)."""
        from SALib.sample import morris, sobol

        how = self.file.sensitivity
        if how.method == "morris":
            return np.asarray(morris.sample(self.problem, how.points, num_levels=LEVELS, seed=how.seed), np.float64)
        drawn = sobol.sample(self.problem, how.points, calc_second_order=False, seed=how.seed)
        return np.asarray(drawn, np.float64)

    def points(self, shares: Floats) -> list[Point]:
        """The runs, point by point and seed by seed."""
        found = []
        for number, row in enumerate(shares):
            values = {each.key: placed(each, float(share)) for each, share in zip(self.inputs, row, strict=True)}
            loaded = loaded_with(self.file.scenario, {**self.constants, **values}, self.where, self.folder)
            loaded = changed(loaded, self.file.seed, self.file.weeks)
            seeds = replication_seeds(loaded.scenario.run.seed, self.file.replications)
            found += [Point(loaded.name, f"point {number}", values, n, s, loaded) for n, s in enumerate(seeds, 1)]
        return found


def read_sensitivity(path: Path) -> SensitivityStudy:
    """Reads and checks a study.

    Raises:
        BadInput: for the first thing that is wrong.
    """
    file: SensitivityFile = read_study(path, SensitivityFile)
    where = str(path)
    levers = inputs(file.levers, where)
    found = (*levers, *inputs(file.uncertainties, where))
    keys = [each.key for each in found]
    if len({*keys}) < 2 or len({*keys}) < len(keys):
        raise BadInput(where, "", "declares fewer than two different levers and uncertainties, allowed are two or more")
    outcomes(file.outcomes.metrics, where, "outcomes.metrics")
    outcomes([each.metric for each in file.success], where, "success")
    return SensitivityStudy(where, path.parent, file, constants(file.constants, where), found, len(levers))


@dataclass(frozen=True)
class Sensitivity(Shown):
    """What decides the outcomes.

    Attributes:
        study: what was asked. indices: one row a metric and input. noise: by metric, share of noise in the variance of
            the points' means. points: one row a point: inputs, mean of every outcome, bounds broken.
        failed, dropped: points with a failed run, and points that could not be used for that.
        failures: where a bound is broken, by the bound.
    """

    study: SensitivityStudy
    indices: pd.DataFrame
    noise: dict[str, float]
    points: pd.DataFrame
    failed: int
    dropped: int
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
        loaded = loaded_with(file.scenario, study.constants, study.where, study.folder)
        return {
            "kind": "sensitivity",
            "about": file.about,
            "scenarios": described.scenarios([changed(loaded, file.seed, file.weeks)]),
            "constants": dict(study.constants),
            "levers": described.inputs(study.inputs[: study.levers]),
            "uncertainties": described.inputs(study.inputs[study.levers :]),
            "outcomes": described.metrics(file.outcomes.metrics),
            "method": file.sensitivity.method,
            "points": len(self.points),
            "replications": file.replications,
            "failed": self.failed,
            "dropped": self.dropped,
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


def analyse(study: SensitivityStudy, folder: Path, place: Place, progress: Progress | None = None) -> Sensitivity:
    """Plays what is not in the study folder yet, and computes the indices.

    Raises:
        BadInput: the study cannot be played. ChannelLabError: too many runs failed to say anything.
    """
    start, shares = time.perf_counter(), study.shares()
    points = study.points(shares)
    play_points(points, folder, place, progress=progress)
    names = (*study.file.outcomes.metrics, *(each.metric for each in study.file.success))
    with Store(folder) as store:
        numbers = store.plan(points)
        rows = [store.figures(number)[0] for number in numbers]
    table = {name: np.array([np.nan if row is None else row[name] for row in rows]) for name in names}
    values = {name: each.reshape(len(shares), study.file.replications) for name, each in table.items()}
    fine = np.all([~np.isnan(each).any(axis=1) for each in values.values()], axis=0)
    kept = whole_groups(fine, study)
    if kept.sum() < 4 * _group(study):
        raise ChannelLabError(f"{int((~fine).sum())} of {len(fine)} points failed, too many to say anything")
    found = [_indices(study, shares[kept], name, values[name][kept]) for name in study.file.outcomes.metrics]
    noise = {name: noise_share(values[name][kept]) for name in study.file.outcomes.metrics}
    return Sensitivity(
        study,
        pd.concat(found, ignore_index=True),
        noise,
        _points(study, points, {name: each.mean(axis=1) for name, each in values.items()}),
        int((~fine).sum()),
        int((~kept).sum()),
        _failures(study, shares[fine], {name: each[fine] for name, each in values.items()}),
        time.perf_counter() - start,
    )


def _points(study: SensitivityStudy, points: list[Point], means: dict[str, Floats]) -> pd.DataFrame:
    """One row a point; means are missing where a run failed."""
    inputs = pd.DataFrame([point.inputs for point in points[:: study.file.replications]])
    frame = pd.concat([inputs, pd.DataFrame(means)], axis=1)
    for bound in study.file.success:
        excess = [bound.excess(float(mean)) for mean in means[bound.metric]]
        frame[f"breaks {_told(bound)}"] = [None if each != each else each > 0 for each in excess]
    frame.insert(0, "point", range(len(frame)))
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
