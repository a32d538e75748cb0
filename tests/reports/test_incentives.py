"""Who earned which rebate: sums by plan and tier, beside what else partners got, only where there are any."""

from pathlib import Path

import pandas as pd
import pytest

from channellab.reports.folder import read
from channellab.reports.incentives import blocks, by_plan
from channellab.reports.metric_rows import idle_metrics, metric_rows
from channellab.reports.report import render
from channellab.reports.study import Told

COLUMNS = ["scenario", "plan", "partner", "region", "money", "taken_back", "paid", "reached"]
EARNED = [
    ["intensive", "volume", "distributors 1", "CN-BJ", 900.0, 30.0, 700.0, 1.0],
    ["intensive", "volume", "distributors 2", "CN-BJ", 0.0, 10.0, 0.0, 0.0],
    ["intensive", "other_0", "online 1", "CN-BJ", 50.0, 0.0, 50.0, 1.0],
]


def with_rebates(folder: Path, rows: list[list[object]]) -> Path:
    """A study whose intensive scenario has these rebates, and no other money for partners but support."""
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "rebates.csv", index=False)
    return folder


def test_sums_by_plan_and_tier() -> None:
    found = by_plan(pd.DataFrame(EARNED, columns=COLUMNS)).set_index(["plan", "tier"])
    assert found.loc[("volume", "distributors")].tolist() == [900.0, 40.0, 700.0, 2, 0.5]
    assert found.loc[("other_0", "online")].tolist() == [50.0, 0.0, 50.0, 1, 1.0]


def test_lines_stand_in_the_order_of_plans_with_bars_to_the_largest(copied: Path) -> None:
    told = Told(read(with_rebates(copied, EARNED)), "en")
    lines = blocks(told)[0].lines
    assert [line.name for line in lines[:2]] == ["Volume rebate", "Plan 1 of another distribution"]
    assert lines[0].partners == "2 distributors"
    assert lines[0].values[3][1] in ("50 %", "50%")
    assert max(line.bar for line in lines) == 100.0
    assert lines[1].bar < lines[0].bar


def test_who_earned_it_is_told_by_market_role(copied: Path) -> None:
    regions = pd.read_csv(copied / "regions.csv", dtype={"region": str})
    core, edge = (regions.loc[regions["role"] == role, "region"].iloc[0] for role in ("core", "edge"))
    earned = [
        ["intensive", "volume", "distributors 1", core, 750.0, 0.0, 700.0, 1.0],
        ["intensive", "volume", "distributors 2", edge, 250.0, 0.0, 200.0, 1.0],
        ["intensive", "launch", "distributors 2", edge, 50.0, 0.0, 50.0, 1.0],
    ]
    volume, launch, *_ = blocks(Told(read(with_rebates(copied, earned)), "en"))[0].lines
    assert volume.where in ("core 75% and edge 25%", "core 75\u202f% and edge 25\u202f%", "core 75 % and edge 25 %")
    assert launch.where == "", "all of one kind"


def test_nothing_is_told_where_there_are_no_rebates(copied: Path) -> None:
    told = Told(read(with_rebates(copied, [])), "en")
    assert blocks(told) == []
    assert 'id="incentives"' not in render(copied, "en")


def test_results_of_earlier_versions_have_no_such_table(copied: Path) -> None:
    (copied / "rebates.csv").unlink()
    assert blocks(Told(read(copied), "zh")) == []


@pytest.mark.parametrize(("lang", "title"), [("en", "Who earned which rebate"), ("zh", "谁拿到了哪些返利")])
def test_the_report_has_the_section(lang: str, title: str, copied: Path) -> None:
    assert f'<h2 id="incentives">{title}' in render(with_rebates(copied, EARNED), lang)


def test_metrics_that_are_zero_everywhere_are_left_out(copied: Path) -> None:
    told = Told(read(copied), "en")
    shown = {row.metric for rows in metric_rows(told).values() for row in rows}
    left = told.document.metrics.keys() - shown
    assert len(left) == idle_metrics(told) > 0
    for name in left:
        assert all(told.mean(name, scenario).mean == 0.0 for scenario in told.document.scenarios)
    assert f"Left out are {len(left)} metrics" in render(copied, "en")
