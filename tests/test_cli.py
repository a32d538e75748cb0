"""The command line, through its real entry: what it prints, where, and with which exit code."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import channellab.experiments
from channellab import __version__, staging, tables
from channellab.cli import main
from channellab.scenarios import files, ready
from channellab.scenarios.errors import BadInput, ChannelLabError

METRICS = {
    "new_metric": {"mean": 0.5, "ci95": None, "unit": "1"},
    "revenue": {"mean": 1234567.0, "ci95": [1.2e6, 1.3e6], "unit": "money/year"},
    "channel_profit": {"mean": None, "ci95": None, "unit": "money/year"},
}


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Cli = Callable[..., Answer]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Calls the command line in an empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHANNELLAB_DEBUG", raising=False)

    def call(*arguments: str) -> Answer:
        code = main(arguments)
        return Answer(code, *capfd.readouterr())

    return call


class Study:
    """Stands for the result of a run."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def document(self) -> dict[str, Any]:
        return {
            "scenario": self.given["loaded"].name,
            "seed": self.given["seed"],
            "weeks": self.given["weeks"],
            "replications": self.given["replications"],
            "metrics": METRICS,
            "ledger": {"money_imbalance": 0.0, "goods_imbalance": 0},
            "elapsed_s": 1.25,
        }

    def write(self, folder: Path) -> None:
        (folder / "result.json").write_text("{}")


Replicate = Callable[..., Study]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replaces the run by a fake; what it was asked for is listed here, and ``"do"`` in the list acts first."""
    asked: list[dict[str, Any]] = []

    def run(loaded: files.Loaded, *, progress: tables.Progress | None, **options: Any) -> Study:
        asked.append({"loaded": loaded, "progress": progress, **options})
        if progress:
            progress(1, 2)
        return Study(asked[-1])

    stand_in(monkeypatch, run)
    return asked


def stand_in(monkeypatch: pytest.MonkeyPatch, run: Replicate) -> None:
    module = ModuleType("channellab.experiments.replicate")
    monkeypatch.setattr(module, "run", run, raising=False)
    monkeypatch.setitem(sys.modules, "channellab.experiments.replicate", module)
    monkeypatch.setattr(channellab.experiments, "replicate", module, raising=False)


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(*_: Any, **__: Any) -> Study:
        raise error

    stand_in(monkeypatch, run)


def listing() -> list[str]:
    """All files below the current folder."""
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def is_one_sentence(answer: Answer, code: int = 2) -> bool:
    return answer.code == code and not answer.out and answer.err.count("\n") == 1 and "Traceback" not in answer.err


# Help, version, speed


@pytest.mark.parametrize(
    "verb",
    [
        (),
        ("run",),
        ("compare",),
        ("search",),
        ("sensitivity",),
        ("select",),
        ("explain",),
        ("batch",),
        ("runs",),
        ("report",),
        ("scenarios",),
        *(("scenarios", v) for v in ("list", "show", "schema", "new")),
    ],
)
def test_every_verb_has_help_with_an_example(cli: Cli, verb: tuple[str, ...]) -> None:
    answer = cli(*verb, "--help")
    assert (answer.code, answer.err) == (0, "")
    if verb not in ((), ("scenarios",)):
        assert f"Example: channellab {' '.join(verb)}" in answer.out
        assert "--json" in answer.out
        assert "-q" in answer.out


def test_version(cli: Cli) -> None:
    assert cli("--version") == (0, f"channellab {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["scenarios", "list"]])
def test_help_and_list_answer_in_half_a_second(arguments: list[str]) -> None:
    """Seconds of computing, so that a busy machine does not fail the test."""

    def seconds() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "channellab", *arguments], check=True, capture_output=True)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    assert min(seconds() for _ in range(5)) < 0.5


def test_help_and_list_load_nothing_heavy() -> None:
    code = (
        "import sys; from channellab.cli import main; main(['--help']); main(['scenarios', 'list']);"
        "print([m for m in sys.argv[1:] if m in sys.modules], file=sys.stderr)"
    )
    heavy = ["channellab.scenarios.settings", "numpy", "mesa", "numba", "rich", "networkx"]
    result = subprocess.run([sys.executable, "-c", code, *heavy], check=True, capture_output=True, text=True)
    assert result.stderr == "[]\n"


def test_the_command_exits_with_the_code() -> None:
    command = [sys.executable, "-m", "channellab", "scenarios", "show", "no.toml"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", "no.toml: does not exist\n")


@pytest.mark.skipif(os.name == "nt", reason="no SIGPIPE")
def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m channellab scenarios show base | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("schema_version = ")
    assert result.stderr == ""


# Scenarios


def test_list(cli: Cli) -> None:
    names = [entry.name for entry in files.library()]
    assert cli("scenarios", "list", "-q") == (0, "\n".join(names) + "\n", "")
    assert [entry["name"] for entry in json.loads(cli("scenarios", "list", "--json").out)] == names
    assert all(name in cli("scenarios", "list").out for name in names)


def test_show_prints_toml_that_loads_again(cli: Cli) -> None:
    answer = cli("scenarios", "show", "base", "--set", "run.weeks=7", "--set", "layout.core=selective")
    Path("copy.toml").write_text(answer.out, "utf-8")
    assert files.load("copy.toml").scenario == files.load("base", ["run.weeks=7", "layout.core=selective"]).scenario
    assert "# weeks; Measured weeks." in answer.out
    assert "#" not in cli("scenarios", "show", "base", "-q").out


def test_show_json(cli: Cli) -> None:
    shown = json.loads(cli("scenarios", "show", "base", "--json").out)
    loaded = files.load("base")
    assert shown["scenario"] == files.resolve(loaded.scenario)
    assert shown["scenario_hash"] == files.scenario_hash(loaded.scenario, loaded.base)


@pytest.mark.parametrize("flags", [(), ("--json",), ("-q",)])
def test_schema(cli: Cli, flags: tuple[str, ...]) -> None:
    assert json.loads(cli("scenarios", "schema", *flags).out) == files.schema()


def test_new_writes_a_scenario_that_loads(cli: Cli) -> None:
    answer = cli("scenarios", "new", "pilot")
    assert answer == (0, "pilot.toml is written; try: channellab run pilot.toml\n", "")
    assert files.load("pilot.toml").scenario.title.en == "pilot"
    assert cli("scenarios", "new", "quiet", "-q") == (0, "", "")
    assert json.loads(cli("scenarios", "new", "other.toml", "--json").out) == {"file": "other.toml", "extends": "base"}


def test_new_extends_a_file_from_another_folder(cli: Cli) -> None:
    Path("sub").mkdir()
    cli("scenarios", "new", "mine")
    assert cli("scenarios", "new", "sub/next", "--extends", "mine.toml").code == 0
    assert 'extends = "../mine.toml"' in Path("sub/next.toml").read_text("utf-8")
    assert files.load("sub/next.toml").scenario.title.en == "next"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pilot"], "pilot.toml: exists already, allowed is a new file\n"),
        (["no/pilot"], "no/pilot.toml: cannot be written: No such file or directory\n"),
        (["x\0"], "x\0.toml: cannot be written: embedded null byte\n"),
        (["other", "--extends", "bsae"], "'bsae': is no scenario of the library; the nearest names are base, and the"),
    ],
)
def test_new_refuses(cli: Cli, arguments: list[str], sentence: str) -> None:
    Path("pilot.toml").write_text("")
    answer = cli("scenarios", "new", *arguments)
    assert is_one_sentence(answer)
    assert answer.err.startswith(sentence)
    assert listing() == ["pilot.toml"]


# Run


def test_run_passes_everything_on(cli: Cli, runs: list[dict[str, Any]]) -> None:
    options = "--weeks 3 --seed 4 --replications 2 --workers 5 --set consumers.count=9 --set layout.core=selective -q"
    assert cli("run", "base", *options.split()).code == 0
    (asked,) = runs
    scenario = asked.pop("loaded").scenario
    assert asked == {"weeks": 3, "seed": 4, "replications": 2, "workers": 5, "progress": None}
    assert (scenario.consumers.count, scenario.layout.core) == (9, "selective")


def test_run_leaves_the_scenario_its_say(cli: Cli, runs: list[dict[str, Any]]) -> None:
    assert cli("run", "base", "--json").code == 0
    assert {key: runs[0][key] for key in ("weeks", "seed", "replications", "workers")} == {
        "weeks": None,
        "seed": None,
        "replications": 1,
        "workers": 1,
    }


def test_run_json_is_one_document_and_nothing_else(cli: Cli, runs: list[dict[str, Any]]) -> None:
    answer = cli("run", "base", "--json", "--weeks", "3")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out) == Study({**runs[0]}).document()


def test_run_prints_a_table_in_the_order_of_the_catalogue(cli: Cli, runs: list[dict[str, Any]]) -> None:
    answer = cli("run", "base", "--weeks", "3", "--seed", "1")
    lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert lines[0] == "base: 3 weeks, seed 1, 1 replication"
    assert lines[2:] == [
        "Channel profit - - money/year",
        "Retail revenue 1,234,567 1,200,000 to 1,300,000 money/year",
        "new_metric 0.5 - 1",
        "Books: money off by 0, goods off by 0; 1.2 s",
    ]


def test_run_prints_its_table_in_chinese(cli: Cli, runs: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = cli("run", "base", "--weeks", "3", "--seed", "7", "--lang", "zh", "--quiet").out
    lines = [" ".join(line.split()) for line in asked.splitlines()]
    assert lines[0] == "base：3 周，种子 7，1 次模拟"
    assert lines[1] == "指标 均值 95% 置信区间 单位"
    assert "零售额 1,234,567 1,200,000 至 1,300,000 货币单位/年" in lines
    assert lines[-1] == "账目：资金差额 0，货物差额 0；用时 1.2 秒"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert cli("run", "base", "--weeks", "3", "--seed", "7", "--quiet").out == asked
    refused = cli("run", "base", "--lang", "fr")
    assert is_one_sentence(refused)
    assert len(runs) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_library_is_listed_in_a_language(cli: Cli, lang: str) -> None:
    said = cli("scenarios", "list", "--lang", lang).out
    entries = {entry.name: entry for entry in ready.library()}
    for name, entry in entries.items():
        about = {"en": entry.about, "zh": entry.about_zh}[lang]
        assert "".join(about.split()) in "".join(said.split()), name
    told = [line for line in said.splitlines() if line.startswith(" ")]
    assert max(sum(1 if ord(letter) < 0x2000 else 2 for letter in line) for line in told) <= 104


def test_progress_goes_to_standard_error(cli: Cli, runs: list[dict[str, Any]]) -> None:
    cli("run", "base", "--weeks", "3", "--seed", "1")
    assert runs[0]["progress"] is not None


RUN_ERRORS = [
    ("--weeks -5", "--weeks: is -5, allowed are values from 1"),
    ("--weeks 0", "--weeks: is 0, allowed are values from 1"),
    ("--weeks 99999", "--weeks: is 99999, allowed are values up to 5200"),
    ("--weeks ten", "Invalid value for '--weeks': "),
    ("--seed -1", "--seed: is -1, allowed are values from 0"),
    ("--replications 0", "--replications: is 0, allowed are values from 1"),
    ("--workers 0", "--workers: is 0, allowed are values from 1"),
    ("--set run.weks=3", "--set: run.weks is unknown; the nearest known key is run.weeks"),
    ("--set", "Option '--set' requires an argument"),
    ("--wekks 3", "No such option: --wekks"),
    ("more", "Got unexpected extra argument"),
]


@pytest.mark.parametrize(("options", "sentence"), RUN_ERRORS)
def test_bad_input_to_run_is_one_sentence(cli: Cli, runs: list[dict[str, Any]], options: str, sentence: str) -> None:
    answer = cli("run", "base", *options.split())
    assert is_one_sentence(answer)
    assert answer.err.startswith(sentence)
    assert runs == []
    assert listing() == []


FILES = [
    ("[consumers]\ncuont = 3", "bad.toml: consumers.cuont is unknown; the nearest known key is consumers.count"),
    ("[run]\nweeks = 'ten'", "bad.toml: run.weeks is 'ten', allowed is a whole number"),
    ("[consumers]\ncount = 0", "bad.toml: consumers.count is 0, allowed are values from 1"),
    ("extends = 'bad.toml'", "bad.toml: extends is circular: bad.toml -> bad.toml"),
    ("[run", "bad.toml: is not valid TOML: "),
]


@pytest.mark.parametrize(("text", "sentence"), FILES)
@pytest.mark.parametrize("verb", [("run",), ("scenarios", "show")])
def test_a_bad_file_is_one_sentence(
    cli: Cli, runs: list[dict[str, Any]], verb: tuple[str, ...], text: str, sentence: str
) -> None:
    Path("bad.toml").write_text(text)
    answer = cli(*verb, "bad.toml", *(["--out", "result"] if verb == ("run",) else []))
    assert is_one_sentence(answer)
    assert answer.err.startswith(sentence)
    assert listing() == ["bad.toml"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "bsae"], "'bsae': is no scenario of the library; the nearest names are base, and the path of a file"),
        (["run", "no.toml"], "no.toml: does not exist"),
        (["run", "."], ".: is a folder, allowed is a TOML file"),
        (["run"], "Missing argument"),
        (["rum"], "No such command 'rum'"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(cli: Cli, arguments: list[str], sentence: str) -> None:
    answer = cli(*arguments)
    assert is_one_sentence(answer)
    assert answer.err.startswith(sentence)


def test_bad_input_found_by_the_market_is_one_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, BadInput("towns.csv", "row 3, population", "is -1,\nallowed are values from 1"))
    answer = cli("run", "base", "-q", "--out", "result")
    assert answer == (2, "", "towns.csv: row 3, population is -1, allowed are values from 1\n")
    assert listing() == []


def test_a_failure_names_its_type_and_shows_more_on_request(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("by\nnothing"))
    answer = cli("run", "base", "-q")
    assert answer == (1, "", "failed with ZeroDivisionError: by nothing (CHANNELLAB_DEBUG=1 shows where)\n")
    monkeypatch.setenv("CHANNELLAB_DEBUG", "1")
    assert "Traceback" in cli("run", "base", "-q").err


def test_a_failure_of_ours_needs_no_type(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ChannelLabError("all runs failed"))
    assert cli("run", "base", "-q") == (1, "", "all runs failed\n")


def test_an_interruption_leaves_nothing_behind(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    assert cli("run", "base", "-q", "--out", "result") == (130, "", "interrupted\n")
    assert listing() == []


def test_results_that_are_not_numbers_are_not_json(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(Study):
        def document(self) -> dict[str, Any]:
            return {"metrics": {"nps": {"mean": float("nan")}}}

    stand_in(monkeypatch, lambda *_, **__: Odd({}))
    assert is_one_sentence(cli("run", "base", "--json"), code=1)


def test_the_real_run_has_the_agreed_signature() -> None:
    if importlib.util.find_spec("channellab.experiments.replicate") is None:
        pytest.skip("not built yet")
    import inspect

    from channellab.experiments import replicate

    parameters = inspect.signature(replicate.run).parameters
    assert list(parameters) == ["loaded", "seed", "weeks", "replications", "workers", "progress"]


# Where results go


def test_a_result_is_put_in_place_whole(cli: Cli, runs: list[dict[str, Any]]) -> None:
    for _ in range(2):
        assert cli("run", "base", "-q", "--weeks", "3", "--out", "deep/result").code == 0
        assert listing() == ["deep/result/channellab-files.json", "deep/result/result.json"]


OUT_ERRORS = [
    ("file", "--out file: is a file, allowed is a folder"),
    ("file/result", "--out file/result: cannot be written: Not a directory"),
    ("mine", "--out mine: holds notes.txt, which is no result of channellab; allowed is a new or empty folder"),
    ("broken", "--out broken: holds channellab-files.json, which is no result of channellab"),
    (".", "--out .: is in use as the current folder or a mount point, allowed is a folder in it"),
    ("loop", "--out loop: cannot be written: "),
    ("x" * 300, f"--out {'x' * 300}: cannot be written: File name too long"),
    ("/proc/result", "--out /proc/result: cannot be written: "),
]


@pytest.mark.parametrize(("out", "sentence"), OUT_ERRORS)
def test_a_folder_that_cannot_be_used_is_refused_before_the_run(
    cli: Cli, runs: list[dict[str, Any]], out: str, sentence: str
) -> None:
    if out.startswith("/proc") and not Path("/proc").is_mount():
        pytest.skip("no /proc here")
    Path("file").write_text("")
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("")
    Path("broken").mkdir()
    Path("broken/result.json").write_text("")
    Path("broken", staging.MANIFEST).write_text("not JSON")
    Path("loop").symlink_to("loop")
    before = sorted(Path().rglob("*"))
    answer = cli("run", "base", "-q", "--out", out)
    assert is_one_sentence(answer)
    assert answer.err.startswith(sentence)
    assert runs == []
    assert sorted(Path().rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_refused(cli: Cli, runs: list[dict[str, Any]]) -> None:
    Path("locked").mkdir(mode=0o500)
    assert cli("run", "base", "-q", "--out", "locked/result").err == (
        "--out locked/result: cannot be written: Permission denied\n"
    )


def test_completion_knows_the_library_and_files(cli: Cli) -> None:
    from channellab.options import complete

    Path("base_of_mine.toml").write_text("")
    assert complete("base") == ["base", "base_of_mine.toml"]
    assert set(ready.names()) <= set(complete(""))
