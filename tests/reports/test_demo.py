"""The demonstration from its options to its files, with a study in place of the market."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from channellab.reports import demo
from channellab.reports.charts import can_draw
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import Loaded
from channellab.scenarios.settings import Scenario
from channellab.sim.metrics import WEEKLY

COVERAGE = {"intensive": 0.84, "selective": 0.46, "exclusive": 0.12}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, remake: Callable[..., Any]) -> list[dict[str, Any]]:
    """Puts a made-up study in place of the market; returns what each run was asked for."""
    calls: list[dict[str, Any]] = []

    def run(loaded: Loaded, **options: Any) -> Any:
        options["progress"](1, 2)
        calls.append({"name": loaded.name, **options})
        return remake(COVERAGE[loaded.name], replications=options["replications"])

    def load(name: str, overrides: Sequence[str]) -> Loaded:
        calls.append({"overrides": overrides})
        return Loaded(Scenario.model_validate({"title": {"en": name.title(), "zh": f"{name}布局"}}), Path(), name)

    monkeypatch.setattr(demo, "run", run)
    monkeypatch.setattr(demo, "load", load)
    return calls


def test_demo_prints_a_table_and_writes_pictures_and_numbers(
    asked: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert demo.main(["--out", str(out), "--weeks", "9", "--set", "run.warmup=0"]) == 0
    printed = capsys.readouterr()
    assert "Intensive" in printed.out
    assert "3,440,000 ± 170,000" in printed.out
    assert "100%" in printed.err or "50%" in printed.err
    files = ["metrics.csv", "network.png", "trajectories.png"]
    assert sorted(path.name for path in out.iterdir()) == files
    assert all(f"Wrote {out / name}" in printed.out for name in files)
    assert set(pd.read_csv(out / "metrics.csv")["scenario"]) == set(COVERAGE)
    runs = [call for call in asked if "name" in call]
    assert [call["name"] for call in runs] == list(demo.LAYOUTS)
    assert {(call["weeks"], call["seed"], call["replications"], call["workers"]) for call in runs} == {(9, None, 3, 2)}
    assert asked[0]["overrides"] == ("run.warmup=0",)


def test_charted_metrics_exist_week_by_week() -> None:
    assert set(demo.CHARTED) <= set(WEEKLY)


def test_demo_in_chinese(asked: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--out", str(tmp_path), "--lang", "zh", "--replications", "1"]) == 0
    printed = capsys.readouterr()
    assert "intensive布局" in printed.out
    assert ("没有中文字体" in printed.err) != can_draw("zh")


def test_folder_that_cannot_be_written_is_told_before_anything_is_played(
    asked: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert demo.main(["--out", str(tmp_path / "file" / "out")]) == 2
    assert capsys.readouterr().err.startswith("--out: ")
    assert not [call for call in asked if "name" in call]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BadInput("base.toml", "run.weeks", "is 0"), 2, "base.toml: run.weeks is 0"),
        (ChannelLabError("the books do not balance"), 1, "the books do not balance"),
        (KeyboardInterrupt(), 130, "Stopped"),
    ],
)
def test_exit_codes(
    asked: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(demo, "run", fail)
    assert demo.main(["--out", str(tmp_path)]) == code
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", [["--replications", "0"], ["--weeks", "-1"], ["--workers", "x"], ["--lang", "fr"]]
)
def test_bad_options_exit_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        demo.main(arguments)
    assert stop.value.code == 2
    assert arguments[0] in capsys.readouterr().err
