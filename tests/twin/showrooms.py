"""Showrooming in plain loops, and a witness of what looking in a shop and buying online costs and earns it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from channellab.agents.consumers import Float32, Mind, Segments, Tastes
from channellab.scenarios.arrays import Flags, Floats, Index
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .photo import agree
from .terms import Terms

Payment = tuple[Account, int, int, float]
NO_LOOK = (0.0, -1)
"""Worth and shop of looking nowhere."""


def look_around(
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    looks: Flags,
    service: Floats,
    displays: Flags,
    first_site: Index,
    carried: float,
    shown: Index,
    advice: Float32,
    coming: Index,
) -> None:
    """Which shop each shopper looks at, and what its advice is worth beyond the way, in place."""
    advice[:] = 0.0
    for who in coming.tolist():
        if not looks[who] or is_settled(mind, who):
            continue
        if subscribes(mind, who):
            advice[who], shown[who] = NO_LOOK
        else:
            offers = advice_of(tastes, segments, service, displays, first_site, carried, who)
            advice[who], shown[who] = best_of([NO_LOOK, *offers])


def is_settled(mind: Mind, who: int) -> bool:
    """Who waits for a unit or is led through a sale has looked before."""
    return mind.waiting_for[who] >= 0 or bool(mind.lead[who])


def subscribes(mind: Mind, who: int) -> bool:
    """Whether a consumer has an offer that is bought without looking."""
    return bool(mind.subscribed[who] >= 0)


def advice_of(
    tastes: Tastes, segments: Segments, service: Floats, displays: Flags, first_site: Index, carried: float, who: int
) -> list[tuple[float, int]]:
    """What the advice of each shop with own goods is worth to a consumer, the nearest before the others."""
    group, origin = int(tastes.segment[who]), int(first_site[tastes.area[who]])
    worth, burden = carried * float(segments.service_preference[group]), float(segments.travel_burden[group])
    places = zip(tastes.candidates[who].tolist(), tastes.distance[who].tolist(), strict=True)
    return [
        (worth_of_a_look(worth, float(service[origin + place]), burden, km), origin + place)
        for place, km in places
        if displays[origin + place]
    ]


def worth_of_a_look(worth: float, service: float, burden: float, km: float) -> float:
    """What carries over of a shop's service, less the way to it.

    >>> worth_of_a_look(2.0, 0.5, 0.25, 1.0)
    0.75
    """
    return worth * service - burden * km


def best_of(offers: list[tuple[float, int]]) -> tuple[float, int]:
    """The best advice; the first of equals."""
    return max(offers, key=lambda offer: offer[0])


class Look(NamedTuple):
    """A purchase of own goods online after a look at a shop."""

    shop: int
    seller: int
    sku: int


def looked(scenario: Scenario, now: Any) -> list[Look]:
    """This week's purchases of own goods online by those who had looked at a shop."""
    mind, first = now.mind, len(now.retailers.party) + len(now.stores.party)
    until = now.week + 1 + scenario.consumers.rest_weeks
    return [
        Look(shop, mind.last_site[who] - first, mind.last_sku[who])
        for who, shop in enumerate(now.showrooms.shown)
        if shop >= 0 and mind.rest_until[who] == until and mind.last_site[who] >= first
        if mind.last_sku[who] < len(scenario.products)
    ]


def commission(terms: Terms, now: Any, look: Look) -> tuple[int, float]:
    """Who pays for a look, and how much: a share of the price online, to partners alone."""
    maker, payer = now.manufacturers.party[0], terms.of_shop("policy.online.commission_from", now, look.shop)
    first = len(now.retailers.party) + len(now.stores.party)
    rate = terms.of_shop("policy.online.commission", now, look.shop)
    if not now.retailers.authorised[look.shop] or (payer == "brand" and not now.manufacturers.active[0]):
        rate = 0.0
    price = now.counter_price[first + look.seller][look.sku]
    return (maker if payer == "brand" else now.online.party[look.seller]), rate * price


def payments(scenario: Scenario, terms: Terms, now: Any) -> Iterator[Payment]:
    """Shops pay for advice that others had the sale of, and get the commission due for it."""
    for look in looked(scenario, now):
        shop = now.retailers.party[look.shop]
        yield Account.ONLINE_SERVICE, shop, Group.LANDLORDS, scenario.retailers.advice_cost
        payer, money = commission(terms, now, look)
        yield Account.LEAD_COMMISSION, payer, shop, money


def check(scenario: Scenario, terms: Terms, now: Any) -> None:
    """Asserts that the shops' terms and counters are those of the scenario and of what people did."""
    looks, shops = looked(scenario, now), range(len(now.retailers.party))
    advised = Counter(look.shop for look in looks)
    earned = [0.0 for _ in shops]
    for look in looks:
        earned[look.shop] += commission(terms, now, look)[1]
    agree("advised", now.week, [advised[o] for o in shops], now.omni.advised)
    agree("commissions earned", now.week, earned, now.omni.earned)
    for name, key in (("commission", "commission"),):
        declared = [terms.of_shop(f"policy.online.{key}", now, o) for o in shops]
        agree(name, now.week, declared, getattr(now.omni, name))
    by_seller = [terms.of_shop("policy.online.commission_from", now, o) == "seller" for o in shops]
    assert np.array_equal(by_seller, now.omni.from_seller)
