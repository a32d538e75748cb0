"""Calibrations to the real histories, which are not ours to ship: see `test_real_histories`."""

import os
from pathlib import Path

import pandas as pd
import pytest

from channellab.cli import main

from .conftest import EXAMPLES

FOLDER = Path(os.environ.get("CHANNELLAB_DATA") or Path(__file__).parents[3] / "shared" / "data")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (FOLDER / "frat_transactions.parquet").is_file(),
        reason=f"the sales histories are not in {FOLDER}; CHANNELLAB_DATA names another folder",
    ),
]
HIERARCHICAL = {"A": 0.118, "B": 0.150, "C": 0.209, "D": 0.302}
"""WAPE of a hierarchical log-log regression with a recent level, measured elsewhere on the same weeks."""
CHEESE = 0.21
"""About that of a logit with one item and an outside option, measured elsewhere (0.207)."""
CLOSE = 0.004
"""A third of the standard error of these figures, by which the search's luck may move them."""


def calibrated(name: str, folder: Path) -> pd.DataFrame:
    """The holdout table, by method and level."""
    out, data = folder / "out", f"history.folder={FOLDER}"
    assert main(["calibrate", str(EXAMPLES / name), "--out", str(out), "--set", data, "-q"]) == 0
    return pd.read_csv(out / "holdout.csv").set_index(["method", "level"])


def test_the_store_market_forecasts_as_well_as_the_hierarchical_regression(tmp_path: Path) -> None:
    table = calibrated("store.toml", tmp_path)
    for level, most in HIERARCHICAL.items():
        assert table.loc[("calibrated market", level), "wape"] <= most + CLOSE, level
    prices = pd.read_csv(tmp_path / "out" / "elasticities.csv")
    assert (prices["elasticity"] < 0).all()
    assert -2.8 <= prices["elasticity"].mean() <= -1.5


def test_the_cheese_accounts_are_forecast_better_than_by_any_reference(tmp_path: Path) -> None:
    table = calibrated("cheese.toml", tmp_path)["wape"].unstack()["account"]
    assert table["calibrated market"] < min(table.drop("calibrated market").min(), CHEESE + CLOSE)
