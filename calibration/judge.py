"""All methods on all tasks at all levels: the table of a holdout.

Whatever does not wait for anything else is worked on side by side: a method that is fitted anew at every level is asked
level by level, and where that takes long its series are shared out first (`shared_out.py`).
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from channellab.calibration.accuracy import Score, bands, on_grid, score
from channellab.calibration.case import Case, apart_of
from channellab.calibration.history import History
from channellab.calibration.holdout import Fitted, Forecaster, Task
from channellab.calibration.levels import Sums
from channellab.calibration.one_thread import one_thread
from channellab.calibration.references import plain
from channellab.calibration.regressions import Hierarchical, LogLog
from channellab.calibration.shared_out import Part, learned
from channellab.experiments.executors import Place, common, opened
from channellab.experiments.flow import ordered

DRAWS = 200


def references(history: History) -> tuple[Forecaster, ...]:
    """The forecasts that any other is held against."""
    return (*plain(history.calibration.file.test.mean_weeks), LogLog(), Hierarchical())


@dataclass(frozen=True, eq=False)
class Question:
    """Scores that are wanted of a method, by its number.

    Attributes:
        level: of a method that is fitted anew at every level, else all levels at once.
        fitted: what is known already, by level, or None for the single series.
    """

    method: int
    origin: int
    level: str | None
    fitted: Mapping[str | None, Fitted] = field(default_factory=dict)


def judge(
    history: History, methods: Sequence[Forecaster], draws: int = DRAWS, seed: int = 1, workers: int = 1
) -> list[Score]:
    """Scores of all methods, by origin, method and level.

    Args:
        draws: for intervals, 0 for none.
    """
    found = dict(judged(history, methods, draws, seed, workers))
    origins = range(history.calibration.file.test.origins)
    return [
        each for origin in origins for number in range(len(methods)) for each in found[number] if each.origin == origin
    ]


def judged(
    history: History, methods: Sequence[Forecaster], draws: int, seed: int, workers: int = 1
) -> Generator[tuple[int, list[Score]], None, None]:
    """Numbers of methods with their scores by origin and level, as soon as they are known."""
    case = Case(history, tuple(methods), draws, seed)
    with opened(Place(workers), case) as crew:
        fitted = learned(case, crew)
        # Those that are asked for all levels first: they take longest, and none should be alone at the end.
        turns = sorted(range(len(methods)), key=lambda number: methods[number].own_level)
        wanted = {number: _questions(case, number, fitted) for number in turns}
        place = {name: at for at, name in enumerate(case.levels)}
        with closing(ordered(scored, [each for questions in wanted.values() for each in questions], crew)) as answers:
            for number, questions in wanted.items():
                scores = [score for _ in questions for score in next(answers)]
                yield number, sorted(scores, key=lambda each: (each.origin, place[each.level]))


def _questions(case: Case, number: int, fitted: Mapping[Part, Fitted]) -> list[Question]:
    """Of a method, large levels first."""
    if not case.methods[number].own_level:
        return [Question(number, origin, None) for origin in case.origins]
    found = []
    for origin in case.origins:
        for level in sorted(case.levels, key=lambda name: -case.levels[name].count):
            parts = (Part(number, origin, level), Part(number, origin, None))
            found.append(
                Question(number, origin, level, {each.level: fitted[each] for each in parts if each in fitted})
            )
    return found


@one_thread
def scored(question: Question) -> list[Score]:
    """What a worker does: the scores that a question asks for."""
    case: Case = common()
    method, task = case.methods[question.method], case.task(question.origin)
    if question.level is not None:
        return [_at_level(case, question, task, question.level)]
    forecast = method.fit(task).predict(task, case.draws, case.seed)
    return [
        score(
            method.name, name, case.history, task, of, of.add(on_grid(forecast.mean, task)), bands(forecast, task, of)
        )
        for name, of in case.levels.items()
    ]


def _at_level(case: Case, question: Question, task: Task, level: str) -> Score:
    method, of, coarse = case.methods[question.method], case.levels[level], case.task(question.origin, level)
    own = Sums(of.names, np.arange(of.count), of.scored)
    forecast = (question.fitted.get(level) or method.fit(coarse)).predict(coarse, case.draws, case.seed)
    mean, band = on_grid(forecast.mean, coarse), bands(forecast, coarse, own)
    if (apart := apart_of(task, of)).any():
        single = (question.fitted.get(None) or method.fit(task)).predict(task, case.draws, case.seed)
        mean = np.where(apart, of.add(on_grid(single.mean, task)), mean)
        inner = bands(single, task, of)
        band = None if band is None or inner is None else np.where(apart, inner, band)
    return score(method.name, level, case.history, task, of, mean, band)
