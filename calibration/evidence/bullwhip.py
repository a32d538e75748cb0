"""BW1: whether the tiers of an industry amplify the swings of demand, and what a season does to that."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.calibration.evidence.markets import SMALL_WORDS, small_base
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded
from channellab.sim.chain import WHOLESALERS
from channellab.sim.market import Market

MONTH = 4
"""Weeks."""
SOURCE = "Cachon, Randall & Schmidt 2007, US industries, monthly"
NONE, BASE, STRONG = 0.0, 0.15, 0.45
"""Seasons compared, as `consumers.season_amplitude`; the middle one is the base market's."""
INPUTS = (
    "Nothing is written in: amplification comes from order-up-to levels that follow the forecast (stock.smoothing, "
    "stock.safety_factor) over the lead times. With rule = base_stock orders equal demand. No firm foresees the season."
)
TIERS = ("Retailers", "Wholesalers of both tiers", "Manufacturers")


def experiment(seeds: Sequence[int]) -> list[Finding]:
    """Amplification by tier in the base season, and its paired change without a season and with a strong one."""
    none, base, strong = (replicate(_market(amplitude), amplification, seeds) for amplitude in (NONE, BASE, STRONG))
    signs = ((None, 1.0), (1.0, None), (None, 1.0))
    words = ("most industries do not amplify (< 1)", "amplify (> 1)", "most industries do not amplify (< 1)")
    tiers = [
        found(
            "BW1",
            f"{tier}: variance of the growth of goods received over that of goods sold, all firms together, by months "
            "of four weeks.",
            base[:, column],
            published=f"{words[column]}; {SOURCE}",
            low=signs[column][0],
            high=signs[column][1],
            inputs=INPUTS,
            scenario=f"{SMALL_WORDS}, two tiers of distributors",
        )
        for column, tier in enumerate(TIERS)
    ]
    return [*tiers, _season(NONE, BASE, base - none), _season(BASE, STRONG, strong - base)]


def _season(less: float, more: float, change: Floats) -> Finding:
    return found(
        "BW1",
        f"Mean change of that ratio over the three tiers when the season's amplitude rises from {less:g} to {more:g}.",
        change.mean(axis=1),
        published=f"the more seasonal the demand, the less amplification (< 0); {SOURCE}",
        high=0.0,
        inputs=f"consumers.season_amplitude. {INPUTS}",
        scenario=f"{SMALL_WORDS}, two tiers of distributors",
    )


def _market(amplitude: float) -> Loaded:
    changes = {"subdistributors.per_district": 1, "consumers.season_amplitude": amplitude}
    return small_base(**changes, **{"run.weeks": 104})


def amplification(weeks: Weeks) -> list[float]:
    """By tier, (3,): variance of the growth of inflow over that of outflow.

    Growth, the change of the logarithm from month to month, frees the figure of trends, as industry data need it.
    """
    flows = np.array([_flows(market) for market in weeks])
    months = flows[: len(flows) // MONTH * MONTH].reshape(-1, MONTH, *flows.shape[1:]).sum(axis=1)
    growth = np.diff(np.log(months), axis=0).var(axis=0, ddof=1)
    ratio: list[float] = (growth[:, 0] / growth[:, 1]).tolist()
    return ratio


def _flows(market: Market) -> Floats:
    """By tier, (3, 2): own units that came in and that went out this week."""
    own, shops, plants = market.goods.own, market.retailers, market.plants
    wholesale = [market.tiers[name] for name in WHOLESALERS]
    return np.array(
        [
            [shops.received[:, :own].sum(), shops.sold[:, :own].sum()],
            [sum(tier.received.sum() for tier in wholesale), sum(tier.delivered.sum() for tier in wholesale)],
            [plants.received.sum(), plants.delivered.sum()],
        ],
        np.float64,
    )


FINDINGS: dict[str, Experiment] = {"BW1": experiment}
