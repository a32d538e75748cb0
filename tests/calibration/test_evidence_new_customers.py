"""NEW1 and NEW2: rebates for new customers move distributors where, and as long as, they have any."""

import pytest

from channellab.calibration.evidence.new_customers import MEASURED, bonus, growth
from channellab.experiments.replicate import replication_seeds

SEEDS = replication_seeds(1, 20)


@pytest.mark.slow
def test_a_bonus_lowers_prices_while_customers_are_new() -> None:
    meanwhile, after, units, paid, brand, partners = bonus(SEEDS)
    assert meanwhile.high < -0.01
    assert meanwhile.high < 10.0 * after.low, "hardly anything is left of it once nobody is new"
    assert units.low > 0.0
    assert paid.low > 0.0
    assert brand.high < 0.0 < partners.low


@pytest.mark.slow
def test_growth_that_new_customers_must_bear_out_moves_prices_while_there_are_any() -> None:
    findings = growth(SEEDS)
    guarded, against_any = findings[: len(MEASURED)], findings[len(MEASURED) :]
    assert guarded[0].high < -0.05
    assert guarded[0].high < 10.0 * guarded[1].low
    assert guarded[2].low > 0.0
    assert against_any[1].low > 0.05, "growth that nobody new bears out earns nothing, and lowers no price"
    assert against_any[2].high < 0.0
    assert against_any[3].high < 0.0 < against_any[4].low
