"""Warm processes that play runs for the page: they stream weeks, stop when asked, and are started again if they die.

Everything here happens in the thread of the event loop; a thread per worker only waits for its messages.
"""

import asyncio
import heapq
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from channellab.experiments.executors import fresh
from channellab.experiments.play import Run
from channellab.reports.workshop import worker as workers
from channellab.reports.workshop.worker import Crashed, Done, Ready, Stopped, Weeks, Work
from channellab.scenarios.errors import ChannelLabError
from channellab.scenarios.files import Loaded

News = Callable[[Weeks], None]
STARTING = 20.0
"""Seconds that a process may take to be there."""
FALSE_STARTS = 3
"""Processes in a row that may die before they are ready; then no more are started."""


class RunFailed(ChannelLabError):
    """A run that failed, with the sentence to show."""


@dataclass
class Flight:
    """A run on its way.

    Attributes:
        urgent: whether it belongs to a first, coarse answer. order: of its arrival. done: its result, once there.
        listeners: hear its weeks. told: what they have heard, for those who come later.
    """

    work: Work
    urgent: bool
    order: int
    done: "asyncio.Future[Run]"
    listeners: list[News] = field(default_factory=list)
    told: list[Weeks] = field(default_factory=list)

    def __lt__(self, other: "Flight") -> bool:
        return (not self.urgent, self.order) < (not other.urgent, other.order)


class Crew:
    """The processes and the queue before them."""

    def __init__(self, size: int, warm: bool = True, changed: Callable[[], None] = lambda: None) -> None:
        """``changed`` hears when the number of processes that are ready changes."""
        self.size, self.warm, self.changed = size, warm, changed
        self._numbers = count()
        self._queue: list[Flight] = []
        self._workers: list[_Worker] = []
        self._closed = False
        self._false_starts = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Starts two processes, which share the compiling; others follow when one has the kernels and find them."""
        self.loop = loop
        for half in range(2):
            self._hire(half if self.size > 1 else None)

    @property
    def ready(self) -> int:
        """Processes with their kernels loaded."""
        return sum(each.ready for each in self._workers)

    @property
    def waiting(self) -> int:
        """Runs that wait or are being played."""
        return len(self._queue) + sum(each.flight is not None for each in self._workers)

    def send(self, loaded: Loaded, seed: int, *, watched: bool, urgent: bool) -> Flight:
        """Queues a run; one of a coarse answer goes before all others, and takes the place of one if need be."""
        number = next(self._numbers)
        flight = Flight(Work(number, loaded, seed, watched), urgent, number, self.loop.create_future())
        heapq.heappush(self._queue, flight)
        self._assign()
        return flight

    def drop(self, flight: Flight) -> None:
        """Nobody wants this run any more."""
        if flight in self._queue:
            self._queue.remove(flight)
            heapq.heapify(self._queue)
        for each in self._workers:
            if each.flight is flight:
                each.tell(flight.work.number)
        flight.done.cancel()

    def close(self) -> None:
        """Ends all processes."""
        self._closed = True
        for each in self._workers:
            each.end()

    def _hire(self, half: int | None = None) -> None:
        if not self._closed and len(self._workers) < self.size:
            self._workers.append(_Worker(self, half))

    def _assign(self) -> None:
        for each in self._workers:
            if each.ready and each.flight is None and self._queue:
                each.take(heapq.heappop(self._queue))
        ahead = sum(flight.urgent for flight in self._queue) - sum(each.bumped for each in self._workers)
        for each in self._workers:
            if ahead > 0 and each.flight and not each.flight.urgent and not each.bumped:
                each.bump()
                ahead -= 1

    def heard(self, who: "_Worker", message: Any) -> None:
        """A message of a worker; None is its death."""
        if message is None:
            self._died(who)
        elif isinstance(message, Ready):
            who.ready, self._false_starts = True, 0
            self._hire()
            self.changed()
        elif isinstance(message, Weeks):
            if who.flight and who.flight.work.number == message.number:
                who.flight.told.append(message)
                for listener in list(who.flight.listeners):
                    listener(message)
            return
        else:
            self._landed(who, message)
        if not self._closed:
            self._assign()

    def _landed(self, who: "_Worker", message: Done | Stopped | Crashed) -> None:
        flight, who.flight = who.flight, None
        bumped, who.bumped = who.bumped, False
        if flight is None or flight.done.done():
            return
        if isinstance(message, Done):
            flight.done.set_result(message.run)
        elif isinstance(message, Crashed):
            flight.done.set_exception(RunFailed(message.sentence))
        elif bumped:
            flight.told.clear()  # it begins anew
            heapq.heappush(self._queue, flight)
        else:
            flight.done.cancel()

    def _died(self, who: "_Worker") -> None:
        self._workers.remove(who)
        flight = who.flight
        if flight and not flight.done.done():
            flight.done.set_exception(RunFailed("the process that played this run ended; a new one is being started"))
        self._false_starts += not who.ready
        if not self._closed:
            if self._false_starts < FALSE_STARTS:
                self._hire()
            elif not self._workers:
                self._give_up()
            self.changed()

    def _give_up(self) -> None:
        while self._queue:
            flight = heapq.heappop(self._queue)
            if not flight.done.done():
                flight.done.set_exception(RunFailed("no process that plays runs can be started on this machine"))


class _Worker:
    """A process as its parent sees it."""

    def __init__(self, crew: Crew, half: int | None) -> None:
        self.crew = crew
        self.ready = self.bumped = self.ended = False
        self.flight: Flight | None = None
        context: Any = fresh()
        self.pipe, self._theirs = context.Pipe()
        self.process = context.Process(target=workers.main, args=(self._theirs, crew.warm, half), daemon=True)
        self.thread = threading.Thread(target=self._live, daemon=True)
        self.thread.start()

    def take(self, flight: Flight) -> None:
        """Plays it."""
        self.flight = flight
        self.tell(flight.work)

    def bump(self) -> None:
        """Gives up its run for a while, in favour of one that is waited for."""
        self.bumped = True
        if self.flight:
            self.tell(self.flight.work.number)

    def tell(self, message: Any) -> None:
        """Sends a message; a dead worker is heard of elsewhere."""
        try:
            self.pipe.send(message)
        except (BrokenPipeError, OSError):
            return

    def end(self) -> None:
        """Asks it to end, and makes it; one that is being started is waited for, lest it complains."""
        self.ended = True
        self.tell(None)
        if self.process.pid is not None:
            self.process.terminate()
        else:
            self.thread.join(STARTING)

    def _live(self) -> None:
        """Starts, which the first time lasts as long as all imports, and then listens."""
        with suppress(OSError, EOFError):  # one that cannot be started is heard of as dead
            self.process.start()
            if self.ended:
                self.process.terminate()
        self._theirs.close()
        while True:
            try:
                message = self.pipe.recv()
            except (EOFError, OSError):
                message = None
            try:
                self.crew.loop.call_soon_threadsafe(self.crew.heard, self, message)
            except RuntimeError:
                return  # the loop is closed
            if message is None:
                if self.process.pid is not None:
                    self.process.join()
                return
