"""A worker process: kernels loaded, it plays one run after another and tells the weeks while it plays.

Messages go through a pipe. To the worker: `Work`, the number of a run to stop, None for the end. From it: `Ready`,
`Weeks`, `Done`, `Stopped`, `Crashed`.
"""

import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from channellab.experiments.play import Run, play
from channellab.reports.workshop.warming import warm_up
from channellab.scenarios.errors import ChannelLabError
from channellab.scenarios.files import Loaded
from channellab.sim import metrics
from channellab.sim.market import Market

STRIDE = 2
"""Weeks between two messages of a run that is watched."""
POLITE = 5
"""How far workers stand back for the process that answers the browsers."""


@dataclass(frozen=True)
class Work:
    """A run to play.

    Attributes:
        number: of the run, different for all. watched: whether somebody draws its weeks as they come.
    """

    number: int
    loaded: Loaded
    seed: int
    watched: bool


@dataclass(frozen=True)
class Ready:
    """The kernels are loaded."""


@dataclass(frozen=True)
class Weeks:
    """What is new of a run.

    Attributes:
        played: weeks played, warm-up included. total: weeks there will be.
        weeks: numbers of the weeks that are new, those of the warm-up up to 0; empty if nobody watches.
        series: by metric, their values.
    """

    number: int
    played: int
    total: int
    weeks: tuple[int, ...]
    series: dict[str, list[float]]


@dataclass(frozen=True)
class Done:
    """A run has ended well."""

    number: int
    run: Run


@dataclass(frozen=True)
class Stopped:
    """A run was stopped, as was asked for."""

    number: int


@dataclass(frozen=True)
class Crashed:
    """A run has failed; one sentence says how."""

    number: int
    sentence: str


class _Stop(Exception):
    """Raised in the middle of a run."""


def main(pipe: "Connection[Any, Any]", warm: bool, half: int | None) -> None:
    """The life of a worker; ``warm`` and ``half`` say whether and how it loads its kernels before the first run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(POLITE)
    try:
        if warm:
            warm_up(half)
        pipe.send(Ready())
        while (work := pipe.recv()) is not None:
            if isinstance(work, Work):  # a number is a stop that came too late
                pipe.send(_played(pipe, work))
    except (EOFError, BrokenPipeError, ConnectionError):
        return  # the parent is gone


def _played(pipe: "Connection[Any, Any]", work: Work) -> Done | Stopped | Crashed:
    try:
        return Done(work.number, play(work.loaded, work.seed, look=_Watch(pipe, work).look, stride=STRIDE))
    except _Stop:
        return Stopped(work.number)
    except ChannelLabError as error:
        return Crashed(work.number, " ".join(str(error).split()))
    except (EOFError, BrokenPipeError, ConnectionError):
        raise
    except Exception as error:  # one run must not end the room
        return Crashed(work.number, f"the run failed with {type(error).__name__}: {' '.join(str(error).split())}")


class _Watch:
    """Looks at a market now and then, tells what is new, and hears whether to stop."""

    def __init__(self, pipe: "Connection[Any, Any]", work: Work) -> None:
        self.pipe, self.work, self.told = pipe, work, 0

    def look(self, market: Market) -> None:
        """Raises _Stop if nobody wants the run any more."""
        while self.pipe.poll():
            message = self.pipe.recv()
            if message is None:
                raise EOFError
            if message == self.work.number:
                raise _Stop
        news = news_of(market, self.work.number, self.told if self.work.watched else market.week)
        self.told = market.week
        self.pipe.send(news)


def news_of(market: Market, number: int, told: int) -> Weeks:
    """What a market has to tell after ``told`` weeks that were told before; ``number`` is that of its run."""
    run = market.scenario.run
    weeks = tuple(range(told + 1 - run.warmup, market.week + 1 - run.warmup))
    series = {name: _plain(values) for name, values in metrics.weekly(market, told).items()} if weeks else {}
    return Weeks(number, market.week, run.warmup + run.weeks, weeks, series)


def _plain(values: "np.typing.NDArray[np.float64]") -> list[float]:
    return [float(f"{value:.6g}") for value in values.tolist()]


def _follow_parent() -> None:
    """Ends this process when its parent ends, however that happens."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
