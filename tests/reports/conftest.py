"""Studies for reports: made-up ones with plausible numbers, and small real ones in the folders that they come in."""

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from channellab.calibration.findings import Finding
from channellab.cli import main
from channellab.experiments.compare import Comparison, compare
from channellab.experiments.replicate import run
from channellab.scenarios.files import load
from channellab.scenarios.metrics import CATALOGUE

DATA = Path(__file__).parents[2] / "scenarios" / "data"
WEEKS = 104
LAYOUTS = {"Intensive": 0.84, "Selective": 0.46, "Exclusive": 0.12}
SMALL = ("consumers.count=600", "run.weeks=6", "run.warmup=2", "network.district_count=31")
METRICS = ("channel_profit", "market_share", "numeric_distribution", "fill_rate", "weeks_of_cover", "awareness")


@dataclass(frozen=True)
class FakeStudy:
    """What ``experiments.replicate.run`` returns, as far as reports use it."""

    weekly: pd.DataFrame
    regions: pd.DataFrame
    edges: pd.DataFrame
    coverage: float
    replications: int

    def document(self) -> dict[str, Any]:
        """As ``run --json`` prints it."""
        half = 0.05 if self.replications > 1 else math.nan
        means = {
            "channel_profit": 4.1e6 * self.coverage,
            "market_share": 0.31 * self.coverage,
            "numeric_distribution": self.coverage,
            "fill_rate": 0.962,
            "weeks_of_cover": 3.14159,
            "bullwhip_ratio": 1.834,
            "nps": 0.34,
        }
        metrics = {name: self._entry(name, mean, mean * half) for name, mean in means.items()}
        return {"replications": self.replications, "metrics": metrics}

    def _entry(self, name: str, mean: float, half: float) -> dict[str, Any]:
        ci95 = [mean - half, mean + half] if self.replications > 1 else None
        return {"mean": mean, "ci95": ci95, "unit": CATALOGUE[name].unit}


def make_study(coverage: float, replications: int = 3, weeks: int = WEEKS, seed: int = 1) -> FakeStudy:
    """A study of a layout that reaches about this share of outlets."""
    luck = np.random.default_rng(seed)
    edges = pd.read_csv(DATA / "china_edges.csv", dtype={"a": str, "b": str})[["a", "b", "km"]]
    weekly = _weekly(coverage, replications, weeks, luck)
    return FakeStudy(weekly, _regions(coverage, luck), edges, coverage, replications)


def _weekly(coverage: float, replications: int, weeks: int, luck: np.random.Generator) -> pd.DataFrame:
    week = np.tile(np.arange(1, weeks + 1), replications)
    season = 1 + 0.15 * np.cos((week - 3) / 52 * 2 * np.pi)
    level = np.repeat(luck.normal(1, 0.01, replications), weeks)

    def series(mean: float, noise: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(mean * level * (1 + luck.normal(0, noise, week.size)))

    frame = {
        "channel_profit": season * series(9_000 + 60_000 * coverage, 0.03) - 30_000 * coverage,
        "revenue": season * series(200_000 * coverage**0.4, 0.02),
        "numeric_distribution": series(coverage, 0.01),
        "market_share": series(0.31 * coverage**0.3, 0.02),
        "fill_rate": np.minimum(1.0, series(0.985 - 0.02 * coverage, 0.008)),
        "weeks_of_cover": series(3 + coverage, 0.02),
        "retail_stock": series(8000 * coverage, 0.02),
        "awareness": 0.3 + (0.3 + 0.3 * coverage) * (1 - np.exp(-week / 40)) * level,
    }
    return pd.DataFrame({"replication": np.repeat(np.arange(replications), weeks), "week": week, **frame})


def _regions(coverage: float, luck: np.random.Generator) -> pd.DataFrame:
    table = pd.read_csv(DATA / "china_regions.csv", dtype={"id": str})
    reach = coverage * table["role"].map({"core": 1.1, "potential": 0.95, "edge": 0.7}).to_numpy()
    reached = np.clip(reach + luck.normal(0, 0.04 * coverage, len(table)), 0, 1)
    units = (table["population"] / 1e4 * reached).round()
    return pd.DataFrame(
        {
            "region": table["id"],
            "name_en": table["name"],
            **{name: table[name] for name in ("name_zh", "role", "population", "latitude", "longitude")},
            "numeric_distribution": reached,
            "weighted_distribution": np.clip(reached * 1.1, 0, 1),
            "units_sold": units,
            "revenue": units * 10,
        }
    )


@pytest.fixture
def study() -> FakeStudy:
    """One scenario, three replications."""
    return make_study(0.84)


@pytest.fixture
def studies() -> dict[str, FakeStudy]:
    """The three layouts on the same luck."""
    return {label: make_study(coverage) for label, coverage in LAYOUTS.items()}


@pytest.fixture
def remake() -> Callable[..., FakeStudy]:
    """Makes a study of any coverage, length and number of replications."""
    return make_study


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """The three layouts, really played in a small market."""
    return compare([load(name, SMALL) for name in ("intensive", "selective", "exclusive")], replications=3)


@pytest.fixture(scope="session")
def comparison_folder(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their result folder; tests must not change it."""
    folder = tmp_path_factory.mktemp("comparison")
    comparison.write(folder)
    return folder


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result folder of a single run in a small market; tests must not change it."""
    folder = tmp_path_factory.mktemp("run")
    run(load("base", SMALL)).write(folder)
    return folder


@pytest.fixture
def copied(comparison_folder: Path, tmp_path: Path) -> Path:
    """A result folder of a comparison to be changed."""
    return Path(shutil.copytree(comparison_folder, tmp_path / "result"))


TINY = ("consumers.count=300", "run.weeks=2", "run.warmup=1")


@pytest.fixture(scope="session")
def studies_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One tiny study of every kind, really played, in folders named after the kinds; tests must not change them."""
    root = tmp_path_factory.mktemp("studies")
    sets = [part for setting in TINY for part in ("--set", setting)]
    cheap = ["intensive", "selective", *sets, "--set", "network.district_count=31", "--workers", "1", "-q"]
    assert main(["explain", *cheap, "--replications", "2", "--out", str(root / "explanation")]) == 0
    assert main(["select", *cheap, "--indifference", "1000000", "--most", "3", "--out", str(root / "selection")]) == 0
    for kind, verb in (("search", "search"), ("sensitivity", "sensitivity"), ("batch", "batch")):
        file = root / f"{kind}.toml"
        file.write_text(STUDIES[kind], encoding="utf-8")
        assert main([verb, str(file), "--out", str(root / kind), "--workers", "1", "-q"]) == 0
    return root


_SHARED = """
weeks = 2
[constants]
consumers.count = 300
run.warmup = 1
manufacturer.price.rule = "list"
[levers]
products.0.ex_factory_price = {low = 40.0, high = 80.0}
"""
STUDIES = {
    "search": f"""
scenarios = ["bilateral-monopoly"]
replications = 2
{_SHARED}
[[objectives]]
metric = "manufacturer_profit"
[[objectives]]
metric = "partner_profit"
[[constraints]]
metric = "fill_rate"
at_least = 0.1
[search]
sampler = "random"
evaluations = 4
batch = 2
finalists = 2
fresh = 2
""",
    "sensitivity": f"""
scenario = "bilateral-monopoly"
replications = 2
{_SHARED}
[uncertainties]
products.0.unit_cost = {{low = 10.0, high = 50.0}}
[outcomes]
metrics = ["manufacturer_profit"]
[[success]]
metric = "manufacturer_profit"
at_least = 0.0
[sensitivity]
method = "morris"
points = 4
""",
    "batch": f"""
scenarios = ["bilateral-monopoly"]
replications = 2
{_SHARED}
[sampling]
points = 2
""",
}


@pytest.fixture(scope="session")
def calibration_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a calibration as it is written, with made-up numbers."""
    folder = tmp_path_factory.mktemp("calibration")
    (folder / "data").mkdir()
    lift = {"promotion": "display", "weeks": 189, "model_median": 2.14, "units_median": 2.08}
    prices = {"items": 2, "mean": -2.3, "decile_10": -3.0, "decile_90": -1.6, "in_band": 2, "positive_items": 0}
    result = {
        "calibration": "cheese.toml",
        "rows": {"file": "cheese.csv", "used": 400, "series": 4, "weeks": 100},
        "warnings": ["there are 30 weeks, less than a year; season cannot be learned"],
        "structural": {"memory": 0.5},
        "holdout": [],
        "coverage": [{"level": "total", "cells": 6, "covered_50": 0.5, "covered_80": 0.82, "covered_95": 0.96}],
        "unidentified": ["tpr all"],
        "trade_offs": [{"pair": ["feature all", "display all"], "correlation": -0.91, "along_profile": -0.9}],
        "elasticities": prices,
        "lifts": [lift],
        "expansion": {"all": 1.0},
        "scenario": {"path": "fitted/scenario.toml", "note": ""},
    }
    (folder / "calibration.json").write_text('{"calibration": "x", "about": ""}', encoding="utf-8")
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    scores = [("calibrated market", 0.22), ("naive", 0.41), ("log-log", 0.23)]
    rows = [(m, "total", 0, w, w * 3, 0.01, 0.8) for m, w in scores]
    columns = ["method", "level", "origin", "wape", "mase", "bias", "coverage"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "holdout.csv", index=False)
    weeks = np.arange(95, 101)
    table = pd.DataFrame(
        {"level": "total", "series": "all", "week": weeks, "units": 100.0 + weeks, "mean": 99.0 + weeks}
    )
    table.assign(low_80=80.0 + weeks, high_80=120.0 + weeks).to_csv(folder / "forecasts.csv", index=False)
    learnt = pd.DataFrame({"level": "total", "week": np.arange(1, 95)})
    learnt.assign(units=100.0 + learnt["week"], mean=98.0 + learnt["week"]).to_csv(
        folder / "fitted_weeks.csv", index=False
    )
    findings = [
        Finding("warning", "weeks", "no_season", 30, facts={"weeks": 30}),
        Finding("dropped", "units", "negative", 2, (7, 11)),
    ]
    summary = {"rows": result["rows"], "findings": [each.document() for each in findings]}
    (folder / "data" / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    estimate = {"name": "log_price", "category": "all", "value": -2.2, "low": -3.0, "high": -1.4, "identified": True}
    pd.DataFrame([estimate]).to_csv(folder / "estimates.csv", index=False)
    item = {"item": "A", "category": "all", "elasticity": -2.3, "decile_10": -3.0, "decile_90": -1.6}
    pd.DataFrame([item]).to_csv(folder / "elasticities.csv", index=False)
    return folder
