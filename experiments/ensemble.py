"""Candidates of a search played in an ensemble of markets: every scenario under every draw of what is not known."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from channellab.experiments import described
from channellab.experiments.batch import play_numbers
from channellab.experiments.executors import Crew
from channellab.experiments.inputs import Values, drawn, loaded_with, with_values
from channellab.experiments.replicate import changed, replication_seeds
from channellab.experiments.search_file import SearchStudy
from channellab.experiments.store import Point, Store
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import CATALOGUE

TODAY = "today"
SEARCH, FRESH, CONFIRM, ANSWER = "search", "fresh", "confirm", "answer"
"""Stages of a search, each with seeds of its own; candidates within one share them."""
_STREAMS = {FRESH: 0x66726573, CONFIRM: 0x636F6E66, ANSWER: 0x616E7377}
_DRAWS = 0x64726177
METRICS = tuple(CATALOGUE)
_PLACE = {name: place for place, name in enumerate(METRICS)}


@dataclass(frozen=True)
class Market:
    """A member of the ensemble: a scenario and values of what is not known."""

    scenario: str
    values: Values


@dataclass(frozen=True)
class Results:
    """Figures of a candidate, (markets, replications, metrics), or why there are none."""

    figures: Floats
    error: str | None = None

    def of(self, metric: str) -> Floats:
        """A metric, (markets, replications)."""
        return np.asarray(self.figures[:, :, _PLACE[metric]])

    def joined(self, more: "Results") -> "Results":
        """With further replications."""
        return Results(np.concatenate([self.figures, more.figures], axis=1), self.error or more.error)


def scenarios(study: SearchStudy) -> list[Loaded]:
    """The scenarios of a search as they are today, on the seed of the first.

    Raises:
        BadInput: one cannot be read, or the constants are not allowed in it.
    """
    found = [loaded_with(name, study.constants, study.where, study.folder) for name in study.file.scenarios]
    seed = found[0].scenario.run.seed if study.file.seed is None else study.file.seed
    return [changed(each, seed, study.file.weeks) for each in found]


@dataclass
class Ensemble:
    """Plays candidates in all markets, and keeps every run in the study's store.

    Attributes:
        heard: told after every run that has ended here.
    """

    study: SearchStudy
    store: Store
    crew: Crew
    heard: Callable[[], None] | None = None
    markets: tuple[Market, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        """The markets, which follow from the study alone."""
        search = self.study.file.search
        luck = [np.random.default_rng([_DRAWS, search.seed, number]) for number in range(search.draws)]
        draws = [drawn(self.study.uncertainties, each) for each in luck] if self.study.uncertainties else [{}]
        self.markets = tuple(Market(name, draw) for name in self.study.file.scenarios for draw in draws)
        self.seed = scenarios(self.study)[0].scenario.run.seed

    def today(self) -> Values:
        """What the levers are today, in the first scenario."""
        return described.values(scenarios(self.study)[0], (lever.key for lever in self.study.levers))

    def seeds(self, stage: str, first: int, last: int) -> list[int]:
        """Seeds of replications ``first`` to ``last`` of a stage; other stages have never seen them."""
        start = self.seed
        if stage in _STREAMS:
            start = int(np.random.SeedSequence([_STREAMS[stage], self.seed]).generate_state(1, np.uint64)[0]) >> 1
        return replication_seeds(start, last)[first:]

    def play(
        self, candidates: Sequence[tuple[str, Values]], first: int, last: int, stage: str = SEARCH
    ) -> list[Results]:
        """Plays replications ``first`` to ``last`` of candidates, given by name and values of levers."""
        seeds = self.seeds(stage, first, last)
        wanted = [self._wanted(name, values, seeds, first, stage) for name, values in candidates]
        numbers = self.store.plan(point for points in wanted if not isinstance(points, BadInput) for point in points)
        todo = [number for number, state in self.store.states(numbers).items() if state == "planned"]
        play_numbers(self.store, todo, self.crew, lambda done: self.heard and self.heard())
        left = iter(numbers)
        return [self._results(points, left, len(seeds)) for points in wanted]

    def _wanted(
        self, name: str, values: Values, seeds: Sequence[int], first: int, stage: str
    ) -> list[Point] | BadInput:
        """The runs of a candidate, or why its values make no scenario together."""
        try:
            return self._points(name, values, seeds, first, stage)
        except BadInput as error:
            return error

    def _points(self, name: str, values: Values, seeds: Sequence[int], first: int, stage: str) -> list[Point]:
        points = []
        for market in self.markets:
            answer = self.study.answer if stage == ANSWER else {}
            together = {**self.study.constants, **answer, **market.values, **values}
            loaded = loaded_with(market.scenario, together, self.study.where, self.study.folder)
            loaded = changed(loaded, self.seed, self.study.file.weeks)
            loaded = self._settled(loaded) if stage == ANSWER else loaded
            label = name if stage == SEARCH else f"{name} {stage}"
            points += [
                Point(loaded.name, label, {**market.values, **values}, first + number, seed, loaded)
                for number, seed in enumerate(seeds, 1)
            ]
        return points

    def _settled(self, loaded: Loaded) -> Loaded:
        """With more weeks before anything is measured, in which partners learn."""
        run, more = loaded.scenario.run, self.study.file.answer.settle
        warmup = run.warmup + (run.weeks if more is None else more)
        return with_values(loaded, {"run.warmup": warmup}, self.study.where)

    def _results(self, points: list[Point] | BadInput, numbers: Iterator[int], replications: int) -> Results:
        shape = (len(self.markets), replications, len(METRICS))
        if isinstance(points, BadInput):
            return Results(np.full(shape, np.nan), f"refused: {points}")
        rows = [self.store.figures(number) for number in islice(numbers, len(points))]
        errors = [error for _, error in rows if error]
        empty = dict.fromkeys(METRICS, float("nan"))
        figures = np.array([[(metrics or empty)[name] for name in METRICS] for metrics, _ in rows])
        return Results(figures.reshape(shape), errors[0] if errors else None)
