"""A study folder holds each run once, whatever happens, and says in one sentence why it cannot be used."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from channellab.experiments import batch, frames, schema, series, store
from channellab.experiments.batch import Batch, play_points
from channellab.experiments.designs import read_design
from channellab.experiments.executors import Place
from channellab.experiments.identity import environment
from channellab.experiments.replicate import run
from channellab.experiments.store import Kept, Store, Task
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import load
from channellab.scenarios.metrics import CATALOGUE

from .looks import done, tables

COSTS = "[levers]\n'products.0.unit_cost' = [10.0, 20.0, 30.0]"


def play(file: Path, folder: Path, workers: int = 1, **options: Any) -> Batch:
    return play_points(read_design(file).points(), folder, Place(workers), **options)


def test_what_is_kept_is_what_was_played(design: Any, tmp_path: Path) -> None:
    played = play(design("replications = 3", COSTS), tmp_path / "study")
    assert (played.runs, played.played, played.known, played.failed) == (9, 9, 0, 0)
    frame = played.frame
    overrides = ("consumers.count=200", "run.warmup=1", "products.0.unit_cost=20.0")
    alone = run(load("bilateral-monopoly", overrides), weeks=2, replications=3)
    middle = frame[frame["products.0.unit_cost"] == 20.0]
    assert middle["seed"].tolist() == [each.seed for each in alone.runs]
    for metric in CATALOGUE:
        assert middle[metric].tolist() == [each.metrics[metric] for each in alone.runs]
    weekly = played.table("weekly")
    for number, each in zip(middle["run"], alone.runs, strict=True):
        mine = weekly[weekly["run"] == number].drop(columns="run").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, each.weekly, check_exact=True)
    assert sorted(weekly["run"].unique()) == list(range(9))


def test_nothing_is_played_twice(design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = play(design("replications = 2", COSTS), tmp_path / "study")
    before = tables(tmp_path / "study")
    monkeypatch.setattr(batch, "play_kept", lambda task: pytest.fail("played again"))
    again = play(design("replications = 2", COSTS), tmp_path / "study")
    assert (again.runs, again.played, again.known) == (6, 0, 6)
    assert tables(tmp_path / "study") == before
    assert first.document().keys() == again.document().keys()


def test_a_larger_design_plays_only_what_is_new(design: Any, tmp_path: Path) -> None:
    play(design("replications = 2", COSTS), tmp_path / "study")
    grown = play(design("replications = 3", COSTS), tmp_path / "study")
    assert (grown.runs, grown.played, grown.known) == (9, 3, 6)
    play(design("replications = 3", COSTS), tmp_path / "fresh")
    kinds = ["products.0.unit_cost", "replication"]
    one, other = (frames.runs(tmp_path / name).sort_values(kinds) for name in ("study", "fresh"))
    pd.testing.assert_frame_equal(
        *(frame.drop(columns=["run", "seconds"]).reset_index(drop=True) for frame in (one, other)), check_exact=True
    )


def test_words_and_the_declared_seed_do_not_make_another_run(design: Any, tmp_path: Path) -> None:
    play(design("seed = 5\nreplications = 1"), tmp_path / "study")
    (tmp_path / "named.toml").write_text('extends = "bilateral-monopoly"\nabout = "mine"\n[run]\nseed = 5\n', "utf-8")
    named = play(design("scenarios = ['named.toml']\nreplications = 2"), tmp_path / "study")
    assert (named.played, named.known) == (1, 1)


def test_processes_give_the_same_bytes(design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SHARD", 4)
    for workers in (1, 2):
        play(design("replications = 5", COSTS), tmp_path / str(workers), workers)
    one, two = (tables(tmp_path / str(workers)) for workers in (1, 2))
    assert len(one) == 4 * len(series.TABLES) + 1
    assert one == two


def test_a_run_that_raises_is_a_row(design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def moody(task: Task) -> Kept:
        if task.loaded.scenario.products[0].unit_cost == 20.0 and not (tmp_path / "well").exists():
            raise ZeroDivisionError("one in three")
        return store.play_kept(task)

    monkeypatch.setattr(batch, "play_kept", moody)
    file = design("replications = 2", COSTS)
    found = play(file, tmp_path / "study")
    assert (found.runs, found.played, found.failed) == (6, 6, 2)
    failed = found.frame[found.frame["status"] == "failed"]
    assert failed["error"].unique().tolist() == ["ZeroDivisionError: one in three"]
    assert (failed["products.0.unit_cost"] == 20.0).all()
    assert sorted(found.table("weekly")["run"].unique()) == [0, 1, 4, 5]
    # It is not tried again unless asked for, and then its tables find their place among the others.
    assert (again := play(file, tmp_path / "study")).failed == 2
    assert again.played == 0
    (tmp_path / "well").touch()
    assert (well := play(file, tmp_path / "study", retry=True)).played == 2
    assert well.failed == 0
    play(file, tmp_path / "fresh")
    assert tables(tmp_path / "study") == tables(tmp_path / "fresh")


def test_a_worker_with_other_code_is_refused() -> None:
    other = Task(load("bilateral-monopoly"), 1, store.Environment("other", environment().packages, environment().cpu))
    with pytest.raises(ChannelLabError, match="the worker has other code"):
        store.play_kept(other)


def test_a_run_is_another_one_if_anything_that_decides_it_differs() -> None:
    here = environment()
    names = {
        here.run_id("a", 1),
        here.run_id("a", 2),
        here.run_id("b", 1),
        *(store.Environment(**{**vars(here), part: "other"}).run_id("a", 1) for part in ("code", "packages", "cpu")),
    }
    assert len(names) == 6
    assert "mesa" in json.loads(here.packages)


def test_a_packed_scenario_is_the_same() -> None:
    for name in ("base", "bilateral-monopoly", "every-policy"):
        loaded = load(name)
        back = store.unpacked(name, "", store.packed(loaded.scenario))
        assert back.scenario == loaded.scenario


# What goes wrong


def kill_at(moment: int, file: Path, folder: Path, workers: int) -> None:
    """Starts the command and kills it when so many runs are done."""
    options = ["--out", str(folder), "--workers", str(workers), "-q"]
    with subprocess.Popen([sys.executable, "-m", "channellab", "batch", str(file), *options]) as process:
        before = 0
        while process.poll() is None and before < moment:
            time.sleep(0.05)
            before = done(folder)
        process.kill()
    assert before <= done(folder)


def test_killed_in_mid_batch_it_goes_on_where_it_was(design: Any, tmp_path: Path) -> None:
    file, folder = design("replications = 40"), tmp_path / "killed"
    kill_at(15, file, folder, 1)
    assert 15 <= done(folder) < 40
    check_complete(file, folder, tmp_path / "calm")


@pytest.mark.slow
def test_killed_with_workers_it_goes_on_and_leaves_no_worker_behind(design: Any, tmp_path: Path) -> None:
    file, folder = design("replications = 110"), tmp_path / "killed"
    before = processes()
    for moment in (1, 20, 50, 90):
        kill_at(moment, file, folder, 2)
    start = time.monotonic()
    while processes() - before and time.monotonic() - start < 10:
        time.sleep(0.1)
    assert processes() - before == set()
    check_complete(file, folder, tmp_path / "calm")


def check_complete(file: Path, folder: Path, calm: Path) -> None:
    """Every run is there once, and everything is as if nothing had happened."""
    known = done(folder)
    last = play(file, folder)
    assert (last.runs, last.failed, last.known) == (len(last.frame), 0, known)
    assert last.frame["run"].is_unique
    play(file, calm)
    assert tables(folder) == tables(calm)


def processes() -> set[str]:
    """Those of Python's own starting that run now."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    ours = ("multiprocessing.spawn", "multiprocessing.forkserver")
    return {line for line in listed.splitlines() if any(name in line for name in ours) and "defunct" not in line}


def test_two_do_not_write_at_once(design: Any, tmp_path: Path) -> None:
    with Store(tmp_path / "study"), pytest.raises(BadInput, match="is being written by another channellab"):
        play(design(), tmp_path / "study")


def test_a_study_can_be_read_while_it_is_written(design: Any, tmp_path: Path) -> None:
    file = design("replications = 3")
    with Store(tmp_path / "study") as open_store:
        numbers = open_store.plan(read_design(file).points())
        batch.play_numbers(open_store, numbers[:2], Place(1))
        frame = frames.runs(tmp_path / "study")
        assert frame["status"].tolist() == ["done", "done", "planned"]
        assert sorted(frames.table(tmp_path / "study", "weekly")["run"].unique()) == [0, 1]


def test_a_newer_store_is_refused_and_left_alone(design: Any, tmp_path: Path) -> None:
    play(design(), tmp_path / "study")
    with sqlite3.connect(tmp_path / "study" / schema.DATABASE) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = {file.name: file.read_bytes() for file in (tmp_path / "study").iterdir() if file.is_file()}
    for use in (lambda: play(design(), tmp_path / "study"), lambda: frames.runs(tmp_path / "study")):
        with pytest.raises(BadInput, match="was written by a newer channellab"):
            use()
    assert before[schema.DATABASE] == (tmp_path / "study" / schema.DATABASE).read_bytes()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda folder: folder.write_text(""), "cannot be used as a study: File exists"),
        (lambda folder: (folder.mkdir(), (folder / "notes.txt").touch()), "holds notes.txt, which is no study"),
        (lambda folder: (folder.mkdir(), (folder / schema.DATABASE).write_text("x" * 5000)), "not a database"),
    ],
)
def test_what_is_no_study_is_refused(tmp_path: Path, design: Any, prepare: Any, sentence: str) -> None:
    prepare(tmp_path / "study")
    with pytest.raises(BadInput, match=sentence):
        play(design(), tmp_path / "study")


def test_what_holds_no_study_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no study"):
        frames.runs(tmp_path)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Mounts a small disk at ``disk`` with the given options, and again with others."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> None:
        again = ["-o", f"remount,{options}"] if place.is_mount() else ["-t", "tmpfs", "-o", options, "tmpfs"]
        if subprocess.run(["mount", *again, str(place)], capture_output=True, check=False).returncode:
            pytest.skip("may not mount a disk here")

    if not shutil.which("mount"):
        pytest.skip("has no mount here")
    yield mount
    if place.is_mount():
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_folder_that_may_not_be_written_is_refused_but_read(design: Any, tmp_path: Path, disk: Any) -> None:
    disk("size=4m")
    file = design("replications = 2")
    play(file, tmp_path / "disk" / "study")
    before = tables(tmp_path / "disk" / "study")
    disk("ro")
    for folder in ("study", "new"):
        with pytest.raises(BadInput, match=r"cannot be used as a study: .*([Rr]ead-only|readonly)"):
            play(file, tmp_path / "disk" / folder)
    assert tables(tmp_path / "disk" / "study") == before


def test_a_full_disk_loses_nothing(design: Any, tmp_path: Path, disk: Any) -> None:
    disk("size=400k")
    file, folder = design("replications = 25"), tmp_path / "disk" / "study"
    with pytest.raises(ChannelLabError, match="the disk is full; what has finished is kept") as caught:
        play(file, folder)
    assert not isinstance(caught.value, BadInput)
    kept = done(folder)
    assert 0 < kept < 25
    disk("size=20m")
    assert play(file, folder).known == kept
    play(file, tmp_path / "roomy")
    assert tables(folder) == tables(tmp_path / "roomy")


def test_conditions_choose_runs() -> None:
    frame = pd.DataFrame({"policy": ["a", "b", "b"], "seed": [1, 2, 3], "on": [True, False, True]})
    for conditions, left in (
        (["policy=b"], [2, 3]),
        (["policy!=b"], [1]),
        (["seed>=2", "on=true"], [3]),
        (["seed=1.0"], [1]),
    ):
        assert frames.matching(frame, conditions)["seed"].tolist() == left
    for condition in ("policy", "polcy=a", "seed<many"):
        with pytest.raises(BadInput):
            frames.matching(frame, [condition])
