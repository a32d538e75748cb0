"""The calibrated market as a method in the holdout table."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from channellab.calibration.fit import Fitted, fit
from channellab.calibration.fit_settings import FitSettings, Structural
from channellab.calibration.holdout import Forecast, Task
from channellab.calibration.intervals import predictive
from channellab.calibration.recent_level import levelled
from channellab.calibration.shared_shocks import Shocks
from channellab.calibration.structure import last_week

NAME = "calibrated market"


def fitted_to(task: Task, settings: FitSettings, structural: Structural) -> Fitted:
    """The market fitted to what a task may learn from, at its recent level."""
    return levelled(fit(task.history, settings, structural=structural, learnt=task.learn, end=ends(task)))


def ends(task: Task) -> NDArray[np.int64]:
    """The week before each series' test, (S,); of a series without a test, the last that any is learnt from."""
    first = np.argmax(task.window, axis=1) - 1
    return np.where(task.window.any(axis=1), first, last_week(task.learn)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class FittedMarket:
    """A fitted market that forecasts."""

    fitted: Fitted
    shocks: Shocks

    def predict(self, task: Task, draws: int, seed: int) -> Forecast:
        """Mean units of the cells, and possible outcomes."""
        series, week = np.divmod(task.cells, task.ask.shape[1])
        mean = self.fitted.mean(task.ask)[series, week]
        if not draws:
            return Forecast(mean)
        return Forecast(mean, predictive(self.fitted.structure, mean, series, week, self.shocks, draws, seed))


@dataclass(frozen=True, eq=False)
class CalibratedMarket:
    """The calibrated market with its structural settings and shocks, which were chosen before.

    Attributes:
        fits: known already, by origin.
    """

    settings: FitSettings
    structural: Structural
    shocks: Shocks
    fits: dict[int, Fitted] = field(default_factory=dict)
    name: str = NAME
    own_level: bool = False

    def fit(self, task: Task) -> FittedMarket:
        """Fits, unless that was done before."""
        known = self.fits.get(task.origin)
        return FittedMarket(known or fitted_to(task, self.settings, self.structural), self.shocks)
