import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import numpy as np
import pandas as pd
import pytest

from channellab.calibration.data_report import data_report
from channellab.calibration.endogeneity import Test, price_tests
from channellab.calibration.findings import sentence, sentences
from channellab.calibration.history import History

from .conftest import plain_table

Read = Callable[..., History]


def market(reaction: float, same_week: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Demand with shocks that last; base prices rise with last week's shock, prices with this week's."""
    luck = np.random.default_rng(seed)
    shape = (12, 80)
    shock = np.zeros(shape)
    for week in range(1, 80):
        shock[:, week] = 0.7 * shock[:, week - 1] + 0.2 * luck.standard_normal(12)
    before = np.pad(shock, ((0, 0), (1, 0)))[:, :-1]
    cost = np.cumsum(0.03 * luck.standard_normal(shape), axis=1)
    log_base = 0.5 * cost + reaction * before + 0.02 * luck.standard_normal(shape)
    log_price = log_base + same_week * shock - 0.3 * (luck.random(shape) < 0.15)
    units = luck.poisson(np.exp(4 - 2 * log_price + shock))
    outlet, week = (each.ravel() for each in np.indices(shape))
    values = {"sold": units, "paid": np.exp(log_price), "usual": np.exp(log_base), "list": 0.6 * np.exp(cost)}
    frame = pd.DataFrame({"week": week, "shop": outlet, "sku": 1})
    return frame.assign(**{name: each.ravel() for name, each in values.items()})


def said(read: Read, table: pd.DataFrame) -> dict[str, Test]:
    return {each.kind: each for each in price_tests(read(table, {"base_price": "usual", "wholesale_price": "list"}))}


def test_prices_that_do_not_react_raise_no_warning(history_of: Read, made_up: History) -> None:
    for seed in (1, 2, 3):
        found = said(history_of, market(0.0, seed=seed))
        assert len(found) == 3
        assert not any(each.warns for each in found.values())
    assert not any(each.warns for each in price_tests(made_up))


def test_base_prices_that_follow_demand_raise_one(history_of: Read) -> None:
    found = said(history_of, market(0.3))["base prices follow demand"]
    assert found.warns
    assert found.estimate > 0
    history = history_of(market(0.3), {"base_price": "usual"})
    finding = next(each for each in data_report(history).warnings if each.subject == "price endogeneity")
    assert "base prices follow demand in all products" in finding.text


def test_prices_that_move_with_demand_raise_one_where_costs_are_known(history_of: Read) -> None:
    found = said(history_of, market(0.0, same_week=0.5))["prices move with demand"]
    assert found.warns
    assert found.estimate > 0.5


def test_without_costs_the_report_says_what_was_not_tested(history_of: Read) -> None:
    texts = [each.text for each in data_report(history_of(plain_table())).findings]
    assert any("cannot be tested whether prices move with demand in the same week" in text for text in texts)


def test_the_report_is_written_in_all_forms(made_up: History, tmp_path: Path) -> None:
    report = data_report(made_up)
    report.write(tmp_path)
    data = json.loads((tmp_path / "data_report.json").read_text("utf-8"))
    assert data["rows"]["read"] == data["rows"]["used"] == made_up.rows_read
    assert len(data["coverage"]) == 104
    assert {row["product"] for row in data["prices"]} == {*made_up.series["product"]}
    rows = [*csv.DictReader(io.StringIO((tmp_path / "data_report.csv").read_text("utf-8")))]
    assert [row["text"] for row in rows] == [each.text for each in report.findings]
    text = (tmp_path / "data_report.txt").read_text("utf-8")
    assert "96 series of 12 outlets and 8 products in 104 weeks, 2022-01-05 to 2023-12-27" in text
    assert pd.read_csv(tmp_path / "data_coverage.csv")["units"].sum() == data["rows"]["units"]


def test_dropped_rows_come_first_and_have_numbers(history_of: Read) -> None:
    table = plain_table()
    table.loc[4, "sold"] = -2
    table.loc[6, "paid"] = 0
    report = data_report(history_of(table))
    assert [each.severity for each in report.findings[:2]] == ["dropped", "repaired"]
    assert "dropped: units are negative (returns are not sales) (1): row 6" in report.to_text()
    assert (report.rows["read"], report.rows["used"], report.rows["dropped"]) == (180, 179, 1)


@pytest.mark.parametrize("weeks", [1, 5])
def test_short_histories_have_a_report(history_of: Read, weeks: int) -> None:
    report = data_report(history_of(plain_table(2, 2, weeks)))
    json.dumps(report.to_json(), allow_nan=False)
    assert report.warnings


def test_every_finding_is_told_in_both_languages_of_the_same_facts() -> None:
    def named(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None} - {"column"}

    for key, told in sentences().items():
        if key != "names":
            assert told.keys() == {"en", "zh"}, key
            assert named(told["en"]) == named(told["zh"]), key


def test_a_finding_is_told_from_its_document_alone(made_up: History) -> None:
    for each in data_report(made_up).to_json()["findings"]:
        assert sentence(each["key"], each["facts"]) == each["text"]
        assert sentence(each["key"], each["facts"], "zh") != each["text"]
