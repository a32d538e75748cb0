"""Where runs are played: in this process, or in several beside it. The results are the same."""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from queue import Empty
from typing import Any

from channellab.experiments.play import Run, play
from channellab.scenarios.files import Loaded

Task = tuple[Loaded, int]
News = Callable[[int], None]
POLL = 0.2
"""Seconds between two looks at what the workers report."""

_reports: dict[str, Any] = {}


def play_all(tasks: Sequence[Task], workers: int, progress: News | None = None) -> list[Run]:
    """Plays every task (a scenario and a seed) and returns the runs in the order of the tasks.

    Args:
        workers: processes; with one, or one task, everything happens here.
        progress: hears how many weeks are done in all.
    """
    heard = _Count(progress)
    if workers == 1 or len(tasks) == 1:
        return [play(loaded, seed, heard.add) for loaded, seed in tasks]
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    pool = ProcessPoolExecutor(min(workers, len(tasks)), context, initializer=_listen, initargs=(queue,))
    try:
        futures = [pool.submit(_play_there, loaded, seed) for loaded, seed in tasks]
        _follow(futures, queue, heard)
        return [future.result() for future in futures]
    except KeyboardInterrupt:
        _end(pool)
        raise
    finally:
        # What nobody reads any more must not keep the program from ending.
        queue.cancel_join_thread()
        pool.shutdown(cancel_futures=True)


class _Count:
    def __init__(self, progress: News | None) -> None:
        self.progress, self.weeks = progress, 0

    def add(self, weeks: int) -> None:
        self.weeks += weeks
        if self.progress:
            self.progress(self.weeks)


def _follow(futures: list[Future[Run]], queue: Any, heard: _Count) -> None:
    running = set(futures)
    while running:
        done, running = wait(running, timeout=POLL)
        for future in done:
            future.result()
        try:
            while True:
                heard.add(queue.get_nowait())
        except Empty:
            continue


def _end(pool: ProcessPoolExecutor) -> None:
    """Ends the workers in the middle of their runs."""
    for process in list((pool._processes or {}).values()):
        process.terminate()


def _listen(queue: Any) -> None:
    # An interrupt from the keyboard reaches the whole group; the parent alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _reports["queue"] = queue


def _play_there(loaded: Loaded, seed: int) -> Run:
    return play(loaded, seed, _reports["queue"].put)
