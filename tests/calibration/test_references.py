from collections.abc import Callable

import numpy as np
import pytest

from channellab.calibration.history import History
from channellab.calibration.holdout import Forecaster, tasks
from channellab.calibration.judge import judge, references
from channellab.calibration.references import last_year, mean_of_last, plain, smoothed
from channellab.calibration.regressions import Hierarchical, LogLog, _design, pooled

from .conftest import plain_table
from .forecasters import ForecasterContract

Read = Callable[..., History]


class TestNaive(ForecasterContract):
    @pytest.fixture
    def method(self) -> Forecaster:
        return plain()[0]


class TestLastYear(ForecasterContract):
    @pytest.fixture
    def method(self) -> Forecaster:
        return plain()[1]


class TestMean(ForecasterContract):
    @pytest.fixture
    def method(self) -> Forecaster:
        return plain()[2]


class TestSmoothing(ForecasterContract):
    @pytest.fixture
    def method(self) -> Forecaster:
        return plain()[3]


class TestLogLog(ForecasterContract):
    @pytest.fixture
    def method(self) -> Forecaster:
        return LogLog()


class TestHierarchical(ForecasterContract):
    @pytest.fixture
    def method(self) -> Forecaster:
        return Hierarchical()


def test_a_month_is_held_against_the_same_month_of_the_year_before() -> None:
    """Months begin 52 weeks apart, or 53."""
    known = np.zeros((1, 110), np.bool_)
    known[0, [0, 4, 53, 57]] = True
    units = np.where(known, np.arange(110), 0).astype(np.float64)
    found = last_year(units, known)[0]
    assert found[[52, 57, 106]].tolist() == [0.0, 4.0, 53.0]
    assert found[60] == 57.0


KNOWN = np.array([[True, True, False, True, False, False]])
UNITS = np.array([[4.0, 6.0, 99.0, 2.0, 99.0, 99.0]])


def test_the_mean_of_the_last_weeks_leaves_out_what_is_not_known() -> None:
    assert mean_of_last(2)(UNITS, KNOWN)[0, 1:].tolist() == [4.0, 5.0, 5.0, 4.0, 4.0]
    assert mean_of_last(9)(UNITS, KNOWN)[0, 5] == 4.0


def test_last_year_is_the_same_week_where_that_is_known() -> None:
    units = np.arange(60.0)[None]
    known = (np.arange(60) < 54)[None]
    known[0, 3] = False
    found = last_year(units, known)[0]
    assert found[54:].tolist() == [2.0, 53.0, 4.0, 5.0, 6.0, 7.0]


def test_smoothing_keeps_its_level_in_a_gap_and_at_the_end() -> None:
    units = np.random.default_rng(3).poisson(20, (3, 40)).astype(float)
    known = np.ones(units.shape, bool)
    known[0, 15:20] = known[:, 36:] = known[2] = False
    found = smoothed(units, known)
    together = smoothed(units[:1, known[0]], np.ones((1, known[0].sum()), bool))
    assert found[0, known[0]] == pytest.approx(together[0])
    assert len({*found[0, 15:21]}) == len({*found[0, 36:]}) == 1
    assert np.isnan(found[2]).all()
    assert smoothed(np.full((1, 5), 3.0), known[:1, :5]).tolist() == [[3.0] * 5]


def test_the_weight_of_smoothing_errs_least() -> None:
    luck = np.random.default_rng(5)
    walk, still = 50 + np.cumsum(luck.standard_normal(200) * 3), 50 + luck.standard_normal(200) * 3
    units = np.stack([walk, still])
    known = np.ones(units.shape, bool)
    found = smoothed(units, known)
    assert np.abs(found[0, 1:] - walk[:-1]).mean() < 0.5  # a walk: the last week counts
    assert found[1, 20:].std() < 1.0  # chance only: the mean does


def test_log_log_finds_the_slopes_of_exact_data(history_of: Read) -> None:
    table = plain_table(2, 1, 60)
    table["sold"] = (1e6 * table["paid"] ** -2.0).round() - 1
    history = history_of(table)
    task = next(iter(tasks(history)))
    expected = LogLog().fit(task).expected
    assert expected == pytest.approx(1e6 * history.matrix("price") ** -2.0, rel=1e-3)


def test_the_hierarchical_one_is_near_the_truth_of_the_made_up_history(made_up: History) -> None:
    """Price effects in the truth are of utility, about -2.2; of log units they are smaller.

    Substitution and visits take a part, the curve of the logit a part that goes to the other regressors: ordinary least
    squares of the expected units of the truth on the same regressors gives -1.62.
    """
    task = next(iter(tasks(made_up)))
    design = _design(task)
    theta = pooled(design, np.log1p(task.history.matrix("units")), task.learn, 12)
    slopes = theta[:, 1]
    assert ((slopes < -0.5) & (slopes > -2.5)).all()
    assert slopes.mean() == pytest.approx(-1.62, abs=0.4)
    assert slopes.std() < 0.4


def test_pooling_shrinks_what_chance_spreads(history_of: Read) -> None:
    luck = np.random.default_rng(11)
    table = plain_table(12, 1, 40)
    table["sold"] = luck.poisson(12 * (table["paid"] / 2) ** -2.0)
    history = history_of(table)
    task = next(iter(tasks(history)))
    design = _design(task)
    y = np.log1p(task.history.matrix("units"))
    together = pooled(design, y, task.learn, 12)[:, 1]
    alone = pooled(design, y, task.learn, 0)
    assert alone.shape == (12, design.x.shape[2])
    assert together.std() < 0.2


def test_covariates_help_and_pooling_helps_more(made_up: History) -> None:
    scores = judge(made_up, references(made_up), draws=0)
    wape = {(score.method, score.level, score.origin): score.wape for score in scores}
    for origin in (0, 1):
        order = ("hierarchical log-log", "log-log", "mean of 13 weeks", "naive")
        chain = [wape[name, "series", origin] for name in order]
        assert chain == sorted(chain)
