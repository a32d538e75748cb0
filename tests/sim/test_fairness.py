"""What shops keep of what the channel earns, and what they hold back, worked out with plain numbers."""

from collections.abc import Callable

import numpy as np
import pytest

from channellab.sim.fairness import margin_made, unfairness
from channellab.sim.market import Market

from .test_handover import MARKET

Played = Callable[[str], Market]


@pytest.fixture(scope="module")
def market(played: Played) -> Market:
    return played(MARKET + "[conflict]\nfrom_unfairness = 0.5\nfair_share = 0.4\n")


def test_the_margin_of_an_area_is_that_of_all_who_sell_to_its_people(market: Market) -> None:
    shops, online = market.retailers.sold.sum(), market.online.sold.sum()
    assert margin_made(market) == pytest.approx([6.0 * shops + 4.0 * online])


def test_shops_compare_what_they_keep_with_it(market: Market) -> None:
    shops = market.retailers
    profit = np.zeros(market.ledger.cash.size)
    made = margin_made(market).item()
    for share, felt in ((0.5, 0.0), (0.4, 0.0), (0.3, 0.25), (0.0, 1.0), (-0.1, 1.0)):
        profit[shops.party] = share * made / 2
        assert unfairness(market, profit) == pytest.approx([felt, felt])


def test_a_remedy_leaves_them_more(market: Market, played: Played) -> None:
    fair = "[conflict]\nfrom_unfairness = 0.5\nfair_share = 0.4\n"
    routed = played(MARKET + "routing = true\n" + fair)
    before, after = (one.record.numbers["partner_resentment"][-1] for one in (market, routed))
    assert after < before


def test_resentful_shops_recommend_the_brand_less_and_order_less(played: Played) -> None:
    conflict = "[conflict]\nfrom_unfairness = 1.0\nfair_share = 1.0\n"
    willing = played(MARKET + conflict)
    unwilling = played(MARKET + conflict + "push_withheld = 1.0\n")
    sparing = played(MARKET.replace("level = 100}", "level = 60}") + conflict + "stock_withheld = 1.0\n")
    assert unwilling.retailers.sold.sum() < willing.retailers.sold.sum()
    resents = sparing.partners.resentment[sparing.retailers.party]
    assert (resents > 0).all()
    assert (sparing.retailers.stock.sum() + sparing.retailers.on_order.sum()) < 120


def test_without_them_nothing_follows_from_resentment(played: Played) -> None:
    plain, felt = played(MARKET), played(MARKET + "[conflict]\nfrom_unfairness = 1.0\n")
    for name in ("units_sold", "channel_profit", "retail_stock"):
        assert plain.record.numbers[name] == felt.record.numbers[name]
    assert plain.record.numbers["partner_resentment"] != felt.record.numbers["partner_resentment"]
