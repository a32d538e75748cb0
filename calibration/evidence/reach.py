"""MAP1: sellers whom the brand cannot punish for prices below the minimum, beside those whom it can."""

from collections.abc import Sequence

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.calibration.evidence.promotions import LEARNED
from channellab.scenarios.files import Loaded, load

ALIKE = 'share=0.5, service=0.5, price_spread=0.06, price={rule="markup", markup=0.5, elasticity=6.0}'
FORMATS = f'retailers.formats=[{{name="held", {ALIKE}}}, {{name="beyond", {ALIKE}}}]'
"""Shops of two formats that differ in nothing but whom a penalty reaches."""
ISRAELI = "Israeli, Anderson & Coughlan 2016, sellers with and without the brand's authorisation"
INPUTS = (
    "written in: policy.map.penalty is 0 for one of two formats that are alike otherwise, as the brand cannot punish "
    "sellers without authorisation either. All buy from the brand's distributors: from whom such sellers have their "
    "goods, and that they hide, is not in the model. compliance.hearsay 0.5 lets shops learn from what neighbours of "
    "the other format are fined"
)


def reach(seeds: Sequence[int]) -> list[Finding]:
    """Violations of shops beyond reach less those of the others, and what becomes of them when the others are fined."""
    fined, free = (replicate(_policed(who), violations, seeds) for who in ('"held", "online"', '"online"'))
    apart = (fined[:, 1] - fined[:, 0]) - (free[:, 1] - free[:, 0])
    rows = (
        (
            "Share of offers below the minimum of shops that no penalty reaches less that of shops that are fined, "
            "beyond what it is where neither are.",
            apart,
            0.0,
            f"sellers without authorisation violate more (> 0); {ISRAELI}",
        ),
        (
            "Change of the share of offers below the minimum of shops that no penalty reaches when the others are "
            "fined.",
            fined[:, 1] - free[:, 1],
            None,
            f"no figure: violations of the two correlate weakly, in markets nearly separate; {ISRAELI}",
        ),
    )
    return [
        found(
            "MAP1",
            words,
            values,
            published=published,
            low=low,
            inputs=INPUTS,
            scenario="map-policing with shops of two formats that mark up by half, after 39 weeks; online sellers are "
            "fined, and of the formats one or none",
        )
        for words, values, low, published in rows
    ]


def _policed(who: str) -> Loaded:
    """Fines from the first measured week on."""
    fines = f"timetable=[{{weeks=[1, 1040], who=[{who}], set={{'policy.map.penalty'=1.0}}}}]"
    return load("map-policing", (FORMATS, "policy.map.penalty=0.0", fines))


def violations(weeks: Weeks) -> list[float]:
    """Share of offers below the minimum of the shops of each format, after sellers have learned."""
    below, there = [0, 0], [0, 0]
    for week, playing in enumerate(weeks):
        prices, shops = playing.minimum_prices, playing.retailers
        for number in (0, 1) if week >= LEARNED else ():
            here = prices.advertised[: shops.party.size] & shops.carries & (shops.format == number)[:, None]
            below[number] += int((prices.below[: shops.party.size] & here).sum())
            there[number] += int(here.sum())
    return [part / whole for part, whole in zip(below, there, strict=True)]


FINDINGS: dict[str, Experiment] = {"MAP1": reach}
