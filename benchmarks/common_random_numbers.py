"""What common random numbers are worth: the variance of a paired difference against that of independent seeds.

Prints the table of docs/common_random_numbers.md: python benchmarks/common_random_numbers.py [--seeds 24] [--full]
"""

import argparse
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from channellab.agents.draws import GOLDEN
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import load
from channellab.sim import metrics
from channellab.sim.market import Market, region_table

Overrides = tuple[str, ...]

REDUCED = ("network.district_count=31", "consumers.count=25000", "run.warmup=8", "run.weeks=26")
"""The base market with a quarter of its districts and consumers, so that each outlet still has about 100 of them."""
ROLES = ("core", "potential", "edge")


def everywhere(layout: str) -> Overrides:
    """One layout in all regions."""
    return tuple(f"layout.{role}={layout}" for role in ROLES)


INTENSIVE: Overrides = ()
MARKUP = ("retailers.formats.1.price.markup=0.51",)
ONE_SHOP_LESS = ("layout.edge=selective", "layout.selective=0.875")
CASES: dict[str, tuple[Overrides, Overrides]] = {
    "retail mark-up 50 % and 51 %": (INTENSIVE, MARKUP),
    "edge regions: one shop of eight closes": (INTENSIVE, ONE_SHOP_LESS),
    "edge regions: intensive and selective": (INTENSIVE, ("layout.edge=selective",)),
    "everywhere: intensive and selective": (INTENSIVE, everywhere("selective")),
    "everywhere: selective and exclusive": (everywhere("selective"), everywhere("exclusive")),
    "everywhere: intensive and exclusive": (INTENSIVE, everywhere("exclusive")),
}
"""Pairs of scenarios, as overrides of the reduced base market."""


class Gain(NamedTuple):
    """What sharing seeds does for the difference of two scenarios.

    Attributes:
        rho: correlation of the two over seeds. spread: standard deviation of the second over that of the first.
        ratio: variance of the difference with independent seeds over that with shared ones. low, high: its 95 %
            bootstrap interval over seeds.
    """

    rho: float
    spread: float
    ratio: float
    low: float
    high: float


def gain(one: Floats, other: Floats) -> Gain:
    """Compares two scenarios played with the same seeds, (N,) each, in the order of the seeds."""
    picks = np.random.default_rng(0).integers(0, one.size, (2000, one.size))
    low, high = np.quantile([variance_ratio(one[pick], other[pick]) for pick in picks], [0.025, 0.975])
    rho = float(np.corrcoef(one, other)[0, 1])
    return Gain(rho, float(other.std() / one.std()), variance_ratio(one, other), float(low), float(high))


def variance_ratio(one: Floats, other: Floats) -> float:
    """Variance of a difference of independent runs over the variance of the paired difference."""
    return float((one.var(ddof=1) + other.var(ddof=1)) / (one - other).var(ddof=1))


@cache
def channel_profits(overrides: Overrides, seeds: int, by_position: bool = False, market: Overrides = REDUCED) -> Floats:
    """Channel profit under seeds 1 to N, (N,).

    Args:
        overrides, market: what the scenario changes, and what it starts from, both over the base market.
        by_position: number the outlets in the shoppers' luck by their place among the open ones, as a simulator does
            that makes open outlets only.
    """
    scenario = load("one-tier", [*market, *overrides]).scenario
    table = region_table(scenario, Path())
    found = np.empty(seeds)
    for n in range(seeds):
        played = Market(scenario, table, n + 1)
        if by_position:
            key_by_position(played)
        played.play(scenario.run.warmup + scenario.run.weeks)
        found[n] = metrics.summary(played)["channel_profit"]
        played.close()
    return found


def key_by_position(market: Market) -> None:
    """Gives every outlet the key of its place among the open ones; closed ones come after them."""
    retailers = market.retailers
    place = np.argsort(np.argsort(~retailers.authorised, kind="stable"))
    retailers.site_key[:] = (place + 1).astype(np.uint64) * np.uint64(64) * GOLDEN


def gains(case: str, seeds: int, by_position: bool = False, market: Overrides = REDUCED) -> Gain:
    """The gain for one of the `CASES`."""
    one, other = (channel_profits(overrides, seeds, by_position, market) for overrides in CASES[case])
    return gain(one, other)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=24, help="replications of every scenario")
    parser.add_argument("--full", action="store_true", help="the whole base market, with outlets keyed by site only")
    chosen = parser.parse_args()
    market: Overrides = () if chosen.full else REDUCED
    print(
        "| difference of channel profit between | outlets keyed by | rho | sd ratio | variance ratio | 95 % interval |"
    )
    print("|---|---|---|---|---|---|")
    for case in CASES:
        for by_position in (False,) if chosen.full else (False, True):
            found = gains(case, chosen.seeds, by_position, market)
            print(
                f"| {case} | {'position' if by_position else 'site'} | {found.rho:.3f} | {found.spread:.2f} "
                f"| {found.ratio:.1f} | {found.low:.1f} to {found.high:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
