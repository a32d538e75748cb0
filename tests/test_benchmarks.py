"""The benchmark program runs and shows every figure; how fast anything is, no test says."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from channellab.experiments.inputs import loaded_with
from channellab.experiments.search_file import read_search
from channellab.sim.market import region_table
from channellab.sim.week import PHASES

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"
ROWS = (
    "kernel_c",
    "kernel_mesa",
    "week_mesa",
    "week_mesa_million",
    "week_mesa_policies",
    "simpy",
    "linear_consumers",
    "linear_outlets",
    "bytes_margin",
    "bytes_peak",
    "second_process",
    "start_help",
    "start_list",
)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program's module that shows rows."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("speed.table")


@pytest.mark.slow
def test_every_figure_is_measured_and_stands_in_the_docs(table: ModuleType) -> None:
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--trial", "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    rows = [table.Row(**{name: value for name, value in row.items() if name != "met"}) for row in document["rows"]]
    assert tuple(row.name for row in rows) == ROWS
    assert [row.name for row in rows if row.met is None and row.why != "no gcc"] == []
    assert [phase["name"] for phase in document["phases"]] == [phase.__name__ for phase in PHASES]
    assert all(len(phase["milliseconds"]) == 2 for phase in document["phases"])
    page = (ROOT / "docs" / "speed.md").read_text("utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    assert {(row.figure, row.cells()[2]) for row in rows} <= {(line[0], line[2]) for line in shown}
    assert {phase["name"] for phase in document["phases"]} <= {line[0] for line in shown}


def test_verdicts(table: ModuleType) -> None:
    assert table.Row("a", "a", 0.8, at_least=0.8).cells() == ("a", "0.80", ">= 0.8", "met")
    assert table.Row("a", "a", 2.3, ".1f ms", at_most=2.2).cells() == ("a", "2.3 ms", "<= 2.2", "missed")
    assert table.Row("a", "a", None, at_least=1, why="no gcc").cells() == ("a", "", ">= 1", "not measured: no gcc")
    assert table.Row("a", "a", 1.0, at_least=1.8, why="busy").cells() == ("a", "1.00", ">= 1.8", "missed: busy")
    assert table.Row("a", "a", 1.0).cells() == ("a", "1.00", "", "")


def test_tables_hold_every_row(table: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [table.Row("a", "first", 1.0, at_least=0.5), table.Row("b", "second", 2.0, at_most=0.5)]
    phases = [table.Phase("media", {"few": 1.0, "many": 12.345})]
    table.print_table("machine", table.HEADINGS, rows)
    table.print_table("", table.headings(phases), phases)
    said = capsys.readouterr().out
    assert all(text in said for text in ("machine", "first", "met", "second", "missed", "media", "12.35"))
    assert table.markdown(table.HEADINGS, rows).splitlines()[2:] == [
        "| first | 1.00 | >= 0.5 | met |",
        "| second | 2.00 | <= 0.5 | missed |",
    ]


def test_without_a_compiler_the_rest_is_still_measured(
    table: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yardstick = importlib.import_module("speed.yardstick")
    monkeypatch.setattr(yardstick.shutil, "which", lambda name: None)
    assert yardstick.build(tmp_path) is None
    assert "gcc" in yardstick.NO_COMPILER


def test_the_search_that_is_held_against_random_search_can_be_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    program = importlib.import_module("search_gain")
    program.write_market(tmp_path)
    file = tmp_path / "study.toml"
    file.write_text(program.STUDY.format(sampler="tpe", seed=1, weeks=52, evaluations=200, fresh=16), "utf-8")
    study = read_search(file)
    values = {lever.key: lever.at(0.5) for lever in study.levers}
    scenario = loaded_with(study.file.scenarios[0], values, study.where, study.folder).scenario
    assert scenario.consumers.count == 10_000
    assert len(region_table(scenario, tmp_path).region_ids) == program.REGIONS == 20
    assert len(study.file.objectives) == 3
