"""The best of a few is found as often as promised, on a normal problem whose answer is known, and on a market."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from channellab.cli import main
from channellab.experiments.select import START, kn
from channellab.scenarios.arrays import Floats

SMALL = ("--weeks", "2", "--set", "consumers.count=200", "--set", "run.warmup=1", "--workers", "1")


class Normal:
    """Candidates whose values are normal around known means, with a part that all share, as on common seeds."""

    def __init__(self, means: Sequence[float], deviations: Sequence[float], luck: int) -> None:
        draw = np.random.default_rng(luck)
        self.most = 4000
        shared = draw.normal(0, 2, self.most)
        own = draw.normal(0, 1, (len(means), self.most)) * np.array(deviations)[:, None]
        self.values: Floats = np.array(means)[:, None] + shared + own
        self.asked = 0

    def __call__(self, which: Sequence[int], first: int, last: int) -> Floats:
        self.asked += len(which) * (last - first)
        return self.values[list(which), first:last]


def share_right(means: Sequence[float], deviations: Sequence[float], zone: float, times: int) -> float:
    best = int(np.argmax(means))
    found = [kn(Normal(means, deviations, luck), len(means), zone) for luck in range(times)]
    assert all(each.sure for each in found)
    return float(np.mean([each.best == best for each in found]))


def test_the_best_is_chosen_as_often_as_promised() -> None:
    """The least favourable case: all others exactly one indifference zone behind. Promised are 95 %."""
    means, deviations = [0.0] * 4 + [1.0], [1.0, 1.5, 2.0, 1.0, 1.5]
    times = 400
    # 95 % less three standard errors of a share of that many trials.
    assert share_right(means, deviations, 1.0, times) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / times)


def test_clear_cases_end_early_and_close_ones_late() -> None:
    clear, close = Normal([0.0, 20.0], [1.0, 1.0], 1), Normal([0.0, 1.0], [1.0, 1.0], 1)
    early, late = kn(clear, 2, 1.0), kn(close, 2, 1.0)
    assert early.best == late.best == 1
    assert early.dropped == (START, None)
    assert early.values[0].size == START
    assert late.dropped[0] is not None
    assert late.dropped[0] > START
    assert clear.asked < close.asked


def test_when_replications_end_nobody_is_sure() -> None:
    found = kn(Normal([0.0, 0.0], [1.0, 1.0], 1), 2, 0.01, most=20)
    assert not found.sure
    assert found.dropped == (None, None)
    assert {each.size for each in found.values} == {20}


def test_the_order_of_the_batches_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    means, deviations = [0.0, 0.3, 0.9, 1.0], [1.0, 1.0, 1.5, 1.5]
    one = kn(Normal(means, deviations, 3), 4, 0.2)
    monkeypatch.setattr("channellab.experiments.select.ROUND", 1)
    other = kn(Normal(means, deviations, 3), 4, 0.2)
    assert (one.best, one.dropped) == (other.best, other.dropped)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    """Two tiers sell more than four; units sold are to be many."""
    scenarios = ["bilateral-monopoly-four-tiers", "bilateral-monopoly", "bilateral-monopoly-three-tiers"]
    options = ["--metric", "units_sold", "--indifference", "0.05", "--most", "12", *SMALL]
    assert main(["select", *scenarios, *options, "--out", str(tmp_path / "best")]) == 0
    assert "bilateral-monopoly is best with probability 95% or more" in " ".join(capsys.readouterr().out.split())
    document = json.loads((tmp_path / "best" / "selection.json").read_text("utf-8"))
    assert document["best"] == "bilateral-monopoly"
    assert list(document["candidates"]) == scenarios


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["base"], "scenarios: are 1, allowed are 2 to 20"),
        (["base", "base"], "scenarios: name 'base' twice"),
        (["base", "us", "--metric", "profit"], "--metric: is 'profit', allowed are metrics with a direction"),
        (["base", "us", "--level", "1"], "--level: is 1.0, allowed are values between 0.5 and 1"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", *arguments, "--indifference", "1", "-q"]) == 2
    assert capsys.readouterr().err.startswith(sentence)
