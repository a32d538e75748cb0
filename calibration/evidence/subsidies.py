"""SUB1 to SUB3, FUND and H7: subsidies, the development fund and dynamic prices, each against the market without."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, found, replicate, summary_of
from channellab.calibration.evidence.markets import SMALL, SMALL_WORDS
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import load

YEAR = (*(f"{key}={value}" for key, value in SMALL.items()), "run.weeks=52")
SCARCE = ("retailers.shelf_space=3", "retailers.review_weeks=13")
"""Rivals' four SKUs and the brand's four compete for three places."""
DEAR_ROADS = ("logistics.drops_must_pay=true", "logistics.drop_cost=8.0")
METRICS = (
    "fill_rate",
    "manufacturer_profit",
    "nps",
    "numeric_distribution",
    "partner_profit",
    "repurchase_rate",
    "revenue",
    "trade_spend_rate",
    "units_sold",
)
NO_FIGURE = "no figure; source 000 and source 001 name the means alone"


def outlets(seeds: Sequence[int]) -> list[Finding]:
    """SUB1: money for shops that take the brand on, where shelves are full."""
    paid = ("policy.subsidies.outlets.amount=6.0", "policy.subsidies.outlets.bar=0.9")
    return _paired(
        "SUB1",
        "6 money a week for half a year to a shop that takes the brand on",
        SCARCE,
        paid,
        ("numeric_distribution", "units_sold", "manufacturer_profit", "trade_spend_rate"),
        seeds,
        "retailers.shelf_space 3: where all shops list all goods the money moves nobody. retailers.area_listing_spread "
        "and buyer_listing_spread make shops that leave the brand out; the amount is chosen, not estimated.",
    )


def freight(seeds: Sequence[int]) -> list[Finding]:
    """SUB2: freight to smaller cities that the brand pays, where distributors hold drops back that do not pay."""
    paid = ("policy.subsidies.freight.share=0.6", "policy.subsidies.freight.city_tier=3")
    return _paired(
        "SUB2",
        "60 % of the freight to cities of tier 3 and below",
        DEAR_ROADS,
        paid,
        ("fill_rate", "numeric_distribution", "units_sold", "manufacturer_profit", "partner_profit"),
        seeds,
        "logistics.drops_must_pay with a drop at 8 money: without it freight changes what distributors earn and "
        "nothing that they do.",
    )


def satisfaction(seeds: Sequence[int]) -> list[Finding]:
    """SUB3: money for satisfied buyers, which shops earn by service that they pay themselves."""
    rows = []
    for amount in (200.0, 1000.0):
        rows += _paired(
            "SUB3",
            f"{amount:g} money a quarter for satisfied buyers, in proportion above .6",
            (),
            (f"policy.subsidies.satisfaction.amount={amount}",),
            ("nps", "repurchase_rate", "units_sold", "manufacturer_profit", "partner_profit"),
            seeds,
            "retailers.support_gain and support_half say what money does for service, consumers.memory.service_weight "
            "what service does for satisfaction; retailers.effort.prior .5 is assumed. At 200 the first unit of money "
            "spent on service is expected to earn less than one: shops take the money and serve as before.",
        )
    return rows


def fund(seeds: Sequence[int]) -> list[Finding]:
    """FUND: the market development fund (D9)."""
    return _paired(
        "FUND",
        "a market development fund of 3 % of purchases, half paid by the brand",
        (),
        ("policy.development.rate=0.03",),
        ("units_sold", "manufacturer_profit", "partner_profit", "trade_spend_rate"),
        seeds,
        "development.display_gain .3 and display_half 10 say what display does; both assumed. Partners give up where "
        "their margin and the brand's share do not cover a unit of money.",
    )


def dynamic(seeds: Sequence[int]) -> list[Finding]:
    """H7: outlets that follow rivals' prices, their stock and demand, against prices by their rule."""
    formats = len(load("one-tier", YEAR).scenario.retailers.formats)
    rule = tuple(f"retailers.formats.{n}.price.rule=dynamic" for n in range(formats))
    return _paired(
        "H7",
        "dynamic pricing in all shops on the street",
        (),
        rule,
        ("revenue", "units_sold", "partner_profit", "manufacturer_profit"),
        seeds,
        "retailers.formats.*.price: responses to rivals' prices, stock and demand at their defaults, and floor_margin. "
        "Rivals do not answer.",
        {"revenue": ("+12 % GMV, source 000", 0.12)},
    )


def _paired(
    claim: str,
    what: str,
    market: tuple[str, ...],
    change: tuple[str, ...],
    names: tuple[str, ...],
    seeds: Sequence[int],
    inputs: str,
    published: dict[str, tuple[str, float]] | None = None,
) -> list[Finding]:
    """What a change does to metrics on shared luck: rates and profits as differences, others relative to before."""
    before, after = (_played((*market, *changes), tuple(seeds)) for changes in ((), change))
    rows = []
    for name in names:
        column = METRICS.index(name)
        profit = name.endswith("_profit")
        plain = profit or name.endswith("_rate") or name in ("nps", "numeric_distribution")
        told, figure = (published or {}).get(name, (NO_FIGURE, None))
        rows.append(
            found(
                claim,
                f"{'Change' if plain else 'Relative change'} of {name} by {what}.",
                _change(before[:, column], after[:, column], plain),
                unit="money/year" if profit else "1",
                published=told,
                low=figure,
                high=figure,
                inputs=inputs,
                scenario=f"{SMALL_WORDS}, 52 weeks{''.join(f', {one}' for one in (*market, *change))}",
            )
        )
    return rows


@cache
def _played(changes: tuple[str, ...], seeds: tuple[int, ...]) -> Floats:
    """METRICS of the market with changes, a row a seed; claims that start from one market play it once."""
    return replicate(load("one-tier", (*YEAR, *changes)), summary_of(*METRICS), seeds)


def _change(before: Floats, after: Floats, plain: bool) -> Floats:
    return np.asarray(after - before if plain else after / before - 1.0)


FINDINGS: dict[str, Experiment] = {
    "FUND": fund,
    "H7": dynamic,
    "SUB1": outlets,
    "SUB2": freight,
    "SUB3": satisfaction,
}
