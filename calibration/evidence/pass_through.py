"""PAS1: how much of a price cut by the brand reaches the shelf, through wholesalers and shops."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, found, last, measured_weeks, opened, scenario
from channellab.calibration.evidence.markets import SMALL
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded
from channellab.scenarios.settings.scenario import TimetableEntry
from channellab.sim.chain import SELLERS, WHOLESALERS
from channellab.sim.market import Market

CUT = 0.1
"""Part of the price ex factory that is given away from the first measured week on."""
WEEKS = 4
PLACE_WORDS = "base market with 31 districts of 4 sites and 12,900 consumers, a price ex factory lower by 10 %"
NIJS = "Nijs, Misra, Anderson, Hansen & Krishnamurthi 2010, through wholesalers and retailers of a consumer good"
FACTORS = {
    "what shops pay for one per cent on the price ex factory": 0.71,
    "shelf prices for one per cent on what shops pay": 0.59,
    "shelf prices for one per cent on the price ex factory": 0.41,
}


def pass_through(seeds: Sequence[int]) -> list[Finding]:
    """Elasticities in the base market, and where its wholesalers mark up."""
    findings = []
    for rule, inputs in (
        ("list", "wholesalers of the base market sell at list prices, so that nothing reaches the shops"),
        ("markup", "wholesalers with price.rule markup pass on all in percent; of the shops only independents mark up"),
    ):
        values = np.array([_elasticities(market(rule), seed) for seed in seeds])
        for column, (words, figure) in enumerate(FACTORS.items()):
            if column == 1 and rule == "list":
                continue  # what shops pay has not moved
            findings.append(_finding(words, rule, values[:, column], figure, inputs))
    return findings


def _finding(words: str, rule: str, values: Floats, figure: float, inputs: str) -> Finding:
    markets = "" if rule == "list" else "; distributors and sub-distributors mark up"
    return found(
        "PAS1",
        f"Per cent on {words}; wholesalers have the rule {rule}.",
        values,
        published=f"{figure:.2f}; {NIJS}",
        low=figure,
        high=figure,
        inputs=f"price.rule of each tier; {inputs}. Rules pass on at once and for ever.",
        scenario=PLACE_WORDS + markets,
    )


def market(rule: str) -> Loaded:
    """The base market at about an eighth of its size, whose wholesalers price by a rule."""
    rules = {f"{tier}.price.rule": rule for tier in ("distributors", "subdistributors")}
    markups = {"distributors.price.markup": 0.05, "subdistributors.price.markup": 0.07} if rule == "markup" else {}
    return scenario("base", **SMALL | rules | markups | {"run.warmup": 2, "run.weeks": WEEKS})


def _elasticities(loaded: Loaded, seed: int) -> list[float]:
    """What shops pay to the price ex factory, shelf prices to what shops pay, and both; at the mean log of prices."""
    levels = []
    with opened(loaded, seed) as before:
        for cut in (0.0, CUT):
            entry = TimetableEntry(weeks=(1, WEEKS), set={"policy.price.ex_factory_discount": cut})
            future = before.fork(before.scenario.model_copy(update={"timetable": (entry,)}))
            levels.append(log_prices(last(measured_weeks(future))))
            future.close()
    paid, asked = np.array(levels[1]) - np.array(levels[0])
    factory = float(np.log(1.0 - CUT))
    return [paid / factory, asked / paid if paid else 0.0, asked / factory]


def log_prices(playing: Market) -> tuple[float, float]:
    """Mean logs of what shops with a wholesaler pay for own goods that they carry, and of what they ask."""
    shops, own = playing.retailers, playing.goods.own
    bought = np.isin(shops.supplier_tier, [SELLERS.index(name) for name in WHOLESALERS])
    here = shops.carries & bought[:, None]
    paid, asked = np.log(shops.purchase_price[:, :own][here]), np.log(shops.price[:, :own][here])
    return float(paid.mean()), float(asked.mean())


FINDINGS: dict[str, Experiment] = {"PAS1": pass_through}
