"""Means over replications and their intervals."""

import numpy as np
import pandas as pd
import pytest

from channellab.reports.bands import band
from channellab.scenarios.errors import BadInput


def frame(*values: tuple[int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=["replication", "week", "fill_rate"])


def test_band_by_hand() -> None:
    found = band("A", frame((0, 1, 1.0), (1, 1, 2.0), (2, 1, 3.0)), "fill_rate")
    half = 4.302653 / np.sqrt(3)  # Student's t, 2 degrees of freedom; the standard deviation is 1
    assert found.loc[1].to_dict() == pytest.approx({"mean": 2.0, "low": 2 - half, "high": 2 + half, "n": 3}, rel=1e-6)


def test_weeks_are_in_order_whatever_the_order_of_rows() -> None:
    found = band("A", frame((0, 2, 5.0), (0, 1, 4.0)), "fill_rate")
    assert found["mean"].to_dict() == {1: 4.0, 2: 5.0}


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    found = band("A", frame((0, 1, 1.0), (1, 1, np.nan), (0, 2, np.nan), (1, 2, np.nan)), "fill_rate")
    assert found["n"].to_list() == [1, 0]
    assert found.loc[1, "mean"] == 1.0
    assert found[["low", "high"]].isna().all(axis=None)
    assert np.isnan(found.loc[2, "mean"])


def test_equal_replications_have_an_interval_of_no_width() -> None:
    found = band("A", frame((0, 1, 1.0), (1, 1, 1.0)), "fill_rate")
    assert found.loc[1, ["low", "mean", "high"]].to_list() == [1.0, 1.0, 1.0]


def test_missing_metric_is_named_with_what_there_is() -> None:
    with pytest.raises(BadInput, match="A: nps is not in this result, which has replication, week, fill_rate"):
        band("A", frame((0, 1, 1.0)), "nps")


def test_empty_result_is_bad_input() -> None:
    with pytest.raises(BadInput, match="A: has no rows"):
        band("A", frame(), "fill_rate")
