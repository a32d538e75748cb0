"""Histories as others may bring them are read as they are meant, and forecast about as well as by references."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from channellab.calibration.calibrate import calibrate
from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.history import History, read_history
from channellab.calibration.history_checks import checks
from channellab.calibration.history_file import read_calibration
from channellab.calibration.holdout import tasks
from channellab.calibration.structure import structure

from .odd_histories import ODD, Odd

Write = Callable[..., Path]
WEEKS = {"twenty_weeks": 20, "one_product": 70, "one_outlet": 80, "daily": 58, "monthly": 153, "chinese": 70}
CLOSE = 1.3
"""How far the market may be off, against the best reference, with two trials of its settings: most where a year is
known, too little to tell its wave from a trend, and the mean of the year happens to be right."""


def written(odd: Odd, calibration_file: Write, more: dict[str, object] | None = None) -> Path:
    if odd.encoding == "parquet":
        path = calibration_file(b"", odd.columns, {**odd.more, **(more or {})})
        odd.table.to_parquet(path.parent / "sales.parquet")
        return path
    raw = odd.table.to_csv(index=False).encode(odd.encoding)
    return calibration_file(raw, odd.columns, {**odd.more, **(more or {})})


@pytest.mark.parametrize("name", WEEKS)
def test_weeks_are_those_that_are_meant(name: str, calibration_file: Write) -> None:
    history = read_history(written(ODD[name](), calibration_file))
    assert history.shape[1] == WEEKS[name]
    assert sum(each.count for each in history.findings if each.severity == "dropped") == 72 * (name == "daily")


def test_prices_and_units_are_those_that_are_meant(calibration_file: Write) -> None:
    dear = read_history(written(ODD["dear"](), calibration_file))
    assert dear.matrix("units").min() > 1_000
    assert dear.matrix("price").min() > 50_000
    cheap = read_history(written(ODD["cheap"](), calibration_file))
    assert np.ptp(np.log(cheap.matrix("price"))) > 0.3
    flags = read_history(written(ODD["flags_only"](), calibration_file))
    assert 0.1 < flags.matrix("promotion").mean() < 0.25


def test_missing_rows_of_series_that_always_sell_are_told(calibration_file: Write) -> None:
    def told(weeks: int) -> list[str]:
        history: History = read_history(written(ODD["gaps"](), calibration_file, {"history.gap_weeks": weeks}))
        return [each.key for each in checks(history)]

    assert "odd_gaps" in told(6)
    assert "odd_gaps" not in told(1)


def test_shelves_that_ran_empty_are_told_and_hide_demand_from_nobody(calibration_file: Write) -> None:
    """The column says what was left, so that a week that ends with nothing sold all there was."""
    history = read_history(written(ODD["everything"](), calibration_file))
    told = {each.key: each.count for each in (*history.findings, *checks(history))}
    out = history.matrix("recorded") & (history.matrix("units") == history.matrix("stock"))
    assert told["sold_out"] == out.sum() > 100
    assert "stock_left" in told
    task = next(tasks(history))
    found = structure(task.history, FitSettings(), task.learn)
    assert found.rows(found.learnt).sold_out.sum() == (out & task.learn & (history.matrix("stock") > 0)).sum()
    assert np.isinf(found.stock[task.ask]).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_the_market_forecasts_about_as_well_as_the_best_reference(
    name: str, calibration_file: Write, tmp_path: Path
) -> None:
    file = written(ODD[name](), calibration_file, {"fit.trials": 2, "fit.draws": 100})
    found = calibrate(read_calibration(file), tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "holdout.csv")
    wape = table[table["level"] == "series"].set_index("method")["wape"]
    assert wape["calibrated market"] <= CLOSE * wape.drop("calibrated market").min(), wape
    assert found["scenario"]["path"] == "fitted/scenario.toml"
    assert found["elasticities"]["positive_items"] == 0
