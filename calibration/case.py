"""What methods are judged on: tasks of a history, of the single series and of sums at every level."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from channellab.calibration.history import History
from channellab.calibration.history_file import Level
from channellab.calibration.holdout import Forecaster, Task, task_of
from channellab.calibration.levels import SERIES, Sums, summed, sums
from channellab.scenarios.arrays import Flags


@dataclass(frozen=True, eq=False)
class Case:
    """What methods are judged on; each worker is sent it once."""

    history: History
    methods: tuple[Forecaster, ...]
    draws: int
    seed: int
    _kept: dict[str, tuple[object, Task]] = field(default_factory=dict)

    @cached_property
    def levels(self) -> dict[str, Sums]:
        """All of them."""
        return {name: sums(self.history, name, level) for name, level in levels_of(self.history).items()}

    @property
    def origins(self) -> range:
        """Numbers of the forecasts, the newest first."""
        return range(self.history.calibration.file.test.origins)

    def task(self, origin: int, level: str | None = None) -> Task:
        """A task, of the single series or of the sums of a level; the last one of either is kept."""
        kind, key = "sums" if level else "series", (origin, level)
        if kind not in self._kept or self._kept[kind][0] != key:
            whole = self.task(origin) if level else task_of(self.history, origin)
            self._kept[kind] = key, summed(whole, self.levels[level]) if level else whole
        return self._kept[kind][1]


def levels_of(history: History) -> dict[str, Level]:
    """The levels that the calibration file declares, or the single series and the total."""
    declared = history.calibration.file.levels
    return dict(declared) or {"series": SERIES, "total": Level.model_validate({"by": ()})}


def apart_of(task: Task, of: Sums) -> Flags:
    """Weeks in which only some of a sum's series are to be forecast, as series end in different weeks: bool[G, W].

    A forecast of the whole sum would be of more than what is scored, so that of the single series are added up there.
    """
    return np.asarray((of.add(task.window) > 0) & (of.add(task.learn) > 0))
