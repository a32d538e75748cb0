"""Work flows through every executor with the same results, whatever raises or dies on the way."""

import os
import signal
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from channellab.experiments.executors import Place, common, opened, tell
from channellab.experiments.flow import LARGEST_BUNDLE, Done, Failed, compute, flow, ordered
from channellab.scenarios.errors import BadInput, ChannelLabError

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


class Counted:
    """Counts how often it is sent to another process."""

    def __init__(self, sent: int = 0) -> None:
        self.sent = sent

    def __reduce__(self) -> "tuple[type[Counted], tuple[int]]":
        self.sent += 1
        return Counted, (100,)


def scaled(number: int) -> int:
    """The first items take longer than the last ones."""
    time.sleep(0.02 if number < 2 else 0.0)
    factor: Counted = common()
    return number * max(factor.sent, 100)


@pytest.mark.parametrize("place", [HERE, TWO])
def test_results_come_in_order_and_what_all_work_looks_at_is_sent_to_each_worker_once(place: Place) -> None:
    factor = Counted()
    with opened(place, factor) as crew:
        assert list(ordered(scaled, range(30), crew)) == [100 * number for number in range(30)]
    assert factor.sent <= place.workers
    assert (factor.sent == 0) == (place == HERE)


def named(number: int) -> str:
    return f"{common()} {number}"


def test_crews_that_are_open_together_have_their_own_things_to_look_at() -> None:
    with opened(HERE, "one") as one, opened(HERE, "other") as other:
        first, second = ordered(named, [1, 2], one), ordered(named, [1, 2], other)
        assert [*zip(first, second, strict=True)] == [("one 1", "other 1"), ("one 2", "other 2")]


def test_the_first_item_that_fails_is_raised_in_its_turn() -> None:
    with opened(HERE) as crew:
        results = ordered(square, range(40), crew)
        assert [next(results) for _ in range(3)] == [0, 1, 4]
        with pytest.raises(ChannelLabError, match="three is no number"):
            next(results)


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
