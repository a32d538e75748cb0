"""QD1 and STF1 are measured as they say; what follows from the model whatever the figures is tested."""

import pytest

from channellab.calibration.evidence.orders import discounts, stuffing
from channellab.experiments.replicate import replication_seeds

SEEDS = replication_seeds(1, 20)


@pytest.mark.slow
def test_discounts_on_orders_make_them_larger_and_rarer() -> None:
    findings = discounts(SEEDS)
    for size, swing, *_, given in (findings[:5], findings[5:]):
        assert size.low > 0.0
        assert swing.low > 0.0
        assert 0.0 < given.value <= 0.04


@pytest.mark.slow
def test_pushed_goods_fill_the_shops_and_empty_their_orders() -> None:
    asked, _, stock, pushed, *_ = stuffing(SEEDS)
    assert asked.high < 0.0
    assert stock.low > 0.0
    assert pushed.low > 0.0
