"""What other mechanisms write into consumers' minds, and outlets elsewhere, reach the compiled market and the twin."""

from pathlib import Path

import numpy as np
import pytest

from channellab.sim.market import Market
from channellab.sim.reach import Reach
from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, case
from .compare import difference
from .rules import TWIN
from .witness import Witness


def send_far(market: Market) -> None:
    """Gives everybody three outlets elsewhere, some of them none."""
    luck, consumers = np.random.default_rng(market.seed), market.consumers
    far = luck.integers(-1, market.retailers.party.size, (consumers.count, 3)).astype(np.int32)
    burden = luck.random(far.shape, np.float32)
    consumers.tastes = consumers.tastes._replace(far=far, far_burden=burden)
    market.reach = Reach(consumers.tastes, market.scenario.network.sites_per_area)


def praise(market: Market) -> None:
    """Writes what opinion leaders would."""
    luck, mind = np.random.default_rng(market.seed + market.week), market.consumers.mind
    mind.endorsement[:] = 2.0 * luck.random(mind.aware.size, np.float32)
    mind.watching[:] = luck.integers(-1, market.online.party.size, mind.aware.size)


def talk_into(market: Market) -> None:
    """Keeps some consumers in sales talks that nobody has opened, and calls others out of theirs."""
    luck, mind = np.random.default_rng(market.seed - market.week), market.consumers.mind
    mind.lead[:] = luck.random(mind.aware.size) < 0.2


@pytest.mark.parametrize("number", range(0, COUNT, 2))
def test_the_twin_hears_the_same(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    ours, twins = small.market(COMPILED), small.market(TWIN)
    send_far(ours)
    send_far(twins)
    while ours.week < WEEKS:
        for market in (ours, twins):
            praise(market)
            talk_into(market)
        small.step(ours)
        small.step(twins)
        assert difference(ours, twins) == ""
    ours.close()
    twins.close()


@pytest.mark.parametrize("number", range(1, COUNT, 4))
def test_the_witness_counts_them(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    market = small.market(COMPILED)
    send_far(market)
    witness = Witness(small, market)
    for _ in range(WEEKS):
        praise(market)
        witness.week()
    market.close()
