"""A real Dask cluster on this machine: the same bytes as anywhere else, also when a worker is killed in mid-batch."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from channellab.cli import main

from .looks import done, tables

RUNS = 120


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Address of a scheduler, and its two workers; all on the loopback."""
    pytest.importorskip("distributed")
    contact = tmp_path / "scheduler.json"
    with ExitStack() as stack:

        def start(kind: str, *options: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "-m", "dask", kind, "--scheduler-file", str(contact), "--host", "127.0.0.1"]
            process = stack.enter_context(
                subprocess.Popen(
                    [*command, "--no-dashboard", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )
            stack.callback(process.kill)
            return process

        start("scheduler", "--port", "0")
        waited(contact.is_file)
        workers = [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
        yield json.loads(contact.read_text("utf-8"))["address"], workers


def waited(happens: Any, seconds: float = 300) -> None:
    """Until something has happened."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    cluster: tuple[str, list["subprocess.Popen[bytes]"]], design: Any, tmp_path: Path
) -> None:
    address, workers = cluster
    file, far = design(f"replications = {RUNS}"), tmp_path / "far"
    options = [str(file), "--out", str(far), "--cluster", address, "-q"]
    with subprocess.Popen([sys.executable, "-m", "channellab", "batch", *options]) as batch:
        waited(lambda: far.is_dir() and (far / "study.sqlite").is_file() and done(far) > 5)
        workers[0].kill()
        at = done(far)
        assert batch.wait(300) == 0
    assert at < RUNS
    assert done(far) == RUNS
    for workers_here in ("1", "2"):
        here = tmp_path / workers_here
        assert main(["batch", str(file), "--out", str(here), "--workers", workers_here, "-q"]) == 0
        assert tables(here) == tables(far)


def test_a_scheduler_that_does_not_answer_is_told(
    design: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from channellab.experiments import executors

    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    options = ["--out", str(tmp_path / "study"), "--cluster", "tcp://127.0.0.1:1", "-q"]
    assert main(["batch", str(design()), *options]) == 2
    assert "--cluster tcp://127.0.0.1:1: is no scheduler that answers" in capsys.readouterr().err
