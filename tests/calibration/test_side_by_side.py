"""Fits side by side: the same bytes with any number of workers, and sums that do not depend on the number of cores."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from channellab.calibration import choose
from channellab.calibration.accuracy import Score
from channellab.calibration.adding import added
from channellab.calibration.backtest import Attempt, Held, backtest, windows
from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.judge import judge
from channellab.calibration.level_grid import accuracies, grid
from channellab.calibration.levels import SERIES, sums
from channellab.calibration.one_thread import one_thread
from channellab.calibration.recent_level import recent_level
from channellab.calibration.references import Plain, smoothed
from channellab.cli import main

from .conftest import ReadTable, plain_table

SETTINGS = FitSettings.model_validate({"classes": (1,), "ahead": 4})


@pytest.fixture
def held(history_of: ReadTable) -> Held:
    history = history_of(plain_table())
    learn, end = np.ones(history.shape, np.bool_), np.full(history.shape[0], history.shape[1] - 1)
    levels = {"series": sums(history, "series", SERIES)}
    return Held(windows(history, learn, end, SETTINGS, 4), SETTINGS, levels)


def test_the_grid_s_accuracy_is_that_of_every_level_by_itself(held: Held) -> None:
    test = backtest(held, Attempt(1, SETTINGS.start))
    window, of = test.window, held.levels["series"]
    for (half_life, trust), found in zip(grid(SETTINGS), accuracies(test, SETTINGS, held.levels), strict=True):
        inside = window.structure
        level = recent_level(inside, test.plain * inside.learnt, half_life, trust)
        mean, units = test.plain * np.exp(level)[:, None] * window.ask, window.units * window.ask
        assert found["series"] == pytest.approx(np.abs(mean - units).sum() / units.sum(), rel=1e-12)
        assert of.add(units).sum() == units.sum()


def test_no_trial_waits_for_one_that_it_does_not_look_at() -> None:
    assert [list(each) for each in choose._waves(8)] == [[0], [1, 2, 3, 4, 5], [6], [7]]
    assert [list(each) for each in choose._waves(3)] == [[0], [1, 2]]
    assert [list(each) for each in choose._waves(1)] == [[0]]


def test_a_search_that_goes_on_in_the_middle_of_a_wave_tries_the_same(held: Held) -> None:
    whole = list(choose.choose(held, 7))
    for known in (1, 3, 6):
        assert list(choose.choose(held, 7, whole[:known])) == whole[known:]


def test_sums_are_added_in_the_order_of_the_rows() -> None:
    luck = np.random.default_rng(1)
    values, of = luck.random((500, 7)) * 10.0 ** luck.integers(-8, 8, (500, 1)), luck.integers(-1, 9, 500)
    total = np.zeros((9, 7))
    np.add.at(total, of[of >= 0], values[of >= 0])
    assert added(values, of, 9).tobytes() == total.tobytes()


@one_thread
def _threads() -> list[int]:
    return [each["num_threads"] for each in threadpool_info()]


def test_linear_algebra_keeps_to_one_thread() -> None:
    assert set(_threads()) == {1}


def _by_number(scores: list[Score]) -> list[Score]:
    return [replace(each, method="") for each in scores]


def test_a_method_whose_series_are_shared_out_is_scored_as_if_it_had_fitted_them_together(
    history_of: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channellab.calibration.shared_out.SIZE", 4)
    table = plain_table()
    late = table[(table["sku"] != "P1") | (table["week"] < 27)]  # series that end in different weeks
    more = {
        "test.last_weeks": 4,
        "test.origins": 2,
        "levels.shop": {"by": ["outlet"]},
        "levels.each": {"by": ["outlet", "product"]},
    }
    history = history_of(late, None, more)
    together = judge(history, [Plain("ETS", smoothed)], draws=20)
    assert _by_number(judge(history, [Plain("ETS", smoothed, slow=True)], draws=20)) == _by_number(together)
    assert {each.origin for each in together} == {0, 1}


@pytest.mark.slow
def test_two_workers_calibrate_to_the_same_bytes(tmp_path: Path) -> None:
    plain_table(outlets=3, products=2, weeks=40).to_csv(tmp_path / "sales.csv", index=False)
    file = tmp_path / "calibration.toml"
    mapped = 'period = "week"\noutlet = "shop"\nproduct = "sku"\nunits = "sold"\nprice = "paid"\n'
    more = "[test]\nlast_weeks = 4\norigins = 2\nstep = 4\n[fit]\ntrials = 8\ndraws = 50\nbootstrap = 2\n"
    file.write_text(f'[history]\nfile = "sales.csv"\n[history.columns]\n{mapped}{more}', "utf-8")
    found = []
    for workers in ("1", "2"):
        folder = tmp_path / workers
        assert main(["calibrate", str(file), "--out", str(folder), "--workers", workers, "-q"]) == 0
        found.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
        shutil.rmtree(folder)
    assert found[0] == found[1]
