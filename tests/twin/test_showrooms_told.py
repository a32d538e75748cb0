"""Those who look in shops are told what the scenario and the shelves say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channellab.agents.draws import Stream
from channellab.sim.market import Market
from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, Case, case
from .draws import uniform
from .photo import agree, photo


@pytest.mark.parametrize("number", range(COUNT))
def test_those_who_look_are_told_what_shops_show(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    told: list[int] = []

    def look_around(*args: Any) -> None:
        check_looks(small, args[3].tolist())
        check_shops(small, market, args)
        told.append(market.week)
        COMPILED.look_around(*args)

    market = small.market(replace(COMPILED, look_around=look_around))
    for _ in range(WEEKS):
        small.step(market)
    market.close()
    chosen = small.scenario.consumers.demand.source == "choice"
    somebody = small.scenario.consumers.showrooming.share > 0 and bool(small.scenario.online.shops)
    assert told == (list(range(1, WEEKS + 1)) if chosen and somebody else [])


def check_looks(small: Case, looks: list[bool]) -> None:
    """A share of the consumers, the same ones for good."""
    share = small.scenario.consumers.showrooming.share
    assert looks == [uniform(small.seed, Stream.SHOWROOMING, i) < share for i in range(len(looks))]


def check_shops(small: Case, market: Market, args: Any) -> None:
    """Service in force, and own goods on the shelves of shops that are there."""
    now, own = photo(market).retailers, len(small.scenario.products)
    shows = [bool(active and any(stock[:own])) for active, stock in zip(now.active, now.stock, strict=True)]
    agree("service", market.week, now.service, args[4].tolist())
    assert shows == args[5].tolist()
    assert args[7] == small.scenario.consumers.showrooming.carried
