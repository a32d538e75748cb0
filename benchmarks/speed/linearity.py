"""Does time grow in proportion? Time(4x) - time(2x) over time(2x) - time(1x), which is 2 where it does."""

import statistics

from speed.markets import TimedMarket
from speed.plan import Plan

CONSUMERS = (100_000, 200_000, 400_000)
SITES = (8, 16, 32)


def in_consumers(plan: Plan) -> float:
    """Growth of the week's time in consumers, with the same outlets."""
    return _growth(
        [TimedMarket(plan.consumers(count), plan.warmup, scenario=plan.scenario) for count in CONSUMERS], plan
    )


def in_outlets(plan: Plan) -> float:
    """Growth of the week's time in outlets: more shopping areas of eight sites in each district."""
    count = plan.consumers(CONSUMERS[0])
    sizes = (f"network.sites_per_district={sites}" for sites in SITES)
    return _growth([TimedMarket(count, plan.warmup, size, scenario=plan.scenario) for size in sizes], plan)


def _growth(markets: list[TimedMarket], plan: Plan) -> float:
    for _ in range(8 * plan.rounds):
        for market in markets:
            market.play(2)
    one, two, four = (_week(market) for market in markets)
    return (four - two) / max(two - one, 1e-9)


def _week(market: TimedMarket) -> float:
    """Seconds of a week: of each phase the lowest decile, because what else runs on the machine only ever adds."""
    return sum(statistics.quantiles(seconds, n=10)[0] for seconds in market.phases.values())
