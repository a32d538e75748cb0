"""Candidates that cannot be played are failures, and end a search only where nothing else is left."""

from pathlib import Path
from typing import Any

import pytest

from channellab.experiments.executors import Place
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search
from channellab.scenarios.errors import BadInput, ChannelLabError

from .searches import PRICE, Written


def test_a_run_that_raises_makes_its_candidate_a_failure(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from channellab.experiments import batch

    played = batch.play_kept

    def moody(task: Any) -> Any:
        if task.loaded.scenario.products[0].ex_factory_price > 60:
            raise ZeroDivisionError("too dear")
        return played(task)

    monkeypatch.setattr(batch, "play_kept", moody)
    found = search(study(), tmp_path / "s", Place())
    failed = found.candidates[found.candidates["state"] == "failed"]
    assert found.document()["failed"] == len(failed) > 0
    assert (failed[PRICE] > 60).all()
    assert set(failed["error"]) == {"ZeroDivisionError: too dear"}
    assert failed["manufacturer_profit"].isna().all()
    assert all(row["values"][PRICE] <= 60 for row in found.document()["finalists"])


def test_values_that_make_no_scenario_together_are_a_failure(study: Written, tmp_path: Path) -> None:
    """Rates of a rebate may not fall from tier to tier, which no span can say."""
    rates = "\n".join(f"policy.rebate.tiers.{tier}.rate = {{low = 0.0, high = 0.5}}" for tier in (0, 1))
    how = 'sampler = "random"\nevaluations = 8\nbatch = 8\nfinalists = 1\nfresh = 2'
    found = search(study(how=how, levers=rates), tmp_path / "s", Place())
    failed = found.candidates["state"] == "failed"
    falls = found.candidates["policy.rebate.tiers.0.rate"] > found.candidates["policy.rebate.tiers.1.rate"]
    assert 0 < failed.sum() < 8
    assert (failed == falls).all()
    assert (
        found.candidates.loc[failed, "error"].str.contains("rate is .*, allowed are values from that of the tier").all()
    )


def test_a_first_batch_that_makes_no_scenario_does_not_end_it(study: Written, tmp_path: Path) -> None:
    rates = "\n".join(f"policy.rebate.tiers.{tier}.rate = {{low = 0.0, high = 0.5}}" for tier in (0, 1))
    for seed in range(1, 9):
        how = f'sampler = "random"\nevaluations = 6\nbatch = 1\nfinalists = 1\nfresh = 2\nseed = {seed}'
        states = list(search(study(how=how, levers=rates), tmp_path / str(seed), Place()).candidates["state"])
        if states[0] == "failed":
            break
    assert states[0] == "failed"
    assert "done" in states


def test_levers_of_which_nothing_can_be_played_end_it(study: Written, tmp_path: Path) -> None:
    rates = "policy.rebate.tiers.0.rate = {low = 0.4, high = 0.5}\npolicy.rebate.tiers.1.rate = {low = 0.0, high = 0.3}"
    with pytest.raises(ChannelLabError, match="none of 12 candidates could be played; the last: refused"):
        search(study(levers=rates), tmp_path / "s", Place())


def test_constants_that_make_no_scenario_are_refused_before_anything_is_written(study: Written, tmp_path: Path) -> None:
    wanted = study(head="replications = 2\nscenarios = ['bilateral-monopoly', 'bilatral-monopoly']")
    with pytest.raises(BadInput, match="is no scenario of the library"):
        search(wanted, tmp_path / "s", Place())
    file = Path(study().where)
    file.write_text(file.read_text("utf-8").replace("run.warmup = 1", "policy.rebate.tiers.0.rate = 0.9"), "utf-8")
    with pytest.raises(BadInput, match=r"rate is 0\.08, allowed are values from that of the tier"):
        search(read_search(file), tmp_path / "s", Place())
    assert not (tmp_path / "s").exists()
