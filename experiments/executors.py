"""Where work is computed: here, in several processes beside, or by the workers of a Dask cluster.

All three are executors as `concurrent.futures` defines them. Results are the same everywhere: work is a function of its
item alone, and whoever needs an order puts results in it.
"""

import multiprocessing
import multiprocessing.context
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import Any

from channellab.scenarios.errors import BadInput, ChannelLabError

News = Callable[[int], None]
PATIENCE = 10.0
"""Seconds that a scheduler has to answer."""
_told: dict[str, News] = {}
_common: list[Any] = []


@dataclass(frozen=True)
class Place:
    """Where to compute.

    Attributes:
        workers: processes; with one, everything happens in this one.
        cluster: address of a Dask scheduler, whose workers are used instead.
    """

    workers: int = 1
    cluster: str | None = None

    def open(self, common: Any = None) -> "Crew":
        """Starts it.

        Args:
            common: what all work looks at, see `common`; it is sent to each process once. Not on a cluster.

        Raises:
            BadInput: the scheduler does not answer.
        """
        if self.cluster is not None:
            return ClusterCrew(self.cluster)
        return PoolCrew(self.workers, common) if self.workers > 1 else Crew(common)


HERE = Place()
"""In this process."""


class Crew:
    """An executor and what there is around it; this one computes in this process.

    Attributes:
        hear: told now and then, ``hear(amount)``, what has been done in the middle of work.
    """

    died: tuple[type[BaseException], ...] = ()
    """Errors that say that a worker died with its work."""
    revives = False
    """Whether the executor goes on by itself after that."""

    def __init__(self, common: Any = None) -> None:
        self.executor: Executor = Serial(common)
        self.hear: News | None = None
        _told["news"] = self.passed_on

    @property
    def size(self) -> int:
        """How many can work at once."""
        return 1

    def passed_on(self, amount: int) -> None:
        """What has been done, to whoever wants to hear it."""
        if self.hear:
            self.hear(amount)

    def listen(self) -> None:
        """Passes on what workers have told."""

    def rebuild(self) -> None:
        """A new executor for a broken one."""

    def close(self, abandon: bool) -> None:
        """The end; what is still worked on is abandoned or waited for."""
        _told.clear()


class Serial(Executor):
    """Computes at once, here."""

    def __init__(self, common: Any = None) -> None:
        self.common = common

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """The result, in a future that is done; an interruption from the keyboard is passed on."""
        future: Future[Any] = Future()
        _common.append(self.common)
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        finally:
            _common.pop()
        return future


class PoolCrew(Crew):
    """Processes of this machine, that inherit nothing of this one's state."""

    died = (BrokenProcessPool,)

    def __init__(self, workers: int, common: Any = None) -> None:
        self.workers, self.common, self.hear = workers, common, None
        self.context = fresh()
        self.rebuild()

    @property
    def size(self) -> int:
        """Processes."""
        return self.workers

    def rebuild(self) -> None:
        """Processes start when there is work for them.

        What a worker tells is in the queue before its result is sent. A worker that dies may leave the queue locked.
        """
        self.queue = self.context.SimpleQueue()
        self.executor: ProcessPoolExecutor = ProcessPoolExecutor(
            self.workers, self.context, initializer=_prepare, initargs=(self.queue, self.common)
        )

    def listen(self) -> None:
        """Passes on what workers have told."""
        while not self.queue.empty():
            self.passed_on(self.queue.get())

    def close(self, abandon: bool) -> None:
        """The end; workers are stopped in the middle of what is abandoned."""
        if abandon:
            for process in list((self.executor._processes or {}).values()):
                process.terminate()
        self.executor.shutdown(cancel_futures=True)


class ClusterCrew(Crew):
    """Workers of a Dask cluster that the user runs; there may be more or fewer of them as time goes by."""

    revives = True

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise BadInput("--cluster", "", "needs Dask; install channellab with the extra cluster") from None
        self.died, self.hear = (KilledWorker,), None
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise BadInput(f"--cluster {address}", "", f"is no scheduler that answers: {error}") from None
        self.executor = self.client.get_executor(retries=0)

    @property
    def size(self) -> int:
        """Threads of all workers."""
        if self.client.status != "running":
            raise ChannelLabError("the scheduler of the cluster is gone; what has finished is kept, start it again")
        threads: dict[str, int] = self.client.nthreads()
        return max(sum(threads.values()), 1)

    def close(self, abandon: bool) -> None:
        """Leaves the cluster as it is."""
        with ExitStack() as stack:
            stack.callback(self.client.close)
            self.executor.shutdown(wait=not abandon)


def fresh(*modules: str) -> multiprocessing.context.BaseContext:
    """How processes start: on Linux as copies of one that has imported what playing needs, once for all of them.

    Args:
        modules: that it imports, too, if it is not there yet.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["channellab.experiments.store", *modules])
    return context


def warm(module: str) -> None:
    """Starts the process that workers are copies of, beside this one, with a module that their work needs."""
    if fresh(module).get_start_method() == "forkserver":
        forkserver.ensure_running()


def tell(amount: int) -> None:
    """Called by work in progress: this much more is done."""
    if "news" in _told:
        _told["news"](amount)


def common() -> Any:
    """Called by work: what all of it looks at (`Place.open`)."""
    return _common[-1]


@contextmanager
def opened(place: Place | Crew, common: Any = None) -> Iterator[Crew]:
    """A crew that ends with the block; whatever stops the block stops its work too. One that is open stays so.

    Args:
        common: see `Place.open`; a crew that is open has its own.
    """
    if isinstance(place, Crew):
        yield place
        return
    crew = place.open(common)
    try:
        yield crew
    except BaseException:
        crew.close(abandon=True)
        raise
    crew.close(abandon=False)


def _prepare(queue: Any, common: Any) -> None:
    """In a new worker: the parent alone answers an interruption from the keyboard, and nobody outlives the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _common.append(common)
    _told["news"] = queue.put
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
