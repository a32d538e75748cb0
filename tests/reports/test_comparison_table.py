"""The table that people see first."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from channellab.reports.tables import comparison_table, metrics_frame
from channellab.scenarios.errors import BadInput


@pytest.fixture
def documents(studies: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {label: study.document() for label, study in studies.items()}


def printed(table: Table) -> str:
    stream = io.StringIO()
    Console(file=stream, width=140).print(table)
    return stream.getvalue()


def row(text: str, title: str) -> list[str]:
    line = next(line for line in text.splitlines() if title in line)
    return [cell.strip() for cell in line.split("│")[1:-1]]


def test_means_with_half_widths(documents: dict[str, dict[str, Any]]) -> None:
    text = printed(comparison_table(documents))
    assert row(text, "Channel profit")[1:] == [
        "CNY a year",
        "3,440,000 ± 170,000",
        "1,886,000 ± 94,000",
        "492,000 ± 25,000",
    ]
    assert row(text, "Market share")[1:] == ["", "26.0 ± 1.3 %", "14.26 ± 0.71 %", "3.72 ± 0.19 %"]
    assert row(text, "Bullwhip ratio")[1:3] == ["ratio", "1.834 ± 0.092"]
    assert row(text, "Net promoter score")[1:3] == ["points", "34.0 ± 1.7"]
    assert "95 % interval. 3 runs of each scenario." in text


def test_single_runs_have_no_interval(remake: Callable[..., Any]) -> None:
    text = printed(comparison_table({"A": remake(0.5, replications=1).document()}))
    assert row(text, "Numeric distribution")[-1] == "50.00 %"
    assert "±" not in text
    assert "no interval can be given" in " ".join(text.split())


def test_metric_that_a_document_lacks_or_cannot_give_is_a_dash(documents: dict[str, dict[str, Any]]) -> None:
    del documents["Selective"]["metrics"]["fill_rate"]
    documents["Exclusive"]["metrics"]["fill_rate"].update(mean=None, ci95=None)
    assert row(printed(comparison_table(documents)), "Fill rate")[3:] == ["–", "–"]


def test_chosen_metrics_in_chosen_order(documents: dict[str, dict[str, Any]]) -> None:
    table = comparison_table(documents, metrics=["fill_rate", "channel_profit"])
    assert list(table.columns[0].cells) == ["Fill rate", "Channel profit"]


def test_chosen_metric_that_is_missing_is_named(documents: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(
        BadInput, match="Intensive: revenue is not in this result, which has channel_profit, market_share"
    ):
        comparison_table(documents, metrics=["revenue"])
    with pytest.raises(BadInput, match="scenarios are none"):
        comparison_table({})


def test_chinese(documents: dict[str, dict[str, Any]]) -> None:
    text = printed(comparison_table(documents, "zh", currency="元"))
    assert row(text, "渠道总利润")[1] == "元/年"
    assert "每个情景 3 次模拟" in text


def test_numbers_for_spreadsheets(documents: dict[str, dict[str, Any]], remake: Callable[..., Any]) -> None:
    frame = metrics_frame(documents)
    first = frame.iloc[0]
    assert list(frame.columns) == ["scenario", "metric", "unit", "mean", "ci95_low", "ci95_high"]
    assert (first["scenario"], first["metric"], first["unit"]) == ("Intensive", "channel_profit", "money/year")
    assert first["ci95_low"] < first["mean"] < first["ci95_high"]
    single = metrics_frame({"A": remake(0.5, replications=1).document()})
    assert np.isnan(single["ci95_low"]).all()
