"""The commands as functions give what the command line gives, as tidy tables that show themselves."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import channellab
from channellab import Precision, Scenario, batch, compare, explain, run, runs, search, select, sensitivity
from channellab.cli import main
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

SMALL = {"consumers.count": 200, "run.weeks": 2, "run.warmup": 1}


@pytest.fixture
def market() -> Scenario:
    """A small double monopoly."""
    return Scenario.read("bilateral-monopoly").changed(SMALL)


def test_a_scenario_shows_itself(market: Scenario) -> None:
    assert market.settings.consumers.count == 200
    assert "<b>Bilateral monopoly" in market._repr_html_()
    assert repr(market).startswith("Scenario('bilateral-monopoly', ")
    assert "count = 200" in market.to_toml()
    with pytest.raises(BadInput, match=r"changed: consumers\.cuont is unknown"):
        market.changed({"consumers.cuont": 1})


def test_a_run_is_that_of_the_command(market: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(market, replications=2)
    options = [word for key, value in SMALL.items() for word in ("--set", f"{key}={value}")]
    assert main(["run", "bilateral-monopoly", "--replications", "2", "--workers", "1", "--json", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    assert found.document() | {"elapsed_s": 0} == document | {"elapsed_s": 0}
    assert list(found.frame.columns) == ["metric", "mean", "low", "high", "unit"]
    assert len(found.frame) == len(CATALOGUE)
    assert "channel_profit" in found._repr_html_()


def test_every_result_is_tidy_and_shows_itself(market: Scenario, tmp_path: Path) -> None:
    dearer = market.changed({"products.0.unit_cost": 30.0}, "dearer")
    design, study = tmp_path / "design.toml", tmp_path / "study.toml"
    head = 'scenarios = ["bilateral-monopoly"]\nweeks = 2\n'
    constants = "[constants]\nconsumers.count = 200\nrun.warmup = 1\n"
    design.write_text(head + constants, "utf-8")
    study.write_text(
        f"{head}{constants}[levers]\nproducts.0.unit_cost = [10.0, 20.0]\n[[objectives]]\nmetric = 'channel_profit'\n"
        "[search]\nevaluations = 2\nfresh = 2\n",
        "utf-8",
    )
    doubts = tmp_path / "doubts.toml"
    doubts.write_text(
        f"scenario = 'bilateral-monopoly'\nweeks = 1\n{constants}[uncertainties]\nproducts.0.unit_cost = [10.0, 20.0]\n"
        "consumers.season_amplitude = [0.0, 0.3]\n[sensitivity]\nmethod = 'morris'\npoints = 4\n",
        "utf-8",
    )
    results: list[Any] = [
        compare(market, dearer, replications=Precision("units_sold", half_width=9.0, most=2, start=2)),
        select(market, dearer, metric="units_sold", indifference=0.1, most=3),
        explain(market, dearer, replications=2),
        batch(design, tmp_path / "batch"),
        search(study, tmp_path / "search"),
        sensitivity(doubts, tmp_path / "doubts"),
    ]
    for result in results:
        frame = result.frame
        assert isinstance(frame, pd.DataFrame)
        assert len(frame)
        assert not frame.map(lambda cell: isinstance(cell, list | dict)).any(axis=None)
        assert result.heading in result._repr_html_().replace("&gt;", ">")
    assert (tmp_path / "search" / "search.json").is_file()
    today = runs(tmp_path / "search", where="policy=today fresh")
    assert list(today["status"]) == ["done", "done"]
    weekly = runs(tmp_path / "search", where=["policy=today fresh", "replication=2"], table="weekly")
    assert list(weekly["run"].unique()) == list(today["run"][today["replication"] == 2])


def test_names_are_loaded_when_they_are_asked_for() -> None:
    code = "import sys, channellab; print('numpy' in sys.modules); channellab.run; print('numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["False", "True"]
    with pytest.raises(AttributeError, match="has no attribute 'rum'"):
        _ = channellab.rum


def test_functions_take_what_commands_take() -> None:
    from channellab import cli

    other_words = {"overrides", "out", "as_json", "quiet", "metrics", "metric", "half_width", "most", "lang", "export"}
    for name in ("run", "compare", "select", "explain", "batch", "runs", "search", "sensitivity"):
        command, function = (set(inspect.signature(getattr(place, name)).parameters) for place in (cli, channellab))
        assert command - other_words <= function | {"scenarios"}, name
