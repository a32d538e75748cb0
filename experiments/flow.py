"""A flow of work through an executor: in bundles that are worth sending, never more of them than needed, surviving
items that raise and workers that die."""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from channellab.experiments.executors import Crew, News, Place, opened
from channellab.scenarios.errors import BadInput, ChannelLabError

Item = TypeVar("Item")
Result = TypeVar("Result")

POLL = 0.2
"""Seconds between two looks at what workers tell."""
WORTH_SENDING = 0.05
"""Seconds of work that a bundle should hold at least, so that sending it costs little."""
LARGEST_BUNDLE = 256
LIVES = 2
"""Workers that an item may outlive when it is computed alone; then it is held to kill them."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What an item gave, and the seconds it took."""

    value: Result
    seconds: float


@dataclass(frozen=True)
class Failed:
    """Why an item gave nothing.

    Attributes:
        kind: type of the error. message: what it says, in one line. trace: where it was raised. seconds: it took.
        bad_input: where, key and problem of a `BadInput`.
    """

    kind: str
    message: str
    trace: str
    seconds: float
    bad_input: tuple[str, str, str] | None = None

    @property
    def error(self) -> str:
        """In one line."""
        return f"{self.kind}: {self.message}"

    def again(self) -> ChannelLabError:
        """The error as it may be raised here, whichever process it came from."""
        if self.bad_input:
            return BadInput(*self.bad_input)
        error = ChannelLabError(f"a run failed with {self.error}")
        error.add_note(self.trace)
        return error


Outcome = Done[Result] | Failed
Work = Callable[[Item], Result]


def flow(
    work: Work[Item, Result], items: Iterable[Item], place: Place | Crew, hear: News | None = None
) -> Generator[tuple[int, Outcome[Result]], None, None]:
    """Computes ``work(item)`` for every item and yields numbers of items with outcomes, in the order of their ending.

    Items are taken as workers have room for them. An item that raises is a `Failed`; one whose worker died is tried
    again alone, and is a `Failed` when that kills `LIVES` workers.

    Args:
        work: a function of a module, as workers must find it. place: where to compute, or a crew that is at work there.
        hear: told by work through `executors.tell`, except on a cluster.
    """
    with opened(place) as crew:
        crew.hear = hear
        yield from _Flow(work, items, crew)


def ordered(work: Work[Item, Result], items: Sequence[Item], crew: Crew) -> Generator[Result, None, None]:
    """Computes ``work(item)`` for every item, side by side, and yields results in the order of the items.

    Raises:
        ChannelLabError: an item failed.
    """
    early: dict[int, Result] = {}
    awaited = 0
    with closing(flow(work, items, crew)) as outcomes:
        for number, outcome in outcomes:
            if isinstance(outcome, Failed):
                raise outcome.again()
            early[number] = outcome.value
            while awaited in early:
                yield early.pop(awaited)
                awaited += 1


class _Flow(Generic[Item, Result]):
    def __init__(self, work: Work[Item, Result], items: Iterable[Item], crew: Crew) -> None:
        self.work, self.crew = work, crew
        self.waiting = enumerate(items)
        self.flying: dict[Future[list[Outcome[Result]]], list[tuple[int, Item]]] = {}
        self.suspects: deque[tuple[int, Item]] = deque()
        self.deaths: dict[int, int] = {}
        self.bundle = 1

    def __iter__(self) -> Iterator[tuple[int, Outcome[Result]]]:
        while self._launch():
            done, _ = wait(self.flying, timeout=POLL, return_when=FIRST_COMPLETED)
            self.crew.listen()
            for future in [future for future in self.flying if future in done]:
                yield from self._land(future)
            self.crew.listen()

    def _launch(self) -> bool:
        """Sends what there is room for; False when there is nothing left to wait for."""
        if self.suspects:
            if not self.flying:
                self._send([self.suspects.popleft()])
            return True
        size = self.crew.size
        room = 1 if size == 1 else 2 * size
        while len(self.flying) < room and not self.suspects:
            bundle = list(islice(self.waiting, self.bundle))
            if not bundle:
                break
            self._send(bundle)
        return bool(self.flying or self.suspects)

    def _send(self, bundle: list[tuple[int, Item]]) -> None:
        try:
            future = self.crew.executor.submit(compute, self.work, [item for _, item in bundle])
        except self.crew.died:
            self._bury(bundle)
            self.crew.rebuild()
        else:
            self.flying[future] = bundle

    def _land(self, future: "Future[list[Outcome[Result]]]") -> Iterator[tuple[int, Outcome[Result]]]:
        bundle = self.flying.pop(future, None)
        if bundle is None:
            return  # its pool broke under it
        try:
            outcomes = future.result()
        except self.crew.died as error:
            yield from self._survive(bundle, error)
            return
        except Exception as error:
            outcomes = [_failed(error, 0.0)] * len(bundle)
        self._resize(outcomes)
        yield from zip((number for number, _ in bundle), outcomes, strict=True)

    def _survive(self, bundle: list[tuple[int, Item]], error: BaseException) -> Iterator[tuple[int, Outcome[Result]]]:
        """After the death of a worker: everything that was in the air is tried again, one by one."""
        lost = [bundle]
        if not self.crew.revives:
            lost += self.flying.values()
            self.flying.clear()
            self.crew.rebuild()
        if len(lost) == len(bundle) == 1:
            number = bundle[0][0]
            self.deaths[number] = self.deaths.get(number, 0) + 1
            if self.deaths[number] >= LIVES or self.crew.revives:
                yield number, Failed("WorkerDied", f"its worker died, again and again ({error})", "", 0.0)
                return
        for each in lost:
            self._bury(each)

    def _bury(self, bundle: list[tuple[int, Item]]) -> None:
        self.suspects.extend(bundle)

    def _resize(self, outcomes: list[Outcome[Result]]) -> None:
        """As many items as take long enough together, growing at most fourfold at a time."""
        mean = sum(outcome.seconds for outcome in outcomes) / len(outcomes)
        wanted = LARGEST_BUNDLE if mean <= 0 else int(WORTH_SENDING / mean) + 1
        self.bundle = max(min(wanted, 4 * self.bundle, LARGEST_BUNDLE), 1)


def compute(work: Work[Item, Result], items: list[Item]) -> list[Outcome[Result]]:
    """What a worker does with a bundle; threads of one process take turns."""
    with _one_at_a_time:
        return [_try(work, item) for item in items]


def _try(work: Work[Item, Result], item: Item) -> Outcome[Result]:
    start = time.perf_counter()
    try:
        value = work(item)
    except Exception as error:
        return _failed(error, time.perf_counter() - start)
    return Done(value, time.perf_counter() - start)


def _failed(error: Exception, seconds: float) -> Failed:
    message = " ".join(str(error).split())
    trace = "".join(traceback.format_exception(error))
    known = (error.where, error.key, error.problem) if isinstance(error, BadInput) else None
    return Failed(type(error).__name__, message, trace, seconds, known)
