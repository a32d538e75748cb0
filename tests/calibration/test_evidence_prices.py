"""DIS2 and DIS3 are measured as they say; what they find is for the report, and is not tested for agreement."""

import pytest

from channellab.calibration.evidence.prices import FINDINGS, market
from channellab.experiments.replicate import replication_seeds
from channellab.sim.market import Market

SEEDS = replication_seeds(1, 3)


def test_a_level_raises_the_recommended_prices_of_own_goods() -> None:
    loaded = market(('name="shop"',), (1.5, 1.0, 1.0, 2.0))
    playing = Market(loaded.scenario)
    playing.close()
    assert playing.goods.list_price[:4].tolist() == [15.0, 10.5, 13.0, 32.0]


@pytest.mark.slow
def test_inside_a_region_a_chain_differs_only_by_what_was_put_in() -> None:
    _, inside, between, _, put_in, _ = FINDINGS["DIS2"](SEEDS)
    assert inside.value == 0.0
    assert between.value > 0.0  # the chains learn apart
    assert 0.0 < put_in.value < 0.024  # of two or three shops, the deviation falls short of that of the law


@pytest.mark.slow
def test_uniform_prices_do_not_differ_and_flexible_ones_do() -> None:
    gain, wider, beyond_the_level, _ = FINDINGS["DIS3"](SEEDS)
    assert wider.low > 0.0
    # Where the uniform price is the base market's, part of the gain is that it is too low.
    assert gain.value > beyond_the_level.value
