"""Two processes that start together share the compiling: what one leaves out is what the other plays."""

from channellab.agents.kernels.shelf import Tally
from channellab.reports.workshop.warming import HALVES, SMALL, warm_up
from channellab.scenarios.files import load
from channellab.sim.market import Market, region_table
from channellab.sim.rules import COMPILED


def test_every_decision_is_played_by_one_of_them() -> None:
    left_out = [{name for name, rule in vars(half).items() if rule is not getattr(COMPILED, name)} for half in HALVES]
    assert left_out == [{"hear", "endorse"}, {"shop"}]


def test_both_halves_play_a_week_that_balances() -> None:
    loaded = load("base", SMALL)
    sold = []
    for half in HALVES:
        market = Market(loaded.scenario, region_table(loaded.scenario, loaded.base), 1, half)
        market.step()
        sold.append(int(market.retailers.sold.sum()))
        assert market.record.goods_imbalance == 0
        assert isinstance(market.tally, Tally)
        market.close()
    assert sold[0] > 0 == sold[1]
    warm_up(0)
