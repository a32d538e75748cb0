"""The demonstration from its options to its files, with a small comparison in place of the base market's."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from channellab.experiments.compare import Comparison
from channellab.reports import demo, report
from channellab.scenarios import files
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import Loaded
from channellab.sim.metrics import WEEKLY

Asked = list[dict[str, Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, comparison: Comparison) -> Asked:
    """Puts a comparison that was played before in place of the market; returns what was asked for."""
    calls: Asked = []

    def compare(scenarios: Sequence[Loaded], *, progress: Callable[[int, int], None], **options: Any) -> Comparison:
        progress(1, 2)
        calls.append({"names": [loaded.name for loaded in scenarios], **options})
        return comparison

    def load(name: str, overrides: Sequence[str]) -> Loaded:
        calls.append({"overrides": overrides})
        return files.load(name)

    monkeypatch.setattr(demo, "compare", compare)
    monkeypatch.setattr(demo, "load", load)
    return calls


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report without its contents, which other tests look at."""
    monkeypatch.setattr(report, "render", lambda folder, lang: f"{folder} {lang}")


def test_demo_prints_a_table_and_writes_pictures_numbers_and_a_report(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert demo.main(["--out", str(out), "--weeks", "9", "--set", "run.warmup=0"]) == 0
    printed = capsys.readouterr()
    assert "Intensive everywhere" in printed.out
    assert "✗ worse than Intensive everywhere on the same seeds" in " ".join(printed.out.split())
    assert "100%" in printed.err or "50%" in printed.err
    for name in ("metrics.csv", "trajectories.png", "network.png"):
        assert (out / name).stat().st_size > 1000
        assert f"Wrote {out / name}" in printed.out
    assert printed.out.endswith(f"Report: {out / 'report.html'}\n")
    assert "against" in (out / "report.html").read_text("utf-8")
    assert set(pd.read_csv(out / "metrics.csv")["scenario"]) == {*demo.LAYOUTS}
    options = {"names": [*demo.LAYOUTS], "weeks": 9, "seed": None, "replications": 3, "workers": 2}
    assert asked[-1] == options
    assert asked[0]["overrides"] == ("run.warmup=0",)


def test_charted_metrics_exist_week_by_week() -> None:
    assert set(demo.CHARTED) <= set(WEEKLY)


@pytest.mark.usefixtures("quick")
def test_demo_in_chinese(asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--out", str(tmp_path), "--lang", "zh", "--replications", "2"]) == 0
    printed = capsys.readouterr()
    assert "全面密集分销" in printed.out
    assert "元/年" in printed.out
    assert (tmp_path / "report.html").read_text("utf-8") == f"{tmp_path} zh"


def test_folder_that_cannot_be_written_is_told_before_anything_is_played(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert demo.main(["--out", str(tmp_path / "file" / "out")]) == 2
    assert capsys.readouterr().err.startswith("--out: ")
    assert not [call for call in asked if "names" in call]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BadInput("base.toml", "run.weeks", "is 0"), 2, "base.toml: run.weeks is 0"),
        (ChannelLabError("the books do not balance"), 1, "the books do not balance"),
        (KeyboardInterrupt(), 130, "Stopped"),
    ],
)
def test_exit_codes(
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(demo, "compare", fail)
    assert demo.main(["--out", str(tmp_path)]) == code
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", [["--replications", "1"], ["--weeks", "-1"], ["--workers", "x"], ["--lang", "fr"]]
)
def test_bad_options_exit_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        demo.main(arguments)
    assert stop.value.code == 2
    assert arguments[0] in capsys.readouterr().err
