"""What happens around promotions and minimum prices, noted by name like the rest in ``watch.py``."""

from collections.abc import Callable
from typing import Any

import numpy as np

from channellab.sim.ledger import Account
from channellab.sim.market import Market
from channellab.sim.promotions import event_discounts, online_floors
from channellab.sim.rules import Rules

Note = Callable[[str, Any], None]
PROMOTIONS = (
    "an event made goods cheaper",
    "an online shop stopped at the floor",
    "display drew shoppers",
    "an event was paid for",
    "a deal lowered a purchase price",
    "a scan-back was paid",
)
AHEAD = (
    "stock was built for an event",
    "an event taught a firm",
    "nothing was usual that an event could lift",
    "a deal paid for weeks of need",
    "a deal goes on next week",
    "another deal was in sight",
    "nobody buys for more than a year",
)
MINIMUM = (
    "a price below the minimum did not pay",
    "a price below the minimum paid",
    "a fear of penalties kept a price up",
    "cases changed a belief",
)
MAP_CASES = (
    "an offer was below the minimum",
    "offers of an outlet were taken down",
    "a price was fined",
)


def map_rules(rules: Rules, note: Note) -> dict[str, Any]:
    """Rules of minimum prices that note what happens in them."""

    def advertised_price(asked: Any, minimum: Any, cost: Any, elasticity: Any, penalty: Any) -> Any:
        shown = rules.advertised_price(asked, minimum, cost, elasticity, penalty)
        fearless = rules.advertised_price(asked, minimum, cost, elasticity, np.zeros_like(penalty))
        note("a price below the minimum did not pay", (asked < minimum) & (fearless == minimum))
        note("a price below the minimum paid", shown < minimum)
        note("a fear of penalties kept a price up", (shown == minimum) & (fearless < minimum))
        return shown

    def weighed(prior: float, worth: float, seen: Any, of: Any, near: Any, near_of: Any, hearsay: float) -> Any:
        believed = rules.weighed(prior, worth, seen, of, near, near_of, hearsay)
        note("cases changed a belief", (believed != prior) & (np.asarray(seen) > 0))
        return believed

    return {"advertised_price": advertised_price, "weighed": weighed}


def map_cases(market: Market, was: Any) -> dict[str, bool]:
    """What a week of minimum prices has left behind."""
    partners = market.partners
    return {
        "an offer was below the minimum": bool(market.minimum_prices.below.any()),
        "offers of an outlet were taken down": bool((market.shelves.taken_down > market.week).any()),
        "a price was fined": bool((partners.fined[market.shelves.party] > 0).any()),
    }


def promotion_rules(rules: Rules, note: Note) -> dict[str, Any]:
    """Rules of promotions that note what happens in them."""

    def extra_need(*args: Any) -> Any:
        units = rules.extra_need(*args)
        note("stock was built for an event", units)
        return units

    def learned_response(demand: Any, mean: Any, response: Any, discount: Any, weight: float) -> Any:
        after = rules.learned_response(demand, mean, response, discount, weight)
        note("an event taught a firm", after != response)
        note("nothing was usual that an event could lift", (discount > 0) & ~mean.any(axis=1))
        return after

    def weeks_ahead(rates: Any, price: Any, holding: float) -> Any:
        weeks = rules.weeks_ahead(rates, price, holding)
        note("a deal paid for weeks of need", weeks)
        note("a deal goes on next week", rates[:, 1] == rates[:, 0])
        note("another deal was in sight", (rates[:, 1] < rates[:, 0]) & rates[:, 2:].any(axis=1))
        note("nobody buys for more than a year", weeks == 52.0)
        return weeks

    return {"extra_need": extra_need, "learned_response": learned_response, "weeks_ahead": weeks_ahead}


def promotions(market: Market, was: Any) -> dict[str, bool]:
    """What a week of promotions has left behind."""
    if not market.promotions.in_use:
        return dict.fromkeys(PROMOTIONS, False)
    discounts, floors = event_discounts(market), online_floors(market)
    shelves, own, maker = market.shelves, market.goods.own, market.manufacturers.party[0]
    online = market.counter_price[market.first_online :, :own]
    events = [event for policy, _ in market.promotions.stands for event in policy.events]
    deals = [deal for policy, _ in market.promotions.stands for deal in policy.deals]
    return {
        "an event made goods cheaper": bool((shelves.sold[discounts > 0]).any()),
        "an online shop stopped at the floor": bool(
            floors.any() and (online > market.online.recommended_price[:, :own] * (1 - discounts.min())).any()
        ),
        "display drew shoppers": bool(discounts.any()) and any(event.display for event in events),
        "an event was paid for": bool(discounts.any() and market.ledger.flow[Account.PROMOTION]),
        "a deal lowered a purchase price": any(
            bool((tier.purchase_price[:, :own] < np.array(getattr(was, name).purchase_price)[:, :own]).any())
            for name, tier in (("distributors", market.distributors), ("retailers", market.retailers))
            if tier.party.size
        ),
        "a scan-back was paid": bool(
            any(deal.kind == "scan_back" for deal in deals)
            and not discounts.any()
            and market.ledger.entries[Account.PROMOTION, maker] < 0
        ),
    }
