"""FB1, MAP1, MAP2 and PAS1 are measured as they say; what they find is for the report, and not tested for agreement.

What follows from the model whatever the figures is tested: deals are bought ahead and scan-backs hardly, empty threats
are found out, penalties are obeyed.
"""

import numpy as np
import pytest

from channellab.calibration.evidence.finding import Finding
from channellab.calibration.evidence.pass_through import log_prices, market, pass_through
from channellab.calibration.evidence.promotions import deals, orders, policing
from channellab.calibration.evidence.reach import reach
from channellab.experiments.replicate import replication_seeds
from channellab.sim.market import Market

SEEDS = replication_seeds(1, 20)


def shown(findings: list[Finding]) -> list[Finding]:
    """The findings, printed with their intervals."""
    for one in findings:
        print(f"{one.claim} {one.measured} {one.value:.4f} ({one.low:.4f} to {one.high:.4f})")
    return findings


@pytest.mark.slow
def test_deals_are_bought_ahead_and_scan_backs_are_not() -> None:
    ahead, trough, back_ahead, back_trough = shown(deals(SEEDS))
    assert ahead.low > 5.0
    assert trough.high < -0.8
    assert back_ahead.high < 0.2, "weeks of need"
    assert -0.1 < back_trough.low < back_trough.high < 0.1


@pytest.mark.slow
def test_empty_threats_are_found_out_and_penalties_are_obeyed() -> None:
    scanned, punished, units, price, *otherwise, per_cent, _ = shown(policing(SEEDS))
    calm, calmer, shallow, few, alone, calmer_alone = otherwise
    assert abs(scanned.value) < 0.01
    assert punished.high < -0.5
    assert price.low > 0.0
    assert units.high < 0.0, "shoppers who compare prices buy less where discounts have gone"
    assert units.high < calm.low < calm.high < calmer.low, "the more so, the more they look at prices"
    assert units.high < min(shallow.low, few.low), "the deeper the discounts were, and the more sellers gave them"
    assert units.high < alone.low < calmer_alone.high < 0.0, "and the more other brands they find"
    assert per_cent.high < -2.0


@pytest.mark.slow
def test_shops_that_no_penalty_reaches_violate_more() -> None:
    apart, spilled = shown(reach(SEEDS))
    assert apart.low > 0.0
    assert abs(spilled.value) < apart.value


@pytest.mark.slow
def test_a_list_price_passes_nothing_on() -> None:
    listed, shelf, paid, *_ = shown(pass_through(SEEDS[:3]))
    assert (listed.value, shelf.value) == (0.0, 0.0)
    assert paid.value == pytest.approx(1.0)


def test_prices_are_those_of_shops_with_a_wholesaler() -> None:
    playing = Market(market("markup").scenario)
    playing.step()
    playing.close()
    paid, asked = log_prices(playing)
    shops, own = playing.retailers, playing.goods.own
    assert paid == pytest.approx(np.log(shops.purchase_price[:, :own][shops.carries]).mean())
    assert asked > paid


def test_what_is_bought_ahead_is_what_is_not_passed_on() -> None:
    class Week:
        def __init__(self, asked: float, ordered: float) -> None:
            self.distributors = self
            self.demand, self.ordered = np.array([asked]), np.array([ordered])

    weeks = [Week(10, 10)] * 11 + [Week(11, 12), Week(13, 90)] + [Week(10, 0)] * 6
    assert orders(iter(weeks)) == [78.0, 0.0, 10.0]  # type: ignore[arg-type]  # stands for markets
