"""Kinds of online shops: who considers them, and when the deal of a group stands."""

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.sim.market import Market

ONE = [
    *("network.regions=single", "network.district_count=1", "network.sites_per_district=2", "network.sites_per_area=1"),
    *(
        "manufacturer.plants=[]",
        "consumers.outlets_considered=1",
        "consumers.count=400",
        "consumers.online_considered=1",
    ),
    *("consumers.awareness.initial=1.0", "online.stock.rule=base_stock", "online.stock.level=10000"),
]


def market(*shops: str) -> Market:
    return Market(load("one-tier", [*ONE, f"online.shops=[{', '.join(shops)}]"]).scenario)


def group(size: int) -> str:
    return f'{{name="Together", kind="group_buying", group_size={size}, appeal=4.0}}'


def test_a_deal_falls_through_where_too_few_wish_for_the_same() -> None:
    """In each of two areas, by SKU: all or none of the first wishes are met."""
    for size in (1, 4, 6, 10_000):
        one = market(group(size))
        one.step()
        wished, sold = one.online.wished[0], one.online.served[0]
        assert wished.sum() > 50
        if size in (1, 10_000):
            assert np.array_equal(sold, wished if size == 1 else 0 * wished)
        assert np.array_equal(one.online.unmet[0], wished - sold)
        assert ((sold == 0) | (sold >= size)).all()
        one.close()


def test_larger_groups_sell_no_more() -> None:
    sold = []
    for size in (1, 4, 6, 10_000):
        one = market(group(size))
        one.step()
        sold.append(int(one.online.sold.sum()))
        one.close()
    assert sold == sorted(sold, reverse=True)
    assert len(set(sold)) > 2


def test_a_size_is_read_for_groups_alone() -> None:
    mall = market('{name="Together", group_size=6, appeal=4.0}')
    mall.step()
    assert (mall.online.served == mall.online.wished).all()
    mall.close()


@pytest.mark.parametrize("kind", ["social", "livestream"])
def test_only_those_who_watch_consider_a_stream(kind: str) -> None:
    live = market(f'{{name="Live", kind="{kind}", appeal=4.0}}', '{name="Mall"}')
    assert (live.consumers.tastes.online == 1).all()
    live.step()
    assert live.online.visits[0] == live.online.sold[0].sum() == 0
    live.consumers.mind.watching[::2] = 0
    live.step()
    buyers = np.flatnonzero(live.consumers.mind.last_site == live.retailers.party.size)
    assert live.online.sold[0].sum() > 0
    assert (buyers % 2 == 0).all()
    assert live.online.visits[0] < live.online.visits[1]
    live.close()


def test_without_shops_open_to_all_nobody_looks_at_any() -> None:
    live = market('{name="Live", kind="livestream"}')
    assert live.consumers.tastes.online.shape[1] == 0
    live.close()
