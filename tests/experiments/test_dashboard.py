"""A search opens in optuna-dashboard, which reads the same file."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from channellab.experiments.executors import Place
from channellab.experiments.sampling import STORAGE
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search

pytest.importorskip("optuna_dashboard")
WAIT = 60.0
"""Seconds for it to come up on a busy machine; it takes about three."""
SERVE = "import sys; from optuna_dashboard import run_server; run_server(sys.argv[1], '127.0.0.1', int(sys.argv[2]))"


@pytest.mark.slow
def test_a_study_opens_in_optuna_dashboard(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        'scenarios = ["bilateral-monopoly"]\nweeks = 2\nreplications = 1\n[constants]\nconsumers.count = 200\n'
        "[levers]\nproducts.0.ex_factory_price = {low = 25.0, high = 95.0}\n"
        '[[objectives]]\nmetric = "manufacturer_profit"\n[[objectives]]\nmetric = "partner_profit"\n'
        "[search]\nevaluations = 4\nbatch = 4\nfinalists = 1\nfresh = 2\n",
        "utf-8",
    )
    search(read_search(file), tmp_path / "prices", Place())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, f"sqlite:///{tmp_path / 'prices' / STORAGE}", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            (summary,) = _asked(port, "studies")["study_summaries"]
            study = _asked(port, f"studies/{summary['study_id']}")
        finally:
            server.kill()
    assert summary["study_name"] == "prices"
    assert summary["directions"] == ["maximize", "maximize"]
    assert len(study["trials"]) == 4
    assert {trial["state"] for trial in study["trials"]} == {"Complete"}
    assert all(len(trial["values"]) == 2 for trial in study["trials"])


def _asked(port: int, path: str) -> Any:
    """What its interface answers, as soon as it does."""
    end = time.monotonic() + WAIT
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/{path}", timeout=10) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
