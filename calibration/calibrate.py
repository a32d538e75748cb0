"""A calibration from its file to the fitted scenario, stage by stage (``stages.py``).

data report -> structural settings -> fit -> shocks -> holdout table -> diagnostics -> fitted scenario -> result.json
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.calibration import bootstrap
from channellab.calibration.accuracy import Score
from channellab.calibration.backtest import Held, windows
from channellab.calibration.case import levels_of
from channellab.calibration.choose import MARGIN, Trial, best, choose, loss_at_start
from channellab.calibration.data_report import data_report
from channellab.calibration.diagnostics import diagnostics
from channellab.calibration.elasticities import elasticities, elasticity_summary, lifts
from channellab.calibration.fit import Fitted, fit_structure
from channellab.calibration.fit_settings import FitSettings, Structural, fit_settings, trials_of
from channellab.calibration.fitted_scenario import check_own, known_prices, tables
from channellab.calibration.history import History, read_history
from channellab.calibration.history_file import Calibration
from channellab.calibration.holdout import Task, tasks
from channellab.calibration.intervals import coverage, forecasts, replayed
from channellab.calibration.judge import judged, references
from channellab.calibration.levels import Sums, sums
from channellab.calibration.listing import span
from channellab.calibration.market_forecast import NAME, CalibratedMarket, FittedMarket, ends, fitted_to
from channellab.calibration.one_thread import one_thread
from channellab.calibration.parameters import layout
from channellab.calibration.recent_level import levelled
from channellab.calibration.shared_shocks import Shocks, shocks_of
from channellab.calibration.stages import Stages
from channellab.calibration.structure import ONE_YEAR, SEASON, TREND, structure
from channellab.experiments.executors import Crew, Place, opened, warm
from channellab.scenarios.errors import BadInput
from channellab.scenarios.fitted_market import write_market

TRIALS, REFITS = "work/trials.jsonl", "work/refits.jsonl"
FOLDER = "fitted"
"""Folder of the fitted scenario and its tables."""
Told = Callable[[str, int, int], None]
"""Hears what is done next, and how many steps of all are done."""


@one_thread
def calibrate(
    calibration: Calibration, folder: Path, workers: int = 1, told: Told = lambda stage, done, steps: None
) -> dict[str, Any]:
    """Runs a calibration, or goes on with it, and returns what result.json says.

    Raises:
        BadInput: the file, the data or the folder cannot be used.
    """
    settings = fit_settings(calibration)
    if workers > 1:
        warm("channellab.calibration.workers")
    told("reading", 0, 1)
    history = read_history(calibration)
    wanted = checked(history, settings)
    with Stages(folder, calibration) as stages:
        return _Calibration(history, settings, wanted, stages, workers, told).run()


@dataclass(frozen=True, eq=False)
class Wanted:
    """What the file asks of a history.

    Attributes:
        newest: the task that the scenario is fitted to. oldest: what every task may learn from. levels: sums that are
            scored.
    """

    newest: Task
    oldest: Task
    levels: dict[str, Sums]


def checked(history: History, settings: FitSettings) -> Wanted:
    """What the file asks of this history, checked before a folder is made and anything is fitted.

    Raises:
        BadInput: there are no such test weeks, sums, own brands or items.
    """
    newest, oldest = None, None
    for task in tasks(history):
        newest, oldest = newest or task, task
    assert newest is not None
    assert oldest is not None
    levels = {name: sums(history, name, level) for name, level in levels_of(history).items()}
    check_own(history, settings)
    return Wanted(newest, oldest, levels)


@dataclass
class _Calibration:
    history: History
    settings: FitSettings
    wanted: Wanted
    stages: Stages
    workers: int
    told: Told
    done: int = 0

    def run(self) -> dict[str, Any]:
        report = self._report()
        self.settings = self._seasoned()
        trial, shocks = self._searched()
        fitted = self._fitted(trial.structural)
        covered = self._intervals(fitted, shocks)
        scores = self._holdout(trial.structural, shocks, fitted)
        found, pairs = self._diagnostics(fitted, shocks)
        self._bootstrap(fitted, shocks)
        prices, promotions = self._prices(fitted), self._promotions(fitted)
        scenario = self._scenario(trial.structural, fitted, shocks)
        self._say("result")
        held = scores[scores["method"] == NAME]
        result = {
            "calibration": self.history.calibration.where,
            "rows": report["rows"],
            "warnings": [each["text"] for each in report["findings"] if each["severity"] == "warning"],
            "structural": trial.structural.document(),
            "validation": {"loss": trial.loss, "wape": trial.wape, "trials": self.trials},
            "expansion": dict(zip(fitted.structure.names["category"], fitted.expansion.tolist(), strict=True)),
            "shocks": shocks.document(),
            "holdout": [_plain(row) for row in held.to_dict("records")],
            "references": best_references(scores),
            "coverage": covered.to_dict("records"),
            "unidentified": [f"{row.name_} {row.category}" for row in _named(found) if not row.identified],
            "prices_identified": bool(found.loc[found["name"] == "log_discount", "identified"].any()),
            "trade_offs": [_pair(row) for row in pairs.to_dict("records")],
            "elasticities": elasticity_summary(prices),
            "lifts": [_plain(row) for row in promotions.to_dict("records")],
            "scenario": scenario,
        }
        return dict(self.stages.json("result.json", lambda: result))

    def _held(self, settings: FitSettings) -> Held:
        """Windows inside what every task may learn from."""
        oldest = self.wanted.oldest
        horizon = int(oldest.window.sum(axis=1).max())
        found = windows(oldest.history, oldest.learn, ends(oldest), settings, horizon)
        return Held(found, settings, self.wanted.levels)

    @property
    def trials(self) -> int:
        return trials_of(self.settings, int(self.wanted.newest.learn.sum()))

    @property
    def steps(self) -> int:
        return self.trials + len(references(self.history)) + self.settings.bootstrap + 9

    def _say(self, stage: str) -> None:
        self.told(stage, min(self.done, self.steps), self.steps)
        self.done += 1

    def _report(self) -> Any:
        self._say("data report")
        folder = self.stages.folder / "data"
        if not (folder / "data_prices.csv").exists():
            data_report(self.history).write(folder)
        return self.stages.json("data/summary.json", lambda: data_report(self.history).to_json())

    def _seasoned(self) -> FitSettings:
        """Settings that say whether a short history has a season, or a long one a trend: if windows inside it are
        forecast better with one."""
        weeks = span(self.wanted.newest.learn)
        name = "short_season" if ONE_YEAR <= weeks < SEASON else "trend" if weeks >= TREND else ""
        if not name or getattr(self.settings, name) is not None:
            return self.settings
        both = [self.settings.model_copy(update={name: wanted}) for wanted in (False, True)]

        def make() -> Any:
            without, with_one = (loss_at_start(self._held(each), Place(self.workers)) for each in both)
            return {"loss": {"without": without, "with": with_one}, "chosen": with_one < without - MARGIN}

        return both[int(self.stages.json("work/season.json", make)["chosen"])]

    def _searched(self) -> tuple[Trial, Shocks]:
        """Structural settings and shocks, both from windows that were held back."""
        with ExitStack() as stack:
            held = cache(lambda: self._held(self.settings))
            crew = cache(lambda: stack.enter_context(opened(Place(self.workers), held())))
            trial = self._trial(held, crew)
            return trial, self._shocks(trial.structural, held, crew)

    def _trial(self, held: Callable[[], Held], crew: Callable[[], Crew]) -> Trial:
        """Structural settings; trials that were finished before a kill are not made again."""
        known = [Trial.of(each) for each in self.stages.lines(TRIALS)]
        self.done += len(known)
        if len(known) < self.trials:
            for trial in choose(held(), self.trials, known, crew()):
                self._say("structural settings")
                self.stages.add_line(TRIALS, trial.document())
                known.append(trial)
        table = [{"number": t.number, **t.structural.document(), **t.wape, "loss": t.loss} for t in known]
        self.stages.table("trials.csv", lambda: pd.DataFrame(table))
        return best(known)

    def _fitted(self, structural: Structural) -> Fitted:
        self._say("fit")
        found = structure(self.wanted.newest.history, self.settings, self.wanted.newest.learn, ends(self.wanted.newest))
        blocks = layout(found, self.settings, structural, found.rows(found.learnt))

        def make() -> list[Any]:
            fitted = levelled(fit_structure(found, self.settings, structural))
            return [blocks.packed(fitted.values), fitted.level, np.array([fitted.loss, fitted.steps])]

        vector, level, ending = self.stages.arrays("work/fit", make)
        values = blocks.unpacked(vector)
        return Fitted(found, self.settings, structural, blocks, values, level, float(ending[0]), int(ending[1]))

    def _shocks(self, structural: Structural, held: Callable[[], Held], crew: Callable[[], Crew]) -> Shocks:
        self._say("shocks")
        return Shocks.of(self.stages.json("shocks.json", lambda: shocks_of(held(), structural, crew()).document()))

    def _intervals(self, fitted: Fitted, shocks: Shocks) -> pd.DataFrame:
        self._say("intervals")

        def make() -> pd.DataFrame:
            found = FittedMarket(fitted, shocks).predict(self.wanted.newest, self.settings.draws, self.settings.seed)
            return forecasts(self.history, self.wanted.newest, found, self.wanted.levels)

        self.stages.table("fitted_weeks.csv", lambda: replayed(self.history, fitted, self.wanted.levels))

        table = self.stages.table("forecasts.csv", make)
        return self.stages.table("coverage.csv", lambda: coverage(table))

    def _holdout(self, structural: Structural, shocks: Shocks, fitted: Fitted) -> pd.DataFrame:
        market = CalibratedMarket(self.settings, structural, shocks, {0: fitted})
        methods = (market, *references(self.history))
        names = [f"work/holdout_{number}.csv" for number in range(len(methods))]
        left = {n: each for n, each in enumerate(methods) if not (self.stages.folder / names[n]).exists()}
        self.done += len(methods) - len(left)
        at = [*left]
        for place, scores in judged(
            self.history, [*left.values()], self.settings.draws, self.settings.seed, self.workers
        ):
            number = at[place]
            self._say(f"holdout: {methods[number].name}")
            self.stages.table(names[number], partial(_table, scores))
        parts = [pd.read_csv(self.stages.folder / name) for name in names]
        return self.stages.table("holdout.csv", lambda: pd.concat(parts, ignore_index=True))

    def _diagnostics(self, fitted: Fitted, shocks: Shocks) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Estimates, and the pairs of them that trade off."""
        self._say("diagnostics")
        made = cache(lambda: diagnostics(fitted, shocks, self.workers))
        self.stages.table("profiles.csv", lambda: made().profile_table())
        pairs = self.stages.table("trade_offs.csv", lambda: made().trade_offs())
        return self.stages.table("estimates.csv", lambda: made().estimate_table()), pairs

    def _bootstrap(self, fitted: Fitted, shocks: Shocks) -> None:
        """Intervals by a bootstrap, where the settings want one; what was fitted before a kill is not fitted again."""
        count = self.settings.bootstrap
        if not count:
            return
        answers = self.stages.lines(REFITS)[:count]
        self.done += len(answers)
        for each in bootstrap.refits(fitted, shocks, count, len(answers), self.workers):
            self._say("bootstrap")
            answers.append(each)
            self.stages.add_line(REFITS, answers[-1])
        self.stages.table("bootstrap.csv", lambda: bootstrap.summary(fitted, answers))

    def _prices(self, fitted: Fitted) -> pd.DataFrame:
        self._say("elasticities")
        return self.stages.table("elasticities.csv", lambda: elasticities(fitted))

    def _promotions(self, fitted: Fitted) -> pd.DataFrame:
        return self.stages.table("lifts.csv", lambda: lifts(fitted))

    def _scenario(self, structural: Structural, fitted: Fitted, shocks: Shocks) -> dict[str, Any]:
        """The fitted scenario; of a fit with two taste classes that with one, which the market can play."""
        self._say("fitted scenario")

        def make() -> Any:
            played, note = fitted, ""
            if structural.spread:
                played = fitted_to(self.wanted.newest, self.settings, replace(structural, spread=0.0))
                note = "fitted anew with one taste class, as the market plays one"
            try:
                found = tables(self.wanted.newest.history, played, shocks)
                about = f"Fitted to {self.history.calibration.file.history.file}."
                known = known_prices(self.history, fitted, self.wanted.newest.learn)
                write_market(self.stages.folder / FOLDER, found, about=about, known=known)
            except BadInput as error:
                return {"path": None, "note": f"no market can be built: {error}"}
            return {"path": f"{FOLDER}/scenario.toml", "note": note}

        return dict(self.stages.json("work/scenario.json", make))


def best_references(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Of each level and origin in a holdout table, the reference with the least WAPE."""
    others = scores[scores["method"] != NAME].dropna(subset="wape")
    best = others.loc[others.groupby(["origin", "level"], sort=False)["wape"].idxmin()]
    return [_plain(row) for row in best[["level", "origin", "method", "wape"]].to_dict("records")]


def _table(scores: list[Score]) -> pd.DataFrame:
    return pd.DataFrame([asdict(each) for each in scores])


def _pair(row: dict[Any, Any]) -> dict[str, Any]:
    """A pair that trades off, as plain data."""
    pair = [f"{row['name']} {row['category']}", f"{row['with']} {row['with_category']}"]
    return {"pair": pair, **{name: _plain(row)[name] for name in ("correlation", "along_profile")}}


def _named(found: pd.DataFrame) -> Any:
    return found.rename(columns={"name": "name_"}).itertuples(index=False)


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row of a table as plain data, with None for what is not known."""
    return {str(key): None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()}
