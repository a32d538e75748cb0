"""A search that is kept in a real PostgreSQL, started here for the test, is that of a file."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest

from channellab.experiments.executors import Place
from channellab.experiments.sampling import Asker
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search

STUDY = """
scenarios = ["bilateral-monopoly"]
weeks = 2
replications = 2
[constants]
consumers.count = 200
run.warmup = 1
manufacturer.price.rule = "list"
[levers]
products.0.ex_factory_price = {low = 25.0, high = 95.0}
[[objectives]]
metric = "manufacturer_profit"
[search]
evaluations = 9
batch = 3
finalists = 2
fresh = 2
"""


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is; Debian keeps them out of the path."""
    places = [shutil.which(name), *map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True))]
    return next((place for place in places if place), None)


@pytest.fixture
def database() -> Iterator[str]:
    """URL of an empty database of a server that listens on the loopback alone, and ends with the test."""
    pytest.importorskip("psycopg")
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("PostgreSQL is not installed here; .ci/run installs it")
    user = _server_user()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)

        def call(*command: str) -> None:
            done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr

        call(initdb, "-D", str(data), "-U", "lab", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data} -c fsync=off"
        call(pg_ctl, "-D", str(data), "-l", str(data / "log"), "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://lab@127.0.0.1:{port}/postgres"
        finally:
            call(pg_ctl, "-D", str(data), "-m", "immediate", "stop")


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@pytest.mark.slow
def test_a_search_in_postgresql_is_that_in_a_file(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    study = read_search(tmp_path / "study.toml")
    in_file = search(study, tmp_path / "file", Place())

    class Killed(BaseException):
        pass

    def stopped(*_: object) -> None:
        raise Killed

    # The first is killed while a candidate is being chosen, and leaves a trial that nobody will tell.
    for place, name in ((optuna.trial.Trial, "set_user_attr"), (Asker, "tell")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, stopped)
            with pytest.raises(Killed):
                search(study, tmp_path / "here", Place(), storage=database)
    in_database = search(study, tmp_path / "here", Place(), storage=database)
    documents = [found.document() | {"elapsed_s": 0} for found in (in_file, in_database)]
    assert json.dumps(documents[0]) == json.dumps(documents[1])
    assert not (tmp_path / "here" / "search.sqlite").exists()
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT study_name FROM studies").fetchall() == [("here",)]
        states = connection.execute("SELECT state, COUNT(*) FROM trials GROUP BY state").fetchall()
        assert dict(states) == {"COMPLETE": 9, "FAIL": 1}
