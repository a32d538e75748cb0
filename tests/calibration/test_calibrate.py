"""The command: a synthetic history from its file to the fitted scenario, resumable, with the same bytes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from channellab.calibration.calibrate import calibrate
from channellab.calibration.choose import Trial, best
from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.history_file import read_calibration
from channellab.calibration.stages import Stages
from channellab.cli import main
from channellab.scenarios.fitted import read_fitted

from .conftest import EXAMPLES

FILE = str(EXAMPLES / "synthetic.toml")
QUICK = ("--set", "fit.trials=3", "--set", "fit.draws=60", "--set", "test.origins=1", "--workers", "1", "-q")


def run(folder: Path, *more: str) -> int:
    return main(["calibrate", FILE, "--out", str(folder), *QUICK, *more])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibration") / "out"
    assert run(folder) == 0
    return folder


def test_every_stage_is_written(done: Path) -> None:
    names = contents(done)
    for name in ("holdout.csv", "estimates.csv", "elasticities.csv", "lifts.csv", "coverage.csv", "forecasts.csv"):
        assert name in names
    assert {"shocks.json", "trials.csv", "result.json", "data/data_report.txt", "fitted/scenario.toml"} <= names.keys()
    result = json.loads(names["result.json"])
    assert result["elasticities"]["positive_items"] == 0
    table = pd.read_csv(done / "holdout.csv")
    wape = table[table["level"] == "series"].set_index("method")["wape"]
    assert wape["calibrated market"] < wape["naive"]


def test_a_calibration_that_was_killed_ends_with_the_same_bytes(done: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(done, folder)
    # As after a kill in the second trial: the last line is cut off, and nothing later is there.
    trials = folder / "work" / "trials.jsonl"
    lines = trials.read_text("utf-8").splitlines(keepends=True)
    trials.write_text(lines[0] + lines[1][:40], "utf-8")
    for name in contents(folder):
        if name not in ("calibration.json", "work/trials.jsonl") and not name.startswith("data/"):
            (folder / name).unlink()
    assert run(folder) == 0
    assert contents(folder) == contents(done)


def test_a_folder_of_another_calibration_is_refused(done: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(done, "--set", "fit.seed=2") == 2
    assert "holds a calibration of other data, settings or code" in capsys.readouterr().err


def test_a_folder_that_another_calibration_writes_is_refused(done: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(done)
    with Stages(done, read_calibration(EXAMPLES / "synthetic.toml", QUICK[1:6:2])):
        assert run(done) == 2
    assert "is being written by another channellab" in capsys.readouterr().err
    assert contents(done) == before
    assert run(done) == 0


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("fit.trials=0", "fit.trials"),
        ("fit.classes=[3]", "fit.classes"),
        ("fit.priors.price={mean=-2.0, sd=1.0}", "fit.priors"),
        ("fit.area=['planet']", "fit.area names 'planet'"),
        ("fit.search.dispersion={low=0.5, high=0.1}", "fit.search.dispersion"),
    ],
)
def test_bad_settings_are_one_sentence(
    setting: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "out", "--set", setting) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_tables_say_what_was_fitted(done: Path) -> None:
    fitted = read_fitted(done / "fitted" / "fitted")
    forecasts = pd.read_csv(done / "forecasts.csv")
    series = forecasts[forecasts["level"] == "series"].set_index(["series", "week"])["mean"]
    outlets, items = list(fitted.outlets), list(fitted.items)
    weeks = sorted({week for _, week in series.index})
    checked = 0
    for number, week in enumerate(weeks[:3]):
        row = len(fitted.listed) - len(weeks) + number
        expected = fitted.expected(row)
        for outlet in outlets[:4]:
            for item in items:
                key = (f"{outlet} {item}", week)
                if key in series.index:
                    mean = expected[outlets.index(outlet), items.index(item)]
                    assert mean == pytest.approx(series[key], rel=1e-6), key
                    checked += 1
    assert checked > 50


def test_two_taste_classes_must_pay_for_being_more() -> None:
    start = FitSettings().start
    one = Trial(0, start, -1.0, {})
    two = Trial(1, type(start)(**{**start.document(), "spread": 0.3}), -1.005, {})
    assert best([one, two]) is one
    assert best([one, Trial(1, two.structural, -1.02, {})]).number == 1


def test_one_outlet_and_five_weeks_to_learn_from_are_calibrated(tmp_path: Path) -> None:
    """Nothing can be said of prices that never move, and the result says so."""
    table = pd.DataFrame({"week": np.arange(1, 7), "sold": [5, 4, 6, 5, 9, 5], "paid": 2.0})
    table.to_csv(tmp_path / "sales.csv", index=False)
    file = tmp_path / "small.toml"
    file.write_text(
        '[history]\nfile = "sales.csv"\n[history.columns]\nperiod = "week"\nunits = "sold"\nprice = "paid"\n'
        "[test]\nlast_weeks = 1\n[fit]\ntrials = 2\ndraws = 50\n",
        "utf-8",
    )
    found = calibrate(read_calibration(file), tmp_path / "out")
    assert found["elasticities"]["items"] == 1
    assert any("log_discount" in name for name in found["unidentified"])
