"""Work flows through every executor with the same results, whatever raises or dies on the way."""

import os
import signal
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from channellab.experiments.executors import Place, tell
from channellab.experiments.flow import LARGEST_BUNDLE, Done, Failed, compute, flow
from channellab.scenarios.errors import BadInput

HERE, TWO = Place(1), Place(2)


def square(number: int) -> int:
    if number == 3:
        raise ValueError("three\nis no number")
    if number == 5:
        raise BadInput("somewhere", "five", "is not allowed")
    tell(1)
    return number * number


def deadly(item: tuple[int, str]) -> int:
    """Kills its worker: always, or the first time only (a file remembers)."""
    number, note = item
    if note == "always" or (note and not Path(note).exists()):
        if note != "always":
            Path(note).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.002)
    return number


@pytest.mark.parametrize("place", [HERE, TWO])
def test_items_come_back_with_their_numbers(place: Place) -> None:
    heard: list[int] = []
    found = dict(flow(square, range(40), place, heard.append))
    assert {number: each.value for number, each in found.items() if isinstance(each, Done)} == {
        number: number**2 for number in range(40) if number not in (3, 5)
    }
    three, five = found[3], found[5]
    assert isinstance(three, Failed)
    assert isinstance(five, Failed)
    assert three.error == "ValueError: three is no number"
    assert "in square" in three.trace
    assert str(three.again()) == "a run failed with ValueError: three is no number"
    assert isinstance(five.again(), BadInput)
    assert str(five.again()) == "somewhere: five is not allowed"
    assert sum(heard) == 38


def test_items_are_taken_as_there_is_room() -> None:
    taken: list[int] = []

    def items() -> "list[int]":
        for number in range(10_000):
            taken.append(number)
            yield number  # type: ignore[misc]

    for landed, _ in enumerate(flow(abs, items(), HERE), 1):
        assert len(taken) <= landed + LARGEST_BUNDLE
    assert len(taken) == 10_000


def test_a_worker_that_dies_takes_nothing_with_it(tmp_path: Path) -> None:
    """One item kills its worker once, another each time: all but that one are computed."""
    notes = {7: str(tmp_path / "once"), 20: "always"}
    found = dict(flow(deadly, [(number, notes.get(number, "")) for number in range(40)], TWO))
    assert sorted(found) == list(range(40))
    failed = {number: each for number, each in found.items() if isinstance(each, Failed)}
    assert list(failed) == [20]
    assert failed[20].error.startswith("WorkerDied: its worker died, again and again")


def test_whoever_stops_listening_stops_the_workers() -> None:
    with TWO.open().executor as pool:
        wait([pool.submit(os.getpid)])
    landed = flow(deadly, [(number, "") for number in range(10_000)], TWO)
    next(landed)
    start = time.perf_counter()
    landed.close()
    assert time.perf_counter() - start < 5


def test_a_bundle_reports_each_item_for_itself() -> None:
    outcomes = compute(square, [2, 3, 4])
    assert [type(each) for each in outcomes] == [Done, Failed, Done]
