"""The command of a search, the file it reads, what it refuses, and where it keeps its trials."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import pytest
from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import OperationalError

from channellab.cli import main
from channellab.experiments import sampling
from channellab.experiments.executors import Place
from channellab.experiments.sampling import Asker
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import load

from .searches import ONE, PRICE, SUPPORT, TWO, Written


def test_the_command(study: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = study(TWO)
    arguments = ["search", wanted.where, "--out", str(tmp_path / "s"), "--workers", "1"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "12 candidates, 0 failed" in said
    assert "today" in said
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads((tmp_path / "s" / "search.json").read_text("utf-8")) | {
        "elapsed_s": document["elapsed_s"]
    }
    candidates, front = (pd.read_csv(tmp_path / "s" / f"{name}.csv") for name in ("candidates", "front"))
    assert len(candidates) == 12
    assert document["kind"] == "search"
    assert document["levers"][PRICE] == {"low": 25.0, "high": 95.0, "scale": "linear", "whole": False}
    assert document["today"]["values"] == {PRICE: read_price()}
    steps = pd.read_csv(tmp_path / "s" / "convergence.csv")
    assert list(steps["candidates"]) == [4, 8, 12]
    assert steps["hypervolume"].is_monotonic_increasing
    assert steps["best partner_profit"].iloc[-1] == candidates["partner_profit"].max()
    best = [row["manufacturer_profit"] for _, row in candidates[candidates["on_front"]].iterrows()]
    assert max(best) == candidates["manufacturer_profit"].max()
    assert len(front) == 1 + len(document["finalists"])
    assert main(["runs", str(tmp_path / "s"), "--where", "policy=today fresh", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 4


def read_price() -> float:
    return load("bilateral-monopoly").scenario.products[0].ex_factory_price


def test_the_example_of_the_base_market_is_a_study() -> None:
    example = read_search(Path(__file__).resolve().parents[2] / "examples" / "search-base.toml")
    assert (len(example.levers), len(example.file.objectives), example.file.search.evaluations) == (6, 3, 60)


MISTAKES = [
    ({"objectives": ""}, "objectives is missing"),
    ({"objectives": '[[objectives]]\nmetric = "profit"'}, "objectives.0.metric names 'profit', which is no metric"),
    ({"objectives": '[[objectives]]\nmetric = "bullwhip_ratio"\nrobust = "best"'}, "objectives.0.robust is 'best'"),
    ({"objectives": ONE + ONE}, "objectives name the same metric twice"),
    ({"objectives": f'{ONE}\n[[constraints]]\nmetric = "nps"'}, "at_most or at_least must be given"),
    ({"objectives": f"{ONE}\n[uncertainties]\n{PRICE} = [1.0]"}, "is a lever and an uncertainty"),
    ({"how": 'sampler = "grid"'}, "search.sampler is 'grid'"),
    ({"how": "evaluations = 0"}, "search.evaluations is 0, allowed are values from 1"),
    ({"levers": ""}, "levers has 0 entries, allowed are at least 1"),
    ({"levers": "layout.cor = ['intensive']"}, "layout.cor is unknown"),
    ({"levers": f"{SUPPORT} = {{low = -2.0, high = -1.0}}"}, f"{SUPPORT} is -2.0, allowed are values from 0"),
    (
        {"how": "seed = 1\n[answer.settings]\nproducts.0.unit_cost = -1.0"},
        "unit_cost is -1.0, allowed are values from 0",
    ),
]


@pytest.mark.parametrize(("parts", "sentence"), MISTAKES)
def test_a_mistake_is_told_with_its_place(study: Written, parts: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        study(**parts)
    assert sentence in str(caught.value)


def test_a_storage_that_cannot_be_used_is_told(study: Written, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--storage nodb://x: cannot be used"):
        search(study(), tmp_path / "s", Place(), storage="nodb://x")


def test_a_storage_that_fails_while_it_is_used_is_told(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SQLite says it on a full disk; then the same command goes on."""
    wanted, real = study(how="evaluations = 4\nbatch = 4\nfinalists = 1\nfresh = 2"), Asker.tell
    storage = f"sqlite:///{tmp_path / 'aside.sqlite'}"

    def full(*_: Any) -> None:
        from_sqlite = OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
        raise StorageInternalError("An exception is raised during the commit.") from from_sqlite

    monkeypatch.setattr(Asker, "tell", full)
    with pytest.raises(ChannelLabError, match=r"aside\.sqlite: the search cannot be kept there: .* disk is full"):
        search(wanted, tmp_path / "s", Place(), storage=storage)
    monkeypatch.setattr(Asker, "tell", real)
    assert len(search(wanted, tmp_path / "s", Place(), storage=storage).candidates) == 4


def test_levers_are_told_to_optuna_as_they_are_declared(study: Written) -> None:
    levers = f"run.warmup = {{low = 1, high = 4}}\n{SUPPORT} = {{low = 1.0, high = 9.0, scale = 'log'}}"
    found = study(
        levers=f"{levers}\n'network.sites_per_district' = [1, 2]\n'warehouses.regions' = [[], ['440000']]"
    ).levers
    whole, log, numbers, lists = (sampling.distribution(lever) for lever in found)
    assert whole == optuna.distributions.IntDistribution(1, 4)
    assert log == optuna.distributions.FloatDistribution(1.0, 9.0, log=True)
    assert numbers == optuna.distributions.CategoricalDistribution([1, 2])
    assert lists == optuna.distributions.CategoricalDistribution(["[]", '["440000"]'])
    assert [sampling.meant(found[3], text) for text in ("[]", '["440000"]')] == [(), ("440000",)]
