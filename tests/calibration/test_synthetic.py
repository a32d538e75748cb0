from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from channellab.calibration import synthetic
from channellab.calibration.history import History

from .conftest import EXAMPLES

FOLDER = EXAMPLES / "synthetic"


def test_the_shipped_files_are_what_the_truth_makes(made: synthetic.Made, tmp_path: Path) -> None:
    synthetic.write(tmp_path, made)
    pd.testing.assert_frame_equal(
        pd.read_parquet(FOLDER / "sales.parquet"), pd.read_parquet(tmp_path / "sales.parquet")
    )
    for name in ("outlets.csv", "products.csv"):
        assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes()
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 200_000


def test_it_says_that_it_is_made_up() -> None:
    assert "SYNTHETIC" in (FOLDER / "truth.toml").read_text("utf-8")
    assert "SYNTHETIC" in (EXAMPLES / "synthetic.toml").read_text("utf-8")


def test_units_scatter_around_the_mean_as_counts_do(made: synthetic.Made, made_up: History) -> None:
    units = made_up.matrix("units").reshape(12, 8, 104)
    order = np.argsort(made.products["product"].to_numpy())
    mean = made.mean[:, order]
    sold = mean > 0
    assert ((units - mean)[sold] / np.sqrt(mean[sold])).std() == pytest.approx(1.0, abs=0.03)
    assert not units[~sold].any()


def test_what_was_not_listed_is_read_as_not_listed(made: synthetic.Made, made_up: History) -> None:
    at = (made_up.series["product"] == "soap sea").to_numpy()
    assert not made_up.matrix("listed")[at, :40].any()
    assert made_up.matrix("listed")[at, 40:].all()


def test_promotions_expand_visits_as_far_as_the_truth_says() -> None:
    truth = synthetic.read_truth()
    quiet = {**truth["demand"]} | dict.fromkeys(("category_shock", "item_shock", "outlet_shock", "drift"), 0.0)
    totals = {}
    for expansion in (0.0, 1.0):
        made = synthetic.make(truth | {"demand": quiet | {"expansion": expansion}})
        totals[expansion] = made.mean
    tea = (made.products["category"] == "tea").to_numpy()
    bare = synthetic.make(
        truth | {"demand": quiet | {"expansion": 0.0}, "promotions": truth["promotions"] | {"share": 0.0}}
    )
    assert totals[0.0][:, tea].sum(axis=1) == pytest.approx(bare.mean[:, tea].sum(axis=1))
    assert totals[1.0].sum() > 1.05 * totals[0.0].sum()


def test_the_durables_are_bass_s() -> None:
    table = pd.read_csv(EXAMPLES / "bass_durables.csv")
    assert table.groupby("series")["year"].agg(["min", "max"]).to_dict("index") == {
        "room_air_conditioners": {"min": 1949, "max": 1961},
        "color_televisions": {"min": 1963, "max": 1970},
        "clothes_dryers": {"min": 1949, "max": 1961},
    }
    sums = table.groupby("series")["adoptions"].cumsum()
    assert sums.to_numpy() == pytest.approx(table["cumulative"].to_numpy())
    assert "Bass (1969)" in (EXAMPLES / "README.md").read_text("utf-8")
