"""A search is the same whoever plays and whatever is killed, and goes on where it was stopped."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import pytest

from channellab.experiments import frames
from channellab.experiments import search as searching
from channellab.experiments.executors import Place
from channellab.experiments.sampling import STORAGE, Asker
from channellab.experiments.search import search
from channellab.scenarios.errors import BadInput

from .looks import done
from .searches import TWO, Written, told


def test_workers_do_not_matter(study: Written, tmp_path: Path) -> None:
    how = "evaluations = 6\nbatch = 3\nfinalists = 2\nfresh = 2"
    one, two = (search(study(TWO, how), tmp_path / str(workers), Place(workers)) for workers in (1, 2))
    assert json.dumps(told(one)) == json.dumps(told(two))
    pd.testing.assert_frame_equal(one.candidates, two.candidates, check_exact=True)


class Killed(BaseException):
    """Ends a search as a kill would: nothing is tidied up."""


@pytest.mark.parametrize(
    "sampler", ["tpe", "nsga2", *(pytest.param(name, marks=pytest.mark.slow) for name in ("nsga3", "random"))]
)
def test_killed_at_any_step_it_goes_on_as_if_nothing_had_been(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sampler: str
) -> None:
    """Steps are: choosing a candidate (before and in the middle), playing runs, telling (before and in the middle)."""
    wanted = study(TWO, f'sampler = "{sampler}"\nevaluations = 12\nbatch = 4\nfinalists = 2\nfresh = 2')
    calm = search(wanted, tmp_path / "calm", Place())
    steps = [
        (optuna.Study, "ask", 6),
        (optuna.trial.Trial, "set_user_attr", 11),
        (Asker, "tell", 1),
        (searching.Ensemble, "play", 2),
        (optuna.Study, "tell", 2),
    ]
    for place, name, times in steps:
        real, left = getattr(place, name), [times]

        def moody(*args: Any, real: Any = real, left: list[int] = left, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(place, name, moody)
            with pytest.raises(Killed):
                search(wanted, tmp_path / "killed", Place())
    after = search(wanted, tmp_path / "killed", Place())
    assert json.dumps(told(after)) == json.dumps(told(calm))
    pd.testing.assert_frame_equal(after.candidates, calm.candidates, check_exact=True)
    stale = [trial for trial in trials(tmp_path / "killed") if trial.state == optuna.trial.TrialState.RUNNING]
    assert stale == []


def test_a_search_that_learns_goes_on_too(study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a Gaussian process proposes for a batch is proposed again after a kill in the middle of choosing it."""
    wanted = study(TWO, 'sampler = "gp"\nevaluations = 18\nbatch = 6\nfinalists = 2\nfresh = 2')
    calm = search(wanted, tmp_path / "calm", Place())
    real, left = optuna.Study.ask, [15]

    def moody(*args: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(optuna.Study, "ask", moody)
        with pytest.raises(Killed):
            search(wanted, tmp_path / "killed", Place())
    after = search(wanted, tmp_path / "killed", Place())
    assert json.dumps(told(after)) == json.dumps(told(calm))


def trials(folder: Path) -> list[optuna.trial.FrozenTrial]:
    (name,) = optuna.get_all_study_names(f"sqlite:///{folder / STORAGE}")
    return optuna.load_study(study_name=name, storage=f"sqlite:///{folder / STORAGE}").get_trials()


@pytest.mark.slow
def test_killed_for_real_it_goes_on_as_if_nothing_had_been(study: Written, tmp_path: Path) -> None:
    wanted = study(TWO, "evaluations = 24\nbatch = 4\nfinalists = 3\nfresh = 3")
    for moment in (2, 20, 35):
        options = [wanted.where, "--out", str(tmp_path / "killed"), "--workers", "2", "-q"]
        with subprocess.Popen([sys.executable, "-m", "channellab", "search", *options]) as process:
            while process.poll() is None and done(tmp_path / "killed") < moment:
                time.sleep(0.05)
            process.kill()
    after, calm = (search(wanted, tmp_path / name, Place()) for name in ("killed", "calm"))
    assert json.dumps(told(after)) == json.dumps(told(calm))
    pd.testing.assert_frame_equal(after.candidates, calm.candidates, check_exact=True)


def test_a_finished_search_plays_nothing_and_a_longer_one_what_is_missing(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = "evaluations = {}\nbatch = 4\nfinalists = 2\nfresh = 2"
    first = search(study(how=how.format(8)), tmp_path / "s", Place())
    before = len(frames.runs(tmp_path / "s"))
    again = search(study(how=how.format(8)), tmp_path / "s", Place())
    assert told(again) == told(first)
    assert len(frames.runs(tmp_path / "s")) == before
    longer = search(study(how=how.format(12)), tmp_path / "s", Place())
    for found in (longer, first):
        del found.candidates["on_front"]  # the same candidates, but not the same front
    pd.testing.assert_frame_equal(longer.candidates.head(8), first.candidates, check_dtype=False)
    with pytest.raises(BadInput, match="differs from the study that was searched here before"):
        search(study(TWO, how.format(12)), tmp_path / "s", Place())
