"""Results outlive the server: a run is written down and read back the same, and a broken file counts as none."""

from pathlib import Path

import pandas as pd
import pytest

from channellab.experiments.play import Run, play
from channellab.reports.workshop.crew import Crew
from channellab.reports.workshop.jobs import Jobs, run_key
from channellab.reports.workshop.keeping import PLAIN, TABLES, Keeper
from channellab.reports.workshop.limits import Limits
from channellab.reports.workshop.warming import SMALL
from channellab.reports.workshop.worker import Weeks
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load

TOLD = [Weeks(7, 2, 3, (0, 1), {"revenue": [0.1, 2.0]}), Weeks(7, 3, 3, (), {})]


@pytest.fixture(scope="module")
def run() -> Run:
    return play(load("base", SMALL), 3)


def same(one: Run, other: Run) -> None:
    for name in PLAIN:
        assert getattr(one, name) == getattr(other, name), name
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name).reset_index(drop=True), getattr(other, name))


def test_a_room_that_starts_again_knows_what_was_played(run: Run, tmp_path: Path) -> None:
    market = load("base", SMALL)
    key, folder = run_key(market, 3), tmp_path / "new" / "kept"
    Keeper(folder).keep(key, run, TOLD)
    jobs = Jobs(market, Crew(1), Limits(), lambda: None, Keeper(folder))
    found = jobs.known(key)
    assert found is not None
    same(run, found[0])
    assert found[1] == TOLD
    assert jobs.known(run_key(market, 4)) is None
    assert [file.suffix for file in folder.iterdir()] == [".run"]


def test_a_broken_file_counts_as_none(run: Run, tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    keeper.keep("a", run, TOLD)
    whole = (tmp_path / "a.run").read_bytes()
    for broken in (whole[: len(whole) // 2], b"", whole.replace(b"run.json", b"run.jsom")):
        (tmp_path / "a.run").write_bytes(broken)
        assert keeper.find("a") is None


def test_without_a_folder_nothing_is_kept(run: Run) -> None:
    keeper = Keeper(None)
    keeper.keep("a", run, TOLD)
    assert keeper.find("a") is None


def test_a_folder_that_cannot_be_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="--keep"):
        Keeper(tmp_path / "file")
