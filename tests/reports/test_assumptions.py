"""What was varied, and the command that gives the same numbers."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from channellab.experiments.compare import compare
from channellab.reports.assumptions import command, market, varied
from channellab.reports.folder import read
from channellab.reports.study import Told
from channellab.scenarios.files import load, to_toml
from channellab.scenarios.identity import scenario_hash


def told(folder: Path, lang: str = "en") -> Told:
    return Told(read(folder), lang)


def edit(folder: Path, **changes: Any) -> None:
    file = folder / "result.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), encoding="utf-8")


def rewrite(folder: Path, name: str, *overrides: str) -> None:
    text = to_toml(load(name, overrides).scenario, units=False)
    (folder / f"scenario-{name}.toml").write_text(text, encoding="utf-8")


def test_settings_inside_arrays_and_missing_ones_are_told(copied: Path) -> None:
    shared = ("products.1.list_price=11.25", "retailers.local_lead_days=2")
    rewrite(copied, "intensive")
    rewrite(copied, "selective", *shared)
    rewrite(copied, "exclusive")
    found = {setting.key: setting for setting in varied(told(copied)) or []}
    assert found["products.1.list_price"].values == ["10.5", "11.25", "10.5"]
    assert found["retailers.local_lead_days"].values == ["–", "2", "–"]
    assert "(money/unit)" in found["products.1.list_price"].meaning
    assert "title" not in {key.partition(".")[0] for key in found}


def test_a_timetable_in_one_scenario_only(copied: Path) -> None:
    plain = load("selective").scenario
    entry = {"weeks": (1, 4), "set": {"policy.price.ex_factory_discount": 0.05}}
    changed = type(plain).model_validate({**plain.model_dump(), "timetable": (entry,)})
    (copied / "scenario-selective.toml").write_text(to_toml(changed), encoding="utf-8")
    found = {setting.key: setting.values for setting in varied(told(copied)) or []}
    assert found["timetable.0.set"] == ["–", '{"policy.price.ex_factory_discount" = 0.05}', "–"]


def test_missing_scenario_files_are_told_apart_from_equal_ones(copied: Path) -> None:
    for name in ("selective", "exclusive"):
        (copied / f"scenario-{name}.toml").write_bytes((copied / "scenario-intensive.toml").read_bytes())
    assert varied(told(copied)) == []
    (copied / "scenario-selective.toml").unlink()
    assert varied(told(copied)) is None
    (copied / "scenario-intensive.toml").unlink()
    assert market(told(copied)) == []


@pytest.mark.parametrize(("lang", "said"), [("en", "600 simulated consumers"), ("zh", "600 名模拟消费者")])
def test_the_market_is_told(run_folder: Path, lang: str, said: str) -> None:
    assert said in market(told(run_folder, lang))[0]
    assert "Orient" in market(told(run_folder, lang))[2]


def test_scenarios_of_the_library_are_called_by_name(copied: Path) -> None:
    def played(name: str) -> str:
        loaded = load(name, ["run.seed=7", "run.weeks=6"])
        return scenario_hash(loaded.scenario, loaded.base)

    names = ["intensive", "selective", "exclusive"]
    edit(copied, seed=7, scenario_hash={name: played(name) for name in names})
    found = command(told(copied))
    assert found.needs == ""
    assert found.text == "channellab compare intensive selective exclusive --replications 3 --seed 7 --weeks 6"
    for primary, option in ((["nps", "revenue"], "nps,revenue"), ([], "none")):
        edit(copied, primary=primary)
        assert f"--replications 3 --primary {option} --seed" in command(told(copied)).text


def test_changed_scenarios_are_called_by_their_files(copied: Path) -> None:
    edit(copied, baseline="selective", metrics=rebased(copied))
    found = command(told(copied))
    assert found.needs == "files"
    words = shlex.split(found.text)
    assert words[2] == "DIR/scenario-intensive.toml"
    assert words[words.index("--baseline") + 1] == "scenario-selective"
    (copied / "scenario-exclusive.toml").unlink()
    assert command(told(copied)).needs == "own"


def rebased(folder: Path) -> dict[str, Any]:
    """The metrics as if `selective` were the baseline; the numbers do not matter here."""
    metrics: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))["metrics"]
    for metric in metrics.values():
        metric["differences"]["intensive"] = metric["differences"].pop("selective")
    return metrics


def test_the_command_gives_the_same_numbers(copied: Path) -> None:
    """With the files of the folder, which carry everything but the number of runs."""
    words = shlex.split(command(told(copied)).text)
    names = [word.replace("DIR", str(copied)) for word in words[2:5]]
    again = compare([load(name) for name in names], replications=int(words[words.index("--replications") + 1]))
    before = json.loads((copied / "result.json").read_text("utf-8"))["metrics"]["channel_profit"]["scenarios"]
    after = again.document()["metrics"]["channel_profit"]["scenarios"]
    assert [each["mean"] for each in after.values()] == [each["mean"] for each in before.values()]
