"""FB1, MAP2: who buys a deal ahead, and what policing a minimum advertised price does."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, last, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load

# FB1

DEAL = (12, 13)
"""Measured weeks of the first deal of the scenario."""
TROUGH = 6
BLATTBERG = "off-invoice deals are bought ahead, and a trough follows (Blattberg & Levin 1987); Drèze & Bell 2003"
LAL = "scan-backs, which pay for what is sold, are not bought ahead (Drèze & Bell 2003)"
DEALS = {
    "off_invoice": (
        "holding cost 0.1 a unit and week against a tenth of the price ex factory; with a holding cost of the saving "
        "nobody buys ahead"
    ),
    "scan_back": (
        "a scan-back leaves purchase prices alone; shops that mark up lower their prices by it, and what is left is "
        "stock for the sales that this adds"
    ),
}


def deals(seeds: Sequence[int]) -> list[Finding]:
    """What distributors buy ahead in a deal, and what they order after it, against the same weeks without a deal."""
    plain, findings = replicate(_with_deal(""), orders, seeds), []
    for kind, inputs in DEALS.items():
        dealt, off = replicate(_with_deal(kind), orders, seeds), kind == "off_invoice"
        ahead = (dealt[:, 0] - plain[:, 0]) / plain[:, 2]
        trough = dealt[:, 1] / plain[:, 1] - 1.0
        for words, unit, values, sign in (
            ("Weeks of need that distributors buy ahead in", "weeks", ahead, (0.0, None)),
            (f"Change of what distributors order in the {TROUGH} weeks after", "1", trough, (None, 0.0)),
        ):
            low, high = sign if off else (0.0, 0.0)
            findings.append(
                found(
                    "FB1",
                    f"{words} a deal of the kind {kind}.",
                    values,
                    unit=unit,
                    published=BLATTBERG if off else LAL,
                    low=low,
                    high=high,
                    inputs=inputs,
                    scenario="trade-deals, with one deal of 10 % in weeks 12 and 13",
                )
            )
    return findings


def _with_deal(kind: str) -> Loaded:
    deal = f'{{kind="{kind}", weeks=[{DEAL[0]}, {DEAL[1]}], rate=0.1}}' if kind else ""
    return load("trade-deals", (f"policy.promotion.deals=[{deal}]", f"run.weeks={DEAL[1] + TROUGH}"))


def orders(weeks: Weeks) -> list[float]:
    """What distributors order in a deal beyond the orders that they get, what after it, and a usual week's orders."""
    asked, ordered = [], []
    for playing in weeks:
        asked.append(float(playing.distributors.demand.sum()))
        ordered.append(float(playing.distributors.ordered.sum()))
    first, last_week = DEAL[0] - 1, DEAL[1]
    beyond = sum(ordered[first:last_week]) - sum(asked[first:last_week])
    return [beyond, sum(ordered[last_week:]), float(np.mean(asked[:first]))]


# MAP2

LEARNED = 39
"""Measured weeks that are left out, in which sellers learn."""
ISRAELI = "Israeli 2018, online sellers of a durable; 40 to 80 % in the draft of 2014"
PUNISHED = {
    "share of offers below the minimum": (-0.8, -0.4, f"-40 to -80 %; {ISRAELI}"),
    "own units sold": (0.0, 0.0, f"unchanged; {ISRAELI}"),
    "mean price paid for own goods": (0.02, 0.02, f"+2 %; {ISRAELI}"),
}
NAMES, DISCOUNTS = "ABCDEFGHIJ", (0.0, 0.02, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)
"""The online sellers of the scenario."""


def _sensitive(share: float) -> str:
    """Shoppers with a share of the sensitivity to prices of those of the scenario."""
    return (
        f'consumers.segments=[{{name="one", share=0.6, need=0.4, price_sensitivity={0.6 * share}, '
        f'service_preference=0.4, online_preference=0.5}}, {{name="two", share=0.4, need=0.3, '
        f"price_sensitivity={0.3 * share}, service_preference=1.0}}]"
    )


def _sellers(discounts: Sequence[float]) -> str:
    """The online sellers with other discounts."""
    shops = (
        f'{{name="{name}", price={{elasticity=6.0}}, discount={discount}}}'
        for name, discount in zip(NAMES, discounts, strict=True)
    )
    return f"online.shops=[{', '.join(shops)}]"


OTHERWISE: dict[str, tuple[str, ...]] = {
    "shoppers half as sensitive to prices": (_sensitive(0.5),),
    "shoppers a quarter as sensitive to prices": (_sensitive(0.25),),
    "discounts half as deep": (_sellers([discount / 2 for discount in DISCOUNTS]),),
    "three of ten sellers below the minimum": (_sellers((*[0.0] * 7, 0.05, 0.1, 0.2)),),
    "no rival brands on the shelves": ("rivals=[]",),
    "no rival brands, and shoppers a quarter as sensitive to prices": ("rivals=[]", _sensitive(0.25)),
}
"""What makes volume fall, changed one by one: how shoppers answer to prices, how deep sellers went, how many did."""
ARMS = {
    "nothing": ("policy.map.detection=0.0", "policy.map.penalty=0.0"),
    "scanned": ("policy.map.penalty=0.0",),
    "punished": (),
}


def policing(seeds: Sequence[int]) -> list[Finding]:
    """Scanning alone, and scanning with penalties, against a minimum that nobody watches."""
    arms = {name: replicate(load("map-policing", overrides), offers, seeds) for name, overrides in ARMS.items()}
    findings = [
        _policing(
            "Scanned without punishment, after 39 weeks: difference of the share of offers below the minimum.",
            arms["scanned"][:, 0] - arms["nothing"][:, 0],
            (0.0, 0.0, "monitoring alone does nothing; Israeli 2018"),
        )
    ]
    for column, (words, figure) in enumerate(PUNISHED.items()):
        change = arms["punished"][:, column] / arms["nothing"][:, column] - 1.0
        findings.append(_policing(f"Punished, after 39 weeks: change of the {words}.", change, figure))
    dearer = [_per_cent(arms["punished"], arms["nothing"])]
    for words, overrides in OTHERWISE.items():
        punished, nothing = (
            replicate(load("map-policing", (*ARMS[arm], *overrides)), offers, seeds) for arm in ("punished", "nothing")
        )
        told = f"Punished, after 39 weeks, {words}: change of the own units sold."
        findings.append(_policing(told, punished[:, 1] / nothing[:, 1] - 1.0, PUNISHED["own units sold"]))
        if words.startswith("discounts"):
            dearer.append(_per_cent(punished, nothing))
    for words, values in zip(("", ", discounts half as deep"), dearer, strict=True):
        told = f"Punished, after 39 weeks{words}: per cent of own units sold per per cent of the mean price paid."
        findings.append(_policing(told, values, (0.0, 0.0, f"0, as volume is unchanged at +2 %; {ISRAELI}")))
    return findings


def _per_cent(punished: Floats, nothing: Floats) -> Floats:
    """How own units answer to the mean price that is paid, (N,)."""
    units, price = (np.log(punished[:, column] / nothing[:, column]) for column in (1, 2))
    return np.asarray(units / price)


def _policing(words: str, values: Floats, figure: tuple[float, float, str]) -> Finding:
    return found(
        "MAP2",
        words,
        values,
        published=figure[2],
        low=figure[0],
        high=figure[1],
        inputs="sellers believe in an elasticity of 6, near the shoppers'; compliance.prior_detection 0.05 and "
        "prior_cost 1: with a prior of 0.1 most comply at once, and nobody finds out that scanning has no consequences",
        scenario="map-policing; scanned: penalty 0; neither: detection 0 as well",
    )


def offers(weeks: Weeks) -> list[float]:
    """Share of offers below the minimum, own units sold and mean price paid, after sellers have learned."""
    market = last(weeks)
    numbers = {name: np.array(values) for name, values in market.record.numbers.items()}
    late = slice(market.scenario.run.warmup + LEARNED, None)
    below, there = numbers["map_below"][late].sum(), numbers["map_offers"][late].sum()
    units, paid = numbers["units_sold"][late].sum(), numbers["revenue"][late].sum()
    return [float(below / there), float(units), float(paid / units)]


FINDINGS: dict[str, Experiment] = {"FB1": deals, "MAP2": policing}
