"""A run is a function of its scenario and seed: neither the process nor the number of workers shows in the result."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from channellab.experiments import replicate
from channellab.scenarios.files import load

LIVELY = str(Path(__file__).parent / "lively" / "lively.toml")


def printed(*arguments: str, hash_seed: str) -> dict[str, Any]:
    """What ``channellab run ... --json`` prints in a process of its own, but for the time it took."""
    command = [sys.executable, "-m", "channellab", "run", *arguments, "--json"]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    document: dict[str, Any] = json.loads(done.stdout)
    assert document.pop("elapsed_s") >= 0
    return document


def without_time(study: replicate.Study) -> dict[str, Any]:
    document = study.document()
    document.pop("elapsed_s")
    return document


def test_two_processes_print_the_same_document() -> None:
    first, second = (printed(LIVELY, "--seed", "3", hash_seed=seed) for seed in ("1", "2"))
    assert first == second
    assert first["seed"] == 3
    here = without_time(replicate.run(load(LIVELY), seed=3))
    assert json.loads(json.dumps(here)) == first


def test_the_number_of_workers_does_not_show() -> None:
    loaded = load(LIVELY)
    alone, together = (replicate.run(loaded, replications=3, workers=workers) for workers in (1, 2))
    assert without_time(alone) == without_time(together)
    for name in replicate.TABLES:
        assert getattr(alone, name).equals(getattr(together, name)), name


def test_a_seed_changes_everything() -> None:
    found = [without_time(replicate.run(load(LIVELY), seed=seed))["metrics"] for seed in (1, 2, 3)]
    # Docks are not limited there, the dispute desk costs what policy says, and goods are found by codes.
    same = {"dock_wait_days", "dispute_cost", "partner_exit_rate", "pushed_share", "quantity_discount_rate"}
    same |= {"return_credit_rate"} | {f"detected_by_{way}" for way in ("scans", "anomaly", "audits")}
    assert {name for name in found[0] if all(one[name] == found[0][name] for one in found)} == same


@pytest.mark.slow
def test_the_base_market_repeats() -> None:
    first, second = (printed("base", "--seed", "1", hash_seed=seed) for seed in ("1", "2"))
    assert first == second
    assert first["replications"] == 1
    assert all(metric["ci95"] is None for metric in first["metrics"].values())
    assert first["ledger"]["goods_imbalance"] == 0
    assert first["ledger"]["money_imbalance"] <= 1e-9
