"""Answers that come with the package: true for this very code, shown as what they are, and only until one can play."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channellab.experiments.identity import environment
from channellab.experiments.play import play
from channellab.experiments.replicate import changed
from channellab.reports.workshop import results, shipped
from channellab.reports.workshop.crew import Crew
from channellab.reports.workshop.jobs import Jobs, Work
from channellab.reports.workshop.limits import COARSE_WEEKS, Limits
from channellab.reports.workshop.log import Log
from channellab.reports.workshop.models import JobRequest, Policy
from channellab.reports.workshop.presets import presets
from channellab.scenarios.files import Loaded

CARDS = ("today", "selective")


@pytest.fixture(scope="module")
def answers(market: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make wheel` packs, of two cards."""
    folder = tmp_path_factory.mktemp("shipped") / "answers"
    folder.mkdir()
    (folder / "old.run").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "presets", lambda: {name: presets()[name] for name in CARDS})
        shipped.pack(market, folder)
    return folder


def in_a_room(market: Loaded, answers: Path, policies: list[Policy], until: Callable[[Work], bool]) -> Work:
    """A job in a room none of whose processes is ready yet, as it stands when something has come true."""

    async def life() -> Work:
        crew = Crew(1)
        crew.loop = asyncio.get_running_loop()
        jobs = Jobs(market, crew, Limits(), lambda: None, answers=answers)
        work = jobs.start(JobRequest(policies=policies, detail="coarse"))
        for _ in range(2000):
            if until(work):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("it has not come true")
        jobs.stop(work)
        await asyncio.sleep(0.01)
        return work

    return asyncio.run(life())


async def events(log: Log) -> list[tuple[str, Any]]:
    import json

    text = b"".join([chunk async for chunk in log.follow()]).decode()
    parts = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n")]
    return [(each["event"], json.loads(each["data"])) for each in parts if "data" in each]


def told(work: Work) -> list[tuple[str, Any]]:
    found: Awaitable[list[tuple[str, Any]]] = events(work.log)
    return asyncio.run(found)  # type: ignore[arg-type]


def test_an_old_answer_is_replaced(answers: Path) -> None:
    assert len(list(answers.iterdir())) == len(CARDS)
    assert not (answers / "old.run").exists()


def test_they_are_what_this_code_plays_and_say_where_they_are_from(market: Loaded, answers: Path) -> None:
    work = in_a_room(market, answers, [Policy(), Policy(preset="selective")], lambda work: bool(work.played))
    (result,) = (data for kind, data in told(work) if kind == "result")
    assert (result["shipped"], result["stage"], work.shipped) == (True, "coarse", True)
    here = [(each, [play(changed(each, None, COARSE_WEEKS), each.scenario.run.seed)]) for each in work.loaded]
    assert result["metrics"] == results.told(here)["metrics"]
    weeks = {data["policy"]: data["weeks"] for kind, data in told(work) if kind == "weeks"}
    assert weeks == {0: list(range(-1, 27)), 1: list(range(-1, 27))}


def test_one_that_is_missing_keeps_the_others_back(market: Loaded, answers: Path) -> None:
    work = in_a_room(market, answers, [Policy(), Policy(preset="exclusive")], lambda work: work.state == "running")
    assert not work.played
    assert [kind for kind, _ in told(work)] == ["state", "state"]


def test_other_code_finds_none_of_them(market: Loaded, answers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = changed(market, None, COARSE_WEEKS)
    assert shipped.shipped(answers, loaded, market.scenario.run.seed) is not None
    assert shipped.shipped(answers, loaded, market.scenario.run.seed + 1) is None
    monkeypatch.setattr(shipped, "environment", lambda: replace(environment(), code="other"))
    assert shipped.shipped(answers, loaded, market.scenario.run.seed) is None
