"""A scenario's parameters calibrated to figures of a market, by the method of simulated moments.

Every run is kept in the store of the study, so that a calibration that was stopped goes on; which points are played
follows from the study alone.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from channellab.calibration.simulated_moments import MomentFit, MomentSearch
from channellab.calibration.targets_file import TargetsStudy
from channellab.experiments.batch import Progress, play_numbers
from channellab.experiments.executors import Crew, Place, opened
from channellab.experiments.inputs import Values, loaded_with
from channellab.experiments.replicate import changed, replication_seeds
from channellab.experiments.store import Point, Store
from channellab.scenarios.arrays import Floats
from channellab.scenarios.show import toml_value

STRONG = 0.9
"""Correlations at least this strong name pairs of parameters that trade off against each other."""
WIDE = 0.8
"""A parameter whose interval covers at least this share of its bounds was not identified."""
_FRESH = 0x66726573


@dataclass(frozen=True)
class CalibratedToTargets:
    """What came of it: the fit in the unit cube, figures on fresh seeds (R, M), and the search's match."""

    study: TargetsStudy
    fit: MomentFit
    fresh: Floats

    def value(self, unit: Floats) -> Values:
        """Parameters at a point of the unit cube."""
        return values_at(self.study, unit)

    def document(self) -> dict[str, Any]:
        """As plain data."""
        low, high = self.value(self.fit.low), self.value(self.fit.high)
        best = self.value(self.fit.estimate)
        wide = self.fit.high - self.fit.low
        parameters = {
            key: {
                "estimate": best[key],
                "ci95": [low[key], high[key]],
                "identified": bool(wide[number] < WIDE),
            }
            for number, key in enumerate(best)
        }
        return {
            "kind": "calibration to targets",
            "scenario": self.study.file.scenario,
            "parameters": parameters,
            "trade_offs": self._trade_offs(list(best)),
            "targets": [*self._targets()],
            "loss": self.loss,
            "failed_simulations": self.fit.failed,
        }

    def _trade_offs(self, keys: list[str]) -> list[dict[str, Any]]:
        pairs = [(a, b) for a in range(len(keys)) for b in range(a)]
        strong = [(a, b) for a, b in pairs if abs(self.fit.correlation[a, b]) >= STRONG]
        return [{"pair": [keys[b], keys[a]], "correlation": float(self.fit.correlation[a, b])} for a, b in strong]

    def _targets(self) -> list[dict[str, Any]]:
        means, errors = self.fresh.mean(axis=0), self.fresh.std(axis=0, ddof=1) / np.sqrt(len(self.fresh))
        return [
            {
                "metric": name,
                "target": target.value,
                "error": target.error,
                "model": float(mean),
                "model_error": float(e),
            }
            for (name, target), mean, e in zip(self.study.file.targets.items(), means, errors, strict=True)
        ]

    @property
    def loss(self) -> dict[str, float]:
        """Mean squared gap between figures and targets, weighed by one over its variance: about 1 where all is well.

        ``search``: of the closest point of the search, which luck has picked. ``foretold``: what the emulator expects
        at the estimate. ``fresh``: of the estimate on seeds that the search has not seen, the one to believe.
        """
        target = np.array([each.value for each in self.study.file.targets.values()])
        gap = (self.fresh.mean(axis=0) - target) ** 2 * self.fit.weights
        return {"search": self.fit.match, "foretold": self.fit.foretold, "fresh": float(gap.mean())}

    def write(self, folder: Path) -> None:
        """``result.json``, ``targets.csv``, ``fitted.toml`` and the study file of what stays uncertain."""
        told = self.document()
        (folder / "result.json").write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        with (folder / "targets.csv").open("w", encoding="utf-8", newline="") as sink:
            writer = csv.DictWriter(sink, list(told["targets"][0]))
            writer.writeheader()
            writer.writerows(told["targets"])
        settings = {**self.study.constants, **self.value(self.fit.estimate)}
        lines = [f"{key} = {toml_value(value)}" for key, value in settings.items()]
        (folder / "fitted.toml").write_text("\n".join([self._extends(), *lines, ""]), "utf-8")
        low, high = self.value(self.fit.low), self.value(self.fit.high)
        spans = [f"{key} = {{low = {low[key]}, high = {high[key]}}}" for key in low if low[key] < high[key]]
        (folder / "uncertain.toml").write_text("\n".join(["[uncertainties]", *spans, ""]), "utf-8")

    def _extends(self) -> str:
        beside = self.study.folder / self.study.file.scenario
        is_file = beside.suffix == ".toml" and beside.is_file()
        return f"extends = {toml_value(str(beside.resolve()) if is_file else self.study.file.scenario)}"


def calibrate_to_targets(
    study: TargetsStudy, folder: Path, place: Place, progress: Progress | None = None
) -> CalibratedToTargets:
    """Calibrates, or goes on; plays the estimate again on fresh seeds.

    Raises:
        BadInput: the study cannot be played, or the folder cannot be used.
        ChannelLabError: too few of its simulations gave figures.
    """
    targets = [target.value for target in study.file.targets.values()]
    errors = [target.error for target in study.file.targets.values()]
    search = MomentSearch(
        np.array(targets),
        np.array(errors),
        len(study.parameters),
        study.file.search.evaluations,
        study.file.replications,
        study.file.search.seed,
    )
    with Store(folder) as store, opened(place) as crew:
        player = _Player(study, store, crew, progress)
        while len(points := search.ask()):
            figures = player.play([values_at(study, point) for point in points], 0)
            search.tell(points, figures.mean(axis=1), figures.var(axis=1, ddof=1))
        fit = search.conclude()
        fresh = player.play([values_at(study, fit.estimate)], _FRESH)[0]
    return CalibratedToTargets(study, fit, fresh[np.isfinite(fresh).all(axis=1)])


def values_at(study: TargetsStudy, unit: Floats) -> Values:
    """Parameters at a point of the unit cube."""
    return {each.key: each.at(min(float(share), 1 - 1e-12)) for each, share in zip(study.parameters, unit, strict=True)}


@dataclass
class _Player:
    study: TargetsStudy
    store: Store
    crew: Crew
    progress: Progress | None
    done: int = 0

    def play(self, wanted: list[Values], stage: int) -> Floats:
        """Figures (points, replications, targets); of failed runs no numbers."""
        points = [point for values in wanted for point in self._points(values, stage)]
        numbers = self.store.plan(points)
        todo = [number for number, state in self.store.states(numbers).items() if state == "planned"]
        before, every = self.done + len(numbers) - len(todo), self._every()
        play_numbers(self.store, todo, self.crew, lambda done: self.progress and self.progress(before + done, every))
        self.done += len(numbers)
        figures = [self._figures(number) for number in numbers]
        return np.array(figures).reshape(len(wanted), self.study.file.replications, -1)

    def _every(self) -> int:
        return (self.study.file.search.evaluations + 1) * self.study.file.replications

    def _points(self, values: Values, stage: int) -> list[Point]:
        file = self.study.file
        loaded = loaded_with(file.scenario, {**self.study.constants, **values}, self.study.where, self.study.folder)
        loaded = changed(loaded, None, file.weeks)
        start = loaded.scenario.run.seed
        if stage:
            start = int(np.random.SeedSequence([stage, start]).generate_state(1, np.uint64)[0]) >> 1
        seeds = replication_seeds(start, file.replications)
        label = "fresh" if stage else "search"
        return [Point(loaded.name, label, values, n, seed, loaded) for n, seed in enumerate(seeds, 1)]

    def _figures(self, number: int) -> list[float]:
        metrics, _ = self.store.figures(number)
        return [metrics[name] if metrics else np.nan for name in self.study.file.targets]
