"""Talk at the moment of need: praise sells, complaints cost, and only where friends are heeded."""

import pytest

from channellab.scenarios.files import load
from channellab.sim.market import Market

SMALL = ["network.district_count=31", "consumers.count=4000", "consumers.awareness.initial=1.0"]


def sold(talk: int, *overrides: str) -> int:
    """Own units sold in the first week, after everybody was made to tell the same."""
    market = Market(load("one-tier", [*SMALL, *overrides]).scenario)
    market.consumers.mind.talks[:] = talk
    market.step()
    market.close()
    return int(market.shelves.sold[:, : market.goods.own].sum())


@pytest.mark.parametrize("mixing", ["network", "full"])
def test_praise_sells_and_complaints_cost(mixing: str) -> None:
    heeded = ("consumers.memory.talk_weight=1.0", f"consumers.society.mixing={mixing}")
    bad, none, good = (sold(talk, *heeded) for talk in (-1, 0, 1))
    assert bad < none < good
    assert sold(-1, heeded[1]) == sold(1, heeded[1]) == none


def test_all_friends_and_everybody_say_the_same_where_all_agree() -> None:
    heeded = "consumers.memory.talk_weight=0.7"
    assert sold(1, heeded) == sold(1, heeded, "consumers.society.mixing=full")
