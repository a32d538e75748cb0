"""TER1, MAP3: what competition between shops of the same brand does to their margin and to minimum prices."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

# TER1

RULES = {
    "margin_optimal": (
        'price={rule="margin_optimal"}',
        (52, 26),
        "nothing is written in: every shop looks for the price that earns most from what it has seen of its own sales; "
        "price.elasticity 2.5 is what it believes at first, in both layouts",
    ),
    "undercut": (
        'price={rule="undercut"}',
        (12, 26),
        "written in: the rule goes below the lowest neighbour down to price.floor_margin, and without a neighbour "
        "keeps the recommended price; with price.rule = list the effect is zero",
    ),
}
"""By rule: how a shop prices, weeks of warm-up and measured, and what encodes the effect."""
THEORY = "more intrabrand competition, lower retail margin (< 0); theory, beside Rojas 2012 and Vazzana 2005"


def margins(seeds: Sequence[int]) -> list[Finding]:
    """TER1: margin of shops where all eight of a shopping area sell the brand, less that where one does."""
    findings = []
    for rule, (_, _, inputs) in RULES.items():
        findings.append(
            found(
                "TER1",
                f"Change of the shops' margin on own goods, as a share of what they take, from an exclusive to an "
                f"intensive layout; price rule {rule}.",
                margin_change(rule, seeds),
                published=THEORY,
                high=0.0,
                inputs=f"layout, consumers.outlets_considered; {inputs}",
                scenario="trade-deals without deals: 24 sites in three shopping areas, of which all or one an area "
                f"carry the brand; all shops price by the rule {rule}",
            )
        )
    return findings


def margin_change(rule: str, seeds: Sequence[int]) -> Floats:
    """By how much the margin of shops that price by a rule changes from one shop an area to all, (N,)."""
    crowded, alone = (replicate(_shops(rule, kind), margin, seeds)[:, 0] for kind in ("intensive", "exclusive"))
    return np.asarray(crowded - alone)


def _shops(rule: str, kind: str) -> Loaded:
    price, (warmup, weeks), _ = RULES[rule]
    formats = f'retailers.formats=[{{name="shop", service=0.55, {price}}}]'
    return load("trade-deals", (*_layout(kind), formats, "policy.promotion.deals=[]", *_lasting(warmup, weeks)))


def margin(weeks: Weeks) -> list[float]:
    """Margin of the shops on own goods over what they took for them."""
    earned = taken = 0.0
    for playing in weeks:
        shops, own = playing.retailers, playing.goods.own
        sold, price = shops.sold[:, :own], playing.counter_price[: shops.party.size, :own]
        taken += float((sold * price).sum())
        earned += float((sold * (price - shops.purchase_price[:, :own])).sum())
    return [earned / taken]


# MAP3

BELIEF = "price.elasticity 6 is believed, as the scenario's online sellers do; with the usual 2.5 no shop goes below"
SHOPS = {
    "look at no neighbour": (
        'price={rule="list", elasticity=6.0}',
        'price={rule="markup", markup=0.5, elasticity=6.0}',
        "shops keep to list prices or mark up, so that the layout changes only who they are",
    ),
    "undercut their neighbours": (
        'price={rule="undercut", elasticity=6.0}',
        'price={rule="undercut", elasticity=6.0}',
        "written in: shops undercut the lowest neighbour, so that more shops in an area mean lower prices",
    ),
}
"""Cases by name: how chains and independents price, and what encodes the effect."""
DRAFT = "higher distribution intensity, more violations (> 0); Israeli, Anderson & Coughlan, draft of 2011"


def intensity(seeds: Sequence[int]) -> list[Finding]:
    """MAP3: violations of shops where all sites carry the brand, less those where half of them do."""
    findings = []
    for words, (chain, independent, inputs) in SHOPS.items():
        formats = (
            f'{{name="chain", share=0.4, service=0.65, appeal=0.2, {chain}}}, '
            f'{{name="independent", share=0.6, service=0.5, price_spread=0.06, {independent}}}'
        )
        dense, sparse = (replicate(_policed(kind, formats), violations, seeds) for kind in ("intensive", "selective"))
        findings.append(
            found(
                "MAP3",
                "Change of the share of shops' offers below the minimum price from a selective to an intensive "
                f"layout, where shops {words}.",
                (dense - sparse)[:, 0],
                published=DRAFT,
                low=0.0,
                inputs=f"layout; {inputs}. {BELIEF}",
                scenario=f"map-policing without penalties, weeks 26 to 38; shops {words}",
            )
        )
    return findings


def _policed(kind: str, formats: str) -> Loaded:
    words = (f"retailers.formats=[{formats}]", "policy.map.penalty=0.0")
    return load("map-policing", (*_layout(kind), *words, *_lasting(25, 13)))


def violations(weeks: Weeks) -> list[float]:
    """Share of the offers of shops with a minimum price that are below it, by shops that carry the brand."""
    below = there = 0
    for playing in weeks:
        prices, shops = playing.minimum_prices, playing.retailers
        here = prices.advertised[: shops.party.size] & shops.carries
        below += int((prices.below[: shops.party.size] & here).sum())
        there += int(here.sum())
    return [below / there]


def _layout(kind: str) -> list[str]:
    return [f'layout.{role}="{kind}"' for role in ("core", "potential", "edge")]


def _lasting(warmup: int, weeks: int) -> tuple[str, str]:
    return f"run.warmup={warmup}", f"run.weeks={weeks}"


FINDINGS: dict[str, Experiment] = {"MAP3": intensity, "TER1": margins}
