"""DIS2, DIS3: how far prices lie apart within and between chains, and what a chain gains by flexible prices."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, measured_weeks, opened, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.settings.scenario import TimetableEntry
from channellab.sim import metrics
from channellab.sim.dispersion import spread
from channellab.sim.market import Market

WEEKS, WARMUP, PILOT = 26, 52, 987_654_321
"""Weeks measured, weeks to learn in before, and the seed of the market that is asked for the level of prices."""
BAND = 0.3
"""What a flexible chain may depart from the recommended price."""
PLACE = (
    *("network.district_count=31", "network.sites_per_district=8", "network.sites_per_area=8"),
    *("consumers.count=25_800", f"run.weeks={WEEKS}", f"run.warmup={WARMUP}"),
)
PLACE_WORDS = "one-tier market with 31 districts of 8 sites and 25,800 consumers"
OWN_PRICES = (10.0, 10.5, 13.0, 16.0)
"""Recommended prices of the base market."""
LEARNING = (
    "price.elasticity 2.5 believed with a spread of 1, price.experiment 2 %, price.learning 0.05; with "
    "price.elasticity_spread = 0 nobody learns, and groups that pay alike ask alike, up to their experiments"
)
BEST = 'price={rule="margin_optimal"}'
INDEPENDENT = 'service=0.5, price={rule="markup", markup=0.5}, price_spread=0.06'


def market(formats: Sequence[str], level: Sequence[float] = (1.0,) * 4) -> Loaded:
    """The market of these experiments, with the retail formats given; ``level`` raises the recommended prices."""
    listed = [price * part for price, part in zip(OWN_PRICES, level, strict=True)]
    tables = ", ".join(f"{{{words}}}" for words in formats)
    own = (f"products.{number}.list_price={price}" for number, price in enumerate(listed))
    return load("one-tier", (*PLACE, f"retailers.formats=[{tables}]", *own))


# DIS2

SCANNER = "weekly shelf prices of single products in public scanner data"
MANY = "30 % of the shops belong to two key accounts and 40 % to three chains, all margin_optimal, the rest mark up"


def dispersion(seeds: Sequence[int]) -> list[Finding]:
    """Dispersion that learning alone brings about, and with the published one inside a metropolitan area put in."""
    findings = []
    for spread_inside in (0.0, 0.024):
        rule = f"price_spread={spread_inside}, {BEST}"
        loaded = market(
            (
                f'name="key account", share=0.3, service=0.7, appeal=0.3, chains=2, {rule}',
                f'name="chain", share=0.4, service=0.65, appeal=0.2, chains=3, {rule}',
                f'name="independent", share=0.3, {INDEPENDENT}',
            )
        )
        values = replicate(loaded, spreads, seeds)
        inputs = f"price_spread = {spread_inside:g} between the shops of a chain, chain_spread = 0. {LEARNING}"
        for column, (words, figure) in enumerate(PUBLISHED.items()):
            findings.append(_dispersion(words, values[:, column], figure, inputs))
    return findings


PUBLISHED = {
    "the shops of one chain in all regions": 0.056,
    "the shops of one chain in one region": 0.024,
    "the mean prices of the chains of one region": 0.098,
}


def _dispersion(words: str, values: Floats, figure: float, inputs: str) -> Finding:
    return found(
        "DIS2",
        f"Standard deviation over mean of an own SKU's shelf price in one week, over {words}.",
        values,
        published=f"{figure:.1%}, {SCANNER}",
        low=figure,
        high=figure,
        inputs=inputs,
        scenario=f"{PLACE_WORDS}; {MANY}",
    )


def spreads(weeks: Weeks) -> list[float]:
    """Dispersion within chains, within chains and regions, and between chains; means over the weeks."""
    inside = []
    for playing in weeks:
        inside.append(_inside_regions(playing))
    summary = metrics.summary(playing)
    return [summary["dispersion_within_chains"], float(np.mean(inside)), summary["dispersion_between_chains"]]


def _inside_regions(playing: Market) -> float:
    shops, rows = playing.retailers, playing.chains.shops
    return spread(playing, shops.chain[rows] * len(playing.roads.table.region_ids) + shops.region[rows])


# DIS3

GENTZKOW = "DellaVigna & Gentzkow 2019: chains price nearly uniformly, and gain a little by flexible prices"
ONE = "40 % of the shops belong to one chain, margin_optimal region by region; the rest are independents with a mark-up"


def flexibility(seeds: Sequence[int]) -> list[Finding]:
    """What one chain gains when it may price region by region, in all and beyond the level of its prices."""
    findings = []
    for level, words in (
        ((1.0,) * len(OWN_PRICES), "the uniform price being the base market's recommended one"),
        (learned_level(), "the uniform price being the mean of the flexible ones"),
    ):
        values = np.array([_both_ways(one_chain(level), seed) for seed in seeds])
        gain = values[:, 1, 0] / values[:, 0, 0] - 1.0
        wider = values[:, 1, 1] - values[:, 0, 1]
        findings += [
            _flexible(f"Change of the chain's margin on own goods from uniform to flexible prices, {words}.", gain),
            _flexible(f"Change of the dispersion of the chain's price over all regions, {words}.", wider),
        ]
    return findings


def _flexible(words: str, values: Floats) -> Finding:
    return found(
        "DIS3",
        words,
        values,
        published=f"above 0; {GENTZKOW}",
        low=0.0,
        inputs=f"policy.price.kind uniform, or banded with a band of {BAND:.0%}; under uniform the dispersion is zero "
        f"by policy, and competitors keep to their mark-up. {LEARNING}",
        scenario=f"{PLACE_WORDS}; {ONE}",
    )


def one_chain(level: Sequence[float]) -> Loaded:
    """One chain that learns, among independents whose prices do not depend on the recommended ones."""
    chain = f'name="chain", share=0.4, service=0.65, appeal=0.2, chains=1, {BEST}'
    return market((chain, f'name="independent", share=0.6, {INDEPENDENT}'), level)


@cache
def learned_level() -> tuple[float, ...]:
    """Mean learned price over the recommended one of each own SKU, in a market of its own seed."""
    total = np.zeros(len(OWN_PRICES))
    with opened(one_chain((1.0,) * len(OWN_PRICES)), PILOT) as pilot:
        for playing in measured_weeks(pilot):
            total += playing.pricing.asked.mean(axis=0)
    return tuple((total / WEEKS / np.array(OWN_PRICES)).round(4).tolist())


def _both_ways(loaded: Loaded, seed: int) -> list[list[float]]:
    """Margin and dispersion of the chain under uniform and under flexible prices, after the same weeks of learning."""
    measured = []
    with opened(loaded, seed) as learned:
        for kind in ("uniform", "banded"):
            held = {"policy.price.kind": kind, "policy.price.band": BAND}
            entry = TimetableEntry(weeks=(1, WEEKS), who=("chain",), set=held)
            future = learned.fork(learned.scenario.model_copy(update={"timetable": (entry,)}))
            measured.append(margin_and_spread(measured_weeks(future)))
            future.close()
    return measured


def margin_and_spread(weeks: Weeks) -> list[float]:
    """What chains earned on own goods over their purchase price, and the dispersion of their prices."""
    earned = 0.0
    for playing in weeks:
        shops, rows, own = playing.retailers, playing.chains.shops, playing.goods.own
        margin = playing.counter_price[rows, :own] - shops.purchase_price[rows, :own]
        earned += float((shops.sold[rows, :own] * margin).sum())
    return [earned, metrics.summary(playing)["dispersion_within_chains"]]


FINDINGS: dict[str, Experiment] = {"DIS2": dispersion, "DIS3": flexibility}
