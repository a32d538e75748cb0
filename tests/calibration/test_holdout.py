from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from channellab.calibration.accuracy import bands, on_grid, score
from channellab.calibration.history import History
from channellab.calibration.history_file import Level
from channellab.calibration.holdout import Forecast, tasks
from channellab.calibration.judge import judge
from channellab.calibration.levels import SERIES, summed, sums
from channellab.calibration.references import plain
from channellab.scenarios.errors import BadInput

from .conftest import plain_table

Read = Callable[..., History]


def test_a_task_hides_the_units_of_the_test(history_of: Read) -> None:
    history = history_of(plain_table(), {}, {"test.first": 25, "test.last": 28})
    (task,) = tasks(history)
    assert task.history.shape == (6, 28)
    assert np.flatnonzero(task.ask[0]).tolist() == [24, 25, 26, 27]
    assert task.learn[:, :24].all()
    assert not task.learn[:, 24:].any()
    for column, value in (("units", 0), ("recorded", False), ("row", -1)):
        assert (task.history.matrix(column)[:, 24:] == value).all()
    assert (task.history.matrix("units")[:, :24] == history.matrix("units")[:, :24]).all()
    assert (task.history.matrix("price") == history.matrix("price")[:, :28]).all()


def test_outcomes_other_than_units_are_hidden_too(history_of: Read) -> None:
    history = history_of(plain_table().assign(left=30, full=0.9), {"stock": "left", "distribution": "full"})
    (task,) = tasks(history)
    assert "distribution" not in task.history.frame
    stock = task.history.matrix("stock")
    assert (stock[task.learn] == 30).all()
    assert np.isnan(stock[~task.learn]).all()


def test_the_last_weeks_are_those_of_each_series(history_of: Read) -> None:
    table = plain_table()
    table = table[(table["shop"] != "S0") | (table["week"] <= 20)]
    (task,) = tasks(history_of(table, {}, {"test.last_weeks": 4}))
    assert np.flatnonzero(task.ask[0]).tolist() == [16, 17, 18, 19]
    assert np.flatnonzero(task.ask[2]).tolist() == [26, 27, 28, 29]
    assert not task.learn[0, 16:].any()


def test_origins_roll_back(history_of: Read) -> None:
    more = {"test.last_weeks": 4, "test.origins": 3, "test.step": 5}
    found = [*tasks(history_of(plain_table(), {}, more))]
    assert [int(np.flatnonzero(task.ask[0])[0]) for task in found] == [26, 21, 16]
    assert [task.history.shape[1] for task in found] == [30, 25, 20]


def test_what_is_not_listed_is_not_asked_unless_it_is_not_known(history_of: Read) -> None:
    table = plain_table()
    table = table[(table["sku"] != "P0") | (table["week"] <= 22)]
    more = {"test.first": 25}
    (task,) = tasks(history_of(table, {}, more))
    assert not task.ask[0].any()
    (task,) = tasks(history_of(table, {}, more | {"test.listing_known": False}))
    assert not task.ask[0].any()  # the end of its listing was seen before the test
    table = plain_table()
    table = table[(table["sku"] != "P0") | (table["week"] <= 24)]
    (task,) = tasks(history_of(table, {}, more | {"test.listing_known": False}))
    assert task.ask[0].sum() == 6


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"test.first": 40}, "test.first is 40, the history goes from 1 to 30"),
        ({"test.first": "2024-01-01"}, "test.first is 2024-01-01, allowed are week numbers, as in the history"),
        ({"test.last_weeks": 28}, "test leaves 2 of 30 weeks to learn from, allowed are 4 or more"),
        ({"test.first": 20, "test.last": 10}, "allowed are weeks inside it, not after test.last"),
    ],
)
def test_impossible_weeks_are_one_sentence(history_of: Read, more: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        [*tasks(history_of(plain_table(), {}, more))]
    assert sentence in str(caught.value)


def test_levels_add_up(history_of: Read) -> None:
    history = history_of(plain_table())
    of = sums(history, "shop", Level.model_validate({"by": ("outlet",)}))
    assert of.names["outlet"].tolist() == ["S0", "S1", "S2"]
    units = history.matrix("units")
    assert of.add(units)[1].tolist() == (units[2] + units[3]).tolist()
    total = sums(history, "all", Level.model_validate({"by": ()}))
    assert total.add(units)[0].sum() == plain_table()["sold"].sum()


def test_a_list_says_which_sums_are_scored(history_of: Read, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("level,shop,sku\nA,S0,\nA,S2,\nB,S1,P0\n", "utf-8")
    levels = {
        "A": {"by": ["outlet"], "series": "list.csv"},
        "B": {"by": ["outlet", "product"], "series": "list.csv"},
        "C": {"by": ["outlet"], "min_weeks": 31},
    }
    history = history_of(plain_table(), {}, {"levels": levels})
    found = history.calibration.file.levels
    assert sums(history, "A", found["A"]).scored.tolist() == [True, False, True]
    assert sums(history, "B", found["B"]).scored.sum() == 1
    with pytest.raises(BadInput, match=r"levels\.C leaves no series to score"):
        sums(history, "C", found["C"])


def test_the_task_of_sums_has_prices_that_move_only_with_prices(history_of: Read) -> None:
    table = plain_table().assign(paid=2.0)
    table = table[(table["sku"] != "P0") | (table["week"] > 12)]  # a product more from week 13 on
    history = history_of(table)
    (task,) = tasks(history)
    coarse = summed(task, sums(history, "shop", Level.model_validate({"by": ("outlet",)})))
    assert coarse.history.shape == (3, 30)
    assert coarse.history.matrix("price") == pytest.approx(2.0)
    assert (
        coarse.history.matrix("units").sum(axis=1)
        == [task.history.matrix("units")[at : at + 2].sum() for at in (0, 2, 4)]
    ).all()


def test_scores_by_hand(history_of: Read) -> None:
    table = plain_table(2, 1, 10)
    table["sold"] = [10, 12, 10, 12, 10, 12, 10, 12, 20, 30, *[5] * 8, 10, 0]
    history = history_of(table, {}, {"test.last_weeks": 2})
    (task,) = tasks(history)
    of = sums(history, "series", SERIES)
    mean = on_grid(np.array([25.0, 25.0, 5.0, 5.0]), task)
    band = np.stack([mean - 5, mean + 5])
    found = score("mine", "series", history, task, of, mean, band)
    assert found.wape == pytest.approx((5 + 5 + 5 + 5) / 60)
    assert found.bias == pytest.approx(0.0)
    assert found.mase == pytest.approx(5 / 2)  # the second never moved in learning and is left out
    assert found.coverage == 1.0
    assert found.width == pytest.approx(10 / 15)
    assert (found.series, found.cells) == (2, 4)
    shares = np.array([10 - 50 / 3, 10 - 10 / 3])
    assert found.error == pytest.approx(np.sqrt((shares**2).sum() * 2) / 60)


def test_the_interval_of_a_sum_is_that_of_summed_draws(history_of: Read) -> None:
    history = history_of(plain_table(2, 1, 10), {}, {"test.last_weeks": 1})
    (task,) = tasks(history)
    total = sums(history, "all", Level.model_validate({"by": ()}))
    apart = Forecast(np.array([10.0, 10.0]), np.array([[0.0, 20.0], [20.0, 0.0]]))
    together = Forecast(np.array([10.0, 10.0]), np.array([[0.0, 0.0], [20.0, 20.0]]))
    low, high = bands(apart, task, total)[:, 0, 9]  # type: ignore[index]
    assert (low, high) == pytest.approx((20.0, 20.0))
    low, high = bands(together, task, total)[:, 0, 9]  # type: ignore[index]
    assert (low, high) == pytest.approx((4.0, 36.0))


def test_a_method_without_intervals_has_no_coverage(history_of: Read) -> None:
    (first, *_) = judge(history_of(plain_table()), plain(), draws=0)
    assert first.coverage is None
    assert first.width is None
