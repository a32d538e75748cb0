"""The verbs ``batch`` and ``runs``, as people use them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from channellab.cli import main
from channellab.experiments import batch, frames
from channellab.experiments.store import Kept, Task

COSTS = """
[levers]
products.0.unit_cost = [10.0, 20.0]
[policies.today]
[policies.cheap]
policy.price.ex_factory_discount = 0.1
"""


@pytest.fixture
def study(design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A study of eight runs in the current folder."""
    monkeypatch.chdir(tmp_path)
    design("replications = 2", COSTS)
    assert main(["batch", "design.toml", "--out", "study", "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("8 runs: 8 played in ")
    assert said.endswith("0 known from before; study holds them\n")


def test_again_everything_is_known(study: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", "design.toml", "--out", "study", "--workers", "1", "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document.pop("elapsed_s") >= 0
    assert document == {"study": "study", "runs": 8, "played": 0, "known": 8, "refused": 0, "failed": 0}
    assert said.err == ""


def test_the_folder_says_what_was_asked_for_and_what_was_found(study: None) -> None:
    document = json.loads(Path("study/batch.json").read_text("utf-8"))
    assert (document["kind"], document["runs"], document["failed"]) == ("batch", 8, 0)
    assert document["levers"] == {"products.0.unit_cost": {"values": [10.0, 20.0]}}
    assert document["policies"] == {"today": {}, "cheap": {"policy.price.ex_factory_discount": 0.1}}
    assert document["scenarios"]["bilateral-monopoly"]["currency"] == "CNY"
    points, runs = pd.read_csv("study/points.csv"), frames.runs(Path("study"))
    assert list(points["policy"]) == ["today", "today", "cheap", "cheap"]
    cell = runs[runs["policy"].eq("cheap") & runs["products.0.unit_cost"].eq(20.0)]
    today = runs[runs["policy"].eq("today") & runs["products.0.unit_cost"].eq(20.0)]
    row = points[points["policy"].eq("cheap") & points["products.0.unit_cost"].eq(20.0)].iloc[0]
    assert row["channel_profit"] == pytest.approx(cell["channel_profit"].mean())
    gap = cell["channel_profit"].mean() - today["channel_profit"].mean()
    assert row["channel_profit change"] == pytest.approx(gap)
    assert row["channel_profit change low"] < gap < row["channel_profit change high"]


def test_runs_are_listed_and_filtered(study: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "study", "--where", "policy=cheap", "--where", "unit_cost", "-q"]) == 2
    assert "--where: is 'unit_cost', allowed is COLUMN=VALUE" in capsys.readouterr().err
    assert main(["runs", "study", "--where", "policy=cheap", "--metric", "units_sold"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 runs: 4 done\n")
    assert "today" not in said
    assert main(["runs", "study", "--where", "products.0.unit_cost>15", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["products.0.unit_cost"] for row in rows] == [20.0] * 4
    assert all(row["error"] is None and row["channel_profit"] for row in rows)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_runs_and_tables_are_exported(study: None, ending: str) -> None:
    read = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[ending]
    assert main(["runs", "study", "--export", f"runs.{ending}", "-q"]) == 0
    assert main(["runs", "study", "--where", "policy=today", "--table", "weekly", "--export", f"w.{ending}", "-q"]) == 0
    frame, weekly = read(f"runs.{ending}"), read(f"w.{ending}")
    assert len(frame) == 8
    assert set(weekly["run"]) == set(frame.loc[frame["policy"] == "today", "run"])
    assert weekly.groupby("run").size().tolist() == [2] * 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["runs", "nowhere"], "nowhere: holds no study; channellab batch and search write one with --out"),
        (["runs", "study", "--export", "runs.xls"], "--export runs.xls: has no such format"),
        (["runs", "study", "--export", "no/runs.csv"], "--export no/runs.csv: cannot be written"),
        (["runs", "study", "--status", "faild"], "--status: is 'faild', allowed are planned, done, failed"),
        (["runs", "study", "--table", "monthly"], "study: monthly is no table of a study"),
        (["runs", "study", "--metric", "profit"], "--metric: names 'profit', which the runs do not have"),
        (["batch", "no.toml", "--out", "study"], "no.toml: does not exist"),
        (["batch", "design.toml", "--out", "study", "--workers", "0"], "--workers: is 0, allowed are values from 1"),
        (["batch", "design.toml"], "Missing option '--out'"),
    ],
)
def test_bad_input_is_one_sentence(
    study: None, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_failed_runs_are_told_and_make_the_command_fail(
    design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(task: Task) -> Kept:
        raise ZeroDivisionError("never")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "play_kept", broken)
    design("replications = 2")
    assert main(["batch", "design.toml", "--out", "study", "--workers", "1", "-q"]) == 1
    assert capsys.readouterr().err == "2 of 2 runs failed; see: channellab runs study --status failed\n"
    assert main(["runs", "study", "--status", "failed"]) == 0
    said = capsys.readouterr().out
    assert "run 0 failed: ZeroDivisionError: never" in said


def test_a_point_that_makes_no_scenario_is_a_failed_row(
    design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of four pairs of rates one falls from tier to tier."""
    monkeypatch.chdir(tmp_path)
    low, high = (f"policy.rebate.tiers.{tier}.rate" for tier in (0, 1))
    design("replications = 2", f"[levers]\n{low} = [0.02, 0.4]\n{high} = [0.1, 0.5]")
    command = ["batch", "design.toml", "--out", "study", "--workers", "1"]
    sentence = f"refused: design.toml: {high} is 0.1, allowed are values from that of the tier"
    for again, played, known in (([], 6, 0), (["--retry"], 0, 6)):
        assert main([*command, *again]) == 1
        said = capsys.readouterr()
        assert said.out.startswith(f"8 runs: {played} played in ")
        assert said.out.endswith(f"{known} known from before, 2 whose values make no scenario; study holds them\n")
        assert said.err == "2 of 8 runs failed; see: channellab runs study --status failed\n"
    assert main(["runs", "study", "--status", "failed", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row[low], row[high], row["seconds"]) for row in rows] == [(0.4, 0.1, None)] * 2
    assert all(row["error"].startswith(sentence) for row in rows)
    points = pd.read_csv("study/points.csv")
    assert list(points["runs"]) == [2, 2, 0, 2]
    assert list(points["failed"]) == [0, 0, 2, 0]
    assert list(points["channel_profit"].isna()) == [False, False, True, False]
    assert points["error"][2].startswith(sentence)
    assert main(["report", "study"]) == 0


def test_a_design_that_makes_no_scenario_at_all_is_refused(
    design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    design("", "policy.rebate.tiers.0.rate = 0.9\n[levers]\nproducts.0.unit_cost = [10.0, 20.0]")
    assert main(["batch", "design.toml", "--out", "studies/new", "--workers", "1"]) == 2
    assert capsys.readouterr().err.startswith(
        "design.toml: policy.rebate.tiers.1.rate is 0.08, allowed are values from"
    )
    assert not Path("studies/new").exists()


def test_an_interruption_keeps_what_has_finished(
    design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played = batch.play_kept

    def stopped(task: Task) -> Kept:
        if task.seed != 1:
            raise KeyboardInterrupt
        return played(task)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "play_kept", stopped)
    design("replications = 2")
    assert main(["batch", "design.toml", "--out", "study", "--workers", "1", "-q"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
    monkeypatch.setattr(batch, "play_kept", played)
    assert main(["batch", "design.toml", "--out", "study", "--workers", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["known"] == 1
