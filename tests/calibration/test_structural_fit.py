"""The inner layer of a fit: its gradient, what it recovers, and what sparse and sold-out series do to it."""

import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from channellab.calibration.backtest import windows
from channellab.calibration.diagnostics import estimates
from channellab.calibration.fit import Fitted, Problem, fit, fit_structure
from channellab.calibration.fit_settings import FitSettings, Structural
from channellab.calibration.history import History, read_history
from channellab.calibration.recent_level import levelled
from channellab.calibration.structure import SEASON, structure
from channellab.calibration.synthetic import TRUTH

SETTINGS = FitSettings()


@pytest.fixture(scope="module")
def history() -> History:
    return read_history(TRUTH.parent.parent / "synthetic.toml")


@pytest.fixture(scope="module")
def fitted(history: History) -> Fitted:
    return fit(history, SETTINGS, structural=replace(SETTINGS.start, dispersion=0.02))


@pytest.mark.parametrize(("dispersion", "spread"), [(0.0, 0.0), (0.1, 0.0), (0.1, 0.4)])
def test_the_gradient_is_that_of_the_loss(history: History, dispersion: float, spread: float) -> None:
    found = structure(history, SETTINGS, np.ones(history.shape, np.bool_))
    settings = replace(SETTINGS.start, dispersion=dispersion, spread=spread)
    blocks = fit_structure(found, SETTINGS, settings).layout
    problem = Problem(blocks, found.rows(found.learnt), settings)
    luck = np.random.default_rng(1)
    here = blocks.packed(blocks.start(problem.rows)) + 0.02 * luck.standard_normal(blocks.size)
    slope = problem.gradient(here)[1]
    for name in blocks.shapes:
        way = np.zeros(blocks.size)
        part = blocks.unpacked(way)[name]
        part[...] = luck.standard_normal(part.shape)
        ends = [problem.gradient(here + sign * 1e-5 * way)[0] for sign in (1, -1)]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(float(way @ slope), rel=1e-4, abs=0.05), name


def test_the_truth_of_the_synthetic_history_is_recovered(fitted: Fitted) -> None:
    truth = tomllib.loads(TRUTH.read_text("utf-8"))["demand"]
    found = {(each.name, each.category): each for each in estimates(fitted)}
    for name, key in {"feature": "feature", "display": "display", "tpr": "promotion", "log_base": "base_price"}.items():
        for category in fitted.structure.names["category"]:
            each = found[name, category]
            # Category means of four items that differ lie around the truth of all.
            assert abs(each.value - truth[key]) < 4 * each.error + 0.05, (name, category, each)
    prices = fitted.beta[:, 0].mean()
    assert prices == pytest.approx(truth["price"], abs=3 * truth["item_spread"] / np.sqrt(8) + 0.2)
    for category in fitted.structure.names["category"]:
        each = found["expansion", category]
        assert each.low - 0.1 <= truth["expansion"] <= each.high + 0.1


def test_a_series_without_a_past_inherits_from_its_item_and_outlet(history: History, fitted: Fitted) -> None:
    learnt = np.ones(history.shape, np.bool_)
    hidden = 0
    learnt[hidden] = False
    sparse = levelled(fit(history, SETTINGS, structural=fitted.structural, learnt=learnt))
    assert sparse.beta[hidden, 0] == pytest.approx(fitted.beta[hidden, 0], abs=0.6)
    sold = np.asarray(history.matrix("units"), np.float64)[hidden]
    assert sparse.mean()[hidden].sum() / sold.sum() == pytest.approx(1.0, abs=0.8)
    assert sparse.mean()[hidden].sum() > 0


def test_an_item_that_was_never_seen_is_forecast_like_others_of_its_category(history: History, fitted: Fitted) -> None:
    learnt = np.ones(history.shape, np.bool_)
    hidden = fitted.structure.item == 2
    learnt[hidden] = False
    unseen = fit(history, SETTINGS, structural=fitted.structural, learnt=learnt)
    alike = (fitted.structure.category == fitted.structure.category[hidden][0]) & ~hidden
    units = np.asarray(history.matrix("units"), np.float64)
    usual = np.log(units[alike].mean(axis=1)).mean()
    assert unseen.base[hidden].mean() == pytest.approx(usual, abs=0.5)
    assert unseen.structure.x[hidden, :, 1].mean() == pytest.approx(0.0, abs=1e-9), "its price is usual for it"


def test_a_short_history_has_a_wave_only_where_it_is_asked_for(history: History) -> None:
    short = history.until(60)
    plain = replace(short, calendar=short.calendar.assign(date=pd.NaT))
    every = np.ones(short.shape, np.bool_)
    for each in (short, plain):
        counts = [
            structure(each, FitSettings(short_season=season), every).season.shape[1] for season in (None, False, True)
        ]
        assert counts == [0, 0, 2]
    numbered = replace(history, calendar=history.calendar.assign(date=pd.NaT))
    waves = structure(numbered, SETTINGS, np.ones(history.shape, np.bool_)).season
    assert waves.shape[1] == 2 * SETTINGS.harmonics
    assert waves[52] == pytest.approx(waves[0], abs=0.1)


def test_windows_fit_the_season_of_the_whole_and_months_have_that_of_their_years(history: History) -> None:
    """A window of 65 of 90 weeks would fit none by itself, and be no measure of a fit that has one."""
    history = history.until(90)
    every = np.ones(history.shape, np.bool_)
    end = np.full(len(every), 89)
    held = windows(history, every, end, FitSettings(), horizon=13)
    assert {each.structure.season.shape[1] for each in held} == {2 * SETTINGS.harmonics}
    assert min(int(each.structure.learnt.any(axis=0).sum()) for each in held) < SEASON
    every[:, np.arange(90) % 4 > 0] = False
    assert structure(history, SETTINGS, every).season.shape[1] == 2 * SETTINGS.harmonics


def test_a_trend_is_carried_on(history: History) -> None:
    weeks = np.arange(history.shape[1])
    units = np.asarray(history.matrix("units")) * np.exp(0.4 * weeks / 52)
    growing = history.with_columns(units=np.round(units).astype(np.int64))
    learnt = np.broadcast_to(weeks < 78, history.shape)
    ask = np.asarray(history.matrix("listed"), np.bool_) & (weeks >= 78)
    bias = [
        fit(growing, FitSettings(trend=trend), learnt=learnt).mean(ask)[ask].sum() / units[ask].sum() - 1
        for trend in (False, True)
    ]
    assert bias[0] < -0.04
    assert abs(bias[1]) < 0.5 * abs(bias[0])


def test_the_expansion_can_be_fixed(history: History) -> None:
    fixed = fit(history, FitSettings(expansion=0.0))
    assert fixed.expansion == pytest.approx(np.zeros(len(fixed.expansion)), abs=1e-6)


def test_sold_out_weeks_hide_demand_only_where_stock_is_not_known(history: History, fitted: Fitted) -> None:
    units = np.asarray(history.matrix("units"), np.float64)
    stock = np.full(units.shape, 1e6)
    short = np.random.default_rng(2).random(units.shape) < 0.4
    stock[short] = np.floor(units[short] * 0.5)
    sold = np.minimum(units, stock)
    told = history.with_columns(units=sold.astype(np.int64), stock=stock)
    blind = history.with_columns(units=sold.astype(np.int64))

    def demand(found: History) -> float:
        each = fit(found, SETTINGS, structural=fitted.structural)
        free = replace(each, structure=replace(each.structure, stock=np.full(units.shape, np.inf)))
        return _total(free, short)

    true = _total(fitted, short)
    known, unknown = demand(told) / true, demand(blind) / true
    assert unknown < 0.85
    assert abs(np.log(known)) < 0.5 * abs(np.log(unknown))


def _total(found: Fitted, chosen: NDArray[np.bool_]) -> float:
    return float((found.mean() * chosen).sum())


def test_the_recent_level_follows_the_last_weeks(history: History, fitted: Fitted) -> None:
    units = np.asarray(history.matrix("units")).copy()
    units[:, -20:] = units[:, -20:] * 2
    settings: Structural = replace(fitted.structural, half_life=6.0, trust=20.0)
    plain = replace(fitted, structural=settings)
    risen = replace(plain, structure=replace(plain.structure, units=units.astype(np.float64)))
    step = levelled(risen).level - levelled(plain).level
    assert np.median(step) == pytest.approx(np.log(2), abs=0.15)
    stubborn = replace(risen, structural=replace(settings, trust=1e9))
    assert np.abs(levelled(stubborn).level).max() < 0.01
