"""CON2: what own stores add to a brand that sells direct, and what they take from its online shop."""

from collections.abc import Sequence

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, last, replicate
from channellab.calibration.evidence.markets import SMALL, SMALL_WORDS
from channellab.scenarios.files import Loaded, load
from channellab.sim import metrics

SHARE = 0.5
"""Share of the shopping areas that get a store."""
PAUWELS = "Pauwels & Neslin 2015, Avery et al. 2012"
ROWS = {
    "own units sold online": (0, f"about unchanged in the short run; {PAUWELS}", 0.0, 0.0),
    "the brand's revenue": (1, f"rises (> 0), by 20 % at one retailer; {PAUWELS}", 0.0, None),
}


def experiment(seeds: Sequence[int]) -> list[Finding]:
    """Paired change in the first year in which half of the shopping areas have a store of the brand."""
    without, with_stores = (replicate(market(share), sales, seeds) for share in (0.0, SHARE))
    return [
        found(
            "CON2",
            f"Change of {words} when a brand that sells only online opens own stores.",
            with_stores[:, column] / without[:, column] - 1.0,
            published=published,
            low=low,
            high=high,
            inputs="layout.own_stores decides how many have a store near them; segments' online_preference, "
            "delivery_burden and travel_burden how many of its buyers bought online before. Stores do not make the "
            "online shop better known or its returns easier, so that it can only lose.",
            scenario=f"{SMALL_WORDS}, where no shop carries the brand, it has one online shop, and own stores in none "
            f"or {SHARE:.0%} of the shopping areas of each region",
        )
        for words, (column, published, low, high) in ROWS.items()
    ]


def market(share: float) -> Loaded:
    """A brand with an online shop, no retailers, and stores in a share of the areas."""
    small = [f"{key}={value}" for key, value in SMALL.items()]
    stores = [f"layout.own_stores.{role}={share}" for role in ("core", "potential", "edge")]
    shop = 'online.shops=[{name="Flagship", owner="brand", service=0.7, delivery_days=2.0}]'
    return load(
        "one-tier",
        [*small, *stores, shop, "run.weeks=52", "layout.intensive=0.0", "stores.per_area=1"],
    )


def sales(weeks: Weeks) -> list[float]:
    """Own units sold online, and revenue, a year."""
    values = metrics.summary(last(weeks))
    return [values["units_sold"] * values["online_share"], values["revenue"]]


FINDINGS: dict[str, Experiment] = {"CON2": experiment}
