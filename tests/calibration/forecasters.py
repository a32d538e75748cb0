"""What every forecaster keeps to. A new one inherits this class and says which it is."""

import numpy as np
import pytest

from channellab.calibration.history import History
from channellab.calibration.holdout import Forecast, Forecaster, Task, tasks
from channellab.calibration.judge import judge


def other_future(history: History, task: Task) -> History:
    """The same history, but for units, rows and stock of the weeks that are to be forecast."""
    units = np.where(task.window, history.matrix("units") * 3 + 7, history.matrix("units"))
    return history.with_columns(units=units)


class ForecasterContract:
    """Override ``method``; ``history`` may be overridden where the shipped one does not suit."""

    @pytest.fixture
    def method(self) -> Forecaster:
        raise NotImplementedError

    @pytest.fixture
    def history(self, made_up: History) -> History:
        return made_up

    @pytest.fixture
    def task(self, history: History) -> Task:
        return next(iter(tasks(history)))

    @pytest.fixture
    def forecast(self, method: Forecaster, task: Task) -> Forecast:
        return method.fit(task).predict(task, 60, 1)

    def test_every_cell_has_a_forecast(self, forecast: Forecast, task: Task) -> None:
        assert forecast.mean.shape == task.cells.shape
        assert np.isfinite(forecast.mean).all()
        assert (forecast.mean >= 0).all()

    def test_draws_are_around_the_mean(self, forecast: Forecast, task: Task) -> None:
        if forecast.draws is None:
            return
        assert forecast.draws.shape == (60, len(task.cells))
        assert (forecast.draws >= 0).all()
        assert forecast.draws.mean() == pytest.approx(forecast.mean.mean(), rel=0.15)
        assert (forecast.draws.std(axis=0) > 0).mean() > 0.9

    def test_it_repeats_exactly(self, method: Forecaster, forecast: Forecast, task: Task) -> None:
        again = method.fit(task).predict(task, 60, 1)
        assert again.mean.tobytes() == forecast.mean.tobytes()
        if forecast.draws is not None and again.draws is not None:
            assert again.draws.tobytes() == forecast.draws.tobytes()
            other = method.fit(task).predict(task, 60, 2).draws
            assert other is not None
            assert (other != forecast.draws).any()

    def test_it_does_not_see_the_future(
        self, method: Forecaster, forecast: Forecast, history: History, task: Task
    ) -> None:
        other = next(iter(tasks(other_future(history, task))))
        assert method.fit(other).predict(other, 0, 1).mean.tobytes() == forecast.mean.tobytes()

    def test_it_is_scored_at_every_level(self, method: Forecaster, history: History) -> None:
        scores = judge(history, [method], draws=20)
        levels, origins = history.calibration.file.levels, history.calibration.file.test.origins
        assert {(score.level, score.origin) for score in scores} == {
            (level, origin) for level in levels for origin in range(origins)
        }
        assert all(0 < score.wape < 2 and score.series > 0 for score in scores)
