"""What protection cost and saved: sums of payments, beside the metrics, only where there is something to tell."""

from pathlib import Path

import pandas as pd
import pytest

from channellab.reports.folder import read
from channellab.reports.protection import MEASURES, figures, rows
from channellab.reports.report import render
from channellab.reports.study import Told


def with_payments(folder: Path, **money: float) -> Path:
    """A study in which the intensive scenario has payments for protection."""
    table = pd.read_csv(folder / "money.csv")
    parties = {
        "grey_sales": ("retailers", "distributors"),
        "policing": ("manufacturer", "inspectors"),
        "disputes": ("manufacturer", "inspectors"),
        "penalties": ("distributors", "manufacturer"),
    }
    new = [["intensive", account, *parties[account], paid] for account, paid in money.items()]
    more = pd.DataFrame(new, columns=["scenario", "account", "payer", "payee", "money"])
    kept = table[~table["account"].isin(parties)]
    pd.concat([kept, more])[list(table.columns)].to_csv(folder / "money.csv", index=False)
    return folder


def test_payments_by_hand(copied: Path) -> None:
    folder = with_payments(copied, grey_sales=900.0, policing=100.0, disputes=50.0, penalties=30.0)
    table = rows(Told(read(folder), "en"))
    values = dict(zip(MEASURES, (row.cells[0][0] for row in table), strict=False))
    assert values == {
        "diverted": 900.0,
        "policing": 100.0,
        "disputes": 50.0,
        "penalties": 30.0,
        "price_penalties": 0.0,
        "passed_on": 0.0,
        "balance": -120.0,
    }
    assert [cell for row in table[: len(MEASURES)] for cell, _ in row.cells[1:]] == [0.0] * 2 * len(MEASURES)
    assert table[0].title.startswith("Diverted goods sold (")
    told = Told(read(folder), "en")
    saved, first = table[len(MEASURES) : len(MEASURES) + 2]
    baseline = told.document.baseline
    assert baseline is not None
    assert saved.title.startswith(f"Diverted goods, less than in {told.labels[baseline]} (")
    diverted = [value for value, _ in table[0].cells]
    base = diverted[told.document.scenarios.index(baseline)]
    assert [value for value, _ in saved.cells] == [base - value for value in diverted]
    assert 900.0 in [abs(value) for value, _ in saved.cells]
    assert first.title == "Diverted share"


def test_nothing_is_told_where_there_is_nothing(copied: Path) -> None:
    assert rows(Told(read(with_payments(copied)), "en")) == []


def test_penalties_of_outlets_are_for_prices() -> None:
    table = [("penalties", "distributors", "manufacturer", 25.0), ("penalties", "online", "manufacturer", 10.0)]
    found = figures(pd.DataFrame(table, columns=["account", "payer", "payee", "money"]))
    assert (found["penalties"], found["price_penalties"], found["balance"]) == (25.0, 10.0, 35.0)


def test_shares_passed_on_are_not_the_brands() -> None:
    table = [("penalties", "distributors", "manufacturer", 25.0), ("penalties", "manufacturer", "distributors", 10.0)]
    found = figures(pd.DataFrame(table, columns=["account", "payer", "payee", "money"]))
    assert (found["penalties"], found["passed_on"], found["balance"]) == (25.0, 10.0, 15.0)


@pytest.mark.parametrize(
    ("lang", "title"), [("en", "What protecting territories and prices cost"), ("zh", "区域与价格保护")]
)
def test_the_report_has_the_table(lang: str, title: str, copied: Path) -> None:
    assert f'<h2 id="protection">{title}' in render(with_payments(copied, policing=100.0), lang)
