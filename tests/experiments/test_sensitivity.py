"""Indices of functions whose answer is known, noise taken out of them, and the conditions in which a policy fails."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from channellab.cli import main
from channellab.experiments import batch, frames
from channellab.experiments import sensitivity as measuring
from channellab.experiments.discovery import found_box, found_tree
from channellab.experiments.executors import Place
from channellab.experiments.inputs import Input, Span
from channellab.experiments.sensitivity import analyse, noise_share, residual
from channellab.experiments.sensitivity_file import SensitivityStudy, read_sensitivity
from channellab.scenarios.errors import BadInput, ChannelLabError

COST, PRICE, SUPPORT = "products.0.unit_cost", "products.0.ex_factory_price", "policy.funds.district_support"
INPUTS = f"""
[levers]
{PRICE} = {{low = 40.0, high = 80.0}}
[uncertainties]
{COST} = {{low = 10.0, high = 40.0}}
consumers.season_amplitude = {{low = 0.0, high = 0.1}}
"""

Written = Callable[..., SensitivityStudy]


@pytest.fixture
def study(tmp_path: Path) -> Written:
    """Writes and reads a study of a double monopoly."""

    def write(how: str = 'method = "morris"\npoints = 4', more: str = "", inputs: str = INPUTS) -> SensitivityStudy:
        file = tmp_path / "study.toml"
        file.write_text(
            'scenario = "bilateral-monopoly"\nweeks = 2\nreplications = 2\n[constants]\nrun.warmup = 1\n'
            f'consumers.count = 300\nmanufacturer.price.rule = "list"\n{inputs}\n[sensitivity]\n{how}\n'
            f"[outcomes]\nmetrics = ['manufacturer_profit', 'units_sold']\n{more}",
            "utf-8",
        )
        return read_sensitivity(file)

    return write


def table(study: SensitivityStudy, values: Any, shares: Any) -> pd.DataFrame:
    return measuring._indices(study, shares, "units_sold", values).set_index("input")


def test_sobol_indices_of_a_known_function(study: Written) -> None:
    """y = 2 a + b + 3 a c over the unit cube, whose variances can be written down."""
    sobol = study('method = "sobol"\npoints = 2048')
    x = sobol.shares()
    y = 2 * x[:, 0] + x[:, 1] + 3 * x[:, 0] * x[:, 2]
    found = table(sobol, np.stack([y, y], axis=1), x)
    # First-order parts: (3.5 a), b and (1.5 c), each variance k^2 / 12; the interaction 9 / 144.
    parts = np.array([3.5**2, 1.0, 1.5**2]) / 12
    whole = parts.sum() + 9 / 144
    together = parts + np.array([9 / 144, 0, 9 / 144])
    assert found["first"].to_numpy() == pytest.approx(parts / whole, abs=0.03)
    assert found["total"].to_numpy() == pytest.approx(together / whole, abs=0.03)


def test_noise_of_replication_is_taken_out(study: Written) -> None:
    sobol = study('method = "sobol"\npoints = 4096')
    x = sobol.shares()
    y = 2 * x[:, 0] + x[:, 1]
    luck = np.random.default_rng(1)
    noisy = y[:, None] + luck.normal(0, 1, (len(y), 2)) + np.array([5.0, -3.0])
    share = noise_share(noisy)
    assert residual(noisy) == pytest.approx(1.0, rel=0.05)
    assert share == pytest.approx(0.5 / (0.5 + 5 / 12), rel=0.05)
    found = table(sobol, noisy, x)
    assert found["total"].to_numpy() == pytest.approx([0.8, 0.2, 0.0], abs=0.08)
    assert found["first"].to_numpy() == pytest.approx([0.8, 0.2, 0.0], abs=0.08)


def test_morris_effects_of_a_known_function(study: Written) -> None:
    morris = study('method = "morris"\npoints = 40')
    x = morris.shares()
    y = 4 * x[:, 0] - 2 * x[:, 1]
    found = table(morris, np.stack([y, y], axis=1), x)
    assert found["mu_star"].to_numpy() == pytest.approx([4.0, 2.0, 0.0], abs=1e-9)
    assert found["sigma"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert found["noise"].to_numpy() == pytest.approx(0, abs=1e-9)
    noisy = y[:, None] + np.random.default_rng(1).normal(0, 0.5, (len(y), 2))
    found = table(morris, noisy, x)
    assert found.loc["consumers.season_amplitude", "mu_star"] == pytest.approx(found["noise"].iloc[0], rel=0.35)
    assert found.loc[PRICE, "mu_star"] > 3 * found["noise"].iloc[0]


def test_what_decides_in_a_market(study: Written, tmp_path: Path) -> None:
    """The price asked decides how much is sold, and the cost does not."""
    found = analyse(study(), tmp_path / "s", Place())
    sold = found.frame[found.frame["metric"] == "units_sold"].set_index("input")
    assert sold["mu_star"].idxmax() == PRICE
    assert sold.loc[COST, "mu_star"] == 0
    profit = found.frame[found.frame["metric"] == "manufacturer_profit"].set_index("input")
    assert profit.loc[COST, "mu_star"] > 0
    assert 0 <= found.noise["units_sold"] < 0.5
    again = analyse(study(), tmp_path / "s", Place())
    pd.testing.assert_frame_equal(found.frame, again.frame, check_exact=True)
    assert len(frames.runs(tmp_path / "s")) == 4 * 4 * 2


def test_failed_runs_leave_out_their_trajectory_and_nothing_else(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = study('method = "morris"\npoints = 8')
    third = wanted.points(wanted.shares())[2].loaded
    assert not isinstance(third, BadInput)
    bad = third.scenario.products[0]
    played = batch.play_kept

    def moody(task: Any) -> Any:
        if task.loaded.scenario.products[0] == bad:
            raise ZeroDivisionError("no such price")
        return played(task)

    monkeypatch.setattr(batch, "play_kept", moody)
    found = analyse(wanted, tmp_path / "s", Place())
    assert 1 <= found.failed < 8
    assert found.dropped % 4 == 0
    assert 4 <= found.dropped <= 4 * found.failed
    assert np.isfinite(found.frame["mu_star"]).all()
    monkeypatch.setattr(batch, "play_kept", lambda task: 1 / 0)
    with pytest.raises(ChannelLabError, match="16 of 16 points failed, too many to say anything; the first: ZeroDiv"):
        analyse(study(), tmp_path / "t", Place())
    monkeypatch.setattr(batch, "play_kept", played)
    assert analyse(study(), tmp_path / "t", Place(), retry=True).failed == 0


def test_points_that_make_no_scenario_are_failures_with_their_sentence(study: Written, tmp_path: Path) -> None:
    """Rates of a rebate may not fall from tier to tier; of this grid that is one pair in sixteen."""
    low, high = (f"policy.rebate.tiers.{tier}.rate" for tier in (0, 1))
    spans = f"[levers]\n{low} = {{low = 0.0, high = 0.2}}\n{high} = {{low = 0.15, high = 0.4}}"
    found = analyse(study('method = "morris"\npoints = 6', inputs=spans), tmp_path / "s", Place())
    falls = found.points[low] > found.points[high]
    assert 0 < found.failed == falls.sum() < 6
    assert (found.points["error"].notna() == falls).all()
    assert found.error is not None
    assert found.error.startswith(
        f"refused: {tmp_path / 'study.toml'}: {high} is 0.15, allowed are values from that of"
    )
    assert found.dropped >= found.failed
    assert np.isfinite(found.frame["mu_star"]).all()
    wrong = study(inputs=f"{low} = 0.9\n{spans.replace(low, COST)}")
    with pytest.raises(BadInput, match=r"rate is 0\.08, allowed are values from that of the tier"):
        analyse(wrong, tmp_path / "t", Place())
    assert not (tmp_path / "t").exists()


# Where a policy fails


def points(count: int, luck: int) -> Any:
    return np.random.default_rng(luck).uniform(0, 1, (count, 4))


ANY = [Input(f"key.{name}", None, Span(low=0.0, high=10.0), False) for name in "abcd"]


def test_the_conditions_of_failure_are_found() -> None:
    x = points(600, 1)
    failed = (x[:, 0] > 0.7) & (x[:, 2] < 0.4)
    box = found_box(x, failed, ANY)
    assert set(box.bounds) == {"key.a", "key.c"}
    low, high = box.bounds["key.a"]
    assert (low, high) == (pytest.approx(7, abs=0.7), pytest.approx(10, abs=0.5))
    low, high = box.bounds["key.c"]
    assert (low, high) == (pytest.approx(0, abs=0.5), pytest.approx(4, abs=0.7))
    assert box.density is not None
    assert box.coverage is not None
    assert box.density > 0.85
    assert box.coverage > 0.6


def test_failures_that_have_no_conditions_get_none() -> None:
    """A bound is told where it would be unlikely by chance; of twenty studies without any, few tell of one."""
    told = sum(bool(found_box(points(400, n), points(400, 100 + n)[:, 0] < 0.2, ANY).bounds) for n in range(20))
    assert told <= 3
    nowhere = found_box(points(100, 1), np.zeros(100, np.bool_), ANY)
    assert (nowhere.bounds, nowhere.coverage, nowhere.failures) == ({}, None, 0.0)
    everywhere = found_box(points(100, 1), np.ones(100, np.bool_), ANY)
    assert (everywhere.bounds, everywhere.failures) == ({}, 1.0)


def test_bounds_are_told_in_the_values_of_the_input() -> None:
    x = points(400, 3)
    kinds = [
        Input("k.a", ("low", "middle", "high"), None, False),
        Input("k.b", None, Span(low=1, high=4), True),
        *ANY[:2],
    ]
    box = found_box(x, x[:, 0] > 2 / 3, kinds)
    assert box.bounds["k.a"] == ("high", "high")
    tree = found_tree(x, x[:, 0] > 2 / 3, kinds)
    assert [each.bounds for each in tree.boxes] == [{"k.a": ("high", "high")}]
    assert (tree.coverage, tree.density) == (1.0, 1.0)


def test_a_tree_finds_failures_that_lie_in_two_places() -> None:
    """Where both inputs are low, or both high: no single box holds most of that and little else."""
    x = points(800, 5)
    failed = ((x[:, 0] < 0.4) & (x[:, 2] < 0.4)) | ((x[:, 0] > 0.6) & (x[:, 2] > 0.6))
    tree, box = found_tree(x, failed, ANY), found_box(x, failed, ANY)
    assert tree.coverage is not None
    assert tree.density is not None
    assert box.coverage is not None
    assert tree.coverage > 0.85
    assert tree.density > 0.8
    assert box.coverage < 0.7
    ends = sorted(tuple(each.bounds["key.a"]) for each in tree.boxes if each.density and each.density > 0.8)
    assert ends[0][1] == pytest.approx(4, abs=0.5)
    assert ends[-1][0] == pytest.approx(6, abs=0.5)


def test_a_tree_names_no_conditions_where_there_are_none() -> None:
    told = sum(bool(found_tree(points(400, n), points(400, 100 + n)[:, 0] < 0.2, ANY).boxes) for n in range(20))
    assert told <= 5
    for failed in (np.zeros(100, np.bool_), np.ones(100, np.bool_)):
        assert found_tree(points(100, 1), failed, ANY).boxes == ()


# The command, and what it refuses


def test_the_command(study: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = study(more='[[success]]\nmetric = "manufacturer_profit"\nat_least = 0.0')
    arguments = ["sensitivity", wanted.where, "--out", str(tmp_path / "s"), "--workers", "1"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "16 points, 0 failed, 0 left out" in said
    assert "Manufacturer profit ≥ 0" in said
    assert "Tree (CART): " in said
    assert main([*arguments, "--lang", "zh"]) == 0
    assert "决策树（CART）" in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "sensitivity"
    assert document["uncertainties"][COST] == {"low": 10.0, "high": 40.0, "scale": "linear", "whole": False}
    (failure,) = document["failures"].values()
    table = pd.read_csv(tmp_path / "s" / "points.csv")
    assert list(table.columns[:4]) == ["point", PRICE, COST, "consumers.season_amplitude"]
    assert table["breaks manufacturer_profit >= 0"].mean() == failure["share"]
    assert {row["input"] for row in document["indices"]} == {PRICE, COST, "consumers.season_amplitude"}
    assert len(pd.read_csv(tmp_path / "s" / "sensitivity.csv")) == 6


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"how": 'method = "sobol"\npoints = 5'}, "points is 5, allowed are powers of two"),
        ({"how": 'method = "fast"'}, "sensitivity.method is 'fast'"),
        ({"inputs": f"[levers]\n{PRICE} = [1.0, 2.0]"}, "declares fewer than two different levers and uncertainties"),
        ({"more": "[[success]]\nmetric = 'profit'\nat_most = 1.0"}, "success names 'profit', which is no metric"),
    ],
)
def test_a_mistake_is_told_with_its_place(study: Written, parts: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        study(**parts)
    assert sentence in str(caught.value)
