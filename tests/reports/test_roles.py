"""Who wins where: sums over regions, and a reason that is arithmetic."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from channellab.reports.folder import read
from channellab.reports.roles import Role, figures, roles
from channellab.reports.study import Told

PEOPLE = np.array([3e6, 1e6])


def regions(units: list[float], reach: list[float], revenue: list[float] | None = None) -> pd.DataFrame:
    columns = {"units_sold": units, "revenue": revenue or [10 * unit for unit in units], "population": PEOPLE}
    columns["contribution"] = [3 * unit for unit in units]
    return pd.DataFrame(columns).assign(weighted_distribution=reach, numeric_distribution=reach)


def test_figures_by_hand() -> None:
    found = figures(regions([300.0, 100.0], [0.6, 0.2]))
    assert found == pytest.approx(
        {
            "contribution": 1200,
            "units_sold": 400,
            "revenue": 4000,
            "weighted_distribution": 0.5,
            "numeric_distribution": 0.5,
            "rate": 8,
            "mean_price": 10,
            "unit_contribution": 3,
        }
    )


def test_what_cannot_be_divided_is_missing() -> None:
    found = figures(regions([0.0, 0.0], [np.nan, np.nan]))
    assert np.isnan([found[name] for name in ("weighted_distribution", "rate", "mean_price")]).all()
    assert figures(regions([1.0, 1.0], [0.4, np.nan]))["weighted_distribution"] == pytest.approx(0.4)


def core(folder: Path, **wanted: tuple[float, float, float]) -> Role:
    """The core market with scenarios set by hand: units, revenue and reach of each of its regions."""
    table = pd.read_csv(folder / "regions.csv", dtype={"region": str})
    for scenario, figures_of in wanted.items():
        here = (table["scenario"] == scenario) & (table["role"] == "core")
        table.loc[here, ["units_sold", "revenue", "weighted_distribution"]] = figures_of
        table.loc[here, "contribution"] = 0.3 * figures_of[1]
    table.to_csv(folder / "regions.csv", index=False)
    return roles(Told(read(folder), "en"))[0]


def test_wider_distribution_decides(copied: Path) -> None:
    role = core(copied, intensive=(100.0, 900.0, 1.0), selective=(60.0, 600.0, 0.5), exclusive=(20.0, 200.0, 0.25))
    earns, first, against_selective, against_exclusive, price = role.why
    assert earns == (
        "Intensive everywhere leaves the channel most: 2,430 a year, 2.70 on each of 900.0 units, against "
        "1,620 with Selective everywhere (3.00 on each of 540.0 units) and 540.0 with Exclusive everywhere "
        "(3.00 on each of 180.0 units)."
    )
    assert first == (
        "Intensive everywhere sells most: 900.0 units a year, against 540.0 (Selective everywhere) and 180.0 "
        "(Exclusive everywhere)."
    )
    assert against_selective.startswith("Against Selective everywhere its wider distribution decides (100 % against 50")
    assert "(9.0 against 10.8)" in against_selective
    assert against_exclusive.startswith("It is ahead of Exclusive everywhere both in distribution (100 % against 25 %)")
    assert price == (
        "The mean price of a unit is 9.00 (Intensive everywhere), 10.00 (Selective everywhere) and 10.00 "
        "(Exclusive everywhere)."
    )


def test_faster_shelves_decide_and_revenue_goes_elsewhere(copied: Path) -> None:
    role = core(copied, intensive=(80.0, 1000.0, 1.0), selective=(90.0, 900.0, 0.5), exclusive=(20.0, 200.0, 0.25))
    assert "Against Intensive everywhere its faster shelves decide" in role.why[2]
    assert role.why[-1].startswith("Retail revenue is highest with Intensive everywhere all the same, at 12.50 a unit")
    assert [cell.best for cell in role.rows["units_sold"]] == [False, True, False]
    assert [cell.wins for cell in role.rows["units_sold"]] == ["(0 of 9)", "(9 of 9)", "(0 of 9)"]
    assert [cell.best for cell in role.rows["revenue"]] == [True, False, False]


def test_about_the_same_is_said_so(copied: Path) -> None:
    role = core(copied, intensive=(100.0, 1000.0, 1.0), selective=(99.5, 995.0, 0.5), exclusive=(1.0, 10.0, 0.1))
    assert role.why[1].startswith("Intensive everywhere and Selective everywhere sell about the same")
    assert not any("decide" in sentence for sentence in role.why)


def test_nothing_sold_has_no_reason(copied: Path) -> None:
    nothing = (0.0, 0.0, 0.0)
    assert core(copied, intensive=nothing, selective=nothing, exclusive=nothing).why == []


def test_a_run_has_no_winners(run_folder: Path) -> None:
    for role in roles(Told(read(run_folder), "zh")):
        assert role.why == []
        assert not any(cell.best or cell.wins for cells in role.rows.values() for cell in cells)
