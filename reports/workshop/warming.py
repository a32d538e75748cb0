"""Loads the kernels before the first run. Where they are not compiled yet, two processes share the work.

Each plays a week of a small market in which some of the consumers' decisions are left out: what one leaves out is
what the other compiles meanwhile, and then both find all of it.
"""

from dataclasses import replace
from typing import Any

from channellab.agents.kernels.shelf import Tally
from channellab.experiments.play import play
from channellab.scenarios.files import load
from channellab.sim.market import Market, region_table
from channellab.sim.rules import COMPILED

SMALL = ("network.district_count=31", "consumers.count=1000", "run.warmup=1", "run.weeks=2")


def _deaf(*_: Any) -> None:
    """Nobody hears or sees anything."""


def _nobody(*_: Any) -> Tally:
    """Nobody shops."""
    return Tally(0, 0, 0)


HALVES = replace(COMPILED, hear=_deaf, endorse=_deaf), replace(COMPILED, shop=_nobody)
"""Decisions by who starts first and second; half of the time goes into shopping."""


def warm_up(half: int | None) -> None:
    """Compiles what is not yet, and loads everything; ``half`` is 0 or 1 where another process starts beside it."""
    loaded = load("base", SMALL)
    if half is not None:
        market = Market(loaded.scenario, region_table(loaded.scenario, loaded.base), 1, HALVES[half])
        market.step()
        market.close()
    play(loaded, 1)
