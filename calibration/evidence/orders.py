"""QD1, STF1: what discounts on the size of an order do, and what pushing goods down the channel does to the hole."""

from collections.abc import Sequence

import numpy as np

from channellab.calibration.evidence.finding import Experiment, Finding, Weeks, found, replicate
from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded, load
from channellab.sim import metrics

SMALL = ("consumers.count=4000", "run.warmup=13", "run.weeks=26")
"""Four tenths of the scenarios' size, with steps and thresholds to match."""
STEPS = "policy.price.quantity.breaks=[{from_units=20, rate=0.02}, {from_units=60, rate=0.04}]"
TIERS = (
    "policy.rebate.tiers=[{from_purchases=600.0, rate=0.02}, {from_purchases=1200.0, rate=0.05}, "
    "{from_purchases=2400.0, rate=0.08}]"
)
SIGN = "sign by theory: batching for discounts raises order size and bullwhip (Lee, Padmanabhan & Whang 1997)"
NONE = "no figure"


# QD1


def discounted(kind: str) -> Loaded:
    """The market with a ladder of a kind, or none."""
    ladders = (f"policy.price.quantity.kind={kind}", "distributors.quantity.kind=none", STEPS)
    return load("quantity-discount", (*SMALL, *ladders))


def lots(weeks: Weeks) -> list[float]:
    """Units in an order of a distributor, its bullwhip ratio, and what manufacturer and distributors earn a year."""
    units = orders = 0
    for playing in weeks:
        ordered = playing.distributors.ordered.sum(axis=1)
        units, orders = units + int(ordered.sum()), orders + int(np.count_nonzero(ordered))
    summary = metrics.summary(playing)
    return [
        units / max(orders, 1),
        summary["bullwhip_distributors"],
        summary["manufacturer_profit"],
        summary["partner_profit"],
        summary["quantity_discount_rate"],
    ]


def discounts(seeds: Sequence[int]) -> list[Finding]:
    """Both kinds of ladder against none."""
    without, findings = replicate(discounted("none"), lots, seeds), list[Finding]()
    for kind in ("all_units", "increment"):
        change = replicate(discounted(kind), lots, seeds) - without
        words = f"Quantity discount {kind.replace('_', ' ')}: change of"
        findings += [
            _of_orders(f"{words} the units in a distributor's order.", change[:, 0], 0.0, SIGN),
            _of_orders(f"{words} the distributors' bullwhip ratio.", change[:, 1], 0.0, SIGN),
            _of_orders(f"{words} the manufacturer's profit.", change[:, 2], None, NONE, "money/year"),
            _of_orders(f"{words} the partners' profit.", change[:, 3], None, NONE, "money/year"),
            _of_orders(f"{words} the discounts for size over the sell-in.", change[:, 4], None, NONE),
        ]
    return findings


def _of_orders(words: str, values: Floats, low: float | None, published: str, unit: str = "1") -> Finding:
    return found(
        "QD1",
        words,
        values,
        unit=unit,
        published=published,
        low=low,
        inputs="2 % from 20 units and 4 % from 60 in one order, holding cost 0.02 a unit and week against a price of "
        "6; no fixed cost of an order, so that without the ladder distributors order every week",
        scenario="quantity-discount, 4,000 consumers, 26 weeks, distributors without a ladder of their own",
    )


# STF1

DEADLINE, HOLE = 13, 6
"""Last week of the first quarter, and weeks looked at after it."""


def stuffed(given: float) -> Loaded:
    """The quarterly rebate with distributors who give so much of their margin."""
    return load("stuffed-channel", (*SMALL, TIERS, f"stuffing.margin_given={given}"))


def holes(weeks: Weeks) -> list[float]:
    """After the deadline over before: shops' orders, distributors' orders, stock of shops; pushed share, profits."""
    asked, ordered, stock = [], [], []
    for playing in weeks:
        asked.append(float(playing.distributors.demand.sum()))
        ordered.append(float(playing.distributors.ordered.sum()))
        stock.append(float(playing.retailers.held[:, : playing.goods.own].sum()))
    summary = metrics.summary(playing)
    after = slice(DEADLINE, DEADLINE + HOLE)
    usual = float(np.mean(asked[: DEADLINE - 2]))
    return [
        float(np.mean(asked[after])) / usual,
        float(np.mean(ordered[after])) / usual,
        float(np.mean(stock[after])) / float(np.mean(stock[: DEADLINE - 2])),
        summary["pushed_share"],
        summary["manufacturer_profit"],
        summary["partner_profit"],
    ]


def stuffing(seeds: Sequence[int]) -> list[Finding]:
    """Distributors who push what they have bought ahead, against those who keep it."""
    change = replicate(stuffed(0.5), holes, seeds) - replicate(stuffed(0.0), holes, seeds)
    words = f"Goods pushed down after a quarterly threshold, {HOLE} weeks after the deadline: change of"
    deeper = "the hole after the deadline deepens when the channel is stuffed; source 003"
    return [
        _of_holes(f"{words} shops' orders, over a usual week's.", change[:, 0], None, 0.0, deeper),
        _of_holes(f"{words} distributors' orders, over a usual week's.", change[:, 1], None, 0.0, deeper),
        _of_holes(f"{words} the stock of shops, over the usual.", change[:, 2], 0.0, None, "sign by definition"),
        _of_holes("Share of pushed units in what distributors delivered.", change[:, 3], None, None, NONE),
        _of_holes("Change of the manufacturer's profit by pushing.", change[:, 4], None, None, NONE, "money/year"),
        _of_holes("Change of the partners' profit by pushing.", change[:, 5], None, None, NONE, "money/year"),
    ]


def _of_holes(
    words: str, values: Floats, low: float | None, high: float | None, published: str, unit: str = "1"
) -> Finding:
    return found(
        "STF1",
        words,
        values,
        unit=unit,
        published=published,
        low=low,
        high=high,
        inputs="stuffing.margin_given 0.5; holding cost 0.02 a unit and week for distributors and shops alike; what "
        "is bought ahead for a threshold does not yet count on being pushed",
        scenario="stuffed-channel, 4,000 consumers, 26 weeks, thresholds 600, 1,200 and 2,400",
    )


FINDINGS: dict[str, Experiment] = {"QD1": discounts, "STF1": stuffing}
