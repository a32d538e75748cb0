"""Replications are added until a comparison is precise enough, and uncertain parameters are drawn for each."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from channellab.cli import main
from channellab.experiments.compare import Comparison, compare
from channellab.experiments.pairs import paired
from channellab.experiments.precision import Precision
from channellab.experiments.uncertainty import Uncertainty, read_uncertainty
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load

COST = "products.0.unit_cost"


def market(*more: str) -> Loaded:
    return load("bilateral-monopoly", ("consumers.count=200", "run.weeks=2", "run.warmup=1", *more))


def dearer(tmp_path: Path) -> Loaded:
    (tmp_path / "dearer.toml").write_text('extends = "bilateral-monopoly"\n', "utf-8")
    options = ("consumers.count=200", "run.weeks=2", "run.warmup=1", f"{COST}=30.0")
    return load(str(tmp_path / "dearer.toml"), options)


@pytest.fixture
def unsure(tmp_path: Path) -> Uncertainty:
    """An uncertain cost and one of two seasons, as a file declares them."""
    file = tmp_path / "unsure.toml"
    file.write_text(f"[uncertainties]\n{COST} = {{low = 10.0, high = 60.0}}\n'run.warmup' = [1, 2]\n", "utf-8")
    return read_uncertainty(file)


def half_width(found: Comparison, metric: str) -> float:
    (difference,) = found.differences()[metric].values()
    base = found.document()["metrics"][metric]["scenarios"][found.baseline]["mean"]
    return (difference.high - difference.low) / 2 / abs(base)


def test_replications_are_added_until_the_interval_is_narrow_enough(tmp_path: Path) -> None:
    rough = compare([market(), dearer(tmp_path)], replications=8)
    wanted = half_width(rough, "units_sold") / 1.8
    found = compare([market(), dearer(tmp_path)], replications=Precision("units_sold", wanted, 200))
    assert found.reached is not None
    assert found.reached.because == "an interval narrow enough"
    assert half_width(found, "units_sold") == pytest.approx(found.reached.half_width)
    assert found.reached.half_width <= wanted
    assert 8 < found.document()["replications"] < 200
    # Added replications are those that a longer comparison would have had.
    whole = compare([market(), dearer(tmp_path)], replications=found.document()["replications"])
    assert whole.document()["metrics"] == found.document()["metrics"]


def test_the_budget_ends_it(tmp_path: Path) -> None:
    found = compare([market(), dearer(tmp_path)], replications=Precision("units_sold", 1e-9, 9))
    assert found.reached is not None
    assert found.reached.because == "as many replications as allowed"
    assert found.document()["replications"] == 9


def test_uncertain_values_are_the_same_for_all_scenarios_and_widen_the_interval(
    tmp_path: Path, unsure: Uncertainty
) -> None:
    scenarios = [market(), market("policy.price.ex_factory_discount=0.1")]
    scenarios[1] = Loaded(scenarios[1].scenario, scenarios[1].base, "cheaper")
    found, sure = (compare(scenarios, replications=12, uncertainty=given) for given in (unsure, None))
    costs = np.array([draw[COST] for draw in found.draws])
    assert len(set(costs)) == 12
    assert ((costs >= 10) & (costs <= 60)).all()
    assert {draw["run.warmup"] for draw in found.draws} == {1, 2}
    profit = {name: study.replications["manufacturer_profit"] for name, study in found.studies.items()}
    assert np.corrcoef(profit["bilateral-monopoly"], costs)[0, 1] < -0.9
    known, unknown = (each.document()["metrics"]["manufacturer_profit"]["scenarios"] for each in (sure, found))
    for name in found.studies:
        assert np.ptp(unknown[name]["ci95"]) > 1.3 * np.ptp(known[name]["ci95"])
    # Whoever plays one replication by hand gets the same.
    fifth = market(f"{COST}={float(costs[4])!r}", f"run.warmup={found.draws[4]['run.warmup']}")
    alone = compare([fifth, dearer(tmp_path)], replications=5)
    assert alone.studies["bilateral-monopoly"].runs[4].metrics == found.studies["bilateral-monopoly"].runs[4].metrics
    two = compare(scenarios, replications=12, uncertainty=unsure, workers=2)
    assert two.document()["metrics"] == found.document()["metrics"]


def test_how_surely_one_is_better() -> None:
    base = np.array([1.0, 2.0, 3.0, 4.0])
    more = base + np.array([1.0, 1.2, 0.9, 1.1])
    ahead = paired(more, base, "up")
    assert ahead.surely_better == pytest.approx(1 - ahead.p / 2)
    assert paired(base, more, "up").surely_better == pytest.approx(ahead.p / 2)
    assert paired(more, base, "down").surely_better == pytest.approx(ahead.p / 2)
    assert [paired(base + gap, base, "up").surely_better for gap in (1.0, 0.0, -1.0)] == [1.0, 0.5, 0.0]
    assert paired(base, base, "none").surely_better is None


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], unsure: Uncertainty) -> None:
    dearer(tmp_path)
    scenarios = ["bilateral-monopoly", str(tmp_path / "dearer.toml")]
    options = ["--weeks", "2", "--set", "run.warmup=1", "--set", "consumers.count=200", "--workers", "1"]
    options += ["--replications", "auto", "--most", "9"]
    options += ["--metric", "units_sold", "--uncertainty", unsure.where, "--out", str(tmp_path / "result")]
    assert main(["compare", *scenarios, *options]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"Drawn anew for every replication: {COST}, run.warmup." in said
    assert "it ended with" in said
    document = json.loads((tmp_path / "result" / "result.json").read_text("utf-8"))
    assert document["precision"]["metric"] == "units_sold"
    draws = pd.read_csv(tmp_path / "result" / "uncertainty.csv")
    assert len(draws) == document["replications"] <= 9


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--replications many", "--replications: is 'many', allowed are whole numbers from 2, or auto"),
        ("--replications auto --metric profit", "--metric: is 'profit', which is no metric"),
        ("--replications auto --half-width 0", "--half-width: is 0.0, allowed are values above 0"),
        ("--replications auto --most 3", "--most: is 3, allowed are values from 8"),
        ("--uncertainty no.toml", "no.toml: does not exist"),
    ],
)
def test_bad_input_is_one_sentence(options: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "base", "us", "-q", *options.split()]) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_a_file_that_declares_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sure.toml"
    file.write_text("[levers]\n", "utf-8")
    with pytest.raises(BadInput, match="uncertainties is missing"):
        read_uncertainty(file)


def test_options_of_the_precision() -> None:
    wanted: Any = Precision("channel_profit", 0.01, 20)
    assert [wanted.next(8, width) for width in (0.0101, 0.012, 1.0)] == [9, 12, 16]
    assert wanted.next(16, 1.0) == 20
