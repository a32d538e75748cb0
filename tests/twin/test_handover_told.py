"""Those who collect goods, and shops that serve orders, are told what the scenario and the shelves say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channellab.agents.draws import Stream
from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, Case, case
from .draws import stream_key
from .handover import delivery_days, orders, partner
from .photo import agree, photo
from .terms import Terms


@pytest.mark.parametrize("number", range(COUNT))
def test_shops_are_told_whose_orders_they_may_have(number: int, tmp_path: Path) -> None:
    small = case(number, tmp_path)
    terms, told = Terms(small.scenario, small.table, small.seed), set[str]()

    def ways_to_collect(*args: Any) -> None:
        now = photo(market)
        assert args[3] == small.scenario.consumers.memory.channel_habit
        assert args[4].tolist() == allowed(terms, "pickup", now)
        assert args[6].tolist() == brands(small)
        agree("delivery", market.week, delivery_days(small.scenario, now.online), args[7].tolist())
        told.add("pickup")
        COMPILED.ways_to_collect(*args)

    def hand_over(*args: Any) -> None:
        now = photo(market)
        assert args[5].tolist() == allowed(terms, "pickup", now)
        assert args[6].tolist() == allowed(terms, "routing", now)
        told_orders = [(brands(small)[shop], sku) for shop, sku in zip(args[1].tolist(), args[2].tolist(), strict=True)]
        assert told_orders == orders(small.scenario, now)
        assert args[8].tolist() == now.retailers.stock
        assert args[9] == small.scenario.consumers.collector_buys
        assert int(args[10]) == stream_key(small.seed, Stream.COLLECTOR_BUYS)
        told.add("orders")
        COMPILED.hand_over(*args)

    market = small.market(replace(COMPILED, ways_to_collect=ways_to_collect, hand_over=hand_over))
    for _ in range(WEEKS):
        small.step(market)
    market.close()
    policy = small.scenario.policy.online
    chosen = small.scenario.consumers.demand.source == "choice"
    assert ("pickup" in told) is (chosen and policy.pickup)
    assert ("orders" in told) is (chosen and (policy.pickup or policy.routing))


def brands(small: Case) -> list[int]:
    """The brand's online shops."""
    return [row for row, shop in enumerate(small.scenario.online.shops) if shop.owner == "brand"]


def allowed(terms: Terms, name: str, now: Any) -> list[bool]:
    """Shops that may have orders by a policy."""
    return [
        partner(now, shop) and terms.of_shop(f"policy.online.{name}", now, shop)
        for shop in range(len(now.retailers.party))
    ]
