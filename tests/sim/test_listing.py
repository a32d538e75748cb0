"""Scarce shelf space in a market: what is not listed is neither offered nor ordered, and what is left is sold off."""

from collections.abc import Iterator

import numpy as np
import pytest

from channellab.scenarios.files import load
from channellab.scenarios.settings import Scenario
from channellab.sim.market import Market
from channellab.sim.shopping import shelf

SMALL = ("consumers.count=3000", "network.sites_per_district=4", "network.sites_per_area=4", "retailers.review_weeks=4")


@pytest.fixture
def market() -> Iterator[Market]:
    found = Market(load("category", SMALL).scenario)
    yield found
    found.close()


def test_every_shelf_is_full_from_the_start(market: Market) -> None:
    listed = market.retailers.listed
    assert (listed.sum(axis=1) == 12).all()
    assert (market.retailers.stock[~listed] == 0).all()
    assert len({row.tobytes() for row in listed}) > 50  # buyers differ


def test_what_is_not_listed_is_not_ordered_and_what_is_left_is_sold_off(market: Market) -> None:
    shops, sold_off, taken_in = market.retailers, 0, 0
    for _ in range(12):
        before = shops.listed.copy()
        market.step()
        assert (shops.ordered[~shops.listed] == 0).all()
        sold_off += shops.sold[~before].sum()
        taken_in += (shops.listed & ~before).sum()
        offered = shelf(market).utility[: len(shops.party)] > -np.inf
        assert (offered == (shops.listed | (shops.stock > 0))).all()
    assert sold_off > 0
    assert taken_in > 0


def test_shops_take_turns(market: Market) -> None:
    shops = market.retailers
    market.play(7)
    before = shops.listed.copy()
    market.step()
    changed = (shops.listed != before).any(axis=1)
    assert changed.any()
    assert ((8 + shops.site[changed]) % 4 == 0).all()


def test_space_for_all_is_no_limit() -> None:
    enough = load("category", (*SMALL, "retailers.shelf_space=28")).scenario
    without = enough.model_copy(update={"retailers": enough.retailers.model_copy(update={"shelf_space": None})})
    assert played(enough) == played(without)


def played(scenario: Scenario) -> tuple[bytes, bytes]:
    market = Market(scenario)
    market.play(5)
    market.close()
    return market.ledger.cash.tobytes(), market.shelves.sold.tobytes()
