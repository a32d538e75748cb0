"""OOS1 to OOS3: empty shelves, what shoppers do before them, and what retailers lose by them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from channellab.agents.consumers import Mind
from channellab.agents.kernels.shelf import Basket, Habits
from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, measured_weeks, opened, replicate
from channellab.calibration.evidence.markets import SMALL_WORDS, small_base
from channellab.scenarios.arrays import Floats, Index
from channellab.scenarios.files import Loaded
from channellab.sim.outlets import carried
from channellab.sim.rules import COMPILED

RATE = 0.083
AMPLE = 6.0
"""Safety factor at which shelves are practically never empty."""
AUDITED, MET = 1.78, 1.12
"""Safety factors at which shops' shelves are found empty by an auditor, or by shoppers, about as often as published."""
GRUEN = "Gruen, Corsten & Bharadwaj 2002"


def rates(seeds: Sequence[int]) -> list[Finding]:
    """OOS1 in the base market, as an auditor finds it and as shoppers do."""
    values = replicate(_market(), shelves, seeds)
    measured = (
        "Share of carried offers with an empty shelf, mean of the moments before and after a week's selling.",
        "Share of shoppers whose first wish found the shelf empty.",
    )
    return [
        found(
            "OOS1",
            words,
            values[:, column],
            published=f"8.3 % of items on the shelf; {GRUEN}, world mean",
            low=RATE,
            high=RATE,
            inputs="retailers.stock.safety_factor and smoothing against the swings of demand at one shop and SKU; the "
            "base market's are not calibrated to this.",
            scenario=SMALL_WORDS,
        )
        for column, words in enumerate(measured)
    ]


def losses(seeds: Sequence[int]) -> list[Finding]:
    """OOS3: sales of the shops against the same market with ample stock, at a stock-out rate near the published one."""
    ample = replicate(_market(AMPLE), shelves, seeds)
    return [
        _loss(replicate(_market(factor), shelves, seeds), ample, factor, column)
        for column, factor in enumerate((AUDITED, MET))
    ]


def _loss(short: Floats, ample: Floats, factor: float, column: int) -> Finding:
    who = ("an auditor finds", "shoppers find")[column]
    return found(
        "OOS3",
        f"Share of shops' revenue lost against the same market with ample stock, where {who} "
        f"{short[:, column].mean():.1%} of shelves empty.",
        1.0 - short[:, 2] / ample[:, 2],
        published=f"about 4 % at about 8 % out of stock; {GRUEN}",
        low=0.035,
        high=0.045,
        inputs=f"retailers.stock.safety_factor = {factor} is chosen so that the rate is the published one: OOS1 is "
        "then an input. consumers.stock_out.wait and leave; the rest follows from what shoppers find instead.",
        scenario=f"{SMALL_WORDS}, safety factor {factor} against {AMPLE:g}",
    )


def _market(factor: float | None = None) -> Loaded:
    changes: dict[str, Any] = {} if factor is None else {"retailers.stock.safety_factor": factor}
    return small_base(**changes, **{"run.weeks": 52})


def shelves(weeks: Weeks) -> list[float]:
    """Share of carried offers that are empty, share of first wishes that found them so, and revenue, of the shops."""
    empty, offers, missed, wished, revenue = 0.0, 0, 0, 0, 0.0
    for market in weeks:
        shops, first = market.retailers, market.retailers.party.size
        on_offer = carried(market.tiers, "retailers", market.goods.own)
        empty += ((shops.held == 0) & on_offer).sum() / 2 + ((shops.stock == 0) & on_offer).sum() / 2
        offers += on_offer.sum()
        missed += (shops.wished - shops.served).sum()
        wished += shops.wished.sum()
        revenue += float((shops.sold * market.counter_price[:first]).sum())
    return [empty / offers, missed / wished, revenue]


# What shoppers do

SHARES = {
    "buys at another shop": ("31 % (32.7 % over ten categories)", 0.31, 0.327),
    "buys another brand at the shop": ("26 % (19.6 % over ten categories)", 0.196, 0.26),
    "buys another SKU of the brand at the shop": ("19 % (19.0 % over ten categories)", 0.19, 0.19),
    "waits": ("15 % (16.9 % over ten categories)", 0.15, 0.169),
    "does not buy": ("9 % (11.8 % over ten categories)", 0.09, 0.118),
}
DECLARED = (
    "consumers.stock_out.wait = 0.15 is the published figure itself, so agreement shows only that it is carried out.",
    "consumers.stock_out.leave = 0.09 is the published figure; above it are those who find nothing worth buying.",
)
CHOSEN = (
    "Not written in: the shopper chooses again among what is left. Travel burden, quality of shops and outlet loyalty "
    "decide about the shop, brand taste and loyalty about the brand, the number of SKUs and shops in reach about all."
)


def responses(seeds: Sequence[int]) -> list[Finding]:
    """OOS2: what shoppers do whose first wish is sold out, in the base market."""
    values = np.array([_responses(_market(), seed) for seed in seeds])
    inputs = (CHOSEN, CHOSEN, CHOSEN, *DECLARED)
    return [
        found(
            "OOS2",
            f"Share of shoppers before an empty shelf who: {what}.",
            values[:, column],
            published=f"{words}; {GRUEN}",
            low=low,
            high=high,
            inputs=inputs[column],
            scenario=SMALL_WORDS,
        )
        for column, (what, (words, low, high)) in enumerate(SHARES.items())
    ]


def _responses(loaded: Loaded, seed: int) -> Floats:
    watch = Watch()
    with opened(loaded, seed, replace(COMPILED, shop=watch.shop)) as market:
        watch.counts[:] = 0
        for _ in measured_weeks(market):
            pass
    return np.asarray(watch.counts / watch.counts.sum())


class Watch:
    """Plays every week's shopping three times on the same luck, twice on copies, to see what an empty shelf changes.

    With ample stock everybody gets the first wish; with nobody ready to wait or to choose again, those buy whose wish
    is met; then as it is.

    Attributes:
        counts: (5,) shoppers by response, in the order of `SHARES`.
    """

    def __init__(self) -> None:
        self.counts = np.zeros(len(SHARES))

    def shop(self, week: int, coming: Index, *rest: Any) -> Any:
        """Stands in for the rule of that name."""
        mind = next(part for part in rest if isinstance(part, Mind))
        came_back = mind.waiting_for >= 0
        wish = _replayed(week, coming, rest, ample=True)
        got = _replayed(week, coming, rest, ample=False)
        result = COMPILED.shop(week, coming, *rest)
        bought = mind.rest_until > week
        refused = (wish.rest_until > week) & ~(got.rest_until > week) & ~came_back
        here, same = mind.last_site == wish.last_site, mind.last_brand == wish.last_brand
        waits = mind.waiting_for >= 0
        for n, group in enumerate(
            (bought & ~here, bought & here & ~same, bought & here & same, ~bought & waits, ~bought & ~waits)
        ):
            self.counts[n] += (refused & group).sum()
        return result


def _replayed(week: int, coming: Index, rest: tuple[Any, ...], ample: bool) -> Mind:
    """What consumers remember after shopping on copies of all that it changes, if nobody waits or chooses again."""
    copies = [_copy(part, ample) for part in rest]
    COMPILED.shop(week, coming, *copies)
    return next(part for part in copies if isinstance(part, Mind))


def _copy(part: Any, ample: bool) -> Any:
    if isinstance(part, Mind | Basket):
        return part._replace(**{name: column.copy() for name, column in part._asdict().items()})
    if isinstance(part, Habits):
        return part._replace(wait=0.0, leave=1.0, rounds=0)
    if isinstance(part, np.ndarray):  # the stock
        return np.full_like(part, 1 << 40) if ample else part.copy()
    return part


FINDINGS: dict[str, Experiment] = {"OOS1": rates, "OOS2": responses, "OOS3": losses}
